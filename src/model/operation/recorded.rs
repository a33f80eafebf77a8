//! What the audit record holds of an operation.

use std::time::Duration;

use crate::model::{EngineCall, ServiceId, Timestamp};

/// The audit record, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditHistory {
    /// The operations, in the order in which they began.
    pub operations: Vec<RecordedOperation>,
    /// Every line, in the order of the file.
    pub lines: Vec<RecordedLine>,
}

/// One line of the audit record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedLine {
    /// Its number in the file, from 1.
    pub number: usize,
    /// The line without its end; bytes that are no UTF-8 are replaced.
    pub text: String,
    /// Index of its operation; `None` where the line cannot be read.
    pub operation: Option<usize>,
}

/// An operation of this or an earlier run of hubdeck.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedOperation {
    /// The time of its first line.
    pub began_at: Timestamp,
    /// The time of its last line.
    pub last_at: Timestamp,
    /// Who asked: `uid:1000`, `http`.
    pub principal: String,
    /// Where: `tui`, `http` or `cli`; empty in lines of early versions.
    pub source: String,
    /// The verb.
    pub verb: String,
    /// The services that were asked for.
    pub targets: Vec<ServiceId>,
    /// Whether dependents went along.
    pub with_dependents: bool,
    /// The `docker` command that does the same as a command in a container.
    pub command: Option<String>,
    /// What that command exited with.
    pub exit_code: Option<i64>,
    /// Its steps in the order of its plan.
    pub steps: Vec<RecordedStep>,
    /// How it stands.
    pub result: RecordedResult,
    /// Why it failed.
    pub error: Option<String>,
    /// Why it was cancelled, as a clause.
    pub reason: Option<String>,
}

impl RecordedOperation {
    /// Every service that was asked for or has a step.
    pub fn services(&self) -> impl Iterator<Item = &ServiceId> {
        self.targets
            .iter()
            .chain(self.steps.iter().map(|step| &step.service))
    }
}

/// A step of a recorded operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedStep {
    /// The verb.
    pub verb: String,
    /// The service.
    pub service: ServiceId,
    /// Name of the container or the Swarm service.
    pub name: String,
    /// Whether its call was about to be made.
    pub begun: bool,
    /// `succeeded`, `unverified`, `failed` or `skipped`; `None` without a result.
    pub result: Option<String>,
    /// How long its call and its wait took.
    pub took: Duration,
    /// Why it failed, or was not begun.
    pub why: Option<String>,
    /// The `docker` command that does the same.
    pub command: Option<String>,
    /// What the engine was called with, and what it answered.
    pub calls: Vec<EngineCall>,
    /// The name under which the container before was kept.
    pub kept_as: Option<String>,
}

/// How a recorded operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedResult {
    /// Every step succeeded.
    Succeeded,
    /// A step failed.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// Its run of hubdeck ended before it did.
    Interrupted,
    /// A run of hubdeck carries it out now.
    UnderWay,
}

impl RecordedResult {
    /// The word that people read.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
            Self::UnderWay => "under way",
        }
    }
}
