//! The HTTP check: status, and what a JSON body says of status and version.

mod body;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HOST, HeaderValue};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Response, StatusCode};
use tokio::time::{Instant, timeout};

use crate::model::{ProbeOrigin, ProbeOutcome, ProbeSpec};

use super::{Fault, Mismatch, Report};
use body::{Body, Word};

/// Redirects that are followed on the same host and port.
const REDIRECTS: usize = 5;

/// The HTTP clients; connections are not kept between two probes.
#[derive(Clone)]
pub(super) struct Client {
    /// For a service's own addresses, whose certificates cannot name them: not verified.
    own: reqwest::Client,
    /// For URLs from config: verified. Made on first use, as it reads the system's roots.
    named: Arc<OnceLock<Result<reqwest::Client, String>>>,
}

impl Client {
    /// Makes the client.
    pub fn new() -> Result<Self, reqwest::Error> {
        // An error says that the program has chosen a provider already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let own = builder().tls_danger_accept_invalid_certs(true).build()?;
        Ok(Self { own, named: Arc::default() })
    }

    /// Asks `url` within `limit`.
    pub async fn check(&self, spec: &ProbeSpec, url: &str, limit: Duration) -> Report {
        let begun = Instant::now();
        let answer = timeout(limit, self.ask(spec, url)).await.unwrap_or(Err(Fault::Silent(spec.timeout)));
        let mut report = match answer {
            Ok(answer) => judge(spec, url, &answer).timed(spec, begun.elapsed()),
            Err(fault) => Report::fault(spec, url, &fault),
        };
        if spec.url.is_none() {
            report.address = authority(url).map(str::to_owned);
        }
        report
    }

    async fn ask(&self, spec: &ProbeSpec, url: &str) -> Result<Answer, Fault> {
        let mut request = self.client(spec)?.get(url);
        if spec.url.is_none() {
            // What the authors' own healthcheck sends: many servers refuse host names they do not know.
            let host = HeaderValue::try_from(format!("localhost:{}", spec.port));
            request = request.header(HOST, host.map_err(|error| Fault::Other(error.to_string()))?);
        }
        let response = request.send().await.map_err(|error| Fault::http(&error, spec.timeout))?;
        let status = response.status();
        let location = status.is_redirection().then(|| location(&response)).flatten();
        let body = read(response).await;
        Ok(Answer { status, location, body })
    }

    fn client(&self, spec: &ProbeSpec) -> Result<&reqwest::Client, Fault> {
        if spec.url.is_none() {
            return Ok(&self.own);
        }
        let named = self.named.get_or_init(|| builder().build().map_err(|error| cause(&error)));
        named.as_ref().map_err(|error| Fault::Other(format!("cannot verify certificates: {error}")))
    }
}

/// What lies behind an error of the client's builder, such as a system without root certificates.
fn cause(error: &reqwest::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("hubdeck/", env!("CARGO_PKG_VERSION"), " (probe)"))
        .redirect(Policy::custom(redirect))
        .pool_max_idle_per_host(0)
        .no_proxy()
        .http1_only()
}

/// Follows redirects to the same host and port; any other redirect is the answer.
fn redirect(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let same = attempt.previous().first().is_some_and(|first| {
        let next = attempt.url();
        first.host_str() == next.host_str() && first.port_or_known_default() == next.port_or_known_default()
    });
    if !same {
        attempt.stop()
    } else if attempt.previous().len() > REDIRECTS {
        attempt.error(Fault::Redirects(REDIRECTS))
    } else {
        attempt.follow()
    }
}

/// An HTTP answer, read as far as it is needed.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: Body,
}

fn location(response: &Response) -> Option<String> {
    let value = response.headers().get(reqwest::header::LOCATION)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Reads the first [`body::LIMIT`] bytes of a JSON or text body; the rest is never asked for.
async fn read(mut response: Response) -> Body {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !kind.is_none_or(|kind| kind.contains("json") || kind.starts_with("text/plain"))
        && response.status() != 400
    {
        return Body::default();
    }
    let mut bytes = Vec::new();
    // The status has told the verdict already: a body that breaks off is read as far as it came.
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = body::LIMIT - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == body::LIMIT {
            break;
        }
    }
    Body::parse(&bytes)
}

/// The verdict on `answer`.
fn judge(spec: &ProbeSpec, url: &str, answer: &Answer) -> Report {
    let code = answer.status.as_u16();
    let accepted = (spec.status.0..=spec.status.1).contains(&code);
    // A guessed path is no health endpoint: what its body says of a status is about something else.
    let guessed = match spec.origin {
        ProbeOrigin::Port => true,
        ProbeOrigin::Catalog => spec.path == "/",
        _ => false,
    };
    let word = answer.body.word().filter(|_| !guessed);
    let outcome = match word {
        Some(Word::Starting) => ProbeOutcome::Starting,
        _ if answer.status == StatusCode::TOO_MANY_REQUESTS => ProbeOutcome::Warning,
        _ if !accepted => ProbeOutcome::Failure,
        Some(Word::Bad) => ProbeOutcome::Failure,
        Some(Word::Warning) => ProbeOutcome::Warning,
        None => ProbeOutcome::Success,
    };
    let mut report = Report::new(spec, url, outcome, &message(answer, outcome));
    report.version = answer.body.version.clone();
    if code == 400 && url.starts_with("http://") && answer.body.wants_tls {
        report.mismatch = Some(Mismatch::NeedsTls);
    }
    report
}

/// `200 healthy 1.4.2`, `503 Service Unavailable: database is down`, `302 to https://id.example/`.
fn message(answer: &Answer, outcome: ProbeOutcome) -> String {
    let body = &answer.body;
    let code = answer.status.as_u16();
    if let Some(location) = &answer.location {
        return format!("{code} to {location}");
    }
    let word = body.status.as_deref().or(answer.status.canonical_reason()).unwrap_or("");
    let mut message = format!("{code} {word}").trim_end().to_owned();
    if let Some(version) = &body.version {
        message = format!("{message} {version}");
    }
    match &body.detail {
        Some(detail) if outcome != ProbeOutcome::Success => format!("{message}: {detail}"),
        _ => message,
    }
}

/// The URL of `spec` at `address` (`host:port`).
pub(super) fn url(spec: &ProbeSpec, address: &str) -> String {
    let scheme = if spec.tls { "https" } else { "http" };
    let slash = if spec.path.starts_with('/') { "" } else { "/" };
    format!("{scheme}://{address}{slash}{}", spec.path)
}

/// `host:port` of a URL made by [`url`].
fn authority(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split('/').next()
}
