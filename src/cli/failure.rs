//! Why a command could not do its work: one sentence each, and the exit code.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::config::TokenRefusal;
use crate::config::arguments::WaitState;
use crate::logs::FilterError;
use crate::model::{StackName, UnknownStack};

use super::ExitStatus;

/// See [`CommandError::status`] for the exit codes.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A service that does not exist was named; one sentence.
    #[error("{0}")]
    Service(String),
    /// None of the services has a container, so there is no log.
    #[error("no container of {0} is there, so there are no log lines")]
    NoContainer(String),
    /// What is asked for may not or cannot be done; one sentence.
    #[error("{0}")]
    Refused(String),
    /// An operation failed, or could not be begun; one sentence.
    #[error("{0}")]
    Operation(String),
    /// The question before an operation was not answered with yes.
    #[error("nothing was done: the plan was not confirmed")]
    NotConfirmed,
    /// The terminal cannot be read from.
    #[error("nothing was done: cannot read the answer: {0}")]
    Answer(io::Error),
    /// The engine was lost before anything was done; one sentence.
    #[error("{0}")]
    EngineLost(String),
    /// The outcome of an operation that has ended did not become known.
    #[error("the operation has ended, but how is not known; see `hubdeck audit`")]
    NoOutcome,
    /// A Compose project was named that the engine does not have.
    #[error(transparent)]
    Project(#[from] UnknownProject),
    /// A stack was named that is not there.
    #[error(transparent)]
    Stack(#[from] UnknownStack),
    /// A filter of log lines that cannot be read.
    #[error(transparent)]
    Filter(#[from] WrongFilter),
    /// A saved filter that the settings do not have.
    #[error("no filter is called {name}; {}", filters(.there))]
    UnknownFilter {
        /// What was named.
        name: String,
        /// The names there are.
        there: Vec<String>,
    },
    /// The value of this flag is a time that no calendar has.
    #[error("{0}: no calendar has this time")]
    Moment(&'static str),
    /// Services are not as they were waited for.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// The value of this flag is a time that is past, or that no calendar has.
    #[error("{0} has to be a time to come")]
    Ended(&'static str),
    /// The list of tokens is not read or changed.
    #[error(transparent)]
    Token(#[from] TokenRefusal),
    /// There is no snapshot; one sentence.
    #[error("{0}")]
    Poll(String),
    /// The result cannot be written as JSON.
    #[error("cannot write the result as JSON: {0}")]
    Document(serde_json::Error),
    /// Standard output cannot be written to.
    #[error("cannot write to standard output: {0}")]
    Output(io::Error),
    /// Standard error cannot be written to.
    #[error("cannot write to standard error: {0}")]
    Diagnostics(io::Error),
}

impl CommandError {
    /// [`ExitStatus::Usage`] for what the user can correct in the arguments.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        match self {
            Self::EngineLost(_) => ExitStatus::NoEngine,
            Self::Service(_)
            | Self::Refused(_)
            | Self::NotConfirmed
            | Self::Project(_)
            | Self::Stack(_)
            | Self::Filter(_)
            | Self::UnknownFilter { .. }
            | Self::Moment(_)
            | Self::Ended(_)
            | Self::Token(_) => ExitStatus::Usage,
            Self::NoContainer(_)
            | Self::Operation(_)
            | Self::Answer(_)
            | Self::NoOutcome
            | Self::Wait(_)
            | Self::Poll(_)
            | Self::Document(_)
            | Self::Output(_)
            | Self::Diagnostics(_) => ExitStatus::Failure,
        }
    }
}

/// A filter of log lines that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{flag}: {error}")]
pub struct WrongFilter {
    /// The flag.
    pub flag: &'static str,
    /// What is wrong with its value.
    pub error: FilterError,
}

/// Services that are not as they are waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitedFor {
    /// How many are waited for.
    pub total: usize,
    /// Each that is not there, in words: its name, its state, why.
    pub services: Vec<String>,
}

/// Why the wait ended without its result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// Time is up.
    #[error("not {state} within {}: {waited_for}", seconds(.limit))]
    TimedOut {
        /// What was waited for.
        state: WaitState,
        /// For how long.
        limit: Duration,
        /// What is missing.
        waited_for: WaitedFor,
    },
    /// It cannot come to it.
    #[error("not {state}, and nothing will make it so by itself: {waited_for}")]
    Hopeless {
        /// What was waited for.
        state: WaitState,
        /// What is missing.
        waited_for: WaitedFor,
    },
}

impl fmt::Display for WaitedFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.total == 0 {
            return f.write_str("there is no service");
        }
        write!(f, "{} of {} services", self.services.len(), self.total)?;
        self.services
            .iter()
            .try_for_each(|service| write!(f, "\n  {service}"))
    }
}

/// A Compose project was named that the engine does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the engine has no project {name}; {}", offer(.there))]
pub struct UnknownProject {
    /// What was named.
    pub name: String,
    /// The projects there are.
    pub there: Vec<StackName>,
}

fn seconds(limit: &Duration) -> String {
    format!("{} s", limit.as_secs_f64())
}

/// The saved filters that can be named.
fn filters(there: &[String]) -> String {
    match there {
        [] => "the section [logs.filters] of the config file has none".to_owned(),
        there => format!("there are: {}", there.join(", ")),
    }
}

/// The projects that can be named.
fn offer(there: &[StackName]) -> String {
    match there {
        [] => "no container of a Compose project is there".to_owned(),
        there => {
            let names: Vec<&str> = there.iter().map(StackName::as_str).collect();
            format!("there are: {}", names.join(", "))
        }
    }
}
