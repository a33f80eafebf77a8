//! How often a service is probed: what starts, fails or changed lately is probed often.

use std::collections::HashSet;

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

/// Everything that needs, also through others, what broke or was stopped lately.
pub(super) fn affected(snapshot: &Snapshot) -> HashSet<&ServiceId> {
    reached(snapshot, |service| &service.needed_by)
}

/// Everything that is needed, also through others, by what broke or was stopped lately: the cause
/// may lie there.
pub(super) fn suspected(snapshot: &Snapshot) -> HashSet<&ServiceId> {
    reached(snapshot, |service| &service.depends_on)
}

/// Everything that `next` leads to, in any number of steps, from what broke or was stopped lately.
fn reached(snapshot: &Snapshot, next: fn(&Service) -> &[ServiceId]) -> HashSet<&ServiceId> {
    let is_broken = |service: &&Service| service.health.state.is_broken();
    let services = snapshot.services.iter().map(AsRef::as_ref);
    let mut open: Vec<&Service> = services
        .filter(is_broken)
        .filter(|service| just_changed(service, snapshot))
        .collect();
    let mut found = HashSet::new();
    while let Some(service) = open.pop() {
        let new = next(service).iter().filter(|id| found.insert(*id));
        open.extend(new.filter_map(|id| snapshot.service(id)).map(AsRef::as_ref));
    }
    found
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
        for (state, ago, expected, causes) in [
            (HealthState::Unhealthy, 5, "a/api a/web", "a/disk a/host"),
            (HealthState::Stopped, 5, "a/api a/web", "a/disk a/host"),
            (HealthState::Healthy, 5, "", ""),
            (HealthState::Unhealthy, 61, "", ""),
        ] {
            let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
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
            assert_eq!(
                names(affected(&snapshot)),
                expected,
                "{state} since {ago} s"
            );
            assert_eq!(names(suspected(&snapshot)), causes, "{state} since {ago} s");
        }
    }
}
