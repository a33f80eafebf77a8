//! Folding lists and inspections: containers appear, change and go.

mod runs;

use std::collections::HashSet;
use std::sync::Arc;

use crate::inference::references;
use crate::model::{Change, InstanceFacts, InstanceId, ServiceId, Timestamp};

use super::Store;
use super::containers::{ContainerState, is_other_reference, is_other_run, is_other_topology};
use super::dirty::{Changed, Dirty};
use super::timeline::About;

impl Store {
    /// A complete list.
    pub(super) fn fold_list(
        &mut self,
        at: Timestamp,
        done_at: Timestamp,
        instances: Vec<Arc<InstanceFacts>>,
        now: Timestamp,
    ) -> Dirty {
        let mut dirty = Dirty {
            listed: true,
            ..Changed::Yes.into()
        };
        let listed: HashSet<InstanceId> = instances.iter().map(|facts| facts.id.clone()).collect();
        for instance in self.containers.unlisted(&listed, at) {
            self.remove(&instance, at, at, &mut dirty);
        }
        for facts in instances {
            let facts = self.containers.dated(facts, done_at);
            self.fold_facts(facts, at, now, &mut dirty);
        }
        self.containers.set_listed();
        dirty
    }

    /// One inspection.
    pub(super) fn fold_inspection(
        &mut self,
        facts: Arc<InstanceFacts>,
        at: Timestamp,
        now: Timestamp,
    ) -> Dirty {
        let mut dirty = Dirty::default();
        self.fold_facts(facts, at, now, &mut dirty);
        dirty
    }

    /// One container is gone.
    pub(super) fn fold_gone(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        now: Timestamp,
    ) -> Dirty {
        let mut dirty = Dirty::default();
        self.remove(instance, at, now, &mut dirty);
        dirty
    }

    /// Takes in what the engine reports of one container.
    fn fold_facts(
        &mut self,
        facts: Arc<InstanceFacts>,
        at: Timestamp,
        now: Timestamp,
        dirty: &mut Dirty,
    ) {
        let Some(facts) = self.containers.updated(facts, at) else {
            return;
        };
        if self.containers.by_id.contains_key(&facts.id) {
            self.change(facts, at, now, dirty);
        } else {
            self.appear(facts, at, now, dirty);
        }
    }

    fn appear(
        &mut self,
        facts: Arc<InstanceFacts>,
        at: Timestamp,
        now: Timestamp,
        dirty: &mut Dirty,
    ) {
        let mut container = ContainerState::new(Arc::clone(&facts), at, now);
        let is_new = self.containers.appears_new();
        if is_new {
            container.history.unmark();
            self.record_creation(&facts, now);
        }
        let service = container.service.clone();
        self.containers.by_id.insert(facts.id.clone(), container);
        self.join(&facts, &service, now, dirty);
        dirty.changed(Changed::Yes);
        if is_new {
            self.record_run(&facts.id, None);
        }
    }

    /// Makes a container a member of its service.
    fn join(&mut self, facts: &InstanceFacts, id: &ServiceId, now: Timestamp, dirty: &mut Dirty) {
        if self.services.join(facts, id, &self.rules.services, now) {
            self.timeline.hide(id);
        }
        dirty.topology = true;
        dirty.services.insert(id.clone());
    }

    /// Ends a container's membership.
    fn leave(&mut self, instance: &InstanceId, service: &ServiceId, dirty: &mut Dirty) {
        self.services.leave(instance, service);
        dirty.topology = true;
        dirty.services.insert(service.clone());
    }

    fn change(
        &mut self,
        facts: Arc<InstanceFacts>,
        at: Timestamp,
        now: Timestamp,
        dirty: &mut Dirty,
    ) {
        let Some(container) = self.containers.by_id.get_mut(&facts.id) else {
            return;
        };
        container.facts_at = at;
        if Arc::ptr_eq(&container.facts, &facts) || *container.facts == *facts {
            return;
        }
        let old = std::mem::replace(&mut container.facts, Arc::clone(&facts));
        if is_other_run(&old, &facts) {
            container.begin_run(now);
        }
        if !facts.is_running() {
            container.usage.end(at);
        }
        if is_other_reference(&old, &facts) {
            container.references = Arc::new(references::of(&facts));
        }
        dirty.changed(Changed::Yes);
        dirty.topology |= is_other_topology(&old, &facts);
        if old.docker.checked_at != facts.docker.checked_at {
            dirty.checked.insert(container.service.clone());
        }
        let service = facts.service_id();
        if service == container.service {
            dirty.services.insert(service);
        } else {
            // Renamed: a container without a stack is a service by its name.
            let before = std::mem::replace(&mut container.service, service.clone());
            self.leave(&facts.id, &before, dirty);
            self.join(&facts, &service, now, dirty);
        }
        self.record_run(&facts.id, Some(&old));
    }

    /// Forgets a container that is gone since `at`; news that was asked for until `known_at` may
    /// not know of it.
    fn remove(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        known_at: Timestamp,
        dirty: &mut Dirty,
    ) {
        let at = at.min(known_at);
        let Some(gone) = self.containers.remove(instance, at, known_at) else {
            return;
        };
        let about = About {
            service: Some(&gone.service),
            instance: Some(instance),
        };
        let container = gone.facts.name.clone();
        self.timeline.push(at, about, Change::Removed { container });
        self.leave(instance, &gone.service, dirty);
        dirty.changed(Changed::Yes);
    }

    /// Watches only `projects` from now on, all where there are none. What is not watched any more
    /// was not removed, and what the next list brings was not created: neither is an event.
    pub(super) fn watch_only(&mut self, projects: Vec<String>) -> Dirty {
        let mut dirty = Dirty::default();
        let everything = projects.is_empty();
        let Some(left) = self.containers.watch_only(projects) else {
            return dirty;
        };
        for (instance, service) in left {
            self.leave(&instance, &service, &mut dirty);
        }
        if everything {
            // Those there are were asked for to name a misspelt one.
            dirty.changed(self.engine.set_projects(None));
        }
        dirty
    }
}
