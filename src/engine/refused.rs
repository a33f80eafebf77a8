//! Why no connection to an engine came to be.

use std::io;

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

    /// The system refused, or has nothing left to connect with.
    pub fn io(error: &io::Error) -> Self {
        match Shortage::of(error) {
            Some(shortage) => Self {
                clause: shortage.to_string(),
                shortage: Some(shortage),
            },
            None => Self::new(words(error)),
        }
    }
}

/// One clause for a system error on the way to the engine.
pub(super) fn words(error: &io::Error) -> String {
    io_clause(error.kind()).map_or_else(|| system_words(error), str::to_owned)
}

/// What the system says, without its number.
pub(super) fn system_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// One clause for the usual failures of a connection.
pub(super) fn io_clause(kind: io::ErrorKind) -> Option<&'static str> {
    Some(match kind {
        io::ErrorKind::NotFound => "no such file",
        io::ErrorKind::PermissionDenied => {
            "permission denied; add yourself to the docker group or use sudo"
        }
        io::ErrorKind::ConnectionRefused => "connection refused; is the engine running?",
        io::ErrorKind::TimedOut => "timed out",
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "the engine closed the connection"
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "no route to the host"
        }
        _ => return None,
    })
}
