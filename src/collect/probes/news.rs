//! What makes a probe of a target due at once: its container starts, Docker finds it healthy, a way
//! to it opens. Until a probe succeeds after that, it is watched closely for a while.

use crate::model::{DockerStatus, InstanceFacts, Snapshot, Timestamp};

use super::look::later;

/// What a look sees of a target, as far as a probe may turn out otherwise by it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting {
    started_at: Option<Timestamp>,
    /// Whether Docker's healthcheck passes.
    healthy: bool,
    /// Whether anything leads there.
    reachable: bool,
}

impl Sighting {
    /// What `facts` of the container tell.
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

/// The latest news of a target and what came of them.
#[derive(Debug)]
pub(super) struct News {
    sighting: Sighting,
    /// When they came; `None` once a probe succeeded after them, and for what hubdeck found at its
    /// start.
    at: Option<Timestamp>,
    /// Whether a probe is due that the schedule was not told of.
    due: bool,
    /// Whether a probe started since.
    asked: bool,
}

impl News {
    /// The news of a target that was none before, or of another run of its container.
    pub fn first(sighting: Sighting, snapshot: &Snapshot) -> Self {
        let started = sighting.started_at.filter(|at| *at > snapshot.started_at);
        Self {
            sighting,
            at: started.map(|at| at.min(snapshot.taken_at)),
            due: true,
            asked: false,
        }
    }

    /// What is news after a look at `now`.
    pub fn after(self, sighting: Sighting, now: Timestamp) -> Self {
        if sighting.promises_more_than(self.sighting) {
            return Self {
                sighting,
                at: Some(now),
                due: true,
                asked: false,
            };
        }
        Self { sighting, ..self }
    }

    /// Whether a probe is due at once; says so once.
    pub fn take_due(&mut self) -> bool {
        std::mem::take(&mut self.due)
    }

    /// Until when the target is watched closely for them.
    pub fn until(&self) -> Option<Timestamp> {
        self.at.map(later)
    }

    /// A probe starts.
    pub const fn ask(&mut self) {
        self.asked = true;
    }

    /// A probe succeeded; one that started before them proves nothing.
    pub const fn succeed(&mut self) {
        if self.asked {
            self.at = None;
        }
    }
}
