//! The DNS check: one question over UDP.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use crate::model::ProbePhases;

use super::answer::Answer;
use super::field_reader::FieldReader;
use super::protocol::Ask;
use super::timing::millis;
use super::{Fault, Report};

const OTHER: Fault = Fault::Protocol("DNS");
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
        .unwrap_or(Err(Fault::Silent(ask.spec.timeout)));
    let report = match asked {
        Ok((answer, phases)) => {
            Report::answer(ask.spec, &target, answer, begun.elapsed()).phased(phases)
        }
        Err(fault) => Report::fault(ask.spec, &target, &fault).answered(&fault, begun.elapsed()),
    };
    report.at(ask.address)
}

/// A socket of its own port, that hears nobody but the address.
async fn open(ask: &Ask<'_>) -> Result<(UdpSocket, ProbePhases), Fault> {
    let resolved = ask.resolver.resolve(ask.address).await?;
    let found = *resolved.addresses.first().ok_or(Fault::Name)?;
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
        .map_err(|error| Fault::io(&error))?;
    socket
        .connect(found)
        .await
        .map_err(|error| Fault::io(&error))?;
    Ok((socket, phases))
}

/// Asks until an answer comes; the time is the caller's.
async fn talk(socket: &UdpSocket, ask: &Ask<'_>) -> Result<Answer, Fault> {
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
            .map_err(|error| Fault::io(&error))?;
        if let Ok(received) = timeout(patience, socket.recv(&mut buffer)).await {
            let count = received.map_err(|error| Fault::io(&error))?;
            let (code, answers) = read(&buffer[..count], id, &question).ok_or(OTHER)?;
            return judge(code, answers, name);
        }
    }
}

/// What is asked: the servers of the root, or the address of `name`.
fn question(name: &str) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    for label in name.split('.').filter(|_| !name.is_empty()) {
        let length = u8::try_from(label.len())
            .ok()
            .filter(|length| (1..64).contains(length));
        let Some(length) = length else {
            return Err(Fault::Secret(format!(
                "{name:?} is no name that DNS can ask for"
            )));
        };
        bytes.push(length);
        bytes.extend(label.as_bytes());
    }
    bytes.push(0);
    if bytes.len() > 255 {
        return Err(Fault::Secret(
            "the name is longer than DNS allows".to_owned(),
        ));
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

fn judge(code: u8, answers: u16, name: &str) -> Result<Answer, Fault> {
    let about = if name.is_empty() { "the root" } else { name };
    let words = match code {
        0 if name.is_empty() => return Ok(Answer::works("answers")),
        0 if answers == 0 => return Err(Fault::Condition(format!("{about} has no address"))),
        0 => return Ok(Answer::works(format!("resolves {about}"))),
        1 => "FORMERR: does not understand the question".to_owned(),
        2 => format!("SERVFAIL: cannot resolve {about}"),
        3 if name.is_empty() => return Ok(Answer::works("answers")),
        3 => format!("NXDOMAIN: {about} does not exist"),
        4 => "NOTIMP: does not answer such questions".to_owned(),
        5 if name.is_empty() => return Ok(Answer::works("answers, but refuses to ask others")),
        5 => format!("REFUSED: does not tell about {about}"),
        code => format!("answers with code {code}"),
    };
    Err(Fault::Condition(words))
}
