//! Errors as `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// An error answer. A handler returns it bare; the guard writes the body with the correlation id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemDetails {
    /// The status.
    pub status: StatusCode,
    /// One sentence: what is wrong with this request and what to do.
    pub detail: String,
    /// When it may be sent again, where that is known: `Retry-After`.
    pub retry_after: Option<Duration>,
}

/// The body of an error (RFC 9457).
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Serialize)]
pub struct ProblemDocument<'a> {
    /// `about:blank`: the status says what kind it is.
    r#type: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// One sentence: what is wrong with this request and what to do.
    detail: &'a str,
    /// The id under which hubdeck's log has the request.
    correlation_id: &'a str,
}

impl ProblemDetails {
    /// A problem with `status`.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// Too many requests, for the reason `detail`; there is room for another one after `wait`.
    pub fn too_many(detail: &str, wait: Duration) -> Self {
        let seconds = whole_seconds(wait);
        let detail = format!("{detail}; try again in {seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, detail).after(wait)
    }

    /// The same with the time after which the request may be sent again.
    pub fn after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    fn body(&self, correlation_id: &str) -> Vec<u8> {
        let body = ProblemDocument {
            r#type: "about:blank",
            title: self.title(),
            status: self.status.as_u16(),
            detail: &self.detail,
            correlation_id,
        };
        serde_json::to_vec(&body).unwrap_or_default() // plain strings always serialise
    }

    fn title(&self) -> &'static str {
        self.status.canonical_reason().unwrap_or("Error")
    }

    /// The complete answer as bytes, for a connection that no request came over; it ends the
    /// connection.
    pub fn last_words(&self, correlation_id: &str) -> Vec<u8> {
        let body = self.body(correlation_id);
        let mut answer = format!(
            "HTTP/1.1 {} {}\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\n\
             X-Correlation-ID: {correlation_id}\r\nX-Content-Type-Options: nosniff\r\n\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            self.status.as_u16(),
            self.title(),
            body.len(),
        )
        .into_bytes();
        answer.extend(body);
        answer
    }

    /// The complete answer.
    pub fn write(&self, correlation_id: &str) -> Response {
        let mut response = Response::new(Body::from(self.body(correlation_id)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::REQUEST_TIMEOUT {
            // What is left of the request would be taken for the next one.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(RETRY_AFTER, whole_seconds(wait).into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"hubdeck\""),
            );
        }
        response
    }
}

/// At least one second, as `Retry-After` has no smaller unit.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis()
        .div_ceil(1_000)
        .try_into()
        .unwrap_or(u64::MAX)
        .max(1)
}

impl IntoResponse for ProblemDetails {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Answers a path that no route has.
pub async fn unknown_path(uri: Uri) -> ProblemDetails {
    ProblemDetails::new(
        StatusCode::NOT_FOUND,
        format!(
            "there is nothing at {}; GET / lists what there is",
            uri.path()
        ),
    )
}

/// Answers a method that a route has no handler for: `OPTIONS` with what there is, others with an
/// error. The router adds the header that names the handlers' methods.
pub async fn wrong_method(method: Method, uri: Uri) -> Response {
    if method == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    ProblemDetails::new(
        StatusCode::METHOD_NOT_ALLOWED,
        format!(
            "{} does not take {method}; the Allow header lists what it takes",
            uri.path()
        ),
    )
    .into_response()
}

/// Every route takes `OPTIONS`, which no handler is needed for.
pub async fn allow_options(mut response: Response) -> Response {
    let methods = response
        .headers()
        .get(ALLOW)
        .and_then(|methods| methods.to_str().ok());
    if let Some(all) =
        methods.and_then(|methods| HeaderValue::from_str(&format!("{methods},OPTIONS")).ok())
    {
        response.headers_mut().insert(ALLOW, all);
    }
    response
}
