//! Answers in the engine's form.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::Stream;
use serde::Serialize;

use super::super::clock::{Nanos, date};
use super::super::control::{Control, SimApiVersion};
use super::super::refusal::LifecycleRefusal;

/// A JSON document.
pub(super) fn json(value: &impl Serialize) -> Response {
    status_json(StatusCode::OK, value)
}

/// A JSON document about something that was made.
pub(super) fn created(value: &impl Serialize) -> Response {
    status_json(StatusCode::CREATED, value)
}

fn status_json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// `{"message": …}`, the form of every error.
pub(super) fn message(status: u16, text: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    status_json(status, &serde_json::json!({ "message": text }))
}

/// An answer without a body.
pub(super) fn empty(status: u16) -> Response {
    StatusCode::from_u16(status)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response()
}

/// A body of unknown length.
pub(super) fn stream(
    kind: &'static str,
    chunks: impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static,
) -> Response {
    ([(header::CONTENT_TYPE, kind)], Body::from_stream(chunks)).into_response()
}

/// The connection is the caller's from now on.
pub(super) fn switched() -> Response {
    let headers = [
        (header::CONNECTION, "Upgrade"),
        (header::UPGRADE, "tcp"),
        (header::CONTENT_TYPE, "application/vnd.docker.raw-stream"),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The answer to a refused request.
pub(super) fn refused(refusal: &LifecycleRefusal) -> Response {
    match refusal {
        LifecycleRefusal::Missing(text) => message(404, text),
        LifecycleRefusal::Already => empty(304),
        LifecycleRefusal::Conflict(text) => message(409, text),
        LifecycleRefusal::Bad(text) => message(400, text),
        LifecycleRefusal::Failed(text) => message(500, text),
        LifecycleRefusal::Unavailable(text) => message(503, text),
    }
}

/// What no simulation can do.
pub(super) fn unsimulated(control: &Control, container: &str, what: &str) -> Response {
    match control.look(|world, _| world.index(container)) {
        Err(refusal) => refused(&refusal),
        Ok(_) => message(
            501,
            &format!("{what} is not possible in a simulated engine"),
        ),
    }
}

/// A socket proxy's answer to what it does not let through.
pub(super) fn forbidden() -> Response {
    let body = "<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n";
    (
        StatusCode::FORBIDDEN,
        [(header::CONTENT_TYPE, "text/html")],
        body,
    )
        .into_response()
}

/// Adds the headers every answer of an engine of version `engine` has; it is `now` by its clock.
pub(super) fn dress(
    mut response: Response,
    engine: &str,
    max: SimApiVersion,
    now: Nanos,
) -> Response {
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&date(now)) {
        headers.insert(header::DATE, date);
    }
    for (name, value) in [("docker-experimental", "false"), ("ostype", "linux")] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let server = format!("hubdeck-sim/{engine} (linux)");
    for (name, value) in [("api-version", super::word(max)), ("server", server)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}
