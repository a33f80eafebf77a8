//! Bodies made once per revision and handed out as shared bytes.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::watch;

use super::problem::ProblemDetails;
use crate::document::prometheus::MetricsFormat;
use crate::model::{MapFormat, ServiceId, Snapshot};

/// Ids of removed services that are kept.
const REMOVED_KEPT: usize = 256;

/// A hot document that is the same for every reader of a revision.
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
    /// The page.
    Page,
    /// The metrics in one of their formats.
    Metrics(MetricsFormat),
    /// The architecture in one of its forms.
    Architecture(MapFormat),
}

/// How many documents there are.
const KINDS: usize = 7 + MapFormat::ALL.len();

impl Kind {
    const fn slot(self) -> usize {
        match self {
            Self::Services => 0,
            Self::Layers => 1,
            Self::Discovery => 2,
            Self::Page => 3,
            Self::Incidents => 4,
            Self::Metrics(MetricsFormat::Prometheus) => 5,
            Self::Metrics(MetricsFormat::OpenMetrics) => 6,
            Self::Architecture(format) => 7 + format as usize,
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Page => "text/html; charset=utf-8",
            Self::Architecture(format) => format.media_type(),
            Self::Metrics(format) => format.media_type(),
            Self::Services | Self::Layers | Self::Discovery | Self::Incidents => "application/json",
        }
    }
}

/// One revision with the bodies made of it so far.
pub struct CachedRevision {
    /// The revision.
    pub snapshot: Arc<Snapshot>,
    etag: HeaderValue,
    bodies: [OnceLock<Result<Bytes, String>>; KINDS],
    removed: VecDeque<ServiceId>,
}

impl CachedRevision {
    fn new(snapshot: Arc<Snapshot>, before: Option<&Self>) -> Self {
        let removed = before.map_or_else(VecDeque::new, |before| before.removed_in(&snapshot));
        // The start time distinguishes this run's revisions from those of the run before.
        let etag = format!(
            "\"{:x}-{}\"",
            snapshot.started_at.as_millisecond(),
            snapshot.revision
        );
        let etag =
            HeaderValue::from_str(&etag).unwrap_or_else(|_| HeaderValue::from_static("\"0\""));
        Self {
            snapshot,
            etag,
            bodies: Default::default(),
            removed,
        }
    }

    /// The services that were removed before or are in `next` no more, the oldest first.
    fn removed_in(&self, next: &Snapshot) -> VecDeque<ServiceId> {
        let gone = self.snapshot.services.iter().map(|service| &service.id);
        let ids = self.removed.iter().chain(gone);
        let removed = ids.filter(|id| next.service(id).is_none());
        let mut removed: VecDeque<ServiceId> = removed.cloned().collect();
        let surplus = removed.len().saturating_sub(REMOVED_KEPT);
        removed.drain(..surplus);
        removed
    }

    /// Whether a service with this id was there lately.
    pub fn was_removed(&self, id: &ServiceId) -> bool {
        self.removed.contains(id)
            || self
                .snapshot
                .timeline
                .iter()
                .any(|event| event.service.as_ref() == Some(id))
    }

    /// How many bodies are kept.
    pub fn entries(&self) -> usize {
        self.bodies
            .iter()
            .filter(|body| body.get().is_some())
            .count()
    }

    /// Whether the client has this revision already.
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let Some(known) = headers.get(IF_NONE_MATCH) else {
            return false;
        };
        let ours = self.etag.as_bytes();
        known == self.etag
            || known.to_str().is_ok_and(|list| {
                list.split(',')
                    .map(str::trim)
                    .any(|tag| tag == "*" || tag.trim_start_matches("W/").as_bytes() == ours)
            })
    }

    /// Answers with bytes of this revision, or 304 when the client has them.
    pub fn answer(
        &self,
        headers: &HeaderMap,
        media: &'static str,
        body: impl FnOnce() -> Result<Bytes, String>,
    ) -> Response {
        let mut response = if self.is_known(headers) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match body() {
                Ok(body) => with_media(body, media),
                Err(error) => {
                    return ProblemDetails::new(StatusCode::INTERNAL_SERVER_ERROR, error)
                        .into_response();
                }
            }
        };
        response.headers_mut().insert(ETAG, self.etag.clone());
        response
    }

    /// Answers with a document made for this request alone.
    pub fn fresh<T: Serialize>(
        &self,
        headers: &HeaderMap,
        document: impl FnOnce() -> T,
    ) -> Response {
        self.answer(headers, "application/json", || json(&document()))
    }
}

/// A document as JSON bytes; the error is one sentence.
pub fn json<T: Serialize>(document: &T) -> Result<Bytes, String> {
    serde_json::to_vec(document)
        .map(Bytes::from)
        .map_err(|error| format!("the answer cannot be written as JSON: {error}"))
}

/// The current revision's bodies, with counts of their use.
pub struct ResponseCache {
    snapshots: watch::Receiver<Arc<Snapshot>>,
    current: watch::Sender<Arc<CachedRevision>>,
    hits: AtomicU64,
    misses: AtomicU64,
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
        }
    }

    /// The snapshots, for answers that go on with every one.
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

    /// Answers with the body of `kind`, made by `render` unless it is kept already.
    pub fn shared(
        &self,
        kind: Kind,
        headers: &HeaderMap,
        render: impl FnOnce(&Snapshot) -> Result<Bytes, String>,
    ) -> Response {
        let current = self.current();
        let slot = &current.bodies[kind.slot()];
        let count = if slot.get().is_some() {
            &self.hits
        } else {
            &self.misses
        };
        count.fetch_add(1, Ordering::Relaxed);
        current.answer(headers, kind.media_type(), || {
            slot.get_or_init(|| render(&current.snapshot)).clone()
        })
    }

    /// How often a body was kept already, and how often it was not.
    pub fn counts(&self) -> (u64, u64) {
        (
            self.hits.load(Ordering::Relaxed),
            self.misses.load(Ordering::Relaxed),
        )
    }
}

/// An answer with `body` of a media type.
pub fn with_media(body: Bytes, media: &'static str) -> Response {
    let mut response = Response::new(Body::from(body));
    let media = HeaderValue::from_static(media);
    response.headers_mut().insert(CONTENT_TYPE, media);
    response
}
