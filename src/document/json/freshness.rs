//! Which results are older than they may get.

use crate::model::{Snapshot, Timestamp};

/// When a result counts as stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freshness {
    /// Results from before this time are stale; `None` where none is.
    pub limit: Option<Timestamp>,
}

impl Freshness {
    /// Whether a result of `at` is stale.
    #[must_use]
    pub fn is_stale(self, at: Timestamp) -> bool {
        self.limit.is_some_and(|limit| at < limit)
    }

    /// The times of the results that are asked for again: the last list of containers, and the
    /// latest probe of each service that runs.
    pub fn times(snapshot: &Snapshot) -> impl Iterator<Item = Timestamp> {
        let running = snapshot
            .services
            .iter()
            .filter(|service| service.replicas().0 > 0 && !service.health.is_paused());
        let probes = running.filter_map(|service| service.health.probe.as_ref());
        let listed = snapshot.engine.last_poll.into_iter();
        listed.chain(probes.map(|probe| probe.checked_at))
    }
}
