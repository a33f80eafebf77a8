//! The MongoDB check: `hello`, which asks for no login.

mod bson;

use crate::model::ProbeOutcome::{Starting, Warning};
use crate::model::{Finding, ProbeKind, ReplicaRole, Statement};

use super::answer::Answer;
use super::connection::Wire;
use super::field_reader::FieldReader;
use super::protocol::{Ask, Protocol};
use super::tls_client::Tls;
use bson::Document;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Mongodb,
};
const OP_MSG: i32 = 2013;
/// Number of our only request, which the answer has to repeat.
const REQUEST: i32 = 1;
/// `{hello: 1, $db: "admin"}`.
const HELLO: &[u8] = b"\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0";
/// Flags (none), then one section that holds a document.
const BODY: &[u8] = &[0, 0, 0, 0, 0];
/// Longest answer that is read, in bytes.
const LONGEST: i32 = 128 * 1024;
/// MongoDB's code for a command that it does not have.
const COMMAND_NOT_FOUND: f64 = 59.0;

/// MongoDB's wire protocol.
pub(super) struct Mongodb;

impl Protocol for Mongodb {
    const SCHEME: &'static str = "mongodb";

    async fn talk(wire: &mut Wire, _: &Ask<'_>, _: &Tls) -> Result<Answer, Finding> {
        wire.send(&question()).await?;
        let length = i32::from_le_bytes(wire.exactly().await?);
        if !(16 + 5..=LONGEST).contains(&length) {
            return Err(OTHER);
        }
        let [_, repeated, code] = numbers(wire.exactly().await?);
        if (repeated, code) != (REQUEST, OP_MSG) {
            return Err(OTHER);
        }
        let body = wire
            .take(usize::try_from(length - 16).unwrap_or(usize::MAX))
            .await?;
        let document = body
            .get(BODY.len()..)
            .and_then(Document::read)
            .ok_or(OTHER)?;
        judge(&document)
    }
}

/// Three numbers in a row.
fn numbers(bytes: [u8; 12]) -> [i32; 3] {
    let mut fields = FieldReader::of(&bytes);
    // There are twelve bytes, so there are three numbers.
    [(); 3].map(|()| fields.le_i32().unwrap_or_default())
}

fn question() -> Vec<u8> {
    let length = i32::try_from(16 + BODY.len() + HELLO.len()).unwrap_or(i32::MAX);
    let head = [length, REQUEST, 0, OP_MSG].map(i32::to_le_bytes).concat();
    [&head, BODY, HELLO].concat()
}

fn judge(hello: &Document) -> Result<Answer, Finding> {
    if hello.number("ok") != Some(1.0) {
        return judge_error(hello);
    }
    let set = hello.text("setName").map(str::to_owned);
    let member = |role| Statement::Member {
        role,
        set: set.clone(),
    };
    Ok(if hello.text("msg") == Some("isdbgrid") {
        Answer::works(Statement::RoutesToShards)
    } else if hello.is("isWritablePrimary") && set.is_none() {
        Answer::works(Statement::AcceptsWrites)
    } else if hello.is("isWritablePrimary") {
        Answer::works(member(ReplicaRole::Primary))
    } else if hello.is("secondary") {
        Answer::works(member(ReplicaRole::Secondary))
    } else if hello.is("arbiterOnly") {
        Answer::works(member(ReplicaRole::Arbiter))
    } else if hello.is("isreplicaset") {
        Answer::judged(Warning, Statement::NotInitiated)
    } else {
        Answer::judged(Starting, member(ReplicaRole::None))
    })
}

fn judge_error(hello: &Document) -> Result<Answer, Finding> {
    if hello.number("code") == Some(COMMAND_NOT_FOUND) {
        return Ok(Answer::works(Statement::TooOld));
    }
    let said = hello.text("errmsg").ok_or(OTHER)?.to_owned();
    Err(Finding::Error { said })
}
