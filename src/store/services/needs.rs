//! What runs without what it cannot work without: what is missed, and what is lacked.
//!
//! Both follow from the edges and from which processes run, so that they are known from the first
//! list on, before anything was checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::{
    DockerStatus, EdgeKind, HealthState, InstanceState, Overlay, ServiceId, Timestamp,
};

use crate::store::containers::{ContainerState, Containers};

use super::topology::role;
use super::{ServiceState, Services};

/// What a service is needed for, and what it needs itself.
#[derive(Debug, Default)]
pub(in crate::store) struct Needs {
    /// Whether some service waits until it has completed.
    pub awaited: bool,
    /// Services that run and cannot work without it, while none of its own processes runs.
    pub missed_by: Vec<ServiceId>,
    /// What it cannot work without and does not run.
    pub unmet: Option<UnmetNeeds>,
    /// When the last container of what it needs and has none was removed, where that was seen.
    pub missing_since: Option<Timestamp>,
    /// Whether a container that uses its network does not work: what a guessed probe finds on its
    /// ports may be that one's failure.
    pub network_user_fails: bool,
}

/// What a running service needs and does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct UnmetNeeds {
    /// When the latest of it ended.
    pub since: Timestamp,
    /// The services that do not run and that it cannot work without, also through others, sorted.
    pub roots: Vec<ServiceId>,
}

/// Services by what they cannot work without, or the other way round.
type Hard<'a> = HashMap<&'a ServiceId, Vec<&'a ServiceId>>;

impl Services {
    /// Finds anew which needs of running services are not met; returns the changed services.
    pub fn derive_unmet_needs(&mut self, containers: &Containers) -> Vec<ServiceId> {
        let unmet_needs = self.unmet_needs(containers);
        let mut changed = Vec::new();
        for (id, entry) in &mut self.by_id {
            let unmet = unmet_needs.get(id);
            if entry.needs.unmet.as_ref() != unmet {
                entry.needs.unmet = unmet.cloned();
                changed.push(id.clone());
            }
        }
        changed
    }

    /// Finds anew which services that do not run are required by running ones; returns the changed ones.
    pub fn derive_missed(&mut self) -> Vec<ServiceId> {
        let missed = self.required_by_running();
        let mut changed = Vec::new();
        for (id, entry) in &mut self.by_id {
            let by: Vec<ServiceId> = missed.get(id).into_iter().flatten().cloned().collect();
            if entry.needs.missed_by != by {
                entry.needs.missed_by = by;
                changed.push(id.clone());
            }
        }
        changed
    }

    /// For each service that does not run: those that run and cannot work without it. A
    /// service that is required keeps its own dependencies required.
    fn required_by_running(&self) -> BTreeMap<ServiceId, BTreeSet<ServiceId>> {
        let mut missed: BTreeMap<ServiceId, BTreeSet<ServiceId>> = BTreeMap::new();
        if self.by_id.values().all(ServiceState::runs) {
            return missed;
        }
        let needs = self.hard(|from, to| (from, to));
        let mut open: Vec<&ServiceId> = self
            .by_id
            .iter()
            .filter(|(_, entry)| needs_others(entry))
            .map(|(id, _)| id)
            .collect();
        while let Some(from) = open.pop() {
            for &to in needs.get(from).into_iter().flatten() {
                if !self.by_id.get(to).is_some_and(is_missing) {
                    continue;
                }
                let by = missed.entry(to.clone()).or_default();
                if by.is_empty() {
                    open.push(to);
                }
                by.insert(from.clone());
            }
        }
        missed
    }

    /// For each service that runs: what it cannot work without, as long as nothing shows that it
    /// works all the same.
    fn unmet_needs(&self, containers: &Containers) -> BTreeMap<ServiceId, UnmetNeeds> {
        let mut unmet_needs: BTreeMap<ServiceId, UnmetNeeds> = BTreeMap::new();
        let mut down = self
            .by_id
            .iter()
            .filter(|(_, entry)| is_down(entry))
            .peekable();
        if down.peek().is_none() {
            return unmet_needs;
        }
        let dependents = self.hard(|from, to| (to, from));
        for (root, entry) in down {
            let since = entry.service.health.since;
            let mut open = vec![root];
            while let Some(to) = open.pop() {
                for &from in dependents.get(to).into_iter().flatten() {
                    let entry = self.by_id.get(from);
                    if entry.is_some_and(|each| fails_since(each, containers, since))
                        && add_lack(&mut unmet_needs, from, root, since)
                    {
                        open.push(from);
                    }
                }
            }
        }
        unmet_needs
    }

    /// The hard edges.
    fn hard<'a>(
        &'a self,
        way: impl Fn(&'a ServiceId, &'a ServiceId) -> (&'a ServiceId, &'a ServiceId),
    ) -> Hard<'a> {
        let mut hard: Hard<'a> = HashMap::new();
        for edge in self
            .edges
            .iter()
            .filter(|edge| edge.kind() == EdgeKind::Hard)
        {
            let (key, value) = way(&edge.from, &edge.to);
            hard.entry(key).or_default().push(value);
        }
        hard
    }
}

/// Whether a service runs, or is in a crash loop, so that it misses what it needs.
fn needs_others(entry: &ServiceState) -> bool {
    let restarts = |state| state == InstanceState::Restarting;
    entry.runs()
        || entry
            .service
            .instances
            .iter()
            .any(|each| restarts(each.facts.state))
}

/// Whether a service that something needs is not there. A one-shot that did its work is not missed,
/// nor is one that was not started again.
fn is_missing(entry: &ServiceState) -> bool {
    if entry.runs() {
        return false;
    }
    let over = entry.service.instances.iter().all(|each| {
        let facts = &each.facts;
        facts.state == InstanceState::Created
            || (facts.state == InstanceState::Exited && facts.exit_code == Some(0))
    });
    !(over && (entry.needs.awaited || role(entry).is_job))
}

/// Whether a service fails because no process of it lasts.
fn is_down(entry: &ServiceState) -> bool {
    let health = &entry.service.health;
    health.state == HealthState::Unhealthy && (!entry.runs() || health.has(Overlay::Restarting))
}

/// Whether a check that counts succeeded after `since`.
fn works_since(entry: &ServiceState, containers: &Containers, since: Timestamp) -> bool {
    let members = || {
        entry
            .service
            .instances
            .iter()
            .filter_map(|each| containers.by_id.get(&each.facts.id))
    };
    let docker = |member: &ContainerState| {
        let docker = &member.facts.docker;
        docker.status == DockerStatus::Healthy
            && docker.failing_streak == 0
            && docker.checked_at.is_some_and(|at| at > since)
    };
    let mut probes = members().map(|member| &member.probe).chain([&entry.shared]);
    probes.any(|probe| probe.worked_at().is_some_and(|at| at > since)) || members().any(docker)
}

/// Adds that `from` lacks `root` since then; whether that is new.
fn add_lack(
    unmet_needs: &mut BTreeMap<ServiceId, UnmetNeeds>,
    from: &ServiceId,
    root: &ServiceId,
    since: Timestamp,
) -> bool {
    let unmet = unmet_needs
        .entry(from.clone())
        .or_insert_with(|| UnmetNeeds {
            since,
            roots: Vec::new(),
        });
    let Err(place) = unmet.roots.binary_search(root) else {
        return false;
    };
    unmet.roots.insert(place, root.clone());
    unmet.since = unmet.since.max(since);
    true
}

/// Whether `entry` runs and has not been seen to work since then.
fn fails_since(entry: &ServiceState, containers: &Containers, since: Timestamp) -> bool {
    entry.runs() && !is_down(entry) && !works_since(entry, containers, since)
}
