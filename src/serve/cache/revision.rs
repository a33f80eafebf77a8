//! One revision of the snapshot with the bodies made of it so far.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Serialize;

use super::body::{self, CachedBody};
use super::{Kind, ServicePart};
use crate::document::json::Freshness;
use crate::model::{ServiceId, Snapshot, Timestamp};

/// Ids of removed services that are kept.
const REMOVED_KEPT: usize = 256;
/// Shortest time between two looks at which results are stale.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// A body that is made when it is first asked for.
type Slot = OnceLock<Result<CachedBody, String>>;

/// One revision with the bodies made of it so far.
pub struct CachedRevision {
    /// The revision.
    pub snapshot: Arc<Snapshot>,
    /// Which of its results are stale.
    pub freshness: Freshness,
    /// How many are.
    pub stale_results: usize,
    etag: HeaderValue,
    fixed: [Slot; Kind::FIXED],
    chosen: OnceLock<Box<[Slot]>>,
    of_services: OnceLock<Box<[[Slot; ServicePart::COUNT]]>>,
    removed: VecDeque<ServiceId>,
    /// When the next result becomes stale, in milliseconds since 1970.
    look_again: AtomicI64,
}

impl CachedRevision {
    /// `snapshot` after `before`.
    pub fn new(snapshot: Arc<Snapshot>, before: Option<&Self>) -> Self {
        let removed = before.map_or_else(VecDeque::new, |before| before.removed_in(&snapshot));
        Self::with(snapshot, removed, Freshness::default(), 0)
    }

    /// The same revision with `stale_results` of its results marked as stale.
    pub fn marked(&self, freshness: Freshness, stale_results: usize) -> Self {
        let (snapshot, removed) = (Arc::clone(&self.snapshot), self.removed.clone());
        Self::with(snapshot, removed, freshness, stale_results)
    }

    fn with(
        snapshot: Arc<Snapshot>,
        removed: VecDeque<ServiceId>,
        freshness: Freshness,
        stale_results: usize,
    ) -> Self {
        // The start time distinguishes this run's revisions from those of the run before. Results
        // of one revision only ever become stale.
        let started = snapshot.started_at.as_millisecond();
        let stale = match stale_results {
            0 => String::new(),
            count => format!("{count}-stale-"),
        };
        let etag = format!("W/\"{started:x}-{stale}{}\"", snapshot.revision);
        Self {
            etag: HeaderValue::from_str(&etag).unwrap_or(HeaderValue::from_static("W/\"0\"")),
            snapshot,
            freshness,
            stale_results,
            fixed: Default::default(),
            chosen: OnceLock::new(),
            of_services: OnceLock::new(),
            removed,
            look_again: AtomicI64::new(i64::MIN),
        }
    }

    /// Which results are stale at `now`, and how many: where it is time to look, and more are than
    /// are marked.
    pub fn became_stale(&self, now: Timestamp, ttl: Duration) -> Option<(Freshness, usize)> {
        let now_ms = now.as_millisecond();
        if now_ms < self.look_again.load(Ordering::Relaxed) {
            return None;
        }
        let limit = now.saturating_sub(ttl).unwrap_or(Timestamp::MIN);
        let stale = Freshness::times(&self.snapshot).filter(|at| *at < limit);
        let count = stale.count();
        let next = Freshness::times(&self.snapshot)
            .filter(|at| *at >= limit)
            .min();
        let ttl_ms = i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX);
        let next = next.map_or(i64::MAX, |next| {
            next.as_millisecond().saturating_add(ttl_ms)
        });
        let soonest = now_ms.saturating_add(i64::try_from(LOOK_AGAIN.as_millis()).unwrap_or(1_000));
        self.look_again.store(next.max(soonest), Ordering::Relaxed);
        let freshness = Freshness { limit: Some(limit) };
        (count > self.stale_results).then_some((freshness, count))
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
        let of_services = self.of_services.get().into_iter().flatten().flatten();
        let chosen = self.chosen.get().into_iter().flatten();
        let all = self.fixed.iter().chain(chosen).chain(of_services);
        all.filter(|slot| slot.get().is_some()).count()
    }

    /// Where the body of `kind` is kept; `None` where there is no place for it.
    fn slot(&self, kind: Kind) -> Option<&Slot> {
        let services = self.snapshot.services.len();
        match kind {
            Kind::OfService(index, part) => {
                let all = self
                    .of_services
                    .get_or_init(|| (0..services).map(|_| Default::default()).collect());
                Some(&all.get(index)?[part as usize])
            }
            Kind::Chosen(index) => {
                let places = Kind::choices(&self.snapshot);
                let all = self
                    .chosen
                    .get_or_init(|| (0..places).map(|_| Slot::new()).collect());
                all.get(index)
            }
            kind => self.fixed.get(kind.fixed_slot()),
        }
    }

    /// Whether the body of `kind` is kept already.
    pub fn has(&self, kind: Kind) -> bool {
        self.slot(kind).is_some_and(|slot| slot.get().is_some())
    }

    /// Answers with the body of `kind`, made by `render` unless it is kept already.
    pub fn shared(
        &self,
        kind: Kind,
        headers: &HeaderMap,
        render: impl FnOnce(&Self) -> Result<Bytes, String>,
    ) -> Response {
        body::answer(headers, &self.etag, kind.media_type(), |gzip| {
            let Some(slot) = self.slot(kind) else {
                return render(self).map(|body| (body, false));
            };
            let kept = slot.get_or_init(|| render(self).map(CachedBody::new));
            match kept {
                Ok(body) => Ok(body.coded(gzip)),
                Err(error) => Err(error.clone()),
            }
        })
    }

    /// Answers with a body of another media type that is made for this request alone.
    pub fn fresh_body(
        &self,
        headers: &HeaderMap,
        media: &'static str,
        render: impl FnOnce() -> Bytes,
    ) -> Response {
        body::answer(headers, &self.etag, media, |gzip| {
            Ok(CachedBody::new(render()).coded(gzip))
        })
    }

    /// Answers with a document made for this request alone.
    pub fn fresh<T: Serialize>(
        &self,
        headers: &HeaderMap,
        document: impl FnOnce() -> T,
    ) -> Response {
        body::answer(headers, &self.etag, "application/json", |gzip| {
            super::json(&document()).map(|body| CachedBody::new(body).coded(gzip))
        })
    }
}
