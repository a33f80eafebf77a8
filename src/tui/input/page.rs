//! What can be asked for to be shown: the views and the tabs of the details.

use crate::model::HealthState;

/// A view of the main region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// The architecture map.
    #[default]
    Map,
    /// The table of services.
    Services,
    /// Log tail.
    Logs,
    /// What happened.
    Timeline,
    /// Open incidents and those that ended lately.
    Incidents,
    /// The hubdeck log.
    HubdeckLog,
}

impl View {
    /// Every view, in the order of its keys.
    pub const ALL: [Self; 6] = [
        Self::Map,
        Self::Services,
        Self::Logs,
        Self::Timeline,
        Self::Incidents,
        Self::HubdeckLog,
    ];

    /// Its name on the command line and in config.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Map => "map",
            Self::Services => "services",
            Self::Logs => "logs",
            Self::Timeline => "timeline",
            Self::Incidents => "incidents",
            Self::HubdeckLog => "hubdeck-log",
        }
    }

    /// Reads a name; `None` for anything else.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.id() == id)
    }
}

/// A page on which keys may mean something of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPage {
    /// The table of services.
    Table,
    /// A log.
    Logs,
    /// A log of which a line is chosen; what is not bound here means what it does in logs.
    LogLine,
}

impl KeyPage {
    /// Every page.
    pub const ALL: [Self; 3] = [Self::Table, Self::Logs, Self::LogLine];

    /// Whether what is bound on `page` holds here too.
    #[must_use]
    pub fn is_on(self, page: Self) -> bool {
        self == page || (self == Self::LogLine && page == Self::Logs)
    }

    /// Where that is, for the documentation.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Table => "in the services table",
            Self::Logs => "in logs",
            Self::LogLine => "on a chosen log line",
        }
    }
}

/// What the preview beside the map and the table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PreviewKind {
    /// The end of its log.
    Log,
    /// CPU, memory, network, disk I/O, latency over time.
    Metrics,
    /// Why it is in its state.
    Why,
}

impl PreviewKind {
    /// All of them, in the order in which one key shows them.
    pub const ALL: [Self; 3] = [Self::Log, Self::Metrics, Self::Why];

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Log => "Log",
            Self::Metrics => "Metrics",
            Self::Why => "Why",
        }
    }

    /// What is shown after `kind`; `None` is a closed preview.
    #[must_use]
    pub const fn after(kind: Option<Self>) -> Option<Self> {
        match kind {
            None => Some(Self::Log),
            Some(Self::Log) => Some(Self::Metrics),
            Some(Self::Metrics) => Some(Self::Why),
            Some(Self::Why) => None,
        }
    }
}

/// A tab of the details.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DetailsTab {
    /// What broke, the evidence, what to try.
    Why,
    /// State, why, checks, replicas, ports, limits.
    #[default]
    Overview,
    /// CPU, memory, network, disk I/O, latency over time.
    Charts,
    /// Log tail of the service.
    Logs,
    /// The processes of its container.
    Processes,
    /// Probe history and the outputs of Docker's healthcheck.
    Probes,
    /// What it needs and what needs it.
    Dependencies,
    /// Environment, mounts, networks, labels.
    Environment,
    /// The engine's raw inspection.
    Inspect,
}

impl DetailsTab {
    /// Every tab, in order.
    pub const ALL: [Self; 9] = [
        Self::Why,
        Self::Overview,
        Self::Charts,
        Self::Logs,
        Self::Processes,
        Self::Probes,
        Self::Dependencies,
        Self::Environment,
        Self::Inspect,
    ];

    /// The tab that details of a service in `state` open with.
    #[must_use]
    pub const fn first(state: HealthState) -> Self {
        if state.is_fine() {
            Self::Overview
        } else {
            Self::Why
        }
    }

    /// Its title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Why => "Why",
            Self::Overview => "Overview",
            Self::Charts => "Charts",
            Self::Logs => "Logs",
            Self::Processes => "Processes",
            Self::Probes => "Probes",
            Self::Dependencies => "Dependencies",
            Self::Environment => "Environment",
            Self::Inspect => "Inspect",
        }
    }

    /// Its title where there is less room.
    #[must_use]
    pub const fn short_title(self) -> &'static str {
        match self {
            Self::Dependencies => "Deps",
            Self::Environment => "Env",
            other => other.title(),
        }
    }
}
