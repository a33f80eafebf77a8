//! What happened, for the timeline.

use serde::{Deserialize, Serialize};

use super::{HealthState, IncidentChange, IncidentId, InstanceId, ServiceId, Timestamp};

/// Kind of a timeline event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// A service changed its health state.
    Health {
        /// Before.
        from: HealthState,
        /// After.
        to: HealthState,
    },
    /// A container started.
    Started,
    /// A container's process ended.
    Died {
        /// Its exit code, when told.
        exit_code: Option<i64>,
    },
    /// The kernel killed a process for memory.
    OutOfMemory,
    /// A container was stopped on purpose.
    Stopped,
    /// Paused.
    Paused,
    /// Unpaused.
    Unpaused,
    /// A running container joined a network or was taken off one.
    Network,
    /// A container was made (a deploy, when the service was known).
    Created,
    /// A container was removed.
    Removed,
    /// An incident began, changed or ended.
    Incident {
        /// Which.
        id: IncidentId,
        /// What happened to it.
        change: IncidentChange,
    },
    /// The engine was lost.
    EngineLost,
    /// The engine came back.
    EngineBack,
    /// Something of the engine's answers could not be used, or no event announced a change.
    EngineGap,
    /// One of our own operations.
    Operation,
    /// hubdeck itself: a task ended, config reloaded or refused.
    Own,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEvent {
    /// Growing number, unique in one run.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The service it is about.
    pub service: Option<ServiceId>,
    /// The instance it is about.
    pub instance: Option<InstanceId>,
    /// What it was.
    #[serde(flatten)]
    pub event: EventKind,
    /// One line for the operator.
    pub text: String,
}
