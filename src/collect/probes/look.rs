//! What a look at a snapshot tells of the targets in it.

use std::collections::{HashMap, HashSet};

use crate::model::{HealthState, InstanceFacts, InstanceId, Service, ServiceId, SignedDuration, Snapshot};

/// A service is watched closely for this long after its state changed.
const JUST_CHANGED: SignedDuration = SignedDuration::from_secs(60);
/// Changes this soon after hubdeck's start are its own first look, not news.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(15);

/// What the limit per host counts: the host of `address`; behind the loopback stands another
/// container at every port, so there each port counts as a host.
pub(super) fn spared_host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    if matches!(host, "127.0.0.1" | "[::1]") { address } else { host }
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

/// Everything that needs, also through others, what broke or was stopped a moment ago: whether it feels that
/// is soon known.
pub(super) fn shaken(snapshot: &Snapshot) -> HashSet<&ServiceId> {
    let is_broken =
        |service: &&Service| matches!(service.health.state, HealthState::Unhealthy | HealthState::Stopped);
    let services = snapshot.services.iter().map(AsRef::as_ref);
    let mut open: Vec<&Service> =
        services.filter(is_broken).filter(|service| just_changed(service, snapshot)).collect();
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
        let instances = || snapshot.services.iter().flat_map(|service| &service.instances);
        let borrowed = instances().any(|instance| borrowed_from(&instance.facts).is_some());
        let by_id = borrowed.then(|| instances().map(|each| (&each.facts.id, &*each.facts)).collect());
        Self { by_id: by_id.unwrap_or_default() }
    }

    pub fn of_instance(&self, facts: &InstanceFacts) -> Option<&'a InstanceFacts> {
        self.by_id.get(&InstanceId::new(borrowed_from(facts)?)).copied()
    }
}

fn borrowed_from(facts: &InstanceFacts) -> Option<&str> {
    facts.network_mode.strip_prefix("container:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::probe::testing::{facts, service};

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
            let mut found: Vec<&str> = shaken(&snapshot).into_iter().map(ServiceId::as_str).collect();
            found.sort_unstable();
            assert_eq!(found.join(" "), expected, "{state} since {ago} s");
        }
    }
}
