//! One raw call of the engine API over whatever connection bollard made.
//!
//! bollard's own methods decode into closed enums (an unknown state of one container fails the
//! whole list), buffer a TTY line without bound and never name an API version. So only its
//! connections are used: a request is built by the harmless `GET …/archive` and rewritten.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bollard::errors::Error as ClientError;
use bollard::{BollardRequest, Docker};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;

use super::answer::{AnswerStatus, AnswerType};
use super::call_log::CallLog;
use super::clock::Clock;
use super::endpoint::Endpoint;
use super::identity::EngineIdentity;
use super::routes::is_listed;
use super::{EngineError, dial};
use crate::model::EngineCall;

/// Time for an answer that only reads.
pub(super) const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// Answers that show how fast the engine is: one that is slow now and then is not called slow and
/// fast in turn.
const ANSWERS: usize = 3;
/// Calls that only read at a time over SSH.
const SSH_CALLS: usize = 4;
/// Time for an answer that waits for a container to end: longer than any usual grace period.
pub(super) const ACT_TIMEOUT: Duration = Duration::from_secs(15 * 60);

/// HTTP method of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HttpMethod {
    Get,
    Post,
    Delete,
}

impl HttpMethod {
    const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
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
    /// Calls that only read at a time, where that is limited.
    limit: Option<Arc<Semaphore>>,
    headers: dial::Headers,
    pace: Arc<Pace>,
    /// Where calls that change something are recorded.
    log: Option<CallLog>,
}

impl Transport {
    /// A connection to `endpoint`; nothing is sent yet. What hubdeck itself runs out of on it is
    /// passed to `short`.
    ///
    /// # Errors
    /// One clause why it cannot be used.
    pub(super) fn to(endpoint: &Endpoint, short: dial::OnShortage) -> Result<Self, String> {
        // Behind SSH few calls at a time share the connections there are: each is a process, and a
        // login may be.
        let limit =
            matches!(endpoint, Endpoint::Ssh(_)).then(|| Arc::new(Semaphore::new(SSH_CALLS)));
        let headers = dial::Headers::default();
        let docker = dial::client(endpoint, headers.clone(), short)?;
        Ok(Self {
            docker,
            prefix: String::new(),
            calls: Arc::default(),
            limit,
            headers,
            pace: Arc::default(),
            log: None,
        })
    }

    /// The same connection, speaking API version `api` (`1.45`) from now on.
    pub(super) fn speaking(mut self, api: &str) -> Self {
        self.prefix = format!("/v{api}");
        self
    }

    /// Records calls that change something to `log` from now on.
    pub(super) fn record_to(&mut self, log: CallLog) {
        self.log = Some(log);
    }

    /// The engine's clock.
    pub(super) fn clock(&self) -> &Arc<Clock> {
        &self.headers.clock
    }

    /// What the engine said of itself in the headers of an answer; `None` before one said it.
    pub(super) fn identity(&self) -> Option<&EngineIdentity> {
        self.headers.identity.get()
    }

    /// How long the slowest of the latest answers took; `None` before the first.
    pub(super) fn slowest_answer(&self) -> Option<Duration> {
        self.pace.slowest()
    }

    /// Calls made so far.
    pub(super) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Whether the content type of a log stream tells whether it is raw: before API 1.42 it was
    /// that of a raw stream always.
    pub(super) fn names_raw_streams(&self) -> bool {
        let minor = self.prefix.strip_prefix("/v1.");
        minor
            .and_then(|minor| minor.parse().ok())
            .is_some_and(|minor: u32| minor >= 42)
    }

    /// Opens `path` (with its query) and streams the body; a status of 400 and up is an error.
    pub(super) fn open(
        &self,
        method: HttpMethod,
        path: &str,
        timeout: Duration,
    ) -> impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>>
    + Send
    + Unpin
    + 'static {
        self.open_with(method, path, None, timeout)
    }

    /// The same, with the content type of the answer, once its first chunk came.
    pub(super) fn open_typed(
        &self,
        path: &str,
        timeout: Duration,
    ) -> (
        impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>>
        + Send
        + Unpin
        + 'static,
        AnswerType,
    ) {
        let answer_type = AnswerType::default();
        let wanted = answer_type.clone();
        let prepare = move |request: &mut BollardRequest| {
            request.extensions_mut().insert(wanted.clone());
        };
        let body = self.request(HttpMethod::Get, path, None, timeout, prepare);
        (body, answer_type)
    }

    /// The same with a JSON document to send.
    pub(super) fn open_with(
        &self,
        method: HttpMethod,
        path: &str,
        document: Option<&Value>,
        timeout: Duration,
    ) -> impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>>
    + Send
    + Unpin
    + 'static {
        self.request(method, path, document, timeout, |_| ())
    }

    /// The same with a request that `prepare` changes before it is sent.
    pub(super) fn request(
        &self,
        method: HttpMethod,
        path: &str,
        document: Option<&Value>,
        timeout: Duration,
        prepare: impl Fn(&mut BollardRequest) + Send + Sync + 'static,
    ) -> impl Stream<Item = Result<impl AsRef<[u8]> + Send + 'static, ClientError>>
    + Send
    + Unpin
    + 'static {
        debug_assert!(
            is_listed(method.name(), path),
            "{} {path} is not in the list of calls, so that a socket proxy would refuse it",
            method.name()
        );
        let document = document.map(Value::to_string);
        self.calls.fetch_add(1, Ordering::Relaxed);
        let path = format!("{}{path}", self.prefix);
        // The client counts whole seconds, and 0 is none.
        let whole = Duration::from_secs(timeout.as_secs().saturating_add(1));
        let docker = self
            .docker
            .clone()
            .with_timeout(whole)
            .with_request_modifier(move |request| {
                let mut request = rewritten(request, method, &path, document.as_deref());
                prepare(&mut request);
                request
            });
        docker.download_from_container("-", None)
    }

    /// The whole body of a call.
    pub(super) async fn call(
        &self,
        method: HttpMethod,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<Vec<u8>, EngineError> {
        self.call_with(method, path, None, timeout, what).await
    }

    /// The same with a JSON document to send.
    pub(super) async fn call_with(
        &self,
        method: HttpMethod,
        path: &str,
        document: Option<&Value>,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<Vec<u8>, EngineError> {
        // An operation may take minutes: it must not hold up what only reads.
        let _turn = if method == HttpMethod::Get {
            self.turn().await
        } else {
            None
        };
        let status = AnswerStatus::default();
        let wanted = status.clone();
        let read = async {
            let mut body = Vec::new();
            let mut stream = self.request(method, path, document, timeout, move |request| {
                request.extensions_mut().insert(wanted.clone());
            });
            while let Some(chunk) = stream.next().await {
                body.extend_from_slice(chunk?.as_ref());
            }
            Ok(body)
        };
        let begun = Instant::now();
        let outcome = tokio::time::timeout(timeout, read).await;
        // The first answer waits for a login perhaps, and statistics are measured over a while.
        if matches!(outcome, Ok(Ok(_))) && !self.prefix.is_empty() && !path.contains("/stats") {
            self.pace.record(begun.elapsed());
        }
        let outcome = match outcome {
            Ok(outcome) => {
                outcome.map_err(|error| EngineError::from_client(what.0, what.1, &error))
            }
            Err(_elapsed) => Err(EngineError::timed_out(what.0, what.1)),
        };
        self.record((method, path), status.get(), &outcome);
        outcome
    }

    /// Adds a call that changes something to the log, where one is kept.
    pub(super) fn record(
        &self,
        (method, path): (HttpMethod, &str),
        status: Option<u16>,
        outcome: &Result<Vec<u8>, EngineError>,
    ) {
        let Some(log) = self.log.as_ref().filter(|_| method != HttpMethod::Get) else {
            return;
        };
        let call = format!("{} {}{path}", method.name(), self.prefix);
        let body = match outcome {
            Ok(body) => body,
            Err(error) => error.cause().as_bytes(),
        };
        log.add(EngineCall::new(call, status, body));
    }

    /// `GET path` as text; bytes that are no UTF-8 cost themselves only.
    pub(super) async fn get_text(
        &self,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<String, EngineError> {
        let body = self.call(HttpMethod::Get, path, timeout, what).await?;
        Ok(String::from_utf8(body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// Waits until one more call may be made.
    pub(super) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.limit.as_ref()?.acquire().await.ok()
    }

    /// `GET path`, decoded.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        timeout: Duration,
        what: (&'static str, &str),
    ) -> Result<T, EngineError> {
        let body = self.call(HttpMethod::Get, path, timeout, what).await?;
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
        let body = self
            .call_with(HttpMethod::Post, path, Some(document), timeout, what)
            .await?;
        decoded(&body, what)
    }
}

/// How long answers to calls that only read take.
#[derive(Debug, Default)]
struct Pace(watch::Sender<VecDeque<Duration>>);

impl Pace {
    fn record(&self, took: Duration) {
        self.0.send_modify(|latest| {
            if latest.len() >= ANSWERS {
                latest.pop_front();
            }
            latest.push_back(took);
        });
    }

    fn slowest(&self) -> Option<Duration> {
        self.0.borrow().iter().max().copied()
    }
}

fn decoded<T: DeserializeOwned>(body: &[u8], what: (&'static str, &str)) -> Result<T, EngineError> {
    serde_json::from_slice(body).map_err(|error| EngineError::unreadable(what.0, what.1, &error))
}

/// `text` as one segment of a path or one value of a query.
#[must_use]
pub fn encoded(text: &str) -> String {
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

/// The client's request made into another one.
fn rewritten(
    mut request: BollardRequest,
    method: HttpMethod,
    path: &str,
    document: Option<&str>,
) -> BollardRequest {
    let uri = request.uri();
    let scheme = uri.scheme_str().unwrap_or("http");
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    if let Ok(uri) = format!("{scheme}://{authority}{path}").parse() {
        *request.uri_mut() = uri;
    }
    if let Ok(name) = method.name().parse() {
        *request.method_mut() = name;
    }
    if let Some(document) = document {
        *request.body_mut() = bollard::body_full(document.to_owned().into());
    }
    request
}
