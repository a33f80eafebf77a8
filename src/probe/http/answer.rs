//! An HTTP answer, read as far as it is needed.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use reqwest::tls::TlsInfo;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::body::{Body, LIMIT};
use super::encoding::{self, Coding, Unpacked};
use crate::model::authority::split_url;
use crate::model::{Expect, ProbeKind, ProbeOrigin, ProbeSpec, Timestamp};
use crate::probe::certificate;
use crate::probe::protocol::Ask;

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// At its end, or where the other side broke off.
    Whole,
    /// At what a probe reads at most.
    Cut,
    /// Not within the timeout.
    Late,
    /// It was not read: nobody wants to know it, or it is compressed in a way that hubdeck does not
    /// know.
    Unread,
    /// What was read is compressed and broken.
    Broken,
}

/// How long an answer that nobody wants to know is read nevertheless: a server whose answer is left
/// unread sees the connection reset.
const DRAIN: Duration = Duration::from_millis(100);

/// An answer.
pub(super) struct HttpResponse {
    /// Its status.
    pub status: StatusCode,
    /// Whether credentials were sent.
    pub authorised: bool,
    /// Where it redirects to.
    pub location: Option<String>,
    /// Its headers.
    headers: HeaderMap,
    /// What it says of health.
    pub body: Body,
    /// What was read of the body.
    bytes: Vec<u8>,
    /// How the reading ended.
    pub end: BodyEnd,
    /// End of the certificate that was shown.
    pub certificate_until: Option<Timestamp>,
}

impl HttpResponse {
    /// Reads `response` until `deadline`; what does not come until then is not waited for.
    pub async fn read(response: &mut Response, ask: &Ask<'_>, deadline: Instant) -> Self {
        let mut bytes = Vec::new();
        let coding = encoding::of(response.headers());
        let mut end = if is_wanted(response, ask.spec) && coding != Some(Coding::Unknown) {
            timeout_at(deadline, fill(&mut bytes, response))
                .await
                .unwrap_or(BodyEnd::Late)
        } else {
            BodyEnd::Unread
        };
        if let Some(coding) = coding.filter(|_| end != BodyEnd::Unread) {
            let (plain, unpacked) = coding.unpack(&bytes, LIMIT);
            bytes = plain;
            end = match unpacked {
                Unpacked::Whole => end,
                Unpacked::Cut => BodyEnd::Cut,
                // What was cut or came too late ends in the middle.
                Unpacked::Broken if matches!(end, BodyEnd::Cut | BodyEnd::Late) => end,
                Unpacked::Broken => BodyEnd::Broken,
            };
        }
        let certificate = response
            .extensions()
            .get::<TlsInfo>()
            .and_then(TlsInfo::peer_certificate);
        let in_url = ask.spec.url.as_ref().is_some_and(|url| has_user(url));
        let in_header = ask.spec.request.header("Authorization").is_some();
        let mut answer = Self {
            status: response.status(),
            authorised: ask.login.is_some() || in_url || in_header,
            location: None,
            certificate_until: certificate.and_then(certificate::end_of_der),
            headers: std::mem::take(response.headers_mut()),
            body: Body::parse(&bytes),
            bytes,
            end,
        };
        answer.location = answer
            .header(&LOCATION)
            .filter(|_| answer.status.is_redirection());
        answer
    }

    /// Whether the body came to its end, or it does not matter that it did not.
    pub fn is_whole(&self, spec: &ProbeSpec) -> bool {
        // A guessed path may be anything, a stream of events as well.
        self.end != BodyEnd::Late
            || (spec.origin == ProbeOrigin::Port && spec.expect == Expect::default())
    }

    /// A header as text.
    pub fn header(&self, name: &HeaderName) -> Option<String> {
        Some(String::from_utf8_lossy(self.headers.get(name)?.as_bytes()).into_owned())
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.bytes).ok()
    }

    /// Whether it is a page for people.
    pub fn is_page(&self) -> bool {
        self.header(&CONTENT_TYPE)
            .is_some_and(|kind| kind.contains("html"))
    }
}

/// Whether a URL holds a user or a password.
fn has_user(url: &str) -> bool {
    let (_, authority, _) = split_url(url);
    authority.contains('@')
}

/// Whether the body is worth reading: JSON or text, or anything where a condition or a product asks.
fn is_wanted(response: &Response, spec: &ProbeSpec) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    kind.is_none_or(|kind| kind.contains("json") || kind.starts_with("text/plain"))
        || matches!(response.status().as_u16(), 400 | 403)
        || spec.kind != ProbeKind::Http
        || spec.expect != Expect::default()
}

/// Reads the first [`LIMIT`] bytes; the rest is never asked for.
async fn fill(bytes: &mut Vec<u8>, response: &mut Response) -> BodyEnd {
    // The verdict follows from the status already: a body that breaks off is read as far as it came.
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = LIMIT - bytes.len();
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if bytes.len() == LIMIT {
            return BodyEnd::Cut;
        }
    }
    BodyEnd::Whole
}

/// Reads on for a moment, so that the connection ends where the answer does.
pub(super) async fn drain(mut response: Response, deadline: Instant) {
    let mut left = LIMIT;
    let rest = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            left = left.saturating_sub(chunk.len());
            if left == 0 {
                return;
            }
        }
    };
    // The verdict stands, whatever comes.
    let _ = timeout_at(deadline.min(Instant::now() + DRAIN), rest).await;
}
