//! A service as far as incidents go by it.

use std::time::Duration;

use crate::model::{HealthState, Overlay, Service, ServiceId, Timestamp};
use crate::store::health::later;

/// How much older than the failure of a service the checks of what it needs may be: its own probe
/// waits for theirs, which started up to 2 s before.
const MARGIN: Duration = Duration::from_secs(3);

/// A service as incidents see it.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct IncidentInput<'a> {
    /// The service.
    pub service: &'a Service,
    /// Whether its probes succeeded often enough in a row to count as recovered at once.
    pub settled: bool,
    /// Whether the time since when it is as it is is known in round numbers only.
    pub rounded: bool,
}

impl IncidentInput<'_> {
    pub fn state(&self) -> HealthState {
        self.service.health.state
    }

    pub fn is_silenced(&self) -> bool {
        self.service.health.has(Overlay::Maintenance)
    }

    /// Whether it fails and is no part of a maintenance.
    pub fn fails(&self) -> bool {
        self.state() == HealthState::Unhealthy && !self.is_silenced()
    }

    pub fn works(&self) -> bool {
        self.state().works()
    }

    /// Whether its checks fail, not yet often enough to count as unhealthy.
    pub fn begins_to_fail(&self) -> bool {
        let probe = self.service.health.probe.as_ref();
        self.state() == HealthState::Degraded
            && probe.is_some_and(|probe| probe.counts && !probe.success)
    }

    /// Whether it works by a check that is older than a failure seen at `failure`. What it is needed
    /// by fails after it, so that a check may be a little older and show the same.
    pub fn is_checked_before(&self, failure: Timestamp) -> bool {
        let probe = self.service.health.probe.as_ref();
        self.works()
            && probe.is_some_and(|probe| probe.counts && later(probe.checked_at, MARGIN) < failure)
    }

    pub fn roots(&self) -> &[ServiceId] {
        &self.service.health.blocked_by
    }
}
