//! Documents about hubdeck itself.

use serde::Serialize;

use super::metrics::uptime_seconds;
use crate::model::{ConfigStatus, PartDown, ShortageView, Snapshot, Timestamp};

/// `GET /api/health`: hubdeck's own health.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OwnHealthDocument<'a> {
    /// `unhealthy` while a part of hubdeck is down, whatever the state of what it watches.
    pub status: OwnStatus,
    /// `hubdeck`.
    pub service: &'static str,
    /// Version of hubdeck.
    pub version: &'static str,
    /// Seconds since this run of hubdeck began.
    pub uptime_seconds: f64,
    /// Now, in Unix seconds with a fraction.
    pub timestamp: f64,
    /// Whether the engine answers.
    pub docker_available: bool,
    /// What became of the last change of the config file.
    pub config: ConfigStatus,
    /// Parts of hubdeck that are down.
    pub parts_down: &'a [PartDown],
    /// What hubdeck itself runs out of.
    pub shortages: &'a [ShortageView],
}

/// Whether every part of hubdeck runs.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnStatus {
    /// Every part runs.
    Healthy,
    /// A part is down.
    Unhealthy,
}

impl<'a> OwnHealthDocument<'a> {
    /// The health of hubdeck at `now`.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        #[allow(clippy::cast_precision_loss)] // microseconds since 1970 are exact in f64
        let timestamp = now.as_microsecond() as f64 / 1_000_000.0;
        Self {
            status: match snapshot.parts_down.is_empty() {
                true => OwnStatus::Healthy,
                false => OwnStatus::Unhealthy,
            },
            service: "hubdeck",
            version: env!("CARGO_PKG_VERSION"),
            uptime_seconds: uptime_seconds(snapshot, now),
            timestamp,
            docker_available: snapshot.engine.status.is_connected(),
            config: snapshot.config_status(),
            parts_down: &snapshot.parts_down,
            shortages: &snapshot.shortages,
        }
    }
}

/// `GET /livez`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LivenessDocument {
    /// `alive`.
    pub status: &'static str,
}

/// `GET /readyz`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ReadinessDocument {
    /// `ready`.
    pub status: &'static str,
    /// Whether containers are looked for.
    pub discovery: bool,
}

/// `GET /api/cache/info`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CacheDocument {
    /// Results older than this are asked for again when somebody wants them.
    pub ttl_seconds: f64,
    /// Age of the last poll; `null` before the first.
    pub age_seconds: Option<f64>,
    /// Whether that is older than `ttl_seconds`; `null` before the first.
    pub expired: Option<bool>,
    /// Results that are older than `ttl_seconds`: polls and probes.
    pub stale_results: usize,
    /// Answers that are kept ready.
    pub entries: usize,
    /// How often an answer was ready.
    pub hits: u64,
    /// How often one was made.
    pub misses: u64,
    /// How often results were asked for again because somebody wanted one that was stale.
    pub refreshes: u64,
    /// Revision of the snapshot.
    pub revision: u64,
}

/// `POST /api/cache/clear`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClearedDocument {
    /// `cleared`.
    pub status: &'static str,
    /// Revision of the snapshot before anything was asked anew.
    pub revision: u64,
}
