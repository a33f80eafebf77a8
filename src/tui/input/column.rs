//! The columns of the services table, as config and the sort keys name them.

use serde::{Deserialize, Serialize};

/// A column of the services table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// State with its sign; sorts worst first.
    State,
    /// Stack.
    Stack,
    /// Name.
    Name,
    /// Layer.
    Layer,
    /// Image.
    Image,
    /// Whether its registry has a newer image.
    Newer,
    /// Running and all replicas.
    Replicas,
    /// Published ports.
    Ports,
    /// CPU percent.
    Cpu,
    /// Memory.
    Memory,
    /// Network rate, both ways.
    Network,
    /// Disk I/O rate, both ways.
    Block,
    /// Probe latency.
    Latency,
    /// Log lines a second.
    Lines,
    /// Errors in the log a second.
    Errors,
    /// Requests a second, by the log.
    Requests,
    /// Answers with a status of 5xx a second, by the log.
    #[serde(rename = "5xx")]
    ServerErrors,
    /// 95th percentile of the duration of requests, by the log.
    P95,
    /// Restarts.
    Restarts,
    /// Time since its start, or since its end.
    Uptime,
    /// What else there is to know: why it is in trouble, and whom that concerns.
    Note,
}

impl Column {
    /// Every column.
    pub const ALL: [Self; 21] = [
        Self::State,
        Self::Stack,
        Self::Name,
        Self::Layer,
        Self::Image,
        Self::Newer,
        Self::Replicas,
        Self::Ports,
        Self::Cpu,
        Self::Memory,
        Self::Network,
        Self::Block,
        Self::Latency,
        Self::Lines,
        Self::Errors,
        Self::Requests,
        Self::ServerErrors,
        Self::P95,
        Self::Restarts,
        Self::Uptime,
        Self::Note,
    ];

    /// The word used in config.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Stack => "stack",
            Self::Name => "name",
            Self::Layer => "layer",
            Self::Image => "image",
            Self::Newer => "newer",
            Self::Replicas => "replicas",
            Self::Ports => "ports",
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Network => "network",
            Self::Block => "block",
            Self::Latency => "latency",
            Self::Lines => "lines",
            Self::Errors => "errors",
            Self::Requests => "requests",
            Self::ServerErrors => "5xx",
            Self::P95 => "p95",
            Self::Restarts => "restarts",
            Self::Uptime => "uptime",
            Self::Note => "note",
        }
    }

    /// Reads an id; `None` for anything else. `reason` is what `note` was called before.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let id = if id == "reason" { "note" } else { id };
        Self::ALL.into_iter().find(|column| column.id() == id)
    }
}
