//! Explanations: what broke, why, and what to try, each with its source and time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{HealthState, IncidentId, InstanceId, LogLine, ServiceId, Timestamp};

/// Most lines of [`FailureLog`].
pub const MAX_FAILURE_LOG_LINES: usize = 50;

/// The last log lines of a container when its service became unhealthy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureLog {
    /// The container.
    pub instance: InstanceId,
    /// When they were read.
    pub at: Timestamp,
    /// At most [`MAX_FAILURE_LOG_LINES`] lines, oldest first, secrets masked, without colours.
    pub lines: Arc<[LogLine]>,
}

/// Who gave a piece of evidence.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceSource {
    /// Our own probe.
    Probe,
    /// Docker's healthcheck.
    Healthcheck,
    /// The engine's record of the process: exit code, out of memory, restarts, error of the last
    /// start.
    Process,
    /// Limits against use.
    Resources,
    /// What the service needs.
    Needs,
    /// What needs the service.
    Impact,
    /// What happened just before, our own operations among it.
    Timeline,
    /// The service's own log.
    Log,
}

impl EvidenceSource {
    /// Every source, in the order of the evidence at one time.
    pub const ALL: [Self; 8] = [
        Self::Probe,
        Self::Healthcheck,
        Self::Process,
        Self::Resources,
        Self::Needs,
        Self::Impact,
        Self::Timeline,
        Self::Log,
    ];

    /// Its name for people in at most seven cells, the same on every face.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Healthcheck => "docker",
            Self::Resources => "usage",
            Self::Timeline => "event",
            other => other.id(),
        }
    }

    /// The word used in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Healthcheck => "healthcheck",
            Self::Process => "process",
            Self::Resources => "resources",
            Self::Needs => "needs",
            Self::Impact => "impact",
            Self::Timeline => "timeline",
            Self::Log => "log",
        }
    }
}

/// Whether a piece of evidence speaks for the service or against it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceOutcome {
    /// A check that passed.
    Success,
    /// A check that failed, an error, an end of its process.
    Failure,
}

/// What is remarkable about a piece of evidence.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceRemark {
    /// The last success of our probe before it failed.
    LastSuccess,
    /// The last log line before the first one that reports an error.
    BeforeFirstError,
}

impl EvidenceRemark {
    /// In a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::LastSuccess => "last success",
            Self::BeforeFirstError => "last line before the first error",
        }
    }
}

/// One piece of evidence.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Where it comes from.
    pub source: EvidenceSource,
    /// When it was so, the first time where it was so several times; `None` where it is not known.
    pub at: Option<Timestamp>,
    /// One line, secrets masked.
    pub text: String,
    /// Whether it speaks for the service or against it; `None` where neither.
    pub outcome: Option<EvidenceOutcome>,
    /// What is remarkable about it.
    pub remark: Option<EvidenceRemark>,
    /// How many times in a row it was so: 1, or more where repeated lines are one piece.
    pub count: usize,
}

impl Evidence {
    /// A piece that speaks neither for the service nor against it; `text` is one line, secrets
    /// masked.
    #[must_use]
    pub const fn new(source: EvidenceSource, at: Option<Timestamp>, text: String) -> Self {
        Self {
            source,
            at,
            text,
            outcome: None,
            remark: None,
            count: 1,
        }
    }

    /// The same as a check that passed.
    #[must_use]
    pub fn passed(self) -> Self {
        self.with(Some(EvidenceOutcome::Success))
    }

    /// The same as a failure.
    #[must_use]
    pub fn failed(self) -> Self {
        self.with(Some(EvidenceOutcome::Failure))
    }

    /// The same with this outcome.
    #[must_use]
    pub fn with(self, outcome: Option<EvidenceOutcome>) -> Self {
        Self { outcome, ..self }
    }

    /// The same with a remark.
    #[must_use]
    pub fn remarked(self, remark: Option<EvidenceRemark>) -> Self {
        Self { remark, ..self }
    }
}

/// A usual cause that the evidence fits.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// Its name in the data file, such as `port-in-use`.
    pub id: String,
    /// A few words: "the port is already in use".
    pub words: String,
    /// What is usually behind it, one or two sentences.
    pub hint: String,
    /// The evidence that fits; an exit code in words where no text does.
    pub evidence: String,
    /// Who gave it.
    pub source: EvidenceSource,
    /// When it was so; `None` where it is not known.
    pub at: Option<Timestamp>,
    /// The log line before the first error; `None` where the evidence is no log line.
    pub context: Option<String>,
}

/// Why a service is as it is.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The service.
    pub service: ServiceId,
    /// Its state.
    pub state: HealthState,
    /// Since when.
    pub since: Timestamp,
    /// What broke and why, and what it blocks, in one sentence.
    pub sentence: String,
    /// The same without what it blocks.
    pub headline: String,
    /// Services whose trouble has its root here, sorted.
    pub blocks: Vec<ServiceId>,
    /// The open incident it is part of.
    pub incident: Option<IncidentId>,
    /// The evidence by time, oldest first, what has no time last; at the same time in the order of
    /// [`EvidenceSource::ALL`].
    pub evidence: Vec<Evidence>,
    /// The likeliest of [`Self::candidates`].
    pub hint: Option<Diagnosis>,
    /// Usual causes that fit, of the service itself or of what blocks it, the likeliest first;
    /// several where the evidence for them is equally strong.
    pub candidates: Vec<Diagnosis>,
    /// What to try, in this order; one sentence each.
    pub try_next: Vec<String>,
    /// The commands in `try_next` that can be run as they are, in the same order.
    pub commands: Vec<String>,
}
