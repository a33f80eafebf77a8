//! Errors of engine calls, worded for an operator.

use std::error::Error as StdError;
use std::io;

use bollard::errors::Error as ClientError;

use super::peer::Peer;
use super::refused::{Refused, io_clause};
use crate::model::Shortage;

/// Digits of a container's id.
const ID_DIGITS: usize = 64;

/// How far a call came that nothing answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallProgress {
    /// There was no connection, so that the engine did not get it.
    NotSent,
    /// The connection broke; the engine may have got it.
    Sent,
    /// The connection stands, and the answer did not come in time.
    TimedOut,
}

/// Why a call to the engine failed: operation, target and cause make one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// The engine knows no such container (404).
    #[error("cannot {operation} {target}: the engine has no such container")]
    NotFound {
        /// The verb phrase, such as "restart".
        operation: &'static str,
        /// What it was about, such as "container 4f1d…".
        target: String,
    },
    /// The engine, or a proxy before it, does not permit the call (401, 403).
    #[error("cannot {operation} {target}: not permitted by the engine or its proxy ({cause})")]
    Forbidden {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// The engine's own words.
        cause: String,
    },
    /// The engine does not have this call (404 on a feature, 405, 501).
    #[error("cannot {operation} {target}: this engine does not support it ({cause})")]
    Unsupported {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// The engine's own words.
        cause: String,
    },
    /// The container is in a state that does not allow it (409).
    #[error("cannot {operation} {target}: {cause}")]
    Conflict {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// The engine's own words.
        cause: String,
    },
    /// hubdeck ran out of a resource; nothing follows for the engine.
    #[error("cannot {operation} {target}: {cause}")]
    Short {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// What there is none of.
        cause: String,
    },
    /// Nothing answers.
    #[error("cannot {operation} {target}: {cause}")]
    Unreachable {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// Why, one clause.
        cause: String,
        /// How far the call came.
        progress: CallProgress,
    },
    /// The engine answered with an error or with something that is not its API.
    #[error("cannot {operation} {target}: {cause}")]
    Failed {
        /// The verb phrase.
        operation: &'static str,
        /// What it was about.
        target: String,
        /// The engine's own words.
        cause: String,
        /// The HTTP status, where that was the error.
        status: Option<u16>,
    },
}

impl EngineError {
    /// Whether the connection is lost, as opposed to a call refused.
    #[must_use]
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// Whether the connection broke after the request was sent, so that the engine may have carried
    /// it out.
    #[must_use]
    pub const fn may_have_been_carried_out(&self) -> bool {
        let Self::Unreachable { progress, .. } = self else {
            return false;
        };
        matches!(progress, CallProgress::Sent | CallProgress::TimedOut)
    }

    /// Whether the engine, or a proxy before it, failed on its side (5xx) and may answer the next time.
    #[must_use]
    pub const fn is_server_error(&self) -> bool {
        matches!(
            self,
            Self::Failed {
                status: Some(500..),
                ..
            }
        )
    }

    /// Whether hubdeck could not ask for want of something of its own system.
    #[must_use]
    pub const fn is_short(&self) -> bool {
        matches!(self, Self::Short { .. })
    }

    /// Whether the engine took the call and did not answer in time.
    #[must_use]
    pub const fn is_timeout(&self) -> bool {
        let Self::Unreachable { progress, .. } = self else {
            return false;
        };
        matches!(progress, CallProgress::TimedOut)
    }

    /// Whether the engine refuses the feature for good, with the clause to show.
    #[must_use]
    pub fn refusal(&self) -> Option<String> {
        match self {
            Self::Forbidden { operation, .. } => Some(format!("{operation}: not permitted")),
            Self::Unsupported { operation, .. } => {
                Some(format!("{operation}: not supported by this engine"))
            }
            _ => None,
        }
    }

    /// The cause alone, for places that name operation and target themselves.
    #[must_use]
    pub fn cause(&self) -> &str {
        match self {
            Self::NotFound { .. } => "the engine has no such container",
            Self::Forbidden { cause, .. }
            | Self::Unsupported { cause, .. }
            | Self::Conflict { cause, .. }
            | Self::Short { cause, .. }
            | Self::Unreachable { cause, .. }
            | Self::Failed { cause, .. } => cause,
        }
    }

    /// Words `error` of a call that was `operation` on `target`.
    pub(super) fn from_client(operation: &'static str, target: &str, error: &ClientError) -> Self {
        let target = target.to_owned();
        match error {
            ClientError::DockerResponseServerError {
                status_code,
                message,
            } => Self::from_status(operation, target, *status_code, message),
            ClientError::RequestTimeoutError => Self::timed_out(operation, &target),
            ClientError::SocketNotFoundError(path) => Self::Unreachable {
                operation,
                target,
                cause: format!("no such socket: {path}"),
                progress: CallProgress::NotSent,
            },
            ClientError::IOError { .. }
            | ClientError::HyperResponseError { .. }
            | ClientError::HyperLegacyError { .. } => {
                Self::from_transport(operation, target, error)
            }
            other => Self::failed(operation, &target, other.to_string()),
        }
    }

    /// Words an error below HTTP.
    fn from_transport(operation: &'static str, target: String, error: &ClientError) -> Self {
        if let Some(shortage) = shortage(error) {
            return Self::Short {
                operation,
                target,
                cause: shortage.to_string(),
            };
        }
        let progress = match error {
            ClientError::HyperLegacyError { err } if err.is_connect() => CallProgress::NotSent,
            _ => CallProgress::Sent,
        };
        Self::Unreachable {
            operation,
            target,
            cause: transport_cause(error),
            progress,
        }
    }

    fn from_status(operation: &'static str, target: String, status: u16, message: &str) -> Self {
        let message = crate::model::text::one_line(behind_id(message), 300);
        let cause = if message.is_empty() {
            format!("HTTP status {status}")
        } else {
            message
        };
        match status {
            401 | 403 | 407 => Self::Forbidden {
                operation,
                target,
                cause,
            },
            404 if cause.to_ascii_lowercase().contains("no such") => {
                Self::NotFound { operation, target }
            }
            404 | 405 | 501 => Self::Unsupported {
                operation,
                target,
                cause,
            },
            409 => Self::Conflict {
                operation,
                target,
                cause,
            },
            _ => Self::Failed {
                operation,
                target,
                cause,
                status: Some(status),
            },
        }
    }

    pub(super) fn failed(operation: &'static str, target: &str, cause: impl Into<String>) -> Self {
        Self::Failed {
            operation,
            target: target.to_owned(),
            cause: cause.into(),
            status: None,
        }
    }

    pub(super) fn timed_out(operation: &'static str, target: &str) -> Self {
        Self::Unreachable {
            operation,
            target: target.to_owned(),
            cause: "the engine does not answer in time".into(),
            progress: CallProgress::TimedOut,
        }
    }

    /// The connection ended in the middle.
    pub(super) fn broken(
        operation: &'static str,
        target: &str,
        error: &(dyn StdError + 'static),
    ) -> Self {
        let io = error.downcast_ref::<io::Error>();
        let clause = io.and_then(|error| io_clause(error.kind(), Peer::Engine));
        Self::Unreachable {
            operation,
            target: target.to_owned(),
            cause: clause.map_or_else(|| error.to_string(), Into::into),
            progress: CallProgress::Sent,
        }
    }

    /// The answer is JSON of another shape than the API describes, or none at all.
    pub(super) fn other_shape(operation: &'static str, target: &str, wanted: &str) -> Self {
        let cause = format!("the answer is not what a Docker API sends: it is no JSON {wanted}");
        Self::failed(operation, target, cause)
    }

    pub(super) fn unreadable(
        operation: &'static str,
        target: &str,
        error: &serde_json::Error,
    ) -> Self {
        let cause = format!("the answer is not what a Docker API sends: {error}");
        Self::failed(operation, target, cause)
    }
}

/// The error that the client wraps: transparent wrapping hides it from the chain of sources.
fn inner(error: &ClientError) -> &(dyn StdError + 'static) {
    match error {
        ClientError::IOError { err } => err,
        ClientError::HyperResponseError { err } => err,
        ClientError::HyperLegacyError { err } => err,
        other => other,
    }
}

/// The resource hubdeck ran out of when it opened this connection.
fn shortage(error: &ClientError) -> Option<Shortage> {
    let mut current = Some(inner(error));
    while let Some(error) = current {
        if let Some(refused) = refused(error) {
            return refused.shortage;
        }
        current = error.source();
    }
    Shortage::behind(inner(error))
}

/// One clause for a failure below HTTP: the innermost I/O error decides.
pub(super) fn transport_cause(error: &ClientError) -> String {
    let mut current = Some(inner(error));
    let mut innermost = String::new();
    while let Some(error) = current {
        if let Some(refused) = refused(error) {
            return refused.to_string();
        }
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An I/O error may itself wrap another one; the outermost kind that says something
            // wins.
            if let Some(clause) = io_clause(io.kind(), Peer::Engine) {
                return clause.into();
            }
        }
        innermost = error.to_string();
        current = error.source();
    }
    format!(
        "no proper HTTP answer ({})",
        crate::model::text::one_line(&innermost, 200)
    )
}

/// Our own words for a connection that did not come to be, also inside an I/O error.
fn refused<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Refused> {
    error
        .downcast_ref()
        .or_else(|| error.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref())
}

/// "it is paused" of "Cannot restart container 4f1d…: it is paused": what stands before is said around
/// it, with the name of the container.
fn behind_id(message: &str) -> &str {
    let is_cannot = message
        .get(..7)
        .is_some_and(|it| it.eq_ignore_ascii_case("cannot "));
    let ends_with_id = |text: &str| {
        let end: Vec<u8> = text.bytes().rev().take(ID_DIGITS).collect();
        end.len() == ID_DIGITS && end.iter().all(u8::is_ascii_hexdigit)
    };
    let mut rest = message;
    while let Some((before, behind)) = rest.split_once(": ").filter(|_| is_cannot) {
        if ends_with_id(before) {
            return behind;
        }
        rest = behind;
    }
    message
}

#[cfg(test)]
mod tests;
