//! The words of what reasons hold: resources, tasks, instances.

use crate::model::{HealthState, PressureWarning, SwarmReason};

/// Most containers that are named.
const NAMED: usize = 3;

pub(super) fn pressure(warning: PressureWarning) -> String {
    match warning {
        PressureWarning::Killed => "a process inside was OOM-killed".to_owned(),
        PressureWarning::Memory { percent } => format!("memory at {percent} % of its limit"),
        PressureWarning::Cpu { percent } => {
            format!("CPU at {percent} % of its limit for a minute and more")
        }
    }
}

pub(super) fn swarm(reason: SwarmReason) -> String {
    match reason {
        SwarmReason::Elsewhere => {
            "no task on this node; the Swarm may run it on another one".to_owned()
        }
        SwarmReason::ScaledToZero => "scaled to 0 tasks".to_owned(),
        SwarmReason::OnOtherNodes { running, desired } => {
            format!("{running} of {desired} tasks are running, on other nodes")
        }
        SwarmReason::TooFew { running, desired } => {
            format!("{running} of {desired} tasks are running")
        }
    }
}

/// What instances in this state do.
pub(super) const fn verb(state: HealthState, count: usize) -> &'static str {
    let (one, many) = match state {
        HealthState::Unhealthy => ("fails", "fail"),
        HealthState::Degraded => ("is degraded", "are degraded"),
        HealthState::Healthy => ("is healthy", "are healthy"),
        HealthState::Running => ("is running", "are running"),
        HealthState::Starting => ("is starting", "are starting"),
        HealthState::Unknown => ("is unknown", "are unknown"),
        HealthState::Stopped => ("is stopped", "are stopped"),
        HealthState::Completed => ("has finished", "have finished"),
    };
    if count == 1 { one } else { many }
}

/// "hub-web-10", "hub-web-3 and hub-web-10", "hub-web-3 and 4 more".
pub(super) fn named(names: &[String], count: usize) -> String {
    match names {
        [] => String::new(),
        [first, ..] if count > NAMED => format!("{first} and {} more", count - 1),
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        names => names.concat(),
    }
}
