//! What is probed: the targets of a snapshot, each with what is known of it.

mod network_owners;
mod specifications;
mod target_state;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    HealthState, InstanceFacts, ProbeKind, Service, ServiceId, Snapshot, Source, Timestamp,
};
use crate::probe::Location;

use super::ProbeOptions;
use super::breaker::Depth;
use super::job::{JobOutcome, ProbeJob};
use super::key::TargetKey;
use super::result_ordering::NeededTarget;
use super::schedule::ScheduleEntry;
use super::urgency::{Breakages, is_urgent};
use network_owners::NetworkOwners;
use specifications::Specifications;
use target_state::TargetState;

pub(super) use target_state::Applied;

/// Every target with what is known of it.
#[derive(Debug, Default)]
pub(super) struct Targets {
    specifications: Specifications,
    states: HashMap<TargetKey, TargetState>,
    /// From where they are probed.
    location: Location,
    /// What is broken.
    breakages: Breakages,
    /// What something that broke lately needs, as of the last sync.
    suspected: HashSet<ServiceId>,
}

/// What one sync goes by.
struct SyncContext<'a> {
    snapshot: &'a Snapshot,
    options: &'a ProbeOptions,
    location: &'a Location,
    /// Whether `location` is another one than at the last sync.
    moved: bool,
    owners: NetworkOwners<'a>,
    /// What needs something that broke lately.
    affected: HashSet<&'a ServiceId>,
    /// What something that broke lately needs.
    suspected: HashSet<&'a ServiceId>,
}

impl Targets {
    /// Takes over the services of `snapshot`; gives the targets to schedule.
    pub fn sync(
        &mut self,
        snapshot: &Snapshot,
        options: &ProbeOptions,
        location: &Location,
    ) -> Vec<ScheduleEntry> {
        let mut entries = Vec::with_capacity(self.states.len());
        let mut old = std::mem::take(&mut self.states);
        let moved = self.location != *location;
        self.breakages.update(snapshot);
        let context = SyncContext {
            snapshot,
            options,
            location,
            moved,
            owners: NetworkOwners::of(snapshot),
            affected: self.breakages.affected(snapshot),
            suspected: self.breakages.suspected(snapshot),
        };
        for service in options.probed(snapshot) {
            self.add(service, &context, &mut old, &mut entries);
        }
        self.suspected = context.suspected.into_iter().cloned().collect();
        if moved {
            self.location = location.clone();
        }
        self.specifications
            .retain(|id| snapshot.service(id).is_some());
        entries
    }

    /// Sentences about labels that were ignored, each once.
    pub fn new_warnings(&mut self) -> Vec<String> {
        self.specifications.new_warnings()
    }

    fn add(
        &mut self,
        service: &Service,
        context: &SyncContext<'_>,
        old: &mut HashMap<TargetKey, TargetState>,
        entries: &mut Vec<ScheduleEntry>,
    ) {
        let running = || {
            service
                .instances
                .iter()
                .filter(|instance| is_ready(&instance.facts, context.snapshot))
        };
        if service.source == Source::Docker && running().next().is_none() {
            return;
        }
        let Some(spec) = self
            .specifications
            .of(service, context.options)
            .filter(|spec| spec.kind != ProbeKind::Docker)
        else {
            return;
        };
        let fast = is_urgent(service, context.snapshot)
            || context.affected.contains(&service.id)
            || context.suspected.contains(&service.id);
        if spec.url.is_some() {
            let key = TargetKey {
                service: service.id.clone(),
                instance: None,
            };
            let state = TargetState::of_url(&spec, service, context, old.remove(&key));
            self.insert(key, state, fast, context, entries);
            return;
        }
        for instance in running() {
            let key = TargetKey {
                service: service.id.clone(),
                instance: Some(instance.facts.id.clone()),
            };
            let before = old.remove(&key);
            let Some(state) = TargetState::of_instance(&spec, instance, context, before) else {
                continue;
            };
            self.insert(key, state, fast, context, entries);
        }
    }

    fn insert(
        &mut self,
        key: TargetKey,
        mut state: TargetState,
        fast: bool,
        context: &SyncContext<'_>,
        entries: &mut Vec<ScheduleEntry>,
    ) {
        let is_triggered = |end: Timestamp| context.snapshot.taken_at < end;
        let fast = fast || state.trigger.end().is_some_and(is_triggered);
        let newly_suspected =
            context.suspected.contains(&key.service) && !self.suspected.contains(&key.service);
        let due = state.trigger.take_due() || newly_suspected;
        let host = Arc::clone(&state.host);
        entries.push(ScheduleEntry {
            key: key.clone(),
            host,
            fast,
            due,
        });
        self.states.insert(key, state);
    }

    /// When targets cease to be probed often for a trigger or for what broke.
    pub fn urgency_ends(&self) -> impl Iterator<Item = Timestamp> {
        let triggers = self.states.values().filter_map(|state| state.trigger.end());
        triggers.chain(self.breakages.ends())
    }

    /// The probe of `key` that starts at `now`; `None` when it is no target any more.
    pub fn job(&mut self, key: &TargetKey, now: Duration) -> Option<ProbeJob> {
        self.states.get_mut(key).map(|state| state.job(key, now))
    }

    /// Takes in what a probe of `key` at `depth` found; `None` when it is no target any more.
    pub fn apply(
        &mut self,
        key: &TargetKey,
        depth: Depth,
        outcome: JobOutcome,
        now: Duration,
    ) -> Option<Applied> {
        let state = self.states.get_mut(key)?;
        Some(state.apply(depth, outcome, now))
    }

    /// Makes the next probe of every target a full one.
    pub fn try_all(&mut self, now: Duration) {
        for state in self.states.values_mut() {
            state.try_full(now);
        }
    }

    /// The targets of what the service of `key` needs, where its failure makes it unhealthy anew.
    pub fn needed_by(&self, key: &TargetKey, snapshot: &Snapshot) -> Vec<NeededTarget> {
        let Some(service) = snapshot.service(&key.service) else {
            return Vec::new();
        };
        // What fails already, or may still fail, blames nothing anew.
        if matches!(
            service.health.state,
            HealthState::Unhealthy | HealthState::Starting
        ) {
            return Vec::new();
        }
        let needed = service
            .depends_on
            .iter()
            .filter_map(|id| snapshot.service(id));
        needed
            .flat_map(|service| self.targets_of(service))
            .collect()
    }

    fn targets_of(&self, service: &Service) -> Vec<NeededTarget> {
        let instances = service
            .instances
            .iter()
            .map(|instance| Some(instance.facts.id.clone()));
        let keys = instances.chain([None]).map(|instance| TargetKey {
            service: service.id.clone(),
            instance,
        });
        keys.filter_map(|key| {
            let timeout = self.states.get(&key)?.spec.timeout;
            Some(NeededTarget { key, timeout })
        })
        .collect()
    }

    /// Whether `key` is a target.
    pub fn contains(&self, key: &TargetKey) -> bool {
        self.states.contains_key(key)
    }
}

/// Whether a container runs and enough is known of it: a list alone does not say its healthcheck,
/// which may name the probe, and the event of a start not the addresses that it brought.
fn is_ready(facts: &InstanceFacts, snapshot: &Snapshot) -> bool {
    facts.is_running() && !snapshot.awaits_inspection(facts)
}

/// Whether both are the same value in memory.
fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}
