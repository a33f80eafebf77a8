//! The services: their containers, layers, needs and health, and the edges between them.

mod blocked_by;
mod error_references;
mod flapping;
mod layering;
mod maintenance;
mod missing;
mod needs;
mod networks;
mod state;
mod swarm;
mod topology;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::model::{
    Edge, EdgeKind, InstanceFacts, InstanceId, Service, ServiceId, ServiceRule, Source,
    SwarmService, Timestamp,
};

pub use flapping::percent as flapping_percent;
pub(super) use state::{ServiceState, StateChange};

/// Every service, those that are hidden among them, and what each needs.
#[derive(Debug, Default)]
pub(super) struct Services {
    /// The services.
    pub by_id: BTreeMap<ServiceId, ServiceState>,
    edges: Arc<[Edge]>,
    /// What a manager reports of the Swarm's services, by id.
    swarm: HashMap<String, SwarmService>,
    /// The first deadline of all; `None` since one was judged.
    first_deadline: Option<Option<Timestamp>>,
}

impl Services {
    /// The ids of all.
    pub fn ids(&self) -> BTreeSet<ServiceId> {
        self.by_id.keys().cloned().collect()
    }

    /// Those that snapshots show, sorted.
    pub fn shown(&self) -> Vec<Arc<Service>> {
        self.by_id
            .values()
            .filter(|entry| !entry.hidden)
            .map(|entry| Arc::clone(&entry.service))
            .collect()
    }

    /// What needs what, sorted.
    pub fn edges(&self) -> Arc<[Edge]> {
        Arc::clone(&self.edges)
    }

    /// Those that the rules hide.
    pub fn hidden(&self) -> HashSet<ServiceId> {
        let hidden = self.by_id.iter().filter(|(_, entry)| entry.hidden);
        hidden.map(|(id, _)| id.clone()).collect()
    }

    /// When time alone may first change the health of one.
    pub fn next_deadline(&mut self) -> Option<Timestamp> {
        let deadlines = self.by_id.values().filter_map(|entry| entry.deadline);
        *self.first_deadline.get_or_insert_with(|| deadlines.min())
    }

    /// One was judged, or is gone: its deadline may be another one.
    pub const fn forget_first_deadline(&mut self) {
        self.first_deadline = None;
    }

    /// Those whose health time alone may have changed by `now`.
    pub fn due(&self, now: Timestamp) -> BTreeSet<ServiceId> {
        self.by_id
            .iter()
            .filter(|(_, entry)| entry.deadline.is_some_and(|deadline| deadline <= now))
            .map(|(id, _)| id.clone())
            .collect()
    }

    /// Makes a container a member of its service; whether the rules hide that.
    pub fn join(
        &mut self,
        facts: &InstanceFacts,
        id: &ServiceId,
        rules: &[ServiceRule],
        now: Timestamp,
    ) -> bool {
        let entry = self.by_id.entry(id.clone()).or_insert_with(|| {
            let (stack, name) = (facts.stack.clone(), facts.service.clone());
            let mut entry = ServiceState::new(id.clone(), stack, name, now);
            entry.apply_rules(rules);
            entry
        });
        if entry.is_external() {
            Arc::make_mut(&mut entry.service).source = Source::Docker;
        }
        entry.members.push(facts.id.clone());
        entry.hidden
    }

    /// Ends a container's membership.
    pub fn leave(&mut self, instance: &InstanceId, id: &ServiceId) {
        if let Some(entry) = self.by_id.get_mut(id) {
            entry.members.retain(|member| member != instance);
        }
    }

    /// Forgets a service without containers that the settings do not know either; whether it was
    /// one.
    pub fn remove_empty(&mut self, id: &ServiceId) -> bool {
        let empty = self.by_id.get(id).is_some_and(ServiceState::is_empty);
        if empty {
            self.by_id.remove(id);
        }
        empty
    }

    /// Takes over the rules; the containers of services whose probe asks something else.
    pub fn apply_rules(&mut self, rules: &[ServiceRule]) -> Vec<InstanceId> {
        let mut probed_otherwise = Vec::new();
        for entry in self.by_id.values_mut() {
            if entry.apply_rules(rules) {
                probed_otherwise.extend(entry.members.iter().cloned());
            }
        }
        probed_otherwise
    }

    /// Forgets probe results.
    pub fn forget_measurements(&mut self) {
        for entry in self.by_id.values_mut() {
            entry.shared.forget_results();
            let service = Arc::make_mut(&mut entry.service);
            service.probe_log = Arc::default();
            service.latency = Arc::default();
        }
    }

    /// Adds a state to the history from which flapping is derived; returns whether it began or
    /// ceased to flap. What comes and goes with something it needs is no evidence against it.
    pub fn sample_state(&mut self, id: &ServiceId) -> bool {
        let parent_is_down = self.parent_is_down(id);
        let Some(entry) = self.by_id.get_mut(id).filter(|_| !parent_is_down) else {
            return false;
        };
        let before = entry.flapping.is_on();
        entry.push_state();
        entry.flapping.is_on() != before
    }

    /// Whether something that the service needs hard does not work.
    fn parent_is_down(&self, id: &ServiceId) -> bool {
        let first = self.edges.partition_point(|edge| edge.from < *id);
        let own = self.edges[first..]
            .iter()
            .take_while(|edge| edge.from == *id);
        let mut needed = own.filter(|edge| edge.kind() == EdgeKind::Hard);
        needed.any(|edge| {
            let parent = self.by_id.get(&edge.to);
            parent.is_some_and(|parent| parent.service.health.state.is_broken())
        })
    }
}
