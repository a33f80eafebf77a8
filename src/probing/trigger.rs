//! What makes a probe of a target due at once: its container starts, Docker finds it healthy, an
//! address of it can be reached. Until a probe succeeds after that, the target is probed often for a
//! while.

use crate::model::{DockerStatus, InstanceFacts, Snapshot, Timestamp};

use super::urgency::end_of_recent;

/// What decides whether the next probe of a target may end otherwise than the last one.
#[derive(Clone, Copy, Debug)]
pub(super) struct TargetCondition {
    started_at: Option<Timestamp>,
    /// Whether Docker's healthcheck passes.
    healthy: bool,
    /// Whether an address of it can be reached.
    reachable: bool,
}

impl TargetCondition {
    /// The condition of a container with `facts`.
    pub fn of(facts: Option<&InstanceFacts>, reachable: bool) -> Self {
        Self {
            started_at: facts.and_then(|facts| facts.started_at),
            healthy: facts.is_some_and(|facts| facts.docker.status == DockerStatus::Healthy),
            reachable,
        }
    }

    /// Whether a probe may succeed now that failed `before`.
    fn promises_more_than(self, before: Self) -> bool {
        self.started_at != before.started_at
            || (self.healthy && !before.healthy)
            || (self.reachable && !before.reachable)
    }
}

/// The latest trigger of a target and what came of it.
#[derive(Debug)]
pub(super) struct Trigger {
    condition: TargetCondition,
    /// When it came; `None` once a probe succeeded after it, and for what hubdeck found at its
    /// start.
    at: Option<Timestamp>,
    /// Whether a probe is due that the schedule has not got yet.
    due: bool,
    /// Whether a probe started since.
    started: bool,
}

impl Trigger {
    /// The trigger of a target that was none before, or of another run of its container.
    pub fn first(condition: TargetCondition, snapshot: &Snapshot) -> Self {
        let started = condition.started_at.filter(|at| *at > snapshot.started_at);
        Self {
            condition,
            at: started.map(|at| at.min(snapshot.taken_at)),
            due: true,
            started: false,
        }
    }

    /// The trigger after `condition` was found at `now`.
    pub fn after(self, condition: TargetCondition, now: Timestamp) -> Self {
        if condition.promises_more_than(self.condition) {
            return Self {
                condition,
                at: Some(now),
                due: true,
                started: false,
            };
        }
        Self { condition, ..self }
    }

    /// Whether a probe is due at once; true only once for a trigger.
    pub fn take_due(&mut self) -> bool {
        std::mem::take(&mut self.due)
    }

    /// Until when the target is probed often for it.
    pub fn end(&self) -> Option<Timestamp> {
        self.at.map(end_of_recent)
    }

    /// A probe starts.
    pub const fn probe_starts(&mut self) {
        self.started = true;
    }

    /// A probe succeeded; one that started before the trigger proves nothing.
    pub const fn probe_succeeded(&mut self) {
        if self.started {
            self.at = None;
        }
    }
}
