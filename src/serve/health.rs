//! Our own health, readiness, and the cache.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::problem::ProblemDetails;
use super::{RouterOptions, Shared};
use crate::document::json::uptime_seconds;
use crate::model::{Snapshot, Timestamp};

/// `GET /api/health`: 200 also when a watched service is red or the engine is lost, 503 when a part
/// of hubdeck itself is down.
pub async fn own(State(shared): State<Shared>) -> Response {
    let now = (shared.options.clock)();
    let current = shared.cache.current();
    let snapshot = &current.snapshot;
    let (status, word) = match snapshot.parts_down.is_empty() {
        true => (StatusCode::OK, "healthy"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "unhealthy"),
    };
    #[allow(clippy::cast_precision_loss)] // microseconds since 1970 are exact in f64
    let timestamp = now.as_microsecond() as f64 / 1_000_000.0;
    let document = json!({
        "status": word,
        "service": "hubdeck",
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": uptime_seconds(snapshot, now),
        "timestamp": timestamp,
        "docker_available": snapshot.engine.status.is_connected(),
        "config": snapshot.config_status().id(),
        "parts_down": snapshot.parts_down,
        "shortages": snapshot.shortages,
    });
    (status, Json(document)).into_response()
}

/// `GET /livez`: the process runs.
pub async fn alive() -> Response {
    Json(json!({"status": "alive"})).into_response()
}

/// `GET /readyz`: where containers are looked for at all, the engine answers, and the first poll is
/// done and not too old.
pub async fn ready(State(shared): State<Shared>) -> Response {
    let current = shared.cache.current();
    match unready(&current.snapshot, &shared.options, (shared.options.clock)()) {
        None => Json(json!({"status": "ready", "discovery": current.snapshot.engine.discovery}))
            .into_response(),
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
    Json(json!({"status": "cleared", "revision": revision})).into_response()
}

/// `GET /api/cache/info`: how old results may get, how old they are, and how bodies were reused.
pub async fn cache_info(State(shared): State<Shared>) -> Response {
    let current = shared.cache.current();
    let age = age_seconds(&current.snapshot, (shared.options.clock)());
    let ttl = shared.options.ttl.as_secs_f64();
    let (hits, misses) = shared.cache.counts();
    Json(json!({
        "ttl_seconds": ttl,
        "age_seconds": age,
        "expired": age.map(|age| age > ttl),
        "entries": current.entries(),
        "hits": hits,
        "misses": misses,
        "revision": current.snapshot.revision,
    }))
    .into_response()
}
