//! The connection to the engine, what it reports of itself, what it refuses, and what was lost on the
//! way from it.

mod gaps;
mod host;

use std::collections::BTreeMap;

use crate::model::SortShared as _;
use crate::model::{
    Change, ConnectAttempt, DiskUse, Dropped, EngineInfo, EngineStatus, EngineTiming, EngineView,
    Feature, Snapshot, StackName, Timestamp,
};

use super::dirty::Changed;
use super::timeline::{About, Timeline};

/// The engine as a snapshot shows it, and since when it is as it is.
#[derive(Debug)]
pub(super) struct EngineState {
    /// As a snapshot shows it.
    pub view: EngineView,
    /// Since when it is connected; `None` while it is not.
    pub connected_since: Option<Timestamp>,
    /// Since when it is back after it was lost; `None` while it was there all the time, and while
    /// it is lost.
    pub back_since: Option<Timestamp>,
    /// Since when it is lost; `None` while it is not.
    pub lost_since: Option<Timestamp>,
    /// Readings of its host that are not in the history yet.
    host_mean: host::HostMean,
    /// Whether it lets containers be inspected.
    pub inspects: bool,
    /// What was dropped so far because it came faster than it was folded.
    pub dropped: BTreeMap<Dropped, u64>,
}

impl EngineState {
    /// An engine of which nothing is known yet.
    pub fn new(started_at: Timestamp) -> Self {
        Self {
            view: Snapshot::empty(started_at).engine,
            connected_since: None,
            back_since: None,
            lost_since: None,
            host_mean: host::HostMean::default(),
            inspects: true,
            dropped: BTreeMap::new(),
        }
    }

    /// Whether it is lost.
    pub const fn is_lost(&self) -> bool {
        self.lost_since.is_some()
    }

    /// What it reports of itself.
    pub fn set_info(&mut self, info: &EngineInfo) -> Changed {
        self.view.info = Some(info.clone());
        Changed::Yes
    }

    /// The projects that it has; `None` where nobody asks.
    pub fn set_projects(&mut self, projects: Option<Vec<StackName>>) -> Changed {
        (std::mem::replace(&mut self.view.projects, projects) != self.view.projects).into()
    }

    /// How full its disk is.
    pub fn set_disk(&mut self, disk: Option<DiskUse>) -> Changed {
        (std::mem::replace(&mut self.view.disk, disk) != self.view.disk).into()
    }

    /// A list was asked for at `at` and came at `done_at`.
    pub fn listed(&mut self, at: Timestamp, done_at: Timestamp, next_at: Timestamp) {
        self.view.last_poll = Some(done_at);
        self.view.poll_ms = Some(done_at.duration_since(at).as_secs_f64() * 1_000.0);
        self.view.next_poll = Some(next_at);
    }

    /// How the connection is; whether it was lost or came back.
    pub fn set_status(
        &mut self,
        status: EngineStatus,
        attempts: Vec<ConnectAttempt>,
        timeline: &mut Timeline,
    ) -> bool {
        self.view.attempts = attempts;
        let was_lost = self.is_lost();
        match &status {
            EngineStatus::Connected { since } if was_lost => self.back_since = Some(*since),
            EngineStatus::Connected { .. } => {}
            _ => self.back_since = None,
        }
        (self.connected_since, self.lost_since) = since(&status);
        if let Some((since, change)) = status_change(&status, was_lost) {
            timeline.push(since, About::default(), change);
        }
        if status.is_connected() {
            self.forget_unannounced();
        }
        self.view.status = status;
        was_lost != self.is_lost()
    }

    /// How fast it answers, and how far its clock is off.
    pub fn set_timing(&mut self, timing: EngineTiming) -> Changed {
        let shown = |timing: &EngineTiming| (timing.is_slow(), timing.clock_ahead_ms);
        match self.view.timing.replace(timing) {
            Some(before) if before == timing => Changed::No,
            Some(before) if shown(&before) == shown(&timing) => Changed::Measured,
            _ => Changed::Yes,
        }
    }

    /// It refuses `feature` for `reason`, or no more.
    pub fn refuse(&mut self, feature: Feature, reason: Option<String>) -> Changed {
        let refused = &mut self.view.refused;
        let held = refused.iter().position(|(each, _)| *each == feature);
        match (held, reason) {
            (Some(at), Some(reason)) if refused[at].1 == reason => return Changed::No,
            (Some(at), Some(reason)) => refused[at].1 = reason,
            (Some(at), None) => {
                refused.remove(at);
            }
            (None, Some(reason)) => {
                refused.push((feature, reason));
                refused.sort_shared();
            }
            (None, None) => return Changed::No,
        }
        Changed::Yes
    }

    /// Sets whether containers may be inspected; whether that is another answer than before.
    pub fn set_inspects(&mut self, inspects: bool) -> bool {
        std::mem::replace(&mut self.inspects, inspects) != inspects
    }
}

/// The entry of the timeline where the connection is lost or there again, and since when.
fn status_change(status: &EngineStatus, was_lost: bool) -> Option<(Timestamp, Change)> {
    match status {
        EngineStatus::Lost { since, error, .. } if !was_lost => {
            let error = error.clone();
            Some((*since, Change::EngineLost { error }))
        }
        EngineStatus::Connected { since } if was_lost => Some((*since, Change::EngineBack)),
        _ => None,
    }
}

/// Since when the engine is connected, and since when it is lost.
const fn since(status: &EngineStatus) -> (Option<Timestamp>, Option<Timestamp>) {
    match status {
        EngineStatus::Connecting => (None, None),
        EngineStatus::Connected { since } => (Some(*since), None),
        EngineStatus::Lost { since, .. } => (None, Some(*since)),
    }
}
