//! The containers: what the engine reports of each, and what was measured of it.

mod completion;
mod connections;
mod owners;
mod state;
mod update;

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::inference::references;
use crate::model::{ConfigurationFile, InstanceFacts, InstanceId, ServiceId, Timestamp};

use connections::Connections;
pub(super) use owners::{FoundOwner, Owners, ProcessStart, title};
pub(super) use state::{ContainerState, EventSource};
pub(super) use update::{is_other_reference, is_other_run, is_other_topology};

/// Ids of removed containers that are remembered, so that a late answer does not bring one back.
const TOMBSTONES: usize = 512;

/// Containers by id.
pub(super) type ContainersById = HashMap<InstanceId, ContainerState>;

/// How complete the containers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Coverage {
    /// No complete list arrived yet.
    #[default]
    Unlisted,
    /// Everything that is watched was listed: what appears is new.
    Listed,
    /// Other projects are watched than when the last list was made: what appears is not new.
    OtherProjects,
}

/// Every container that is watched, and what is known of others.
#[derive(Debug, Default)]
pub(super) struct Containers {
    /// Those that belong to a service.
    pub by_id: ContainersById,
    /// Containers whose network others use and that are not among them.
    pub owners: Owners,
    connections: Connections,
    /// Removed containers, and when that was known.
    tombstones: VecDeque<(InstanceId, Timestamp)>,
    coverage: Coverage,
    /// The only Compose projects that are watched; empty is all.
    projects: Vec<String>,
}

impl Containers {
    /// Whether a complete list arrived.
    pub fn is_listed(&self) -> bool {
        self.coverage != Coverage::Unlisted
    }

    /// Whether a container that appears now was created just now.
    pub fn appears_new(&self) -> bool {
        self.coverage == Coverage::Listed
    }

    /// A complete list was taken in.
    pub fn set_listed(&mut self) {
        self.coverage = Coverage::Listed;
    }

    /// Those that a list that was asked for at `at` leaves out although it should know them.
    pub fn unlisted(&self, listed: &HashSet<InstanceId>, at: Timestamp) -> Vec<InstanceId> {
        self.by_id
            .values()
            .filter(|container| !listed.contains(&container.facts.id))
            .filter(|container| !container.is_newer_than(at))
            .map(|container| container.facts.id.clone())
            .collect()
    }

    /// Whether an observation of a container that was asked for at `at` is older than its end.
    pub fn is_gone(&self, instance: &InstanceId, at: Timestamp) -> bool {
        let mut gone = self.tombstones.iter();
        gone.any(|(id, known_at)| id == instance && *known_at >= at)
    }

    /// Forgets a container that is gone since `at`, which is known at `known_at`; what was known of
    /// it. Where others use its network, that they did stays known.
    pub fn remove(
        &mut self,
        instance: &InstanceId,
        at: Timestamp,
        known_at: Timestamp,
    ) -> Option<ContainerState> {
        self.tombstones.retain(|(id, _)| id != instance);
        if self.tombstones.len() >= TOMBSTONES {
            self.tombstones.pop_front();
        }
        self.tombstones.push_back((instance.clone(), known_at));
        let gone = self.by_id.remove(instance)?;
        self.connections.forget(instance);
        if self.uses_network_of(&gone.facts) {
            self.owners.add_former(&gone, at);
        }
        Some(gone)
    }

    /// Whether a container uses the network of the one with these facts.
    fn uses_network_of(&self, owner: &InstanceFacts) -> bool {
        let mut names = (self.by_id.values()).filter_map(|each| each.facts.network_owner());
        names.any(|name| owner.id.as_str() == name || owner.name == name)
    }

    /// Watches only `projects` from now on, all where there are none; `None` when these are watched
    /// already, else the containers that are not watched any more, each with its service.
    pub fn watch_only(&mut self, projects: Vec<String>) -> Option<Vec<(InstanceId, ServiceId)>> {
        if self.projects == projects {
            return None;
        }
        let watched = |facts: &InstanceFacts| {
            let stack = facts.stack.as_ref();
            projects.is_empty()
                || stack.is_some_and(|stack| projects.iter().any(|each| each == stack.as_str()))
        };
        let left: Vec<(InstanceId, ServiceId)> = (self.by_id.values())
            .filter(|container| !watched(&container.facts))
            .map(|container| (container.facts.id.clone(), container.service.clone()))
            .collect();
        for (instance, _) in &left {
            self.by_id.remove(instance);
            self.connections.forget(instance);
        }
        self.projects = projects;
        if self.is_listed() {
            self.coverage = Coverage::OtherProjects;
        }
        Some(left)
    }

    /// Facts of a list entry with the time at which the process ended: a list contains how long ago
    /// that was, in round numbers. The first time that was reckoned so stays.
    pub fn dated(&self, facts: Arc<InstanceFacts>, done_at: Timestamp) -> Arc<InstanceFacts> {
        let Some(ago) = facts.ended_ago.filter(|_| facts.finished_at.is_none()) else {
            return facts;
        };
        let known = self.by_id.get(&facts.id).map(|container| &container.facts);
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

    /// Keeps what the files of a container name, and nothing else of them; whether that differs.
    pub fn set_configured(&mut self, instance: &InstanceId, files: &[ConfigurationFile]) -> bool {
        let Some(container) = self.by_id.get_mut(instance) else {
            return false;
        };
        let configured = references::of_files(files);
        let differs = *container.configured != *configured;
        if differs {
            container.configured = Arc::from(configured);
        }
        differs
    }

    /// Keeps why a container could not be inspected; its service, where that is news.
    pub fn set_uninspected(&mut self, instance: &InstanceId, reason: String) -> Option<ServiceId> {
        let container = self.by_id.get_mut(instance)?;
        if container.facts.unread.inspection.as_ref() == Some(&reason) {
            return None;
        }
        let facts = Arc::make_mut(&mut container.facts);
        facts.unread.inspection = Some(reason);
        // No inspection follows its start: what is known is all there is.
        facts.announced = false;
        Some(container.service.clone())
    }

    /// Forgets what our probes found out of these.
    pub fn forget_probes(&mut self, instances: &[InstanceId]) {
        for instance in instances {
            if let Some(container) = self.by_id.get_mut(instance) {
                container.probe = Default::default();
            }
        }
    }

    /// Forgets samples and probe results.
    pub fn forget_measurements(&mut self) {
        for container in self.by_id.values_mut() {
            container.usage.forget();
            container.probe.forget_results();
        }
    }

    /// Forgets what is known of containers that are not watched and whose network nobody uses any
    /// more.
    pub fn keep_used_owners(&mut self) {
        let used: BTreeSet<&str> = (self.by_id.values())
            .filter_map(|container| container.facts.network_owner())
            .collect();
        self.owners.keep_only(&used);
    }

    /// The container whose network is used under `name`; `None` where nothing is known of it.
    pub fn owner(&self, name: &str) -> Option<FoundOwner<'_>> {
        let id = InstanceId::new(name);
        if let Some(owner) = self.by_id.get(&id) {
            return Some(FoundOwner::Followed(owner));
        }
        self.owners.find(&id).or_else(|| {
            // Podman names it by its name.
            let mut all = self.by_id.values();
            all.find(|owner| owner.facts.name == name)
                .map(FoundOwner::Followed)
        })
    }
}
