//! What an operation does.

use serde::{Deserialize, Serialize};

use super::KillSignal;

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
}

impl OperationKind {
    /// What becomes of its target: "started", "muted".
    #[must_use]
    pub const fn participle(self) -> &'static str {
        match self {
            Self::Start => "started",
            Self::Stop => "stopped",
            Self::Restart => "restarted",
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
        }
    }

    /// What is done to its target meanwhile: "starting", "muting".
    #[must_use]
    pub const fn gerund(self) -> &'static str {
        match self {
            Self::Start => "starting",
            Self::Stop => "stopping",
            Self::Restart => "restarting",
            Self::Pause => "pausing",
            Self::Unpause => "unpausing",
            Self::Kill {
                signal: KillSignal::KILL,
            } => "killing",
            Self::Kill { .. } => "signalling",
            Self::Remove { .. } => "removing",
            Self::Silence { .. } => "muting",
            Self::Lift => "unmuting",
        }
    }

    /// The verb in JSON and audit records.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Pause => "pause",
            Self::Unpause => "unpause",
            Self::Kill { .. } => "kill",
            Self::Remove { .. } => "remove",
            Self::Silence { .. } => "silence",
            Self::Lift => "lift",
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
    /// no container is touched.
    #[must_use]
    pub fn docker_words(self) -> Option<String> {
        Some(match self {
            Self::Kill { signal } if signal != KillSignal::KILL => {
                format!("kill --signal {signal}")
            }
            Self::Remove { force: false } => "rm".to_owned(),
            Self::Remove { force: true } => "rm --force".to_owned(),
            Self::Silence { .. } | Self::Lift => return None,
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
        self.takes_down() || matches!(self, Self::Kill { .. })
    }

    /// Whether what it is done to is not available while or after it is done.
    #[must_use]
    pub const fn takes_down(self) -> bool {
        matches!(self, Self::Restart | Self::Pause) || self.removes() || self.ends()
    }

    /// Whether it removes containers.
    #[must_use]
    pub const fn removes(self) -> bool {
        matches!(self, Self::Remove { .. })
    }

    /// Whether a process that runs has been ended by it on purpose when it is done.
    #[must_use]
    pub const fn ends(self) -> bool {
        match self {
            Self::Stop => true,
            Self::Kill { signal } => signal.is_ending(),
            Self::Remove { force } => force,
            _ => false,
        }
    }
}
