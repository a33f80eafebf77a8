//! The state of a service, the conditions beside it, and Docker's verdict.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Base state of a service. Ordered from best to worst for sorting "worst first".
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HealthState {
    /// Works: a check passes.
    Healthy,
    /// Its process runs, and nothing checks it.
    Running,
    /// A one-shot that ended with exit code 0.
    Completed,
    /// Stopped on purpose.
    Stopped,
    /// Inside its start period without a success yet.
    Starting,
    /// No result, or hubdeck cannot reach the engine.
    Unknown,
    /// Works with a warning, or fails below the threshold.
    Degraded,
    /// Does not work.
    Unhealthy,
}

impl HealthState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Healthy,
        Self::Running,
        Self::Completed,
        Self::Stopped,
        Self::Starting,
        Self::Unknown,
        Self::Degraded,
        Self::Unhealthy,
    ];

    /// The word used in JSON, metrics and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Stopped => "stopped",
            Self::Starting => "starting",
            Self::Unknown => "unknown",
            Self::Degraded => "degraded",
            Self::Unhealthy => "unhealthy",
        }
    }

    /// Its sign, one cell wide: status is a shape as well as a colour.
    #[must_use]
    pub const fn sign(self, ascii: bool) -> &'static str {
        match (ascii, self) {
            (false, Self::Healthy) => "●",
            (false, Self::Running) => "○",
            (false, Self::Completed) => "✓",
            (false, Self::Stopped) => "■",
            (false, Self::Starting) => "◐",
            (_, Self::Unknown) => "?",
            (false, Self::Degraded) => "▲",
            (false, Self::Unhealthy) => "✖",
            (true, Self::Healthy) => "o",
            (true, Self::Running) => "r",
            (true, Self::Completed) => "+",
            (true, Self::Stopped) => "-",
            (true, Self::Starting) => "~",
            (true, Self::Degraded) => "!",
            (true, Self::Unhealthy) => "X",
        }
    }

    /// Whether no problem of it is known: it works, it runs unchecked, or
    /// it has finished.
    #[must_use]
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Healthy | Self::Running | Self::Completed)
    }

    /// Whether it does its work, perhaps with a warning: what needs it can go on.
    #[must_use]
    pub const fn works(self) -> bool {
        self.is_fine() || matches!(self, Self::Degraded)
    }

    /// Whether it is up and nothing warns: it is healthy, or it runs and nothing checks it.
    #[must_use]
    pub const fn is_up(self) -> bool {
        matches!(self, Self::Healthy | Self::Running)
    }

    /// Whether what needs it cannot go on: it does not work, or it is stopped.
    #[must_use]
    pub const fn is_broken(self) -> bool {
        matches!(self, Self::Unhealthy | Self::Stopped)
    }

    /// Whether an operator has to look at it.
    #[must_use]
    pub const fn is_problem(self) -> bool {
        matches!(self, Self::Degraded | Self::Unhealthy)
    }
}

impl fmt::Display for HealthState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// A condition beside the base state.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlay {
    /// Changes state too often.
    Flapping,
    /// Frozen by the engine.
    Paused,
    /// Crash loop: its restart policy restarts it each time it exits.
    Restarting,
    /// Its incidents are muted, by the operator or its label.
    Maintenance,
    /// The engine is unreachable: this is the last known state.
    Stale,
    /// A service it needs fails.
    Blocked,
}

impl Overlay {
    /// The word used in JSON and metrics.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Flapping => "flapping",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Maintenance => "maintenance",
            Self::Stale => "stale",
            Self::Blocked => "blocked",
        }
    }
}

/// Docker's healthcheck status.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DockerStatus {
    /// No healthcheck is defined.
    None,
    /// Inside the start period, or no result yet.
    Starting,
    /// The last check passed.
    Healthy,
    /// `retries` checks in a row failed.
    Unhealthy,
}

/// What Docker reports of one instance (`State.Health`), or the worst of several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DockerHealth {
    /// The status.
    pub status: DockerStatus,
    /// Failed checks in a row.
    pub failing_streak: u32,
    /// End of the last check.
    pub checked_at: Option<Timestamp>,
    /// Output of the last check, cleaned and cut; empty when there was none.
    pub output: String,
}

impl DockerHealth {
    /// No healthcheck that is known.
    #[must_use]
    pub const fn unchecked() -> Self {
        Self {
            status: DockerStatus::None,
            failing_streak: 0,
            checked_at: None,
            output: String::new(),
        }
    }
}
