//! Why no connection to an engine came to be.

use std::io;

use super::peer::Peer;
use crate::model::Shortage;

/// Why no connection came to be: one clause for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{clause}")]
pub(super) struct Refused {
    /// Why.
    pub clause: String,
    /// The resource hubdeck ran out of.
    pub shortage: Option<Shortage>,
}

impl Refused {
    /// The other side, or the way there, refused.
    pub fn new(clause: impl Into<String>) -> Self {
        Self {
            clause: clause.into(),
            shortage: None,
        }
    }

    /// The system refused, or has nothing left to connect to `peer` with.
    pub fn io(error: &io::Error, peer: Peer) -> Self {
        match Shortage::of(error) {
            Some(shortage) => Self {
                clause: shortage.to_string(),
                shortage: Some(shortage),
            },
            None => Self::new(words(error, peer)),
        }
    }
}

/// One clause for a system error on the way to `peer`.
pub(super) fn words(error: &io::Error, peer: Peer) -> String {
    io_clause(error.kind(), peer).map_or_else(|| system_words(error), str::to_owned)
}

/// What the system says, without its number.
pub(super) fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// One clause for the usual failures of a connection.
pub(super) fn io_clause(kind: io::ErrorKind, peer: Peer) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "no such file",
        io::ErrorKind::PermissionDenied => peer.denies(),
        io::ErrorKind::ConnectionRefused => peer.refuses(),
        io::ErrorKind::TimedOut => "timed out",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => peer.closes(),
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "no route to the host"
        }
        _ => return None,
    })
}
