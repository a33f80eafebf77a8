//! What else incidents follow from than the services.

use std::time::Duration;

use crate::model::{DiskUse, HealthPolicy, Timestamp};
use crate::probing::DENSE_INTERVAL;

/// What else incidents follow from.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Conditions<'a> {
    /// Thresholds.
    pub policy: &'a HealthPolicy,
    /// When hubdeck began to look.
    pub started_at: Timestamp,
    /// Until when it took its first look: what failed by then may have done so for long.
    pub looked_until: Timestamp,
    /// Since when the engine is back after it was lost; `None` where it was there all the time.
    pub back_since: Option<Timestamp>,
    /// Since when an engine that was there is lost.
    pub lost_since: Option<Timestamp>,
    /// The disk of the engine, where it can be looked at.
    pub disk: Option<&'a DiskUse>,
    /// The time.
    pub now: Timestamp,
}

impl Conditions<'_> {
    /// How long a root has to work where no probe counts its successes.
    pub(super) fn hold(&self) -> Duration {
        DENSE_INTERVAL.saturating_mul(self.policy.success_threshold)
    }

    /// How long what was blocked may take to come back after its root.
    pub(super) fn grace(&self) -> Duration {
        self.policy.interval.max(self.hold())
    }
}
