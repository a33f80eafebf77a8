//! What happened, as the timeline keeps it: facts alone. The words are `explain`'s.

use serde::{Deserialize, Serialize};

use super::{
    EngineGap, HealStop, HealthState, IncidentChange, IncidentFact, IncidentId, IncidentRoot,
    InterruptedOperation, Operation, OperationStatus, Principal, ProcessEnd, Reason, ServiceId,
    Shortage, SignedDuration, SkipReason, StackName, Timestamp,
};

/// One change of a service, a container, the engine, an operation or hubdeck itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// A service is in another health state.
    Health {
        /// The state before.
        from: HealthState,
        /// The state now.
        to: HealthState,
        /// Why it is in `to`.
        why: Box<HealthChangeReason>,
    },
    /// The first container of a service, or one more of the same definition.
    Created {
        /// Its name.
        container: String,
    },
    /// A container of the same definition in the place of another one.
    Recreated {
        /// Its name.
        container: String,
    },
    /// One more replica of a service.
    Scaled {
        /// Its name.
        container: String,
    },
    /// A container of another definition in the place of another one.
    Deployed(Deployment),
    /// A container was started.
    Started {
        /// Its name.
        container: String,
    },
    /// The process ended well, as a one-shot does.
    Finished,
    /// The process ended by itself.
    Ended(ProcessEnd),
    /// The process ended and the engine started it again before its end was seen.
    Restarted,
    /// The process was stopped on purpose.
    Stopped {
        /// How it ended; `None` while only the stop is known.
        end: Option<ProcessEnd>,
    },
    /// A service logs far more errors than usually, or does so no more.
    ErrorBurst(ErrorBurstChange),
    /// A process of the container was OOM-killed.
    OutOfMemory,
    /// Every process of the container was frozen.
    Paused,
    /// Every process of the container goes on.
    Unpaused,
    /// A running container joined a network.
    NetworkJoined {
        /// The network's name.
        network: String,
    },
    /// A running container was taken off a network.
    NetworkLeft {
        /// The network's name.
        network: String,
    },
    /// A container is gone from the engine.
    Removed {
        /// Its name.
        container: String,
    },
    /// An incident opened, changed or closed.
    Incident {
        /// Its number.
        id: IncidentId,
        /// Which of the three.
        change: IncidentChange,
        /// What is at its root.
        root: IncidentRoot,
        /// The newest line of its log.
        fact: Box<IncidentFact>,
    },
    /// The engine does not answer any more.
    EngineLost {
        /// One clause why.
        error: String,
    },
    /// The engine answers again.
    EngineBack,
    /// Something of the engine's answers could not be used, or no event announced a change.
    EngineGap(EngineGap),
    /// An operation that hubdeck carries out.
    Operation(OperationChange),
    /// hubdeck itself.
    Own(OwnChange),
}

/// What became of a burst of errors in a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ErrorBurstChange {
    /// It began.
    Began {
        /// Errors a minute.
        per_minute: u64,
        /// Errors a minute before it, rounded.
        usual_per_minute: u64,
        /// The template of the error that is new, or of the most frequent one.
        template: Option<String>,
    },
    /// It is over.
    Ended {
        /// How long it lasted.
        took: SignedDuration,
        /// Errors in it.
        errors: u64,
    },
}

/// What a deploy changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deployment {
    /// Another image.
    Image {
        /// Name of the image before.
        from: String,
        /// Name of the image now.
        to: String,
    },
    /// An image of the same name and another id.
    Build {
        /// Its name.
        image: String,
    },
    /// The definition that Compose made the container from.
    Configuration,
}

/// Why a service changed its health state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthChangeReason {
    /// The reason of its new state.
    pub reason: Reason,
    /// Services that cannot work without it, sorted.
    pub missed_by: Vec<ServiceId>,
    /// Its stack.
    pub stack: Option<StackName>,
}

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationChange {
    /// Its first step is about to be called.
    Started {
        /// What was asked for.
        operation: Operation,
        /// Who asked for it.
        principal: Principal,
    },
    /// Every step succeeded.
    Succeeded {
        /// What was asked for.
        operation: Operation,
        /// From its begin to its end.
        took: SignedDuration,
    },
    /// A step failed, or the plan did not hold any more.
    Failed {
        /// What was asked for.
        operation: Operation,
        /// One sentence why.
        error: String,
        /// The `docker` commands of the steps that were not begun, in order.
        to_finish: Vec<String>,
    },
    /// It was cancelled before all of its steps were begun.
    Cancelled {
        /// What was asked for.
        operation: Operation,
        /// By what.
        reason: SkipReason,
        /// Steps that were not begun.
        not_begun: usize,
        /// Steps that it has.
        steps: usize,
        /// What became of the steps that were under way and did not succeed, a sentence each.
        unfinished: Vec<String>,
    },
    /// Auto-heal restarts a service no more, as that did not help.
    HealingStopped(HealStop),
    /// It was under way when an earlier run of hubdeck ended.
    Interrupted(InterruptedOperation),
}

/// What became of hubdeck itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OwnChange {
    /// A task failed, or settings were read anew or refused: one sentence, made where it happened.
    Message(String),
    /// The system refused something that hubdeck needs.
    Shortage(Shortage),
}

impl OperationChange {
    /// How the operation of `status` ended at `at`.
    #[must_use]
    pub fn end_of(status: &OperationStatus, at: Timestamp) -> Self {
        let operation = status.plan.operation.clone();
        match (&status.error, status.cancelled) {
            (Some(error), _) => Self::Failed {
                operation,
                error: error.clone(),
                to_finish: status.finishing_commands(),
            },
            (None, Some(reason)) => Self::Cancelled {
                operation,
                reason,
                not_begun: status.steps_skipped(),
                steps: status.steps.len(),
                unfinished: status.step_errors().map(str::to_owned).collect(),
            },
            (None, None) => Self::Succeeded {
                operation,
                took: at.duration_since(status.started_at),
            },
        }
    }

    /// What was asked for; `None` for an operation of an earlier run.
    #[must_use]
    pub const fn operation(&self) -> Option<&Operation> {
        match self {
            Self::Started { operation, .. }
            | Self::Succeeded { operation, .. }
            | Self::Failed { operation, .. }
            | Self::Cancelled { operation, .. } => Some(operation),
            Self::HealingStopped(_) | Self::Interrupted(_) => None,
        }
    }
}

impl Change {
    /// Whether a container was made.
    #[must_use]
    pub const fn is_creation(&self) -> bool {
        matches!(
            self,
            Self::Created { .. } | Self::Recreated { .. } | Self::Scaled { .. } | Self::Deployed(_)
        )
    }

    /// Visits the texts of the engine, of services and of programs, in which a secret may stand.
    pub fn texts_mut(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Self::Health { why, .. } => why.reason.texts_mut(visit),
            Self::Incident { fact, .. } => {
                if let Some(reason) = fact.reason_mut() {
                    reason.texts_mut(visit);
                }
            }
            Self::Created { container: text }
            | Self::Recreated { container: text }
            | Self::Scaled { container: text }
            | Self::Started { container: text }
            | Self::Removed { container: text }
            | Self::NetworkJoined { network: text }
            | Self::NetworkLeft { network: text }
            | Self::EngineLost { error: text }
            | Self::Deployed(Deployment::Build { image: text })
            | Self::Operation(OperationChange::Failed { error: text, .. })
            | Self::ErrorBurst(ErrorBurstChange::Began {
                template: Some(text),
                ..
            })
            | Self::Own(OwnChange::Message(text)) => visit(text),
            Self::Deployed(Deployment::Image { from, to }) => {
                visit(from);
                visit(to);
            }
            Self::Operation(OperationChange::Cancelled { unfinished, .. }) => {
                unfinished.iter_mut().for_each(visit);
            }
            Self::Operation(OperationChange::Interrupted(operation)) => {
                let calls = operation.unknown.iter_mut().map(|call| &mut call.name);
                calls.chain(&mut operation.not_begun).for_each(visit);
            }
            Self::Deployed(Deployment::Configuration)
            | Self::Finished
            | Self::Ended(_)
            | Self::Restarted
            | Self::Stopped { .. }
            | Self::OutOfMemory
            | Self::ErrorBurst(_)
            | Self::Paused
            | Self::Unpaused
            | Self::EngineBack
            | Self::EngineGap(_)
            | Self::Operation(
                OperationChange::Started { .. }
                | OperationChange::Succeeded { .. }
                | OperationChange::HealingStopped(_),
            )
            | Self::Own(OwnChange::Shortage(_)) => {}
        }
    }
}
