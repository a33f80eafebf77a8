//! What a look at a snapshot tells of the targets in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::{
    HealthState, InstanceFacts, InstanceId, Service, ServiceId, SignedDuration, Snapshot, Timestamp,
};
use crate::probe::Vantage;

/// A service is watched closely for this long after its state changed.
const JUST_CHANGED: SignedDuration = SignedDuration::from_secs(60);
/// Changes this soon after hubdeck's start are its own first look, not news.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(15);

/// What the limit per host counts: the host of `address`; behind the loopback stands another
/// container at every port, so there each port counts as a host.
pub(super) fn spared_host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    if matches!(host, "127.0.0.1" | "[::1]") {
        address
    } else {
        host
    }
}

/// What the latest look went by. Most snapshots differ in measurements only, which make no other
/// targets.
#[derive(Debug)]
pub(super) struct Seen {
    snapshot: Arc<Snapshot>,
    vantage: Vantage,
    /// When time alone makes a target less interesting.
    until: Option<Timestamp>,
}

impl Seen {
    /// Remembers a look, by which news of targets grow old at the times `news`.
    pub fn of(
        snapshot: Arc<Snapshot>,
        vantage: Vantage,
        news: impl IntoIterator<Item = Timestamp>,
    ) -> Self {
        let fresh = snapshot
            .services
            .iter()
            .map(|service| later(service.health.since));
        let until = fresh
            .chain(news)
            .filter(|until| *until > snapshot.taken_at)
            .min();
        Self {
            snapshot,
            vantage,
            until,
        }
    }

    /// Whether another look at `snapshot` would find the same targets, watched as closely; if so,
    /// it is the one that is remembered.
    pub fn covers(&mut self, snapshot: &Arc<Snapshot>, vantage: &Vantage) -> bool {
        let (old, new) = (&self.snapshot.services, &snapshot.services);
        let same = self.vantage == *vantage
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

/// When a change at `since` is no news any more.
pub(super) fn later(since: Timestamp) -> Timestamp {
    since.checked_add(JUST_CHANGED).unwrap_or(Timestamp::MAX)
}

/// Whether two pictures of a service make the same targets.
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

/// Whether a container runs and enough is known of it: a list alone does not tell its healthcheck,
/// which may say what to ask, and the event of a start not the addresses that it brought.
pub(super) fn is_ready(facts: &InstanceFacts, snapshot: &Snapshot) -> bool {
    facts.is_running() && !snapshot.awaits_inspection(facts)
}

/// Whether `service` is probed often: it starts, fails, or changed a moment ago.
pub(super) fn needs_watching(service: &Service, snapshot: &Snapshot) -> bool {
    let health = &service.health;
    let news = health.since.duration_since(snapshot.started_at) > FIRST_LOOK;
    health.state == HealthState::Starting
        || health.state.is_problem()
        || (news && just_changed(service, snapshot))
}

fn just_changed(service: &Service, snapshot: &Snapshot) -> bool {
    snapshot.taken_at.duration_since(service.health.since) < JUST_CHANGED
}

/// Everything that needs, also through others, what broke or was stopped a moment ago: whether it
/// feels that is soon known.
pub(super) fn shaken(snapshot: &Snapshot) -> HashSet<&ServiceId> {
    let is_broken = |service: &&Service| service.health.state.is_broken();
    let services = snapshot.services.iter().map(AsRef::as_ref);
    let mut open: Vec<&Service> = services
        .filter(is_broken)
        .filter(|service| just_changed(service, snapshot))
        .collect();
    let mut found = HashSet::new();
    while let Some(service) = open.pop() {
        let new = service.needed_by.iter().filter(|id| found.insert(*id));
        open.extend(new.filter_map(|id| snapshot.service(id)).map(AsRef::as_ref));
    }
    found
}

/// Containers by id, for those that borrow another's network namespace.
pub(super) struct Lenders<'a> {
    by_id: HashMap<&'a InstanceId, &'a InstanceFacts>,
}

impl<'a> Lenders<'a> {
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let instances = || {
            snapshot
                .services
                .iter()
                .flat_map(|service| &service.instances)
        };
        let borrowed = instances().any(|instance| instance.facts.network_owner().is_some());
        let by_id = borrowed.then(|| {
            instances()
                .map(|each| (&each.facts.id, &*each.facts))
                .collect()
        });
        Self {
            by_id: by_id.unwrap_or_default(),
        }
    }

    pub fn of_instance(&self, facts: &InstanceFacts) -> Option<&'a InstanceFacts> {
        self.by_id
            .get(&InstanceId::new(facts.network_owner()?))
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ProbeOutcome, ProbeResult};
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
    fn measurements_are_no_news_and_everything_else_is() {
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
            let mut seen = Seen::of(
                snapshot(70, std::slice::from_ref(&api)),
                Vantage::default(),
                None,
            );
            assert_eq!(
                seen.covers(&snapshot(seconds, &services), &Vantage::default()),
                covered,
                "{what}"
            );
        }
        let mut seen = Seen::of(
            snapshot(70, std::slice::from_ref(&api)),
            Vantage::default(),
            None,
        );
        let moved = Vantage {
            local: true,
            ..Vantage::default()
        };
        assert!(
            !seen.covers(&snapshot(71, std::slice::from_ref(&api)), &moved),
            "hubdeck stands elsewhere"
        );
        let mut seen = Seen::of(
            snapshot(10, std::slice::from_ref(&api)),
            Vantage::default(),
            None,
        );
        assert!(
            seen.covers(
                &snapshot(59, std::slice::from_ref(&api)),
                &Vantage::default()
            ),
            "still fresh"
        );
        assert!(
            !seen.covers(&snapshot(60, &[api]), &Vantage::default()),
            "news grow old"
        );
    }

    #[test]
    fn what_needs_something_that_just_broke_is_shaken() {
        let made = |name: &str, state: HealthState, ago: i64, needed_by: &[&str]| {
            let mut service = service(facts(name));
            service.health.state = state;
            service.health.since = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000 - ago);
            service.needed_by = needed_by.iter().map(ServiceId::new).collect();
            std::sync::Arc::new(service)
        };
        for (state, ago, expected) in [
            (HealthState::Unhealthy, 5, "a/api a/web"),
            (HealthState::Stopped, 5, "a/api a/web"),
            (HealthState::Healthy, 5, ""),
            (HealthState::Unhealthy, 61, ""),
        ] {
            let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
            snapshot.taken_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000);
            let well = HealthState::Healthy;
            // A cycle ends the walk as well.
            snapshot.services = vec![
                made("a/api", well, 900, &["a/web"]),
                made("a/db", state, ago, &["a/api"]),
                made("a/other", well, 900, &[]),
                made("a/web", well, 900, &["a/api"]),
            ];
            let mut found: Vec<&str> = shaken(&snapshot)
                .into_iter()
                .map(ServiceId::as_str)
                .collect();
            found.sort_unstable();
            assert_eq!(found.join(" "), expected, "{state} since {ago} s");
        }
    }
}
