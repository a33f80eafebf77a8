//! Bodies made once per revision and handed out as shared bytes.

mod body;
mod revision;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::watch;

use super::problem::ProblemDetails;
use crate::document::prometheus::MetricsFormat;
use crate::model::{HealthState, MapFormat, Snapshot, Timestamp};

pub use body::{CachedBody, answer};
pub use revision::CachedRevision;

/// A document that is the same for every reader of a revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All services.
    Services,
    /// Incidents.
    Incidents,
    /// Totals per layer.
    Layers,
    /// Discovery.
    Discovery,
    /// Operations.
    Operations,
    /// The page.
    Page,
    /// The metrics in one of their formats.
    Metrics(MetricsFormat),
    /// The OpenAPI document, which names the layers.
    OpenApi,
    /// The architecture in one of its forms.
    Architecture(MapFormat),
    /// The services that one filter with one value chooses, by its place: stacks, layers, states,
    /// sources.
    Chosen(usize),
    /// A part of a service, by its place in the snapshot.
    OfService(usize, ServicePart),
}

/// A document about one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServicePart {
    /// The service itself.
    Whole,
    /// Its explanation.
    Explanation,
    /// All that is kept of what was measured.
    Series,
}

impl ServicePart {
    const COUNT: usize = 3;
}

impl Kind {
    /// How many documents have a fixed place.
    const FIXED: usize = 9 + MapFormat::ALL.len();

    /// How many values a filter may have.
    fn choices(snapshot: &Snapshot) -> usize {
        let sources = 2;
        snapshot.stacks.len() + snapshot.layers.iter().count() + HealthState::ALL.len() + sources
    }

    const fn fixed_slot(self) -> usize {
        match self {
            Self::Services => 0,
            Self::Layers => 1,
            Self::Discovery => 2,
            Self::Page => 3,
            Self::Incidents => 4,
            Self::Operations => 5,
            Self::OpenApi => 6,
            Self::Metrics(MetricsFormat::Prometheus) => 7,
            Self::Metrics(MetricsFormat::OpenMetrics) => 8,
            Self::Architecture(format) => 9 + format as usize,
            Self::Chosen(_) | Self::OfService(..) => usize::MAX,
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Architecture(format) => format.media_type(),
            Self::Metrics(format) => format.media_type(),
            _ => "application/json",
        }
    }
}

/// A document as JSON bytes; the error is one sentence.
pub fn json<T: Serialize>(document: &T) -> Result<Bytes, String> {
    serde_json::to_vec(document)
        .map(Bytes::from)
        .map_err(|error| format!("the answer cannot be written as JSON: {error}"))
}

/// A document as an answer of its own, without a tag: for what changes with the clock.
pub fn made<T: Serialize>(document: &T) -> Response {
    match json(document) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, error).into_response(),
    }
}

/// An answer that never changes while this program runs.
pub struct FixedAnswer {
    body: CachedBody,
    etag: HeaderValue,
    media: &'static str,
}

impl FixedAnswer {
    /// The answer with `body`.
    pub fn new(body: Bytes, media: &'static str) -> Self {
        let etag = format!("W/\"{:08x}-{:x}\"", crc32fast::hash(&body), body.len());
        Self {
            body: CachedBody::new(body),
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("W/\"0\"")),
            media,
        }
    }

    /// Answers a request with `headers`.
    pub fn answer(&self, headers: &HeaderMap) -> Response {
        answer(headers, &self.etag, self.media, |gzip| {
            Ok(self.body.coded(gzip))
        })
    }
}

/// The current revision's bodies, with counts of their use.
pub struct ResponseCache {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    current: watch::Sender<Arc<CachedRevision>>,
    hits: AtomicU64,
    misses: AtomicU64,
    refreshes: AtomicU64,
    /// When results were last asked for again, in milliseconds since 1970.
    refreshed_at: AtomicI64,
}

/// How the cache was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheUse {
    /// How often a body was kept already.
    pub hits: u64,
    /// How often it was not.
    pub misses: u64,
    /// How often results were asked for again.
    pub refreshes: u64,
}

impl ResponseCache {
    /// An empty cache over `snapshots`.
    pub fn new(snapshots: watch::Receiver<Arc<Snapshot>>) -> Self {
        let first = CachedRevision::new(snapshots.borrow().clone(), None);
        Self {
            snapshots,
            current: watch::Sender::new(Arc::new(first)),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            refreshes: AtomicU64::new(0),
            refreshed_at: AtomicI64::new(i64::MIN),
        }
    }

    /// The snapshots that are answered from.
    pub fn snapshots(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshots.clone()
    }

    /// The newest revision. Its bodies are made when somebody first asks for them.
    pub fn current(&self) -> Arc<CachedRevision> {
        let newest = self.snapshots.borrow().clone();
        let current = self.current.borrow().clone();
        if Arc::ptr_eq(&current.snapshot, &newest) {
            return current;
        }
        self.current.send_if_modified(|current| {
            let changed = !Arc::ptr_eq(&current.snapshot, &newest);
            if changed {
                *current = Arc::new(CachedRevision::new(newest, Some(current)));
            }
            changed
        });
        self.current.borrow().clone()
    }

    /// The newest revision, with results older than `ttl` marked as stale.
    pub fn judged(&self, now: Timestamp, ttl: Duration) -> Arc<CachedRevision> {
        let current = self.current();
        let Some((freshness, count)) = current.became_stale(now, ttl) else {
            return current;
        };
        let marked = Arc::new(current.marked(freshness, count));
        self.current.send_if_modified(|latest| {
            let is_same = Arc::ptr_eq(latest, &current);
            if is_same {
                *latest = Arc::clone(&marked);
            }
            is_same
        });
        marked
    }

    /// Whether stale results are to be asked for again at `now`: once in `ttl` at most, and not
    /// where the regular poll is due anyway. Whoever gets `true` has to do it.
    pub fn begins_refresh(&self, stale: &CachedRevision, now: Timestamp, ttl: Duration) -> bool {
        let due = stale.snapshot.engine.next_poll;
        if stale.stale_results == 0 || due.is_some_and(|due| due <= now) {
            return false;
        }
        let (now, pause) = (now.as_millisecond(), i64::try_from(ttl.as_millis()));
        let pause = pause.unwrap_or(i64::MAX).max(1_000);
        let last = self.refreshed_at.load(Ordering::Relaxed);
        let exchanged = last.saturating_add(pause) <= now
            && self
                .refreshed_at
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        self.refreshes
            .fetch_add(u64::from(exchanged), Ordering::Relaxed);
        exchanged
    }

    /// Answers with the body of `kind` of `revision`, made by `render` unless it is kept already.
    pub fn shared(
        &self,
        revision: &CachedRevision,
        kind: Kind,
        headers: &HeaderMap,
        render: impl FnOnce(&CachedRevision) -> Result<Bytes, String>,
    ) -> Response {
        let count = match revision.has(kind) {
            true => &self.hits,
            false => &self.misses,
        };
        count.fetch_add(1, Ordering::Relaxed);
        revision.shared(kind, headers, render)
    }

    /// How the cache was used.
    pub fn counts(&self) -> CacheUse {
        CacheUse {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            refreshes: self.refreshes.load(Ordering::Relaxed),
        }
    }
}
