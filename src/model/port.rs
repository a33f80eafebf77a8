//! Ports of one container, as the engine gives them.

mod protocol;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use protocol::PortProtocol;

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Port {
    /// Port inside the container.
    pub container: u16,
    /// What it speaks.
    pub protocol: PortProtocol,
    /// Port on the host; `None` when only exposed, and while none is bound.
    pub published: Option<u16>,
    /// Host address it is bound to.
    pub address: Option<String>,
}

/// The host's side of a publication that is no number: none is bound until the container starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HostPort {
    /// One of these, the first that is free.
    Range {
        /// The lowest.
        first: u16,
        /// The highest.
        last: u16,
    },
    /// Any that is free.
    Random,
    /// The engine's answer could not be read.
    Unread,
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { first, last } => write!(f, "{first}-{last}"),
            Self::Random => f.write_str("random"),
            Self::Unread => f.write_str("unknown"),
        }
    }
}

/// A port that is to be published, on a host port that is not known yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnboundPort {
    /// Port inside the container.
    pub container: u16,
    /// What it speaks.
    pub protocol: PortProtocol,
    /// Where on the host.
    pub host: HostPort,
}
