//! What an operation does.

use serde::{Deserialize, Serialize};

use super::KillSignal;
use crate::model::ComposeKind;

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
    /// Create the containers again from their definition, with the image that their reference names
    /// now.
    Recreate,
    /// Pull the image and recreate with it; what does not become healthy is rolled back.
    Update {
        /// Whether services with data volumes are updated too.
        with_volumes: bool,
    },
    /// Freeze.
    Pause,
    /// Unfreeze.
    Unpause,
    /// Send a signal to the first process of what runs.
    Kill {
        /// Which signal.
        signal: KillSignal,
    },
    /// Remove containers; their volumes stay.
    Remove {
        /// Whether those that run are killed and removed too; else they are left alone.
        force: bool,
    },
    /// Mute: nothing is called, but no incident opens during the maintenance.
    Silence {
        /// For how long; `None` until it is unmuted.
        minutes: Option<u32>,
    },
    /// Unmute: end a maintenance.
    Lift,
    /// What `docker compose` does to a stack.
    Compose(ComposeKind),
}

impl OperationKind {
    /// What becomes of its target: "started", "muted".
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Start => "started",
            Self::Stop => "stopped",
            Self::Restart => "restarted",
            Self::Recreate => "recreated",
            Self::Update { .. } => "updated",
            Self::Pause => "paused",
            Self::Unpause => "unpaused",
            Self::Kill {
                signal: KillSignal::KILL,
            } => "killed",
            // Whether, and when, the program ends is up to it.
            Self::Kill { .. } => "signalled",
            Self::Remove { .. } => "removed",
            Self::Silence { .. } => "muted",
            Self::Lift => "unmuted",
            Self::Compose(kind) => kind.participle(),
        }
    }

    /// What is done to its target meanwhile: "starting", "muting".
    #[must_use]
    pub const fn gerund(self) -> &'static str {
        match self {
            Self::Start => "starting",
            Self::Stop => "stopping",
            Self::Restart => "restarting",
            Self::Recreate => "recreating",
            Self::Update { .. } => "updating",
            Self::Pause => "pausing",
            Self::Unpause => "unpausing",
            Self::Kill {
                signal: KillSignal::KILL,
            } => "killing",
            Self::Kill { .. } => "signalling",
            Self::Remove { .. } => "removing",
            Self::Silence { .. } => "muting",
            Self::Lift => "unmuting",
            Self::Compose(kind) => kind.gerund(),
        }
    }

    /// The verb in JSON and audit records.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Recreate => "recreate",
            Self::Update { .. } => "update",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Kill { .. } => "kill",
            Self::Remove { .. } => "remove",
            Self::Silence { .. } => "silence",
            Self::Lift => "lift",
            Self::Compose(kind) => kind.verb(),
        }
    }

    /// The verb that people read.
    #[must_use]
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Silence { .. } => "mute",
            Self::Lift => "unmute",
            other => other.id(),
        }
    }

    /// The words after `docker` that do the same to a container whose name follows; `None` where
    /// there is no such command.
    #[must_use]
    pub fn docker_words(self) -> Option<String> {
        Some(match self {
            Self::Kill { signal } if signal != KillSignal::KILL => {
                format!("kill --signal {signal}")
            }
            Self::Remove { force: false } => "rm".to_owned(),
            Self::Remove { force: true } => "rm --force".to_owned(),
            Self::Recreate
            | Self::Update { .. }
            | Self::Silence { .. }
            | Self::Lift
            | Self::Compose(_) => return None,
            other => other.id().to_owned(),
        })
    }

    /// Whether it concerns hubdeck alone: no container is touched.
    #[must_use]
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::Silence { .. } | Self::Lift)
    }

    /// Whether it interrupts service or removes something, and so asks first.
    #[must_use]
    pub const fn is_destructive(self) -> bool {
        self.takes_down() || matches!(self, Self::Kill { .. } | Self::Compose(_))
    }

    /// Whether what it is done to is not available while or after it is done.
    #[must_use]
    pub const fn takes_down(self) -> bool {
        match self {
            Self::Pause => true,
            Self::Compose(kind) => kind.takes_down(),
            _ => self.begins_again() || self.removes() || self.ends(),
        }
    }

    /// Whether what it is done to stops for a moment and runs again: dependencies go first, and the
    /// replicas of a service one after the other.
    #[must_use]
    pub const fn begins_again(self) -> bool {
        matches!(self, Self::Restart) || self.recreates()
    }

    /// Whether each container is replaced by a new one of its name.
    #[must_use]
    pub const fn recreates(self) -> bool {
        matches!(self, Self::Recreate | Self::Update { .. })
    }

    /// What is done to dependents that go along: they are not recreated.
    #[must_use]
    pub const fn of_dependents(self) -> Self {
        if self.recreates() {
            Self::Restart
        } else {
            self
        }
    }

    /// Whether it removes containers for good.
    #[must_use]
    pub const fn removes(self) -> bool {
        matches!(self, Self::Remove { .. } | Self::Compose(ComposeKind::Down))
    }

    /// Whether a process that runs has been ended by it on purpose when it is done.
    #[must_use]
    pub const fn ends(self) -> bool {
        match self {
            Self::Stop => true,
            Self::Kill { signal } => signal.is_ending(),
            Self::Remove { force } => force,
            Self::Compose(kind) => matches!(kind, ComposeKind::Down),
            _ => false,
        }
    }
}
