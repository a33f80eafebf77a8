//! How often a service is probed: what starts, fails or changed lately is probed often.

use std::collections::{HashMap, HashSet};

use crate::model::{HealthState, Service, ServiceId, SignedDuration, Snapshot, Timestamp};

/// A change is recent for this long.
const RECENT: SignedDuration = SignedDuration::from_secs(60);
/// Changes this soon after hubdeck's start are what it found, not changes.
const INITIAL_SCAN: SignedDuration = SignedDuration::from_secs(15);

/// When a change at `since` is not recent any more.
pub(super) fn end_of_recent(since: Timestamp) -> Timestamp {
    since.checked_add(RECENT).unwrap_or(Timestamp::MAX)
}

/// Whether `service` is probed often: it starts, fails, or changed lately.
pub(super) fn is_urgent(service: &Service, snapshot: &Snapshot) -> bool {
    let health = &service.health;
    let is_change = health.since.duration_since(snapshot.started_at) > INITIAL_SCAN;
    health.state == HealthState::Starting
        || health.state.is_problem()
        || (is_change && just_changed(service, snapshot))
}

fn just_changed(service: &Service, snapshot: &Snapshot) -> bool {
    snapshot.taken_at.duration_since(service.health.since) < RECENT
}

/// When each service that is broken was first seen so. Docker's healthcheck has failed for a while
/// when its state turns, and the state then began when the first check failed.
#[derive(Debug, Default)]
pub(super) struct Breakages(HashMap<ServiceId, Timestamp>);

impl Breakages {
    /// Takes over the services of `snapshot` that are broken. One that broke before hubdeck was
    /// started counts from then.
    pub fn update(&mut self, snapshot: &Snapshot) {
        let scanned_for = snapshot.taken_at.duration_since(snapshot.started_at);
        let seen_at = |service: &Service| match self.0.get(&service.id) {
            Some(seen) => *seen,
            None if scanned_for > INITIAL_SCAN => snapshot.taken_at,
            None => service.health.since,
        };
        self.0 = snapshot
            .services
            .iter()
            .filter(|service| service.health.state.is_broken())
            .map(|service| (service.id.clone(), seen_at(service)))
            .collect();
    }

    /// When each ceases to be recent.
    pub fn ends(&self) -> impl Iterator<Item = Timestamp> {
        self.0.values().copied().map(end_of_recent)
    }

    /// Everything that needs, also through others, what broke or was stopped lately.
    pub fn affected<'a>(&self, snapshot: &'a Snapshot) -> HashSet<&'a ServiceId> {
        self.reached(snapshot, |service| &service.needed_by)
    }

    /// Everything that is needed, also through others, by what broke or was stopped lately: the
    /// cause may lie there.
    pub fn suspected<'a>(&self, snapshot: &'a Snapshot) -> HashSet<&'a ServiceId> {
        self.reached(snapshot, |service| &service.depends_on)
    }

    /// Everything that `next` leads to, in any number of steps, from what broke or was stopped
    /// lately.
    fn reached<'a>(
        &self,
        snapshot: &'a Snapshot,
        next: fn(&Service) -> &[ServiceId],
    ) -> HashSet<&'a ServiceId> {
        let recent = |seen: &Timestamp| snapshot.taken_at.duration_since(*seen) < RECENT;
        let broken = self.0.iter().filter(|(_, seen)| recent(seen));
        let mut open: Vec<&Service> = broken
            .filter_map(|(id, _)| snapshot.service(id))
            .map(AsRef::as_ref)
            .collect();
        let mut found = HashSet::new();
        while let Some(service) = open.pop() {
            let new = next(service).iter().filter(|id| found.insert(*id));
            open.extend(new.filter_map(|id| snapshot.service(id)).map(AsRef::as_ref));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::testing::{facts, service};

    #[test]
    fn what_needs_something_that_just_broke_is_affected_and_what_that_needs_suspected() {
        let made =
            |name: &str, state: HealthState, ago: i64, needed_by: &[&str], needs: &[&str]| {
                let mut service = service(facts(name));
                service.health.state = state;
                service.health.since =
                    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000 - ago);
                service.needed_by = needed_by.iter().map(ServiceId::new).collect();
                service.depends_on = needs.iter().map(ServiceId::new).collect();
                std::sync::Arc::new(service)
            };
        // Long after hubdeck's start it is a change; in its first scan it may have been so before.
        for (state, ago, started, expected, causes) in [
            (HealthState::Unhealthy, 5, 0, "a/api a/web", "a/disk a/host"),
            (HealthState::Stopped, 5, 0, "a/api a/web", "a/disk a/host"),
            (HealthState::Healthy, 5, 0, "", ""),
            // Docker's healthcheck failed three times, 30 s apart.
            (
                HealthState::Unhealthy,
                61,
                0,
                "a/api a/web",
                "a/disk a/host",
            ),
            (HealthState::Unhealthy, 61, 990, "", ""),
            (
                HealthState::Unhealthy,
                5,
                990,
                "a/api a/web",
                "a/disk a/host",
            ),
        ] {
            let start = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(started);
            let mut snapshot = Snapshot::empty(start);
            snapshot.taken_at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000);
            let well = HealthState::Healthy;
            // A cycle ends the walk as well.
            snapshot.services = vec![
                made("a/api", well, 900, &["a/web"], &["a/web", "a/db"]),
                made("a/db", state, ago, &["a/api"], &["a/disk"]),
                made("a/disk", well, 900, &["a/db"], &["a/host"]),
                made("a/host", well, 900, &["a/disk"], &[]),
                made("a/other", well, 900, &[], &[]),
                made("a/web", well, 900, &["a/api"], &["a/api"]),
            ];
            let names = |found: HashSet<&ServiceId>| {
                let mut names: Vec<&str> = found.into_iter().map(ServiceId::as_str).collect();
                names.sort_unstable();
                names.join(" ")
            };
            let mut breakages = Breakages::default();
            breakages.update(&snapshot);
            let what = format!("{state} since {ago} s");
            assert_eq!(names(breakages.affected(&snapshot)), expected, "{what}");
            assert_eq!(names(breakages.suspected(&snapshot)), causes, "{what}");
        }
    }

    #[test]
    fn what_stays_broken_is_recent_for_a_minute() {
        let at = |seconds| Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        let mut db = service(facts("a/db"));
        db.health.state = HealthState::Unhealthy;
        db.needed_by = vec![ServiceId::new("a/api")];
        let mut snapshot = Snapshot::empty(at(0));
        snapshot.services = vec![std::sync::Arc::new(db)];
        let mut breakages = Breakages::default();
        for (seconds, affected) in [(100, 1), (159, 1), (160, 0)] {
            snapshot.taken_at = at(seconds);
            breakages.update(&snapshot);
            assert_eq!(
                breakages.affected(&snapshot).len(),
                affected,
                "at {seconds} s"
            );
            assert_eq!(breakages.ends().collect::<Vec<_>>(), [at(160)]);
        }
    }
}
