//! The snapshot that the targets were made from last.

use std::sync::Arc;

use crate::model::{Service, Snapshot, Timestamp};
use crate::probe::Location;

use super::urgency::end_of_recent;

/// What the latest sync went by. Most snapshots differ in measurements only, which change no
/// target.
#[derive(Debug)]
pub(super) struct LastSync {
    snapshot: Arc<Snapshot>,
    location: Location,
    /// When time alone makes a target less urgent.
    until: Option<Timestamp>,
}

impl LastSync {
    /// A sync with `snapshot`, after which targets cease to be urgent at the times `ends`.
    pub fn of(
        snapshot: Arc<Snapshot>,
        location: Location,
        ends: impl IntoIterator<Item = Timestamp>,
    ) -> Self {
        let changes = snapshot
            .services
            .iter()
            .map(|service| end_of_recent(service.health.since));
        let until = changes
            .chain(ends)
            .filter(|until| *until > snapshot.taken_at)
            .min();
        Self {
            snapshot,
            location,
            until,
        }
    }

    /// Whether a sync with `snapshot` would give the same targets, as urgent as they are; if so,
    /// `snapshot` takes the place of the last one.
    pub fn covers(&mut self, snapshot: &Arc<Snapshot>, location: &Location) -> bool {
        let (old, new) = (&self.snapshot.services, &snapshot.services);
        let same = self.location == *location
            && self.snapshot.engine.refused == snapshot.engine.refused
            && self.until.is_none_or(|until| snapshot.taken_at < until)
            && old.len() == new.len()
            && old
                .iter()
                .zip(new.iter())
                .all(|(old, new)| Arc::ptr_eq(old, new) || is_alike(old, new));
        if same {
            self.snapshot = Arc::clone(snapshot);
        }
        same
    }
}

/// Whether two states of a service make the same targets.
fn is_alike(old: &Service, new: &Service) -> bool {
    let (health, before) = (&new.health, &old.health);
    let hint = |service: &Service| service.hint.as_ref().map(Arc::as_ptr);
    old.id == new.id
        && (health.state, health.since) == (before.state, before.since)
        && old.source == new.source
        && old.needed_by == new.needed_by
        && hint(old) == hint(new)
        && old.probe_rule == new.probe_rule
        && old.instances.len() == new.instances.len()
        && old
            .instances
            .iter()
            .zip(&new.instances)
            .all(|(old, new)| Arc::ptr_eq(&old.facts, &new.facts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{HealthState, ProbeOutcome, ProbeResult};
    use crate::probe::testing::{facts, service};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).expect("a time")
    }

    fn snapshot(seconds: i64, services: &[Service]) -> Arc<Snapshot> {
        let services = services.iter().cloned().map(Arc::new).collect();
        Arc::new(Snapshot {
            services,
            taken_at: at(seconds),
            ..Snapshot::empty(at(0))
        })
    }

    #[test]
    fn measurements_change_no_target_and_everything_else_does() {
        let api = service(facts("hub/api"));
        let mut probed = api.clone();
        Arc::make_mut(&mut probed.probe_log)
            .push_back(ProbeResult::of(ProbeOutcome::Success, at(70)));
        let mut failing = api.clone();
        failing.health.state = HealthState::Unhealthy;
        let mut again = api.clone();
        again.instances[0].facts = Arc::new(facts("hub/api"));
        for (what, seconds, services, covered) in [
            ("a probe result", 71, vec![probed], true),
            ("another state", 71, vec![failing], false),
            ("another inspection", 71, vec![again], false),
            (
                "another service",
                71,
                vec![api.clone(), service(facts("hub/db"))],
                false,
            ),
            ("nothing left", 71, vec![], false),
        ] {
            let mut seen = LastSync::of(
                snapshot(70, std::slice::from_ref(&api)),
                Location::default(),
                None,
            );
            assert_eq!(
                seen.covers(&snapshot(seconds, &services), &Location::default()),
                covered,
                "{what}"
            );
        }
        let mut seen = LastSync::of(
            snapshot(70, std::slice::from_ref(&api)),
            Location::default(),
            None,
        );
        let moved = Location {
            local: true,
            ..Location::default()
        };
        assert!(
            !seen.covers(&snapshot(71, std::slice::from_ref(&api)), &moved),
            "hubdeck stands elsewhere"
        );
        let mut seen = LastSync::of(
            snapshot(10, std::slice::from_ref(&api)),
            Location::default(),
            None,
        );
        assert!(
            seen.covers(
                &snapshot(59, std::slice::from_ref(&api)),
                &Location::default()
            ),
            "still fresh"
        );
        assert!(
            !seen.covers(&snapshot(60, &[api]), &Location::default()),
            "news grow old"
        );
    }
}
