//! What a look at a snapshot tells of the targets in it.

use std::collections::HashMap;

use crate::model::{HealthState, InstanceFacts, InstanceId, Service, SignedDuration, Snapshot};

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
    let fresh = snapshot.taken_at.duration_since(health.since) < JUST_CHANGED;
    health.state == HealthState::Starting || health.state.is_problem() || (news && fresh)
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
