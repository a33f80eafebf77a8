//! The limits by which health is judged.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Thresholds of the health state machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthPolicy {
    /// Interval between two probes of one target (30 s).
    pub interval: Duration,
    /// Failures in a row until unhealthy (3).
    pub failure_threshold: u32,
    /// Successes in a row until healthy again (2).
    pub success_threshold: u32,
    /// Start period where Docker gives none (60 s).
    pub start_period: Duration,
    /// Share of its memory limit from which a container is a warning, in percent (90).
    pub memory_warning: u8,
    /// Share of its CPU limit from which a container is a warning, in percent (95).
    pub cpu_warning: u8,
    /// Unexpected exits within 10 minutes before a service is marked flapping (3).
    pub restart_warning: u8,
    /// Share of the engine's disk from which it is a warning, in percent (90).
    pub disk_warning: u8,
}

impl Default for HealthPolicy {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(30),
            failure_threshold: 3,
            success_threshold: 2,
            start_period: Duration::from_secs(60),
            memory_warning: 90,
            cpu_warning: 95,
            restart_warning: 3,
            disk_warning: 90,
        }
    }
}
