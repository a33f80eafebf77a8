//! Dependencies between services.

use serde::{Deserialize, Serialize};

use super::ServiceId;

/// Whether the caller can live without the called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// The caller fails when the called fails (`service_healthy`,
    /// `service_completed_successfully`, shared network namespace, declared in config).
    Hard,
    /// The caller may go on (`service_started`, inferred, observed).
    Soft,
}

/// What tells that an edge exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provenance {
    /// The Compose `depends_on` label.
    DependsOn,
    /// The container's `hubdeck.depends_on` label.
    Label,
    /// A `[[service]]` rule of the config file.
    Config,
    /// `network_mode: service:…` or `container:…`.
    NetworkNamespace,
    /// An environment value or a command that names the other service.
    Environment,
    /// A proxy's route.
    Route,
    /// An established connection.
    Observed,
}

/// `from` needs `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// The service that needs the other.
    pub from: ServiceId,
    /// The service that is needed.
    pub to: ServiceId,
    /// Hard or soft.
    pub kind: EdgeKind,
    /// What tells so.
    pub provenance: Provenance,
    /// A few words of detail: the Compose condition, a route's path; empty when there are none.
    pub detail: String,
}

/// What stopping or losing a service takes with it, over any number of hops.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// Services that need it through hard edges only, nearest first.
    pub hard: Vec<ServiceId>,
    /// Services that need it where at least one edge of every path is soft, nearest first.
    pub soft: Vec<ServiceId>,
}

impl Impact {
    /// Whether nothing needs the service.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hard.is_empty() && self.soft.is_empty()
    }
}
