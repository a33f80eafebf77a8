//! The Kafka check: the versions it speaks, then its brokers and whether they know a controller.
//!
//! Two short requests are encoded here; the clients for Kafka keep connections and threads of their
//! own.

use crate::model::ProbeOutcome::{Success, Warning};
use crate::model::{Finding, ProbeKind, Statement};

use super::answer::Answer;
use super::connection::Wire;
use super::field_reader::FieldReader;
use super::protocol::{Ask, Protocol};
use super::tls_client::Tls;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Kafka,
};
const METADATA: i16 = 3;
const API_VERSIONS: i16 = 18;
/// Versions of the metadata request that are alike, apart from what is described below.
const METADATA_VERSIONS: (i16, i16) = (1, 7);
/// From this version on, the request says whether unknown topics are to be made.
const AUTO_CREATE_SINCE: i16 = 4;
/// From this version on, the answer begins with how long the client is throttled.
const THROTTLE_SINCE: i16 = 3;
/// Longest answer that is read, in bytes.
const LONGEST: usize = 200 * 1024;
/// Most entries of a list that are read.
const ENTRIES: i32 = 10_000;

/// Kafka's protocol.
pub(super) struct Kafka;

impl Protocol for Kafka {
    const SCHEME: &'static str = "kafka";

    async fn talk(wire: &mut Wire, _: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        let body = call(wire, API_VERSIONS, 0, &[]).await?;
        let spoken = match metadata_versions(&body).ok_or(OTHER)? {
            Ok(Some(spoken)) => spoken,
            Ok(None) => return Ok(Answer::works(Statement::NoBrokerList)),
            Err(code) => {
                return Err(Finding::Says(Statement::RefusesVersions { code }));
            }
        };
        let version = spoken.0.max(METADATA_VERSIONS.0);
        if version > spoken.1.min(METADATA_VERSIONS.1) {
            return Ok(Answer::works(Statement::OtherKafkaVersions));
        }
        // No topics, and none are made.
        let question: &[u8] = if version >= AUTO_CREATE_SINCE {
            &[0, 0, 0, 0, 0]
        } else {
            &[0, 0, 0, 0]
        };
        match call(wire, METADATA, version, question).await {
            Ok(body) => judge(&Cluster::read(&body, version).ok_or(OTHER)?),
            // A listener with SASL sends its versions to everybody, and hangs up on any other
            // request.
            Err(Finding::Closed) => Ok(Answer::works(Statement::WantsPassword)),
            Err(finding) => Err(finding),
        }
    }
}

/// One request and its answer.
async fn call(
    wire: &mut Wire,
    api: i16,
    version: i16,
    question: &[u8],
) -> Result<Vec<u8>, Finding> {
    const CLIENT: &[u8] = b"\x00\x07hubdeck";
    let head = [api.to_be_bytes(), version.to_be_bytes()].concat();
    let number = i32::from(api);
    let body = [&head, &number.to_be_bytes()[..], CLIENT, question].concat();
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    wire.send(&[&length.to_be_bytes()[..], &body].concat())
        .await?;
    let length = usize::try_from(u32::from_be_bytes(wire.exactly().await?)).unwrap_or(usize::MAX);
    if !(6..=LONGEST).contains(&length) {
        return Err(OTHER);
    }
    if i32::from_be_bytes(wire.exactly().await?) != number {
        return Err(OTHER);
    }
    wire.take(length - 4).await
}

/// The lowest and highest version of the metadata request, `None` where there is none; or an error
/// code.
fn metadata_versions(body: &[u8]) -> Option<Result<Option<(i16, i16)>, i16>> {
    let mut fields = FieldReader::of(body);
    let code = fields.be_i16()?;
    if code != 0 {
        return Some(Err(code));
    }
    let count = fields.be_i32()?;
    (0..=ENTRIES).contains(&count).then_some(())?;
    let mut found = None;
    for _ in 0..count {
        let (api, lowest, highest) = (fields.be_i16()?, fields.be_i16()?, fields.be_i16()?);
        if api == METADATA {
            found = Some((lowest, highest));
        }
    }
    Some(Ok(found))
}

/// What a broker knows of its cluster.
struct Cluster {
    brokers: i32,
    controller: i32,
}

impl Cluster {
    fn read(body: &[u8], version: i16) -> Option<Self> {
        let mut fields = FieldReader::of(body);
        if version >= THROTTLE_SINCE {
            fields.be_i32()?;
        }
        let brokers = fields.be_i32()?;
        (0..=ENTRIES).contains(&brokers).then_some(())?;
        for _ in 0..brokers {
            fields.be_i32()?;
            skip_text(&mut fields)?;
            fields.be_i32()?;
            skip_text(&mut fields)?;
        }
        if version >= 2 {
            skip_text(&mut fields)?;
        }
        Some(Self {
            brokers,
            controller: fields.be_i32()?,
        })
    }
}

/// Passes over a text, which may be absent (a length of -1).
fn skip_text(fields: &mut FieldReader<'_>) -> Option<()> {
    match fields.be_i16()? {
        -1 => Some(()),
        length => fields.take(usize::try_from(length).ok()?).map(drop),
    }
}

fn judge(cluster: &Cluster) -> Result<Answer, Finding> {
    if cluster.brokers == 0 {
        return Err(Finding::Says(Statement::NoBrokers));
    }
    let controller = Some(cluster.controller).filter(|id| *id >= 0);
    let outcome = match controller {
        Some(_) => Success,
        None => Warning,
    };
    let count = usize::try_from(cluster.brokers).unwrap_or(usize::MAX);
    Ok(Answer::judged(
        outcome,
        Statement::Brokers { count, controller },
    ))
}
