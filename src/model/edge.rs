//! Dependencies between services.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{DependencyCondition, Route, ServiceId};

/// Whether the caller can live without the called.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// The caller fails when the called fails (`service_healthy`,
    /// `service_completed_successfully`, shared network namespace, declared in config).
    Hard,
    /// The caller may go on (`service_started`, inferred, observed).
    Soft,
}

/// How an edge was found.
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The Compose `depends_on` label where everything indicates start order only: the service
    /// waits for the other one and sends it no requests.
    StartOrder,
}

/// Details of how an edge was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EdgeDetail {
    /// The condition of a Compose `depends_on`.
    Condition(DependencyCondition),
    /// The variable's name, a file, a port; empty when there is nothing to
    /// say.
    Text(String),
    /// A route of the proxy that has the edge.
    Route(Route),
}

impl EdgeDetail {
    /// The text; empty for anything else.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Condition(_) | Self::Route(_) => "",
        }
    }

    /// The condition, when it is one.
    #[must_use]
    pub const fn condition(&self) -> Option<DependencyCondition> {
        match self {
            Self::Condition(condition) => Some(*condition),
            Self::Text(_) | Self::Route(_) => None,
        }
    }

    /// The route, when it is one.
    #[must_use]
    pub const fn route(&self) -> Option<&Route> {
        match self {
            Self::Condition(_) | Self::Text(_) => None,
            Self::Route(route) => Some(route),
        }
    }
}

impl fmt::Display for EdgeDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Condition(condition) => f.write_str(condition.id()),
            Self::Text(text) => f.write_str(text),
            Self::Route(route) => route.fmt(f),
        }
    }
}

impl From<DependencyCondition> for EdgeDetail {
    fn from(condition: DependencyCondition) -> Self {
        Self::Condition(condition)
    }
}

impl From<&str> for EdgeDetail {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for EdgeDetail {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Route> for EdgeDetail {
    fn from(route: Route) -> Self {
        Self::Route(route)
    }
}

/// One piece of evidence of an edge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EdgeEvidence {
    /// Hard or soft, were it alone.
    pub kind: EdgeKind,
    /// How the edge was found.
    pub provenance: Provenance,
    /// More closely; never a secret.
    pub detail: EdgeDetail,
}

impl EdgeEvidence {
    /// It in words, such as "link db" or "route /api/ → :8000".
    #[must_use]
    pub fn words(&self) -> String {
        let detail = self.detail.to_string();
        let what = match self.provenance {
            Provenance::DependsOn => "depends_on",
            Provenance::Label => "label hubdeck.depends_on",
            Provenance::Config => "config file",
            Provenance::NetworkNamespace => "shared network namespace",
            Provenance::Link => "link",
            Provenance::Route => "route",
            Provenance::Environment if detail.is_empty() => "environment variable",
            Provenance::Environment => "env",
            // The healthcheck is a command too.
            Provenance::Command if detail == "command" || detail == "healthcheck" => return detail,
            Provenance::Command => "command",
            Provenance::Configuration => "file",
            Provenance::Observed => "observed",
            Provenance::StartOrder => "start order: depends_on",
        };
        if detail.is_empty() {
            what.to_owned()
        } else {
            format!("{what} {detail}")
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
    /// The evidence of it, strongest first, without repeats, at most [`Edge::MOST_EVIDENCE`]; never
    /// empty.
    pub evidence: Vec<EdgeEvidence>,
}

impl Edge {
    /// Most evidence that is kept of one pair: what is weaker than these adds nothing.
    pub const MOST_EVIDENCE: usize = 12;

    /// An edge with one piece of evidence.
    #[must_use]
    pub fn new(
        from: ServiceId,
        to: ServiceId,
        kind: EdgeKind,
        provenance: Provenance,
        detail: impl Into<EdgeDetail>,
    ) -> Self {
        Self {
            from,
            to,
            evidence: vec![EdgeEvidence {
                kind,
                provenance,
                detail: detail.into(),
            }],
        }
    }

    /// Hard when any evidence is of a hard dependency.
    #[must_use]
    pub fn kind(&self) -> EdgeKind {
        self.evidence
            .first()
            .map_or(EdgeKind::Soft, |first| first.kind)
    }

    /// The strongest evidence of it.
    #[must_use]
    pub fn provenance(&self) -> Provenance {
        self.evidence
            .first()
            .map_or(Provenance::Observed, |first| first.provenance)
    }

    /// Words of the strongest evidence; empty when there are none.
    #[must_use]
    pub fn detail(&self) -> String {
        self.evidence
            .first()
            .map_or_else(String::new, |first| first.detail.to_string())
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

    /// Whether `from` goes on without `to` but for the start: Compose's `depends_on` is all that is
    /// known, and it holds up the start until `to` runs or has completed.
    #[must_use]
    pub fn matters_at_start_only(&self) -> bool {
        use DependencyCondition::{ServiceCompletedSuccessfully, ServiceStarted};
        self.evidence
            .iter()
            .all(|evidence| match evidence.provenance {
                Provenance::StartOrder => true,
                Provenance::DependsOn => matches!(
                    evidence.detail.condition(),
                    Some(ServiceStarted | ServiceCompletedSuccessfully)
                ),
                _ => false,
            })
    }

    /// Routes that a proxy takes along this edge.
    pub fn routes(&self) -> impl Iterator<Item = &Route> {
        self.evidence
            .iter()
            .filter_map(|evidence| evidence.detail.route())
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

/// What else stopping or losing a service affects, over any number of hops.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impact {
    /// Services that need it through hard edges only, nearest first.
    pub hard: Vec<ServiceId>,
    /// Services that need it where at least one edge of every path is soft, nearest first.
    pub soft: Vec<ServiceId>,
    /// Proxies that keep running and lose routes, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<LostRoutes>,
}

/// A proxy that loses some of its routes.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostRoutes {
    /// The proxy.
    pub service: ServiceId,
    /// The routes, `/api/` or `a.example/api`, sorted; empty where what they are is not known.
    pub paths: Vec<String>,
}

impl Impact {
    /// The proxies among `services`, which an operation itself takes down, are unavailable as a whole.
    pub fn take_down(&mut self, services: &[ServiceId]) {
        let taken = |lost: &mut LostRoutes| services.contains(&lost.service);
        let down = self.routes.extract_if(.., taken);
        self.hard.extend(down.map(|lost| lost.service));
    }

    /// Of `services`, which an operation ends for good, none goes on without what it needs: they are
    /// unavailable.
    pub fn end(&mut self, services: &[ServiceId]) {
        let ended = self.soft.extract_if(.., |id| services.contains(id));
        self.hard.extend(ended);
    }

    /// Whether nothing needs the service.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hard.is_empty() && self.soft.is_empty() && self.routes.is_empty()
    }
}
