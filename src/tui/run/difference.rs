//! Whether two snapshots differ in more than measurements.

use std::sync::Arc;

use crate::explain;
use crate::model::{Service, Snapshot};

/// Whether nothing changed but numbers that always change: samples, latencies, ages, own cost.
pub fn only_measured(before: &Snapshot, after: &Snapshot) -> bool {
    let newest = |snapshot: &Snapshot| snapshot.timeline.last().map(|event| event.sequence);
    let (old, new) = (&before.engine, &after.engine);
    old.status == new.status
        && old.info == new.info
        && old.attempts == new.attempts
        && old.refused == new.refused
        && before.config_problem == after.config_problem
        && before.config_waiting == after.config_waiting
        && before.parts_down == after.parts_down
        && before.shortages.len() == after.shortages.len()
        && newest(before) == newest(after)
        && before.operations == after.operations
        && before.image_checks == after.image_checks
        && before.edges == after.edges
        && before.services.len() == after.services.len()
        && before
            .services
            .iter()
            .zip(&after.services)
            .all(|(old, new)| Arc::ptr_eq(old, new) || same_state(old, new))
}

fn same_state(old: &Service, new: &Service) -> bool {
    let states = |service: &Service| -> Vec<_> {
        service
            .instances
            .iter()
            .map(|instance| (instance.facts.id.clone(), instance.facts.state))
            .collect()
    };
    old.id == new.id
        && old.health.state == new.health.state
        && old.health.overlays == new.health.overlays
        && old.health.blocked_by == new.health.blocked_by
        // The words of a healthy answer may hold numbers.
        && (!new.health.state.is_problem() || same_words(old, new))
        && (old.instances.len() == new.instances.len() && states(old) == states(new))
}

fn same_words(old: &Service, new: &Service) -> bool {
    let same =
        old.health.reason == new.health.reason && old.health.missed_by == new.health.missed_by;
    same || explain::short(old) == explain::short(new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EngineStatus, HealthState, SelfCost, Shortage, ShortageView, Timestamp};
    use crate::tui::fixture;

    #[test]
    fn numbers_are_measured_and_states_are_not() {
        let before = fixture::failing().snapshot();
        let mut numbers = fixture::failing();
        numbers.change("hub/redis", |make| {
            make.without_samples();
        });
        let mut after = numbers.snapshot();
        after.cost = SelfCost {
            cpu_percent: Some(2.0),
            ..SelfCost::default()
        };
        after.engine.last_poll = Some(Timestamp::UNIX_EPOCH);
        assert!(only_measured(&before, &after));

        let mut state = fixture::failing();
        state.change("hub/redis", |make| {
            make.state(HealthState::Degraded, 1, "slow");
        });
        assert!(!only_measured(&before, &state.snapshot()));
        let mut reason = fixture::failing();
        reason.change("hub/db", |make| {
            make.state(HealthState::Unhealthy, 160, "exited with code 2");
        });
        assert!(!only_measured(&before, &reason.snapshot()));
        let mut lost = before.clone();
        lost.engine.status = EngineStatus::Connecting;
        assert!(!only_measured(&before, &lost));
        let mut event = before.clone();
        event.timeline = std::sync::Arc::default();
        assert!(!only_measured(&before, &event));
        let mut short = before.clone();
        short.shortages = vec![ShortageView {
            shortage: Shortage::SystemFileHandles,
            since: before.taken_at,
            last: before.taken_at,
            failures: 1,
            told_at: before.taken_at,
        }];
        assert!(!only_measured(&before, &short));
        let mut fewer = before.clone();
        fewer.services.pop();
        assert!(!only_measured(&before, &fewer));
    }
}
