//! The events of the timeline.

use serde::{Deserialize, Serialize};

use super::{Change, InstanceId, ServiceId, Timestamp};

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEvent {
    /// Growing number, unique in one run.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The service it is about.
    pub service: Option<ServiceId>,
    /// The container it is about.
    pub instance: Option<InstanceId>,
    /// What happened.
    pub change: Change,
}
