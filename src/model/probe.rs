//! Probes: what to check, how, and what came of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{InstanceId, ServiceId, Timestamp};

/// How a service is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeKind {
    /// HTTP or HTTPS request.
    Http,
    /// TCP connection.
    Tcp,
    /// Docker's own verdict only.
    Docker,
}

impl ProbeKind {
    /// The word used in config, JSON and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Docker => "docker",
        }
    }
}

/// Where a probe specification comes from, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeOrigin {
    /// A `[[service]]` rule of the config file.
    Config,
    /// A `hubdeck.*` label.
    Label,
    /// The test of the Docker healthcheck.
    Healthcheck,
    /// The image catalog.
    Catalog,
    /// A published or exposed port: a guess.
    Port,
}

impl ProbeOrigin {
    /// Whether the probe was guessed, so that failing from the start proves nothing.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        matches!(self, Self::Healthcheck | Self::Catalog | Self::Port)
    }
}

/// What to check: one specification serves every instance of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeSpec {
    /// Kind of check.
    pub kind: ProbeKind,
    /// Port inside the container.
    pub port: u16,
    /// HTTP path with a leading slash; empty for other kinds.
    pub path: String,
    /// Whether HTTP goes over TLS.
    pub tls: bool,
    /// A complete URL from config that replaces address, port and path.
    pub url: Option<String>,
    /// Accepted HTTP status codes, inclusive.
    pub status: (u16, u16),
    /// Answers slower than this are a warning.
    pub slow_after: Option<Duration>,
    /// Timeout of one probe.
    pub timeout: Duration,
    /// Where the specification comes from.
    pub origin: ProbeOrigin,
}

/// One thing to probe at one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeTarget {
    /// The service it speaks for.
    pub service: ServiceId,
    /// The instance, when the service has containers.
    pub instance: Option<InstanceId>,
    /// What to check.
    pub spec: ProbeSpec,
    /// Addresses to try in order, `host:port`; the one that worked last comes first.
    pub addresses: Vec<String>,
}

/// How a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeOutcome {
    /// The service works.
    Success,
    /// The service works with a warning (slow, HTTP 429).
    Warning,
    /// The service says that it is starting.
    Starting,
    /// The service does not work.
    Failure,
}

/// Result of one probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeResult {
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// What ran.
    pub kind: ProbeKind,
    /// Where the specification came from.
    pub origin: ProbeOrigin,
    /// What was probed, secrets masked (`http://172.18.0.4:8000/health`).
    pub target: String,
    /// End of the probe.
    pub checked_at: Timestamp,
    /// Milliseconds until the verdict; `None` when nothing answered.
    pub latency_ms: Option<f64>,
    /// One line for the operator, at most 200 characters, control characters removed.
    pub message: String,
    /// Version the service told, when it did.
    pub version: Option<String>,
}
