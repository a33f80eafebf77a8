//! One raw call of the engine API over whatever connection bollard made.
//!
//! bollard's own methods decode into closed enums (an unknown state of one container fails the
//! whole list), buffer a TTY line without bound and never name an API version. So only its
//! connections are used: a request is built by the harmless `GET …/archive` and rewritten.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error as ClientError;
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::EngineError;

/// Time for an answer that only reads.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Time for an answer that waits for a container to end: longer than any usual grace period.
pub(super) const ACT_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// HTTP method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Get,
    Post,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A connection, the API version spoken on it, and how often it was used.
#[derive(Clone)]
pub(super) struct Transport {
    docker: Docker,
    /// Such as `/v1.45`; empty before the version is known.
    prefix: String,
    calls: Arc<AtomicU64>,
}

impl Transport {
    pub(super) fn new(docker: Docker) -> Self {
        Self { docker, prefix: String::new(), calls: Arc::default() }
    }

    /// The same connection, speaking API version `api` (`1.45`) from now on.
    pub(super) fn speaking(mut self, api: &str) -> Self {
        self.prefix = format!("/v{api}");
        self
    }

    /// Calls made so far.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Opens `path` (with its query) and streams the body; a status of 400 and up is an error.
    pub(super) fn open(
        &self,
        method: Method,
        path: &str,
        timeout: Duration,
    ) -> impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>> + Send + Unpin + 'static
    {
        self.open_with(method, path, None, timeout)
    }

    /// The same with a JSON document to send.
    pub(super) fn open_with(
        &self,
        method: Method,
        path: &str,
        document: Option<&Value>,
        timeout: Duration,
    ) -> impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>> + Send + Unpin + 'static
    {
        let document = document.map(Value::to_string);
        self.calls.fetch_add(1, Ordering::Relaxed);
        let path = format!("{}{path}", self.prefix);
        // The client counts whole seconds, and 0 is none.
        let whole = Duration::from_secs(timeout.as_secs().saturating_add(1));
        let docker = self.docker.clone().with_timeout(whole).with_request_modifier(move |mut request| {
            let scheme = request.uri().scheme_str().unwrap_or("http");
            let authority = request.uri().authority().map_or("", |authority| authority.as_str());
            if let Ok(uri) = format!("{scheme}://{authority}{path}").parse() {
                *request.uri_mut() = uri;
            }
            if let Ok(name) = method.name().parse() {
                *request.method_mut() = name;
            }
            if let Some(document) = &document {
                *request.body_mut() = bollard::body_full(document.clone().into());
            }
            request
        });
        docker.download_from_container("-", None)
    }

    /// The whole body of a call.
    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<Vec<u8>, EngineError> {
        self.call_with(method, path, None, timeout, what).await
    }

    /// The same with a JSON document to send.
    pub(super) async fn call_with(
        &self,
        method: Method,
        path: &str,
        document: Option<&Value>,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<Vec<u8>, EngineError> {
        let read = async {
            let mut body = Vec::new();
            let mut stream = self.open_with(method, path, document, timeout);
            while let Some(chunk) = stream.next().await {
                body.extend_from_slice(chunk?.as_ref());
            }
            Ok(body)
        };
        match tokio::time::timeout(timeout, read).await {
            Ok(outcome) => outcome.map_err(|error| EngineError::from_client(what.0, what.1, &error)),
            Err(_elapsed) => Err(EngineError::timed_out(what.0, what.1)),
        }
    }

    /// `GET path` as text; bytes that are no UTF-8 cost themselves only.
    pub(super) async fn get_text(
        &self,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<String, EngineError> {
        let body = self.call(Method::Get, path, timeout, what).await?;
        Ok(String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// `GET path`, decoded.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<T, EngineError> {
        let body = self.call(Method::Get, path, timeout, what).await?;
        decoded(&body, what)
    }

    /// `POST path` with a JSON document, the answer decoded.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        document: &Value,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<T, EngineError> {
        let body = self.call_with(Method::Post, path, Some(document), timeout, what).await?;
        decoded(&body, what)
    }
}

fn decoded<T: DeserializeOwned>(body: &[u8], what: (&'static str, &str)) -> Result<T, EngineError> {
    serde_json::from_slice(body).map_err(|error| EngineError::unreadable(what.0, what.1, &error))
}

/// `text` as one segment of a path or one value of a query.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
