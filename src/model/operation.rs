//! Operations: what is asked, the plan, and how it goes.

use serde::{Deserialize, Serialize};

use super::{Impact, InstanceId, OperationId, ServiceId, Timestamp};

/// What an operation does to a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OperationKind {
    /// Start what does not run.
    Start,
    /// Stop with the container's own grace period.
    Stop,
    /// Stop and start.
    Restart,
    /// Freeze.
    Pause,
    /// Unfreeze.
    Unpause,
    /// Begin a maintenance: nothing is called, but no incident opens meanwhile.
    Silence {
        /// For how long; `None` until it is lifted.
        minutes: Option<u32>,
    },
    /// End a maintenance.
    Lift,
}

impl OperationKind {
    /// The verb, as in commands and audit records.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Silence { .. } => "silence",
            Self::Lift => "lift",
        }
    }

    /// Whether it concerns hubdeck alone: no container is touched.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::Silence { .. } | Self::Lift)
    }

    /// Whether it interrupts service and so asks first.
    #[must_use]
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Stop | Self::Restart | Self::Pause)
    }
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Principal {
    /// Keys in the console.
    Terminal,
    /// An HTTP client.
    Http,
    /// A command line.
    Cli,
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
}

/// One call of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The verb.
    pub kind: OperationKind,
    /// The service.
    pub service: ServiceId,
    /// The container; one of its tasks where a Swarm service is called.
    pub instance: InstanceId,
    /// The container's name, for people; that of the Swarm service where one is called.
    pub name: String,
    /// Id of the Swarm service that is called instead of the container.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swarm_service: Option<String>,
    /// Whether the next wave waits until this one is healthy (or running, without a healthcheck).
    pub wait_healthy: bool,
    /// Steps of the same wave run side by side; waves run in order from 0.
    pub wave: usize,
}

/// A stop by hubdeck that the audit record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedStop {
    /// The container.
    pub instance: InstanceId,
    /// When the engine was called.
    pub began_at: Timestamp,
    /// When the engine had answered.
    pub ended_at: Timestamp,
}

/// The order in which an operation runs and what it takes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What was asked.
    pub operation: Operation,
    /// Calls in order.
    pub steps: Vec<Step>,
    /// What else is hit.
    pub impact: Impact,
    /// Containers that it destroys, by name: the engine removes those made with `--rm` when they end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removes: Vec<String>,
    /// Things the operator should know, one sentence each.
    pub warnings: Vec<String>,
    /// Changes whenever the plan would differ; lower-case hex.
    pub hash: String,
}

/// State of one step.
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
    /// Failed; one sentence.
    Failed {
        /// Why.
        error: String,
    },
    /// Not begun because an earlier step failed.
    Skipped,
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
    /// Every step succeeded.
    Succeeded,
    /// It ended early; one sentence.
    Failed {
        /// Why.
        error: String,
    },
}

/// An operation as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationStatus {
    /// Its number.
    pub id: OperationId,
    /// Who asked.
    pub principal: Principal,
    /// The plan.
    pub plan: Plan,
    /// State of each step, as long as `plan.steps`.
    pub steps: Vec<StepState>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<Timestamp>,
    /// Why it failed; `None` while it runs and after success.
    pub error: Option<String>,
}
