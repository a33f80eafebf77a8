//! Sections of the settings that rooms take: a room that is built without settings has their
//! defaults, and none of its own.

use std::time::Duration;

use super::HealthPolicy;

/// How often the engine's list is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll {
    /// Time between two complete lists; events make changes visible in between.
    pub interval: Duration,
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
        }
    }
}

/// Time between two readings of the log of a service for its figures; `None` reads none.
pub const LOG_SAMPLE_INTERVAL: Option<Duration> = Some(Duration::from_secs(30));

/// How often resource samples are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metrics {
    /// For containers on screen.
    pub focused_interval: Duration,
    /// For all others.
    pub background_interval: Duration,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            focused_interval: Duration::from_secs(2),
            background_interval: Duration::from_secs(30),
        }
    }
}

/// hubdeck's own health checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probes {
    /// Whether anything is probed.
    pub enabled: bool,
    /// Time between two probes of one target.
    pub interval: Duration,
    /// Time one probe may take.
    pub timeout: Duration,
    /// Probes at once.
    pub concurrency: usize,
    /// Probes at once of one host.
    pub per_host: usize,
    /// Failures in a row until unhealthy.
    pub failure_threshold: u32,
    /// Successes in a row until healthy again.
    pub success_threshold: u32,
    /// Start period where Docker gives none.
    pub start_period: Duration,
    /// Answers slower than this are a warning; `None` never warns.
    pub slow_after: Option<Duration>,
}

impl Default for Probes {
    fn default() -> Self {
        let policy = HealthPolicy::default();
        Self {
            enabled: true,
            interval: policy.interval,
            timeout: Duration::from_secs(5),
            concurrency: 20,
            per_host: 2,
            failure_threshold: policy.failure_threshold,
            success_threshold: policy.success_threshold,
            start_period: policy.start_period,
            slow_after: Some(Duration::from_secs(2)),
        }
    }
}

/// The timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelineSettings {
    /// Events kept.
    pub max_events: usize,
}

impl Default for TimelineSettings {
    fn default() -> Self {
        Self { max_events: 1_000 }
    }
}
