//! Operations: what is asked, the plan, and how it goes.

mod activity;
mod bad_image;
mod call;
mod caller;
mod confirmation;
mod counts;
mod interrupted;
mod kill_signal;
mod kind;
mod output;
mod recorded;
mod scope;
mod status;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{ComposeCall, Impact, InstanceId, OutputLine, ServiceId, Timestamp};

pub use activity::{PullProgress, StepActivities, StepActivity};
pub use bad_image::BadImage;
pub use call::EngineCall;
pub use caller::HttpCaller;
pub use confirmation::Confirmation;
pub use counts::OperationCounts;
pub use interrupted::{InterruptedCall, InterruptedOperation, kept_words};
pub use kill_signal::{KillSignal, UnknownSignal};
pub use kind::OperationKind;
pub use output::ProgramOutput;
pub use recorded::{AuditHistory, RecordedLine, RecordedOperation, RecordedResult, RecordedStep};
pub use status::{OperationResult, OperationStatus, StepTimes};

/// Who asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Principal {
    /// Keys in the console.
    Terminal,
    /// An HTTP client.
    Http(HttpCaller),
    /// A command line.
    Cli,
    /// hubdeck itself, which restarts a service that failed.
    #[serde(rename = "auto-heal")]
    AutoHeal,
}

impl Principal {
    /// From where it was asked.
    #[must_use]
    pub const fn kind(&self) -> PrincipalKind {
        match self {
            Self::Terminal => PrincipalKind::Terminal,
            Self::Http(_) => PrincipalKind::Http,
            Self::Cli => PrincipalKind::Cli,
            Self::AutoHeal => PrincipalKind::AutoHeal,
        }
    }
}

/// From where an operation was asked for.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalKind {
    /// The console.
    Terminal,
    /// The HTTP API.
    Http,
    /// A command line.
    Cli,
    /// hubdeck itself.
    AutoHeal,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The verb.
    pub kind: OperationKind,
    /// The services, in no order.
    pub targets: Vec<ServiceId>,
    /// Whether services that need the targets are restarted after them.
    pub with_dependents: bool,
    /// Of an update the image to take, where that is named: the reference of each service otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

/// What a step is carried out on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepTarget {
    /// A container.
    Container(InstanceId),
    /// A Swarm service, by the Swarm's id: its tasks are replaced.
    SwarmService(String),
    /// The service as hubdeck knows it, for a maintenance: the engine is not called.
    Service,
    /// A stack, by a call of `docker compose`.
    Compose(Box<ComposeCall>),
}

/// What is waited for after the call of a step.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepWait {
    /// Nothing.
    No,
    /// Until it is healthy, or running where it has no healthcheck.
    Healthy,
    /// Until the job has ended, with exit code 0.
    Exit,
}

/// One call of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The verb.
    pub kind: OperationKind,
    /// The service.
    pub service: ServiceId,
    /// What is called.
    pub target: StepTarget,
    /// The name of what is called, for people.
    pub name: String,
    /// What the next wave waits for.
    pub wait: StepWait,
    /// Steps of the same wave run side by side; waves run in order from 0.
    pub wave: usize,
}

/// An end of a container that hubdeck was asked for: a stop, a kill, a removal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedStop {
    /// The container.
    pub instance: InstanceId,
    /// When the engine was called.
    pub began_at: Timestamp,
    /// When the engine had answered.
    pub ended_at: Timestamp,
}

/// A restart by hubdeck that the audit record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedRestart {
    /// The service.
    pub service: ServiceId,
    /// From the call until it was healthy.
    pub took: Duration,
}

impl Step {
    /// The container that is called; `None` where none is.
    #[must_use]
    pub const fn container(&self) -> Option<&InstanceId> {
        match &self.target {
            StepTarget::Container(id) => Some(id),
            StepTarget::SwarmService(_) | StepTarget::Service | StepTarget::Compose(_) => None,
        }
    }

    /// The engine's id of what is called; empty where the engine is not called by hubdeck itself.
    #[must_use]
    pub fn target_id(&self) -> &str {
        match &self.target {
            StepTarget::Container(id) => id.as_str(),
            StepTarget::SwarmService(id) => id,
            StepTarget::Service | StepTarget::Compose(_) => "",
        }
    }

    /// The call in words: "restart hub-db-1".
    #[must_use]
    pub fn call(&self) -> String {
        format!("{} {}", self.kind.verb(), self.name)
    }

    /// The command that does the same, with secrets masked: of `docker`, and of hubdeck where `docker`
    /// has none; `None` where no container is called.
    #[must_use]
    pub fn docker_command(&self) -> Option<String> {
        match &self.target {
            StepTarget::Container(_) if self.kind.recreates() => {
                Some(format!("hubdeck {} {}", self.kind.verb(), self.service))
            }
            StepTarget::SwarmService(id) => Some(format!("docker service update --force {id}")),
            StepTarget::Container(_) => {
                let words = self.kind.docker_words()?;
                Some(format!("docker {words} {}", self.name))
            }
            StepTarget::Service => None,
            StepTarget::Compose(call) => Some(call.invocation.docker_command()),
        }
    }
}

/// The order in which an operation runs and what else it affects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked.
    pub operation: Operation,
    /// Calls in order.
    pub steps: Vec<Step>,
    /// What else is hit.
    pub impact: Impact,
    /// Containers that it destroys, by name: those it removes, and those made with `--rm`, which the
    /// engine removes when they end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// How long the last restart of each service took that is restarted, in milliseconds from the
    /// call until it was healthy; those that are known. No part of the hash.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub last_restart_ms: BTreeMap<ServiceId, u64>,
    /// The production services that it acts on, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub production: Vec<ServiceId>,
    /// Things the operator should know, one sentence each.
    pub warnings: Vec<String>,
    /// Changes whenever the plan would differ; lower-case hex.
    pub hash: String,
}

impl Plan {
    /// The plan without the wait after its last wave; its hash stays that of what is confirmed.
    #[must_use]
    pub fn without_last_wait(mut self) -> Self {
        let last = self.steps.iter().map(|step| step.wave).max();
        let steps = self.steps.iter_mut();
        steps
            // What an update replaces is kept until the gate has passed.
            .filter(|step| Some(step.wave) == last && !step.kind.recreates())
            .for_each(|step| step.wait = StepWait::No);
        self
    }
}

/// State of one step.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum StepState {
    /// Not begun.
    Pending,
    /// Called.
    Running,
    /// Called; waiting for healthy.
    Waiting,
    /// Done.
    Succeeded,
    /// Nothing had to be done: it runs the newest image already.
    Unchanged,
    /// Called with success; the wait for healthy ended early because the operation was cancelled.
    Unverified,
    /// Failed; one sentence.
    Failed {
        /// Why.
        error: String,
    },
    /// Not begun.
    Skipped {
        /// Why not.
        reason: SkipReason,
    },
}

impl StepState {
    /// Whether nothing more becomes of the step.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Pending | Self::Running | Self::Waiting)
    }
}

/// Why steps of an operation are not begun.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SkipReason {
    /// An earlier step failed, or its record could not be written.
    Failure,
    /// The operation was cancelled.
    Cancelled,
    /// The operator left hubdeck and aborted the rest.
    Quit,
    /// A signal asked hubdeck to end, or its terminal was closed.
    Shutdown,
}

impl SkipReason {
    /// The reason as one clause.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Failure => "an earlier step failed",
            Self::Cancelled => "cancelled",
            Self::Quit => "aborted on quitting hubdeck",
            Self::Shutdown => "hubdeck was terminated",
        }
    }
}

/// News of an operation, as the operator reports it to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OperationProgress {
    /// Accepted and begun.
    Started {
        /// Who asked.
        principal: Principal,
        /// What will happen.
        plan: Box<Plan>,
    },
    /// Step `index` of the plan changed.
    Step {
        /// Index into `plan.steps`.
        index: usize,
        /// Its state.
        state: StepState,
    },
    /// Step `index` waits, until then at the latest.
    Waits {
        /// Index into `plan.steps`.
        index: usize,
        /// When what is waited for has to be there.
        due_at: Timestamp,
    },
    /// What step `index` is doing at the moment; `None` again where that is over.
    Activity {
        /// Index into `plan.steps`.
        index: usize,
        /// What.
        activity: Option<StepActivity>,
    },
    /// Lines that a program wrote which it runs.
    Output(Vec<OutputLine>),
    /// What the engine was called with for step `index`, and what it answered.
    Called {
        /// Index into `plan.steps`.
        index: usize,
        /// The calls in order.
        calls: Vec<EngineCall>,
    },
    /// Every step succeeded.
    Succeeded,
    /// It ended early; one sentence.
    Failed {
        /// Why.
        error: String,
    },
    /// It was cancelled: the call that ran was finished, the rest was not begun.
    Cancelled {
        /// By what.
        reason: SkipReason,
    },
}
