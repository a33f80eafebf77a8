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
    /// A Compose `links` entry or Docker's own `--link`.
    Link,
    /// A proxy's route.
    Route,
    /// An environment value that names the other service.
    Environment,
    /// A command line that names the other service.
    Command,
    /// A configuration file in the container that names the other service.
    Configuration,
    /// An established connection.
    Observed,
    /// The Compose `depends_on` label, where all speaks for order at start and nothing for a call:
    /// one waits until the other is there and does not talk to it.
    StartOrder,
}

/// One thing that tells of an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EdgeEvidence {
    /// Hard or soft, were it alone.
    pub kind: EdgeKind,
    /// What tells so.
    pub provenance: Provenance,
    /// A few words: the Compose condition, a route (`/api/ → :8000`), the variable's name; empty
    /// when there are none. Never a secret.
    pub detail: String,
}

impl EdgeEvidence {
    /// It in words, such as "declared: link db" or "route /api/ → :8000".
    #[must_use]
    pub fn words(&self) -> String {
        let what = match self.provenance {
            Provenance::DependsOn => "declared: depends_on",
            Provenance::Label => "declared: label hubdeck.depends_on",
            Provenance::Config => "declared: config file",
            Provenance::NetworkNamespace => "declared: shared network namespace",
            Provenance::Link => "declared: link",
            Provenance::Route => "route",
            Provenance::Environment => "environment",
            // The healthcheck is a command too.
            Provenance::Command if self.detail == "command" || self.detail == "healthcheck" => {
                return self.detail.clone();
            }
            Provenance::Command => "command",
            Provenance::Configuration => "file",
            Provenance::Observed => "observed",
            Provenance::StartOrder => "start order: depends_on",
        };
        if self.detail.is_empty() {
            what.to_owned()
        } else {
            format!("{what} {}", self.detail)
        }
    }
}

/// `from` needs `to`. There is one edge for each pair of services.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Edge {
    /// The service that needs the other.
    pub from: ServiceId,
    /// The service that is needed.
    pub to: ServiceId,
    /// What tells of it, strongest first, without repeats, at most [`Edge::MOST_EVIDENCE`]; never
    /// empty.
    pub evidence: Vec<EdgeEvidence>,
}

impl Edge {
    /// Most evidence that is kept of one pair: what is weaker than these adds nothing.
    pub const MOST_EVIDENCE: usize = 12;

    /// An edge of which one thing tells.
    #[must_use]
    pub fn new(
        from: ServiceId,
        to: ServiceId,
        kind: EdgeKind,
        provenance: Provenance,
        detail: &str,
    ) -> Self {
        Self {
            from,
            to,
            evidence: vec![EdgeEvidence {
                kind,
                provenance,
                detail: detail.to_owned(),
            }],
        }
    }

    /// Hard when anything tells of a hard dependency.
    #[must_use]
    pub fn kind(&self) -> EdgeKind {
        self.evidence
            .first()
            .map_or(EdgeKind::Soft, |first| first.kind)
    }

    /// The strongest thing that tells of it.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.evidence
            .first()
            .map_or(Provenance::Observed, |first| first.provenance)
    }

    /// Words of the strongest evidence; empty when there are none.
    #[must_use]
    pub fn detail(&self) -> &str {
        self.evidence.first().map_or("", |first| &first.detail)
    }

    /// Whether it is about order at start alone: `from` waits for `to` and never calls it.
    #[must_use]
    pub fn is_start_order(&self) -> bool {
        self.evidence
            .iter()
            .all(|evidence| evidence.provenance == Provenance::StartOrder)
    }

    /// Whether it belongs on a map: a call, or a start order that holds the caller up when it
    /// fails.
    #[must_use]
    pub fn is_drawn(&self) -> bool {
        !self.is_start_order() || self.kind() == EdgeKind::Hard
    }

    /// Routes that a proxy takes along this edge, such as `/api/ → :8000`.
    pub fn routes(&self) -> impl Iterator<Item = &str> {
        let is_route = |evidence: &&EdgeEvidence| evidence.provenance == Provenance::Route;
        self.evidence
            .iter()
            .filter(is_route)
            .map(|evidence| evidence.detail.as_str())
    }
}

impl Provenance {
    /// The word used in JSON and text.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::DependsOn => "depends_on",
            Self::Label => "label",
            Self::Config => "config",
            Self::NetworkNamespace => "network_namespace",
            Self::Link => "link",
            Self::Route => "route",
            Self::Environment => "environment",
            Self::Command => "command",
            Self::Configuration => "configuration",
            Self::Observed => "observed",
            Self::StartOrder => "start_order",
        }
    }
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
