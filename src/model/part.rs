//! The parts of hubdeck that run in the background, and what becomes of those that fail.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A part of hubdeck that runs as long as hubdeck does.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Folds what is observed and makes the snapshots.
    Store,
    /// Lists and inspects containers and follows the engine's events.
    Discovery,
    /// Reads what containers use.
    Sampling,
    /// Probes services.
    Probing,
    /// Reads the last log lines of what fails.
    Evidence,
    /// Reads the logs of services for their figures.
    LogSampling,
    /// Keeps the last log lines of what ends.
    LogRecording,
    /// Looks at the engine's disk.
    DiskCheck,
    /// Asks registries for newer images.
    ImageChecking,
    /// Reads how busy the engine's host is.
    HostMeasuring,
    /// Reads configuration files in containers.
    ConfigurationReading,
    /// Observes connections between containers.
    ConnectionObserving,
    /// Measures what hubdeck itself costs.
    SelfMeasuring,
    /// Follows changes of hubdeck's own config file.
    ConfigWatching,
    /// Logs what snapshots tell of the engine and of hubdeck itself.
    Logging,
    /// Restarts services that fail.
    AutoHealing,
    /// Fetches the figures of another program.
    ExternalFetching,
    /// Reports that hubdeck is there.
    Heartbeat,
    /// Records changes for streams of events.
    EventRecording,
    /// Accepts HTTP connections.
    HttpListener,
}

impl Part {
    /// Its name for an operator.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Store => "state store",
            Self::Discovery => "discovery",
            Self::Sampling => "metrics",
            Self::Probing => "probing",
            Self::Evidence => "log reader",
            Self::LogSampling => "log figures",
            Self::LogRecording => "log recorder",
            Self::DiskCheck => "disk check",
            Self::ImageChecking => "image check",
            Self::HostMeasuring => "host figures",
            Self::ConfigurationReading => "configuration reading",
            Self::AutoHealing => "auto-heal",
            Self::ConnectionObserving => "connection observing",
            Self::SelfMeasuring => "own metrics",
            Self::ConfigWatching => "config watching",
            Self::Logging => "logging",
            Self::ExternalFetching => "external figures",
            Self::Heartbeat => "heartbeat",
            Self::EventRecording => "event recording",
            Self::HttpListener => "HTTP listener",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a part failed.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartFailure {
    /// It panicked: a bug in hubdeck.
    Panicked,
    /// It ended although it should have gone on.
    Ended,
}

impl fmt::Display for PartFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Panicked => "failed on a bug in hubdeck",
            Self::Ended => "ended early",
        })
    }
}

/// A part that does not run now, or fails again and again.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartDown {
    /// Which.
    pub part: Part,
    /// When it failed first.
    pub since: Timestamp,
    /// How often it failed since then.
    pub failures: u32,
    /// How it failed last.
    pub failure: PartFailure,
}

impl fmt::Display for PartDown {
    /// One clause: `probing has failed 3 times since 2026-05-01T12:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            part,
            since,
            failures,
            ..
        } = self;
        match failures {
            1 => write!(f, "{part} has failed once, at {since:.0}"),
            _ => write!(f, "{part} has failed {failures} times since {since:.0}"),
        }
    }
}
