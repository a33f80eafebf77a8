//! Incidents: one trouble with one root, from its begin to its end.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{HealthState, Reason, ServiceId, SignedDuration, StackName, Timestamp};

/// Number of an incident, unique in one run.
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

    /// The root without an article, for a line of key words: the service's id, or "engine".
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Service(id) => id.as_str(),
            Self::Engine => "engine",
            Self::Network => "own network",
            Self::Host => "host",
        }
    }
}

/// Whether an incident goes on.
#[cfg_attr(test, derive(schemars::JsonSchema))]
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

/// The facts of an incident at one time; the words are made by `explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IncidentFact {
    /// A service broke.
    Broken(BrokenService),
    /// So many services failed at once that what is under them is suspected.
    Suspected {
        /// Services that fail.
        failing: usize,
        /// All services.
        of: usize,
    },
    /// The engine does not answer.
    EngineLost,
    /// The disk of the host is nearly full.
    DiskFull {
        /// Percent that are used.
        percent: u8,
        /// Where it is mounted.
        path: String,
    },
    /// Over: the engine answers again.
    EngineBack,
    /// Over: the disk of the host has room again.
    DiskHasRoom,
    /// Over: the service was removed.
    Removed,
    /// Over: the service is in maintenance.
    Maintenance,
    /// Over: the service was stopped.
    Stopped(BrokenService),
    /// Over: the service works again.
    Recovered {
        /// So long after the incident began.
        after: SignedDuration,
    },
    /// Over: of the services that failed at once, most work again.
    MostRecovered {
        /// Whether all of them do.
        all: bool,
        /// So long after the incident began.
        after: SignedDuration,
    },
    /// Over: the service is blocked by another one.
    BlockedBy {
        /// That service.
        root: ServiceId,
        /// Its incident.
        incident: IncidentId,
    },
    /// Over: it is part of another incident.
    PartOf {
        /// That incident.
        incident: IncidentId,
    },
}

/// A service that does not work, as it was at one time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenService {
    /// The stack of the service.
    pub stack: Option<StackName>,
    /// Its state.
    pub state: HealthState,
    /// Why it was in that state.
    pub reason: Reason,
    /// Services that cannot work without it while none of its processes runs, sorted.
    pub missed_by: Vec<ServiceId>,
    /// Services that it blocks, sorted.
    pub blocked: Vec<ServiceId>,
}

/// One line of an incident's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: IncidentFact,
}

/// One trouble: a root that does not work, and what else it affects.
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
    /// What broke and what that blocks.
    pub fact: IncidentFact,
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

impl IncidentFact {
    /// The reason of a service in it.
    #[must_use]
    pub const fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Broken(broken) | Self::Stopped(broken) => Some(&broken.reason),
            _ => None,
        }
    }

    /// The reason of a service in it, to be changed.
    pub const fn reason_mut(&mut self) -> Option<&mut Reason> {
        match self {
            Self::Broken(broken) | Self::Stopped(broken) => Some(&mut broken.reason),
            _ => None,
        }
    }
}
