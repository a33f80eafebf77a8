//! Incidents: one trouble with one root, from its begin to its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ServiceId, Timestamp};

/// Number of an incident, unique in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u64);

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What is at the root of an incident.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentRoot {
    /// A service.
    Service(ServiceId),
    /// The container engine.
    Engine,
    /// The network between hubdeck and the services.
    Network,
    /// The engine's host.
    Host,
}

impl IncidentRoot {
    /// The service, when it is one.
    #[must_use]
    pub const fn service(&self) -> Option<&ServiceId> {
        match self {
            Self::Service(id) => Some(id),
            Self::Engine | Self::Network | Self::Host => None,
        }
    }

    /// The root in words: the service's id, or "the engine".
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Service(id) => id.as_str(),
            Self::Engine => "the engine",
            Self::Network => "our own network",
            Self::Host => "the host",
        }
    }
}

/// Whether an incident goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentState {
    /// Its root does not work, or works again too short a time.
    Open,
    /// It is over.
    Closed,
}

/// What happened to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentChange {
    /// It began.
    Opened,
    /// Its root or what it blocks changed.
    Updated,
    /// It is over.
    Closed,
}

/// One line of an incident's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentEntry {
    /// When.
    pub at: Timestamp,
    /// One sentence.
    pub text: String,
}

/// One trouble: a root that does not work, and what it takes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// What is at its root now.
    pub root: IncidentRoot,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended; `None` while it goes on.
    pub closed_at: Option<Timestamp>,
    /// What broke and what that blocks, without a time: "db refuses connections; backend and worker
    /// are blocked by it".
    pub sentence: String,
    /// Services that are blocked now (after the end: that ever were), sorted.
    pub blocked: Vec<ServiceId>,
    /// Its history, oldest first, bounded.
    pub log: Vec<IncidentEntry>,
}

impl Incident {
    /// Whether it goes on.
    #[must_use]
    pub const fn state(&self) -> IncidentState {
        if self.closed_at.is_none() {
            IncidentState::Open
        } else {
            IncidentState::Closed
        }
    }

    /// Whether it goes on.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Whether the service is its root or blocked by it.
    #[must_use]
    pub fn concerns(&self, service: &ServiceId) -> bool {
        self.root.service() == Some(service) || self.blocked.binary_search(service).is_ok()
    }
}
