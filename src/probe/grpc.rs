//! The gRPC check: the standard health service (`grpc.health.v1`).

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use h2::RecvStream;
use h2::client::{Builder, SendRequest};
use http::header::{AUTHORIZATION, CONTENT_TYPE, TE};
use http::{HeaderMap, Request, Version};

use super::answer::Answer;
use super::connection::Wire;
use super::field_reader::FieldReader;
use super::protocol::{Ask, Protocol};
use super::secret::Login;
use super::tls_client::Tls;
use crate::model::{FailedRequest, Finding, ProbeKind, Statement};
use crate::probe::failure;

const OTHER: Finding = Finding::Protocol {
    wanted: ProbeKind::Grpc,
};
const METHOD: &str = "/grpc.health.v1.Health/Check";
/// Bytes of an answer, and of its headers, that are read.
const LONGEST: u32 = 16 * 1024;

/// gRPC over HTTP/2.
pub(super) struct Grpc;

impl Protocol for Grpc {
    const SCHEME: &'static str = "grpc";
    const IMPLICIT_TLS: bool = false;

    async fn talk(wire: &mut Wire, ask: &Ask<'_>, tls: &Tls) -> Result<Answer, Finding> {
        if ask.spec.tls {
            wire.over_tls(&tls.offering(b"h2"), ask.server_name())
                .await?;
        }
        let shaken = Builder::new()
            .enable_push(false)
            .initial_window_size(LONGEST)
            .max_header_list_size(LONGEST)
            .handshake::<_, Cursor<Vec<u8>>>(wire);
        let (sender, connection) = shaken.await.map_err(|error| finding(&error))?;
        let answered = tokio::select! {
            answered = call(sender, ask) => answered?,
            ended = connection => return Err(ended.err().map_or(Finding::Closed, |error| finding(&error))),
        };
        judge(&answered, ask)
    }
}

/// What came back: gRPC's own status with its words, and the health where there is one.
struct Answered {
    status: u32,
    words: String,
    health: Option<u64>,
}

async fn call(sender: SendRequest<Cursor<Vec<u8>>>, ask: &Ask<'_>) -> Result<Answered, Finding> {
    let mut sender = sender.ready().await.map_err(|error| finding(&error))?;
    let (response, mut body) = sender
        .send_request(request(ask)?, false)
        .map_err(|error| finding(&error))?;
    body.send_data(Cursor::new(question(&ask.spec.subject)), true)
        .map_err(|error| finding(&error))?;
    let (head, body) = response
        .await
        .map_err(|error| finding(&error))?
        .into_parts();
    if !is_grpc(&head.headers) {
        return Err(OTHER);
    }
    // Where there is nothing but a status, it stands in the head.
    let (message, trailers) = if status(&head.headers).is_some() {
        (Vec::new(), head.headers)
    } else {
        read(body).await?
    };
    Ok(Answered {
        status: status(&trailers).ok_or(OTHER)?,
        words: words(&trailers),
        health: health(&message),
    })
}

/// Reads the body and what follows it.
async fn read(mut body: RecvStream) -> Result<(Vec<u8>, HeaderMap), Finding> {
    let mut message = Vec::new();
    while let Some(part) = body.data().await {
        let part = part.map_err(|error| finding(&error))?;
        message.extend_from_slice(&part);
        // The window is never opened again: a health is a few bytes, and more than the first window
        // is none.
        if message.len() >= usize::try_from(LONGEST).unwrap_or(usize::MAX) {
            return Err(OTHER);
        }
    }
    let trailers = body.trailers().await.map_err(|error| finding(&error))?;
    Ok((message, trailers.unwrap_or_default()))
}

fn status(headers: &HeaderMap) -> Option<u32> {
    headers.get("grpc-status")?.to_str().ok()?.parse().ok()
}

fn words(headers: &HeaderMap) -> String {
    headers
        .get("grpc-message")
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .unwrap_or_default()
}

/// `HealthCheckRequest { service }` in its frame.
fn question(service: &str) -> Vec<u8> {
    let mut message = Vec::new();
    if !service.is_empty() {
        message.push(0x0a);
        let mut length = service.len();
        while length > 0x7f {
            message.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        message.push(length.to_le_bytes()[0]);
        message.extend(service.as_bytes());
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    [&[0][..], &length.to_be_bytes(), &message].concat()
}

/// The status in a `HealthCheckResponse` in its frame; `None` when it is none.
fn health(message: &[u8]) -> Option<u64> {
    let mut fields = FieldReader::of(message);
    let compressed = fields.byte()? != 0;
    let length = usize::try_from(fields.be_u32()?).ok()?;
    let mut fields = FieldReader::of(fields.take(length).filter(|_| !compressed)?);
    let mut status = 0;
    while !fields.rest().is_empty() {
        let (tag, value) = (varint(&mut fields)?, varint(&mut fields)?);
        // Only numbers belong here; the status is the first.
        (tag & 7 == 0).then_some(())?;
        if tag == 0x08 {
            status = value;
        }
    }
    Some(status)
}

fn varint(fields: &mut FieldReader<'_>) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = fields.byte()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn judge(answered: &Answered, ask: &Ask<'_>) -> Result<Answer, Finding> {
    let unknown = || {
        Err(Finding::Says(Statement::UnknownService {
            name: ask.spec.subject.clone(),
        }))
    };
    match answered.status {
        0 => match answered.health.ok_or(OTHER)? {
            0 => Err(Finding::Says(Statement::HealthUnknown)),
            1 => Ok(Answer::works(Statement::Serving)),
            2 => Err(Finding::Says(Statement::NotServing)),
            3 => unknown(),
            _ => Err(OTHER),
        },
        5 => unknown(),
        12 if ask.spec.origin.is_guess() => Ok(Answer::works(Statement::NoHealthService)),
        12 => Err(Finding::Says(Statement::LacksHealthService)),
        7 | 16 if ask.login.is_none() => Ok(Answer::works(Statement::WantsPassword)),
        7 | 16 => Err(Finding::Login {
            said: answered.words.clone(),
        }),
        code => Err(Finding::Says(Statement::GrpcError {
            code,
            said: answered.words.clone(),
        })),
    }
}

/// What an error of HTTP/2 means.
fn finding(error: &h2::Error) -> Finding {
    match failure::caused(error).or_else(|| error.get_io().map(failure::io)) {
        Some(finding) => finding,
        None => OTHER,
    }
}

/// The head of a call to the health service.
fn request(ask: &Ask<'_>) -> Result<Request<()>, Finding> {
    let scheme = if ask.spec.tls { "https" } else { "http" };
    let request = Request::post(format!("{scheme}://{}{METHOD}", ask.address))
        .version(Version::HTTP_2)
        .header(CONTENT_TYPE, "application/grpc")
        .header(TE, "trailers");
    let request = match ask.login {
        None => request,
        Some(Login::Token(token)) => request.header(AUTHORIZATION, format!("Bearer {token}")),
        Some(Login::Password { user, password }) => {
            let login = STANDARD.encode(format!("{user}:{password}"));
            request.header(AUTHORIZATION, format!("Basic {login}"))
        }
    };
    request.body(()).map_err(|error| {
        let said = error.to_string();
        Finding::Failed(FailedRequest::Other { said })
    })
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let media = headers.get(CONTENT_TYPE);
    media.is_some_and(|it| it.as_bytes().starts_with(b"application/grpc"))
}
