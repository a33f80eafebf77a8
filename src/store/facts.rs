//! Folding lists and inspections: containers appear, change and go.

mod runs;

use std::collections::HashSet;
use std::sync::Arc;

use crate::inference::references;
use crate::model::{Change, InstanceFacts, InstanceId, ServiceId, Source, Timestamp};

use super::container::{
    ContainerState, is_other_reference, is_other_run, is_other_topology, merge,
};
use super::service::ServiceState;
use super::timeline::About;
use super::{Changed, Store};

/// Ids of removed containers that are remembered, so that a late answer does not bring one back.
const TOMBSTONES: usize = 512;

impl Store {
    /// A complete list.
    pub(super) fn fold_list(
        &mut self,
        at: Timestamp,
        done_at: Timestamp,
        next_at: Timestamp,
        instances: Vec<Arc<InstanceFacts>>,
        now: Timestamp,
    ) -> Changed {
        self.engine.last_poll = Some(done_at);
        self.engine.poll_ms = Some(done_at.duration_since(at).as_secs_f64() * 1_000.0);
        self.engine.next_poll = Some(next_at);
        let listed: HashSet<InstanceId> = instances.iter().map(|facts| facts.id.clone()).collect();
        let gone: Vec<InstanceId> = self
            .tracked
            .values()
            .filter(|tracked| !listed.contains(&tracked.facts.id) && !tracked.is_newer_than(at))
            .map(|tracked| tracked.facts.id.clone())
            .collect();
        for instance in gone {
            self.remove(&instance, at, now);
        }
        for facts in instances {
            let facts = self.dated(facts, done_at);
            self.fold_facts(facts, at, now);
        }
        (self.listed, self.chosen_anew) = (true, false);
        // One-shots are known by those that wait for them, and what is missed by what misses it, so
        // layers and edges come first.
        self.derive_topology(now);
        let missed = self.derive_missed();
        self.touched.extend(missed);
        let touched = std::mem::take(&mut self.touched);
        for service in touched {
            self.refresh(&service, now);
        }
        Changed::Yes
    }

    /// Facts of a list entry with the time at which the process ended: a list tells how long ago
    /// that was, in round numbers. The first time that was reckoned so stays.
    fn dated(&self, facts: Arc<InstanceFacts>, done_at: Timestamp) -> Arc<InstanceFacts> {
        let Some(ago) = facts.ended_ago.filter(|_| facts.finished_at.is_none()) else {
            return facts;
        };
        let known = self.tracked.get(&facts.id).map(|tracked| &tracked.facts);
        let same =
            known.filter(|known| (known.state, known.exit_code) == (facts.state, facts.exit_code));
        let reckoned = done_at.checked_sub(ago).ok();
        let finished_at = same.and_then(|known| known.finished_at).or(reckoned);
        Arc::new(InstanceFacts {
            finished_at,
            ended_ago: None,
            ..(*facts).clone()
        })
    }

    /// One inspection.
    pub(super) fn fold_inspection(
        &mut self,
        facts: Arc<InstanceFacts>,
        at: Timestamp,
        now: Timestamp,
    ) -> Changed {
        let mut changed = self.fold_facts(facts, at, now);
        for service in std::mem::take(&mut self.touched) {
            changed |= self.refresh(&service, now);
        }
        changed.into()
    }

    /// One container is gone.
    pub(super) fn fold_gone(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        now: Timestamp,
    ) -> Changed {
        let mut changed = self.remove(instance, at, now);
        for service in std::mem::take(&mut self.touched) {
            changed |= self.refresh(&service, now);
        }
        changed.into()
    }

    /// Takes in what the engine says of one container; services to refresh are in `touched` after.
    fn fold_facts(&mut self, facts: Arc<InstanceFacts>, at: Timestamp, now: Timestamp) -> bool {
        if is_beside_services(&facts) {
            return false;
        }
        match self.tracked.get(&facts.id) {
            None if self.tombstones.contains(&facts.id) => return false,
            None => self.appear(facts, at, now),
            Some(known) if known.is_newer_than(at) => return false,
            Some(known) => {
                let facts = if known.facts.inspected && !facts.inspected {
                    Arc::new(merge(&known.facts, &facts))
                } else {
                    facts
                };
                return self.change(facts, at, now);
            }
        }
        true
    }

    fn appear(&mut self, facts: Arc<InstanceFacts>, at: Timestamp, now: Timestamp) {
        let mut tracked = ContainerState::new(Arc::clone(&facts), at, now);
        let is_new = self.listed && !self.chosen_anew;
        if is_new {
            tracked.note_nothing();
            self.note_creation(&facts, now);
        }
        let id = tracked.service.clone();
        self.tracked.insert(facts.id.clone(), tracked);
        self.join(&facts, &id, now);
        if is_new {
            self.note_run(&facts.id, None);
        }
    }

    /// Makes a container a member of its service.
    fn join(&mut self, facts: &InstanceFacts, id: &ServiceId, now: Timestamp) {
        let rules = &self.rules;
        let entry = self.entries.entry(id.clone()).or_insert_with(|| {
            let mut entry =
                ServiceState::new(id.clone(), facts.stack.clone(), facts.service.clone(), now);
            entry.apply_rules(rules);
            entry
        });
        if entry.is_external() {
            Arc::make_mut(&mut entry.service).source = Source::Docker;
        }
        if entry.hidden {
            self.timeline.hide(id);
        }
        entry.members.push(facts.id.clone());
        self.topology_due = true;
        self.touched.insert(id.clone());
    }

    fn change(&mut self, facts: Arc<InstanceFacts>, at: Timestamp, now: Timestamp) -> bool {
        let Some(tracked) = self.tracked.get_mut(&facts.id) else {
            return false;
        };
        tracked.facts_at = at;
        if *tracked.facts == *facts {
            return false;
        }
        let old = std::mem::replace(&mut tracked.facts, Arc::clone(&facts));
        if is_other_run(&old, &facts) {
            tracked.begin_run(now);
        }
        if !facts.is_running() {
            tracked.clear_sample(at);
        }
        if is_other_reference(&old, &facts) {
            tracked.references = Arc::new(references::of(&facts));
        }
        self.topology_due |= is_other_topology(&old, &facts);
        if old.docker.checked_at != facts.docker.checked_at
            && let Some(entry) = self.entries.get_mut(&tracked.service)
        {
            entry.docker_checked = true;
        }
        let service = facts.service_id();
        if service == tracked.service {
            self.touched.insert(service);
        } else {
            // Renamed: a container without a stack is a service by its name.
            let before = std::mem::replace(&mut tracked.service, service.clone());
            self.leave(&facts.id, &before);
            self.join(&facts, &service, now);
        }
        self.note_run(&facts.id, Some(&old));
        true
    }

    /// Forgets a container; tells whether it was known.
    pub(super) fn remove(&mut self, instance: &InstanceId, at: Timestamp, now: Timestamp) -> bool {
        if self.tombstones.len() >= TOMBSTONES {
            self.tombstones.pop_front();
        }
        self.tombstones.push_back(instance.clone());
        let Some(tracked) = self.tracked.remove(instance) else {
            return false;
        };
        let about = About {
            service: Some(&tracked.service),
            instance: Some(instance),
        };
        let container = tracked.facts.name.clone();
        self.timeline
            .push(at.min(now), about, Change::Removed { container });
        self.forget_connections(instance);
        self.remember_owner(&tracked, at.min(now));
        self.leave(instance, &tracked.service);
        true
    }

    /// Watches only `projects` from now on, all where there are none. What is not watched any more
    /// was not removed, and what the next list brings was not created: neither is an event.
    pub(super) fn watch_only(&mut self, projects: Vec<String>, now: Timestamp) {
        if self.projects == projects {
            return;
        }
        let watched = |facts: &InstanceFacts| {
            let stack = facts.stack.as_ref();
            projects.is_empty()
                || stack.is_some_and(|stack| projects.iter().any(|each| each == stack.as_str()))
        };
        let left = self
            .tracked
            .values()
            .filter(|tracked| !watched(&tracked.facts));
        for instance in left
            .map(|tracked| tracked.facts.id.clone())
            .collect::<Vec<_>>()
        {
            if let Some(tracked) = self.tracked.remove(&instance) {
                self.forget_connections(&instance);
                self.leave(&instance, &tracked.service);
            }
        }
        if projects.is_empty() {
            // Those there are were told to name a misspelt one.
            self.engine.projects = None;
        }
        (self.projects, self.chosen_anew) = (projects, true);
        for service in std::mem::take(&mut self.touched) {
            self.refresh(&service, now);
        }
    }

    /// Ends a container's membership.
    fn leave(&mut self, instance: &InstanceId, service: &ServiceId) {
        if let Some(entry) = self.entries.get_mut(service) {
            entry.members.retain(|member| member != instance);
        }
        self.topology_due = true;
        self.touched.insert(service.clone());
    }
}

/// Containers that are no part of any service: `compose run` and lifecycle hooks.
fn is_beside_services(facts: &InstanceFacts) -> bool {
    let label = |name: &str| facts.labels.reveal().get(name).map(String::as_str);
    label("com.docker.compose.oneoff").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        || label("com.docker.compose.hook").is_some_and(|value| !value.is_empty())
}
