//! The DNS check: one question over UDP.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use crate::model::{Finding, NotAsked, ProbeKind, ProbePhases, Statement};
use crate::probe::failure;

use super::Report;
use super::answer::Answer;
use super::field_reader::FieldReader;
use super::protocol::Ask;
use super::timing::millis;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Dns,
};
/// Longest answer without extensions, in bytes; a longer one arrives cut, which serves as well.
const LONGEST: usize = 512;
/// A datagram may get lost: the question is asked so often.
const TRIES: u32 = 3;
const HEAD: usize = 12;
const TYPE_A: u16 = 1;
const TYPE_NS: u16 = 2;

/// Asks one address, within its limit.
pub(super) async fn check(ask: &Ask<'_>) -> Report {
    let target = format!("dns://{}", ask.address);
    let begun = Instant::now();
    let asked = async {
        let (socket, phases) = open(ask).await?;
        Ok((talk(&socket, ask).await?, phases))
    };
    let asked = timeout(ask.limit, asked)
        .await
        .unwrap_or(Err(Finding::NoAnswer {
            within: ask.spec.timeout,
        }));
    let report = match asked {
        Ok((answer, phases)) => {
            Report::answer(ask.spec, &target, answer, begun.elapsed()).phased(phases)
        }
        Err(finding) => Report::failed(ask.spec, &target, finding).answered(begun.elapsed()),
    };
    report.at(ask.address)
}

/// A socket of its own port, that receives from the address only.
async fn open(ask: &Ask<'_>) -> Result<(UdpSocket, ProbePhases), Finding> {
    let resolved = ask.resolver.resolve(ask.address).await?;
    let found = *resolved
        .addresses
        .first()
        .ok_or(Finding::NotResolved { within: None })?;
    let phases = ProbePhases {
        dns_ms: resolved.took.map(millis),
        ..ProbePhases::default()
    };
    let own: SocketAddr = if found.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    };
    let socket = UdpSocket::bind(own)
        .await
        .map_err(|error| failure::io(&error))?;
    socket
        .connect(found)
        .await
        .map_err(|error| failure::io(&error))?;
    Ok((socket, phases))
}

/// Asks until an answer comes; the time is the caller's.
async fn talk(socket: &UdpSocket, ask: &Ask<'_>) -> Result<Answer, Finding> {
    let id = fastrand::u16(..);
    let name = ask.spec.subject.trim_end_matches('.');
    let question = question(name)?;
    let message = [
        &id.to_be_bytes()[..],
        &[1, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        &question,
    ]
    .concat();
    let patience = (ask.limit / TRIES).max(Duration::from_millis(1));
    let mut buffer = [0; LONGEST];
    loop {
        socket
            .send(&message)
            .await
            .map_err(|error| failure::io(&error))?;
        if let Ok(received) = timeout(patience, socket.recv(&mut buffer)).await {
            let count = received.map_err(|error| failure::io(&error))?;
            let (code, answers) = read(&buffer[..count], id, &question).ok_or(OTHER)?;
            return judge(code, answers, name);
        }
    }
}

/// What is asked: the servers of the root, or the address of `name`.
fn question(name: &str) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|_| !name.is_empty()) {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| (1..64).contains(length));
        let Some(length) = length else {
            return Err(Finding::NotAsked(NotAsked::DnsName {
                name: name.to_owned(),
            }));
        };
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    if bytes.len() > 255 {
        return Err(Finding::NotAsked(NotAsked::DnsNameTooLong));
    }
    let kind = if name.is_empty() { TYPE_NS } else { TYPE_A };
    bytes.extend([kind, 1].map(u16::to_be_bytes).concat());
    Ok(bytes)
}

/// The response code and the number of answers of the answer to question `id`.
fn read(message: &[u8], id: u16, question: &[u8]) -> Option<(u8, u16)> {
    let mut fields = FieldReader::of(message);
    let (told, flags, questions, answers) = (
        fields.be_u16()?,
        fields.be_u16()?,
        fields.be_u16()?,
        fields.be_u16()?,
    );
    let is_response = flags & 0x8000 != 0;
    // A server that does not understand the question need not repeat it.
    let same = questions == 0
        || message
            .get(HEAD..)?
            .get(..question.len())?
            .eq_ignore_ascii_case(question);
    (told == id && is_response && same).then(|| (flags.to_be_bytes()[1] & 0x0f, answers))
}

fn judge(code: u8, answers: u16, name: &str) -> Result<Answer, Finding> {
    let statement = match code {
        0 | 3 if name.is_empty() => return Ok(Answer::works(Statement::Answers)),
        5 if name.is_empty() => return Ok(Answer::works(Statement::RefusesRecursion)),
        0 if answers > 0 => {
            return Ok(Answer::works(Statement::Resolves {
                name: name.to_owned(),
            }));
        }
        0 => Statement::NoAddress {
            name: name.to_owned(),
        },
        code => Statement::DnsError {
            code,
            name: name.to_owned(),
        },
    };
    Err(Finding::Says(statement))
}
