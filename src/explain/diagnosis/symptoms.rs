//! What is known of a service in trouble, as diagnoses look at it.

use serde::Deserialize;

use crate::model::{Finding, ReasonCode, Timestamp};

/// Something that holds of a service in trouble, or does not: what a diagnosis needs, or what rules
/// it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// The engine could not start the container: no process of it ran.
    NotStarted,
    /// The process ended, or it is in a crash loop.
    Ended,
    /// The process runs.
    Running,
    /// A check or probe of this container succeeded, in whatever run.
    Worked,
    /// One succeeded in the run that fails.
    WorkedInThisRun,
    /// Docker's healthcheck of this container succeeded, in whatever run.
    CheckSucceeded,
    /// The run that failed lasted longer than a start takes.
    Lasted,
    /// Something answered with an HTTP status of 400 or more.
    HttpError,
    /// None of the programs that the healthcheck calls is in the image.
    NoTool,
    /// It hands requests on to other services.
    Proxy,
}

/// Where a log line stands beside the change for the worse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// It was logged while the service was healthy: its cause did no harm.
    WhileItWorked,
    /// Long before the change.
    Earlier,
    /// At the end of the process, or from the change on.
    #[default]
    Near,
}

/// A log line and its place in time beside the change.
#[derive(Clone, Debug)]
pub struct LogLineAt<'a> {
    /// Its text.
    pub text: &'a str,
    /// When it was written.
    pub at: Option<Timestamp>,
    /// Beside the change.
    pub place: Place,
}

impl<'a> LogLineAt<'a> {
    /// A line at the change without a time.
    #[must_use]
    pub const fn near(text: &'a str) -> Self {
        Self {
            text,
            at: None,
            place: Place::Near,
        }
    }
}

/// What is known of a service in trouble.
#[derive(Clone, Debug, Default)]
pub struct Symptoms<'a> {
    /// Exit code of the process that ended.
    pub exit_code: Option<i64>,
    /// Whether it was OOM-killed.
    pub out_of_memory: bool,
    /// Why the service is in its state.
    pub reason: Option<ReasonCode>,
    /// The engine's error of the last start; empty when there is none.
    pub engine: &'a str,
    /// What the failing probe found; `None` when there is none.
    pub probe: Option<&'a Finding>,
    /// What the failing healthcheck wrote, of the first program that wrote something.
    pub check: Vec<&'a str>,
    /// Log lines, oldest first.
    pub log: Vec<LogLineAt<'a>>,
    /// What holds.
    pub conditions: Vec<Condition>,
}

impl Symptoms<'_> {
    /// Whether `condition` holds.
    #[must_use]
    pub fn has(&self, condition: Condition) -> bool {
        self.conditions.contains(&condition)
    }
}
