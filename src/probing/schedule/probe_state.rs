//! Why a target is probed now, or why not.

use std::time::Duration;

use super::slot::{Slot, Stage};
use super::{Schedule, TargetKey};

/// Where a target is between two probes. [`Schedule::start_due`] decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeState {
    /// Probed now.
    Running,
    /// Not probed: its last failure waits for results of what its service needs. Until that is
    /// sent, the service is shown in its old state.
    ResultHeld,
    /// Not probed before that time.
    NotDue(Duration),
    /// Due, but as many probes of its host run as may at once.
    HostBusy,
    /// Due, but another target of its host is before it.
    BehindOther,
    /// Due, but as many probes run as may at once.
    LimitReached,
    /// The next probe to start of its host.
    Due,
}

impl Schedule {
    /// The state of `key` at `now`; `None` where it is no target.
    #[must_use]
    pub fn state(&self, key: &TargetKey, now: Duration) -> Option<ProbeState> {
        let slot = self.slots.get(key)?;
        Some(match slot.stage {
            Stage::Running(_) => ProbeState::Running,
            Stage::Suspended => ProbeState::ResultHeld,
            Stage::Waiting if slot.due > now => ProbeState::NotDue(slot.due),
            Stage::Waiting => self.state_when_due(key, slot),
        })
    }

    fn state_when_due(&self, key: &TargetKey, slot: &Slot) -> ProbeState {
        let host = self.hosts.get(&slot.host);
        let head = host.and_then(|host| host.head.as_ref());
        if host.is_some_and(|host| host.busy >= self.pace.per_host) {
            ProbeState::HostBusy
        } else if head.is_some_and(|(_, head)| head != key) {
            ProbeState::BehindOther
        } else if self.running >= self.pace.concurrency {
            ProbeState::LimitReached
        } else {
            ProbeState::Due
        }
    }
}
