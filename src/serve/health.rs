//! Our own health, readiness, and the cache.

use std::borrow::Cow;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::cache::made;
use super::problem::ProblemDetails;
use super::{RouterOptions, Shared};
use crate::document::json::{
    CacheDocument, ClearedDocument, LivenessDocument, OwnHealthDocument, OwnStatus,
    ReadinessDocument,
};
use crate::model::{Snapshot, Timestamp};

/// `GET /api/health`: 200 also when a watched service is red or the engine is lost, 503 when a part
/// of hubdeck itself is down.
pub async fn own(State(shared): State<Shared>) -> Response {
    let now = (shared.options.clock)();
    let current = shared.cache.current();
    let document = OwnHealthDocument::of(&current.snapshot, now);
    let status = match document.status {
        OwnStatus::Healthy => StatusCode::OK,
        OwnStatus::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, made(&document)).into_response()
}

/// `GET /livez`: the process runs.
pub async fn alive() -> Response {
    made(&LivenessDocument { status: "alive" })
}

/// `GET /readyz`: where containers are looked for at all, the engine answers, and the first poll is
/// done and not too old.
pub async fn ready(State(shared): State<Shared>) -> Response {
    let current = shared.cache.current();
    match unready(&current.snapshot, &shared.options, (shared.options.clock)()) {
        None => made(&ReadinessDocument {
            status: "ready",
            discovery: current.snapshot.engine.discovery,
        }),
        Some(why) => ProblemDetails::new(StatusCode::SERVICE_UNAVAILABLE, why).into_response(),
    }
}

/// Why the snapshot cannot be relied on; `None` when it can.
fn unready(
    snapshot: &Snapshot,
    options: &RouterOptions,
    now: Timestamp,
) -> Option<Cow<'static, str>> {
    if !snapshot.parts_down.is_empty() {
        let parts: Vec<String> = snapshot
            .parts_down
            .iter()
            .map(ToString::to_string)
            .collect();
        return Some(format!("not ready: {}", parts.join(", ")).into());
    }
    unseen(snapshot, options, now).map(Cow::Borrowed)
}

/// Why what is watched is not seen as it is now; `None` when it is.
fn unseen(snapshot: &Snapshot, options: &RouterOptions, now: Timestamp) -> Option<&'static str> {
    if !snapshot.engine.discovery {
        // Nothing is watched, so that nothing of it can be missed.
        return None;
    }
    if !snapshot.engine.status.is_connected() {
        return Some("not ready: the engine does not answer");
    }
    let Some(age) = age_seconds(snapshot, now) else {
        return Some("not ready: the first poll is not done");
    };
    (age > (options.poll_interval + options.ttl).as_secs_f64())
        .then_some("not ready: the last poll is too long ago")
}

/// Seconds since the last complete poll, to the millisecond.
#[allow(clippy::cast_precision_loss)] // milliseconds in f64 are exact for ages
fn age_seconds(snapshot: &Snapshot, now: Timestamp) -> Option<f64> {
    let polled = snapshot.engine.last_poll?;
    Some((now.as_millisecond() - polled.as_millisecond()).max(0) as f64 / 1_000.0)
}

/// `POST /api/cache/clear`: forgets results, polls and probes now; the outcome shows in later
/// answers.
pub async fn clear_cache(State(shared): State<Shared>) -> Response {
    shared.operations.refresh(true);
    let revision = shared.cache.current().snapshot.revision;
    made(&ClearedDocument {
        status: "cleared",
        revision,
    })
}

/// `GET /api/cache/info`: how old results may get, how old they are, and how bodies were reused.
/// Looking at it refreshes nothing.
pub async fn cache_info(State(shared): State<Shared>) -> Response {
    let now = (shared.options.clock)();
    let current = shared.cache.judged(now, shared.options.ttl);
    let age = age_seconds(&current.snapshot, now);
    let ttl = shared.options.ttl.as_secs_f64();
    let counts = shared.cache.counts();
    made(&CacheDocument {
        ttl_seconds: ttl,
        age_seconds: age,
        expired: age.map(|age| age > ttl),
        stale_results: current.stale_results,
        entries: current.entries(),
        hits: counts.hits,
        misses: counts.misses,
        refreshes: counts.refreshes,
        revision: current.snapshot.revision,
    })
}
