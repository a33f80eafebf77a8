//! A service as far as incidents go by it.

use crate::model::{HealthState, Overlay, Service, ServiceId};

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

    pub fn roots(&self) -> &[ServiceId] {
        &self.service.health.blocked_by
    }
}
