//! The connection to the engine, and what it refuses.

use crate::model::SortShared as _;
use crate::model::{
    Change, ConnectAttempt, EngineInfo, EngineStatus, EngineTiming, Feature, StackName, Timestamp,
};

use super::timeline::About;
use super::{Changed, Store};

impl Store {
    /// What the engine says of itself.
    pub(super) fn fold_info(&mut self, info: &EngineInfo) -> Changed {
        self.engine.info = Some(info.clone());
        Changed::Yes
    }

    /// The projects that the engine has.
    pub(super) fn fold_projects(&mut self, projects: Vec<StackName>) -> Changed {
        let projects = Some(projects);
        (std::mem::replace(&mut self.engine.projects, projects) != self.engine.projects).into()
    }

    pub(super) fn fold_status(
        &mut self,
        status: EngineStatus,
        attempts: Vec<ConnectAttempt>,
        now: Timestamp,
    ) -> Changed {
        self.engine.attempts = attempts;
        let was_lost = self.context.lost();
        match &status {
            EngineStatus::Connected { since } if was_lost => self.context.back_since = Some(*since),
            EngineStatus::Connected { .. } => {}
            _ => self.context.back_since = None,
        }
        (self.context.connected_since, self.context.lost_since) = match &status {
            EngineStatus::Connecting => (None, None),
            EngineStatus::Connected { since } => (Some(*since), None),
            EngineStatus::Lost { since, .. } => (None, Some(*since)),
        };
        match &status {
            EngineStatus::Lost { since, error, .. } if !was_lost => {
                let error = error.clone();
                self.timeline
                    .push(*since, About::default(), Change::EngineLost { error });
            }
            EngineStatus::Connected { since } if was_lost => {
                self.timeline
                    .push(*since, About::default(), Change::EngineBack);
            }
            _ => {}
        }
        if status.is_connected() {
            self.forget_unannounced();
        }
        self.engine.status = status;
        if was_lost != self.context.lost() {
            self.topology_due |= !self.listed;
            self.refresh_all(now);
        }
        Changed::Yes
    }

    pub(super) fn fold_timing(&mut self, timing: EngineTiming) -> Changed {
        let shown = |timing: &EngineTiming| (timing.is_slow(), timing.clock_ahead_ms);
        match self.engine.timing.replace(timing) {
            Some(before) if before == timing => Changed::No,
            Some(before) if shown(&before) == shown(&timing) => Changed::Measured,
            _ => Changed::Yes,
        }
    }

    pub(super) fn fold_refusal(
        &mut self,
        feature: Feature,
        reason: Option<String>,
        now: Timestamp,
    ) -> Changed {
        if feature == Feature::Inspect && self.context.inspects != reason.is_none() {
            self.context.inspects = reason.is_none();
            self.refresh_all(now);
        }
        let refused = &mut self.engine.refused;
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
}
