//! Frames and methods of AMQP 0-9-1, as far as a login goes.

use crate::model::Finding;
use crate::probe::connection::Wire;
use crate::probe::field_reader::{FieldReader, text};

use super::OTHER;

/// Kind of a frame that holds a method.
const METHOD: u8 = 1;
/// Kind of a frame that only says that somebody is there.
const HEARTBEAT: u8 = 8;
const END: u8 = 0xce;
/// Longest frame that is read, in bytes; a broker agrees on longer ones only later.
const LONGEST: u32 = 64 * 1024;
/// Class of every method here.
const CONNECTION: u16 = 10;

/// Methods of the class `connection`, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Start = 10,
    StartOk = 11,
    Tune = 30,
    TuneOk = 31,
    Open = 40,
    OpenOk = 41,
    Close = 50,
    CloseOk = 51,
    /// One that says nothing of the login, such as `blocked`.
    Other = 0,
}

impl Method {
    fn of(number: u16) -> Self {
        let known = [
            Self::Start,
            Self::Tune,
            Self::OpenOk,
            Self::Close,
            Self::CloseOk,
        ];
        known
            .into_iter()
            .find(|method| *method as u16 == number)
            .unwrap_or(Self::Other)
    }
}

/// The arguments of the first method, of whose frame `head` has been read.
pub(super) async fn first(wire: &mut Wire, head: [u8; 4]) -> Result<Vec<u8>, Finding> {
    let rest = wire.exactly::<3>().await?;
    let [kind, channel_high, channel_low, a] = head;
    let [b, c, d] = rest;
    match read(wire, [kind, channel_high, channel_low, a, b, c, d]).await? {
        Some((Method::Start, arguments)) => Ok(arguments),
        _ => Err(OTHER),
    }
}

/// The next method and its arguments; `None` for a frame that holds none.
pub(super) async fn next(wire: &mut Wire) -> Result<Option<(Method, Vec<u8>)>, Finding> {
    let head = wire.exactly().await?;
    read(wire, head).await
}

async fn read(wire: &mut Wire, head: [u8; 7]) -> Result<Option<(Method, Vec<u8>)>, Finding> {
    let [kind, _, _, length @ ..] = head;
    let length = u32::from_be_bytes(length);
    if !matches!(kind, METHOD | HEARTBEAT) || length > LONGEST {
        return Err(OTHER);
    }
    let body = wire
        .take(usize::try_from(length).unwrap_or(usize::MAX))
        .await?;
    if wire.exactly().await? != [END] {
        return Err(OTHER);
    }
    if kind == HEARTBEAT {
        return Ok(None);
    }
    let mut fields = FieldReader::of(&body);
    let (Some(CONNECTION), Some(method)) = (fields.be_u16(), fields.be_u16()) else {
        return Err(OTHER);
    };
    Ok(Some((Method::of(method), fields.rest().to_vec())))
}

/// What a broker says first.
pub(super) struct Start {
    pub version: Option<String>,
}

impl Start {
    /// Reads the protocol's version, which has to be 0-9, and the broker's own.
    pub fn read(arguments: &[u8]) -> Option<Self> {
        let mut fields = FieldReader::of(arguments);
        (fields.array()? == [0, 9]).then_some(())?;
        Some(Self {
            version: property(long_text(&mut fields)?, b"version"),
        })
    }
}

/// The text of property `name` in a table; `None` where it is absent or stands behind a value of
/// unknown shape.
fn property(table: &[u8], name: &[u8]) -> Option<String> {
    let mut fields = FieldReader::of(table);
    loop {
        let key = short_text(&mut fields)?;
        let value = match fields.byte()? {
            b'S' | b'F' | b'x' | b'A' => long_text(&mut fields)?,
            b't' | b'b' | b'B' => fields.take(1)?,
            b's' | b'u' | b'U' => fields.take(2)?,
            b'I' | b'i' | b'f' => fields.take(4)?,
            b'l' | b'L' | b'd' | b'T' => fields.take(8)?,
            b'D' => fields.take(5)?,
            b'V' => &[],
            _ => return None,
        };
        if key == name {
            return Some(text(value));
        }
    }
}

fn short_text<'a>(fields: &mut FieldReader<'a>) -> Option<&'a [u8]> {
    let length = fields.byte()?;
    fields.take(usize::from(length))
}

fn long_text<'a>(fields: &mut FieldReader<'a>) -> Option<&'a [u8]> {
    let length = fields.be_u32()?;
    fields.take(usize::try_from(length).ok()?)
}

/// Why a broker ends a connection.
pub(super) struct Close {
    pub code: u16,
    pub text: String,
}

impl Close {
    pub fn read(arguments: &[u8]) -> Option<Self> {
        let mut fields = FieldReader::of(arguments);
        Some(Self {
            code: fields.be_u16()?,
            text: text(short_text(&mut fields)?),
        })
    }
}

/// Who we are.
pub(super) fn start_ok(user: &str, password: &str) -> Vec<u8> {
    let capability = [&short(b"authentication_failure_close")[..], b"t\x01"].concat();
    let properties = [
        &short(b"product")[..],
        b"S",
        &long(b"hubdeck"),
        &short(b"connection_name"),
        b"S",
        &long(b"hubdeck"),
        &short(b"capabilities"),
        b"F",
        &long(&capability),
    ]
    .concat();
    let response = ["\0", user, "\0", password].concat();
    let arguments = [
        &long(&properties)[..],
        &short(b"PLAIN"),
        &long(response.as_bytes()),
        &short(b"en_US"),
    ]
    .concat();
    method(Method::StartOk, &arguments)
}

/// Agrees to what the broker proposes, without heartbeats.
pub(super) fn tune_ok(tune: &[u8]) -> Vec<u8> {
    let limits = tune.get(..6).unwrap_or(&[0; 6]);
    method(Method::TuneOk, &[limits, &[0, 0]].concat())
}

/// Asks for a virtual host.
pub(super) fn open(vhost: &str) -> Vec<u8> {
    method(
        Method::Open,
        &[&short(vhost.as_bytes())[..], &[0, 0]].concat(),
    )
}

/// Ends the connection without a complaint.
pub(super) fn close() -> Vec<u8> {
    method(Method::Close, b"\x00\xc8\x04done\x00\x00\x00\x00")
}

/// Agrees that the connection ends.
pub(super) fn close_ok() -> Vec<u8> {
    method(Method::CloseOk, &[])
}

fn method(method: Method, arguments: &[u8]) -> Vec<u8> {
    let body = [
        &CONNECTION.to_be_bytes()[..],
        &(method as u16).to_be_bytes(),
        arguments,
    ]
    .concat();
    [&[METHOD, 0, 0][..], &length(body.len()), &body, &[END]].concat()
}

/// A text of at most 255 bytes; a longer one is cut.
fn short(text: &[u8]) -> Vec<u8> {
    let text = &text[..text.len().min(255)];
    [&[u8::try_from(text.len()).unwrap_or(u8::MAX)], text].concat()
}

fn long(text: &[u8]) -> Vec<u8> {
    [&length(text.len())[..], text].concat()
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}
