//! The kind of a reason, for programs.

use serde::{Deserialize, Serialize};

use super::Reason;

/// The kind of a [`Reason`], for programs.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variants of `Reason`
pub enum ReasonCode {
    Probe,
    Recovering,
    NoResult,
    Uncounted,
    Docker,
    DockerStarting,
    Works,
    NoCheck,
    NotChecked,
    StartPeriod,
    Exit,
    OutOfMemory,
    Restarting,
    Completed,
    Stopped,
    CannotStart,
    NotStarted,
    EndUnread,
    Paused,
    Removing,
    Dead,
    CutOff,
    LostNetwork,
    Pressure,
    Missing,
    NeedsDown,
    Unread,
    Instances,
    NoInstances,
    Swarm,
}

impl Reason {
    /// Its kind; that of the reason itself where something could not be read beside it.
    #[must_use]
    pub fn code(&self) -> ReasonCode {
        match self {
            Self::Probe { .. } => ReasonCode::Probe,
            Self::Recovering { .. } => ReasonCode::Recovering,
            Self::NoResult { .. } => ReasonCode::NoResult,
            Self::Uncounted { .. } => ReasonCode::Uncounted,
            Self::Docker { .. } | Self::DockerFailing { .. } | Self::DockerInterrupted { .. } => {
                ReasonCode::Docker
            }
            Self::DockerStarting => ReasonCode::DockerStarting,
            Self::Works { .. } => ReasonCode::Works,
            Self::NoCheck => ReasonCode::NoCheck,
            Self::NotChecked => ReasonCode::NotChecked,
            Self::StartPeriod { .. } => ReasonCode::StartPeriod,
            Self::Exit { end, .. } if end.is_out_of_memory() => ReasonCode::OutOfMemory,
            Self::Exit { .. } => ReasonCode::Exit,
            Self::Restarting { .. } => ReasonCode::Restarting,
            Self::Completed { .. } => ReasonCode::Completed,
            Self::Stopped { .. } | Self::StoppedWhileNeeded { .. } => ReasonCode::Stopped,
            Self::CannotStart { .. } => ReasonCode::CannotStart,
            Self::NotStarted(_) => ReasonCode::NotStarted,
            Self::EndUnread => ReasonCode::EndUnread,
            Self::Paused => ReasonCode::Paused,
            Self::Removing => ReasonCode::Removing,
            Self::Dead => ReasonCode::Dead,
            Self::CutOff => ReasonCode::CutOff,
            Self::LostNetwork(_) => ReasonCode::LostNetwork,
            Self::Pressure(_) => ReasonCode::Pressure,
            Self::Missing(_) => ReasonCode::Missing,
            Self::NeedsDown { .. } => ReasonCode::NeedsDown,
            Self::Unread(_) => ReasonCode::Unread,
            Self::WithUnread { reason, .. } => reason.code(),
            Self::NamedInstances { .. } | Self::Instances { .. } => ReasonCode::Instances,
            Self::NoInstances => ReasonCode::NoInstances,
            Self::Swarm(_) => ReasonCode::Swarm,
        }
    }
}
