//! Containers that use the network of another one: whose it is, and whether it still is that one's.
//!
//! Such a container joins the network namespace that the other has while it starts. Each start of
//! the other makes a new one, and the user keeps the old one with nothing but `lo`, for good.

use std::collections::HashSet;
use std::sync::Arc;

use crate::inference::edges;
use crate::model::{
    DependencyCondition, Edge, EdgeEvidence, EdgeKind, HealthState, InstanceFacts, InstanceId,
    InstanceState, LostNetwork, MissingNeed, NeedSource, NetworkEnd, NetworkOwner, Provenance,
    ServiceId,
};
use crate::store::containers::{ContainerState, Containers, FoundOwner, ProcessStart, title};

use super::{ServiceState, Services};

/// Most containers that are followed from user to owner, each using the network of the next.
const CHAIN: usize = 8;

impl Services {
    /// Brings what is known of networks that ended in line with the containers; the services for
    /// which that changed.
    pub fn derive_networks(&mut self, containers: &Containers) -> Vec<ServiceId> {
        let mut lost_by = Vec::new();
        let mut strained: HashSet<ServiceId> = HashSet::new();
        for (id, entry) in &self.by_id {
            let users: Vec<&ContainerState> = entry
                .service
                .instances
                .iter()
                .filter(|each| each.facts.network_owner().is_some())
                .filter_map(|each| containers.by_id.get(&each.facts.id))
                .collect();
            let lost: Vec<LostNetwork> = users
                .iter()
                .filter_map(|user| self.lost(user, containers))
                .collect();
            let fails = !lost.is_empty()
                || entry.service.health.state == HealthState::Unhealthy
                || users.iter().any(|user| !user.facts.is_running());
            if fails {
                strained.extend(
                    users
                        .iter()
                        .filter_map(|user| owner_service(&user.facts, containers)),
                );
            }
            if entry.service.lost_networks != lost {
                lost_by.push((id.clone(), lost));
            }
        }
        let mut changed: Vec<ServiceId> = Vec::new();
        for (id, lost) in lost_by {
            if let Some(entry) = self.by_id.get_mut(&id) {
                Arc::make_mut(&mut entry.service).lost_networks = lost;
                changed.push(id);
            }
        }
        for (id, entry) in &mut self.by_id {
            let is_strained = strained.contains(id);
            if std::mem::replace(&mut entry.needs.network_user_fails, is_strained) != is_strained {
                changed.push(id.clone());
            }
        }
        changed
    }

    /// How a running container lost the network it uses; `None` where it has it, or where nothing
    /// tells.
    fn lost(&self, user: &ContainerState, containers: &Containers) -> Option<LostNetwork> {
        if !user.facts.is_running() {
            return None;
        }
        let mut started = ProcessStart::of(user)?;
        let mut facts = &*user.facts;
        for _ in 0..CHAIN {
            let name = facts.network_owner()?;
            let found = containers.owner(name)?;
            let lost = |cause, at| {
                let owner = self.network_owner(name, &found, facts);
                Some(LostNetwork {
                    instance: user.facts.id.clone(),
                    owner,
                    cause,
                    at,
                })
            };
            let (owner, start) = match &found {
                FoundOwner::Gone(former) => return lost(NetworkEnd::OwnerGone, former.at),
                FoundOwner::Followed(owner) => (&*owner.facts, ProcessStart::of(owner)),
                FoundOwner::Elsewhere(owner) => (*owner, ProcessStart::inspected(owner)),
            };
            if !matches!(owner.state, InstanceState::Running | InstanceState::Paused) {
                return lost(
                    NetworkEnd::OwnerDown { state: owner.state },
                    owner.finished_at,
                );
            }
            let start = start?;
            if start.is_after(&started) {
                return lost(NetworkEnd::OwnerRestarted, Some(start.at));
            }
            (facts, started) = (owner, start);
        }
        None
    }

    /// The owner `found` under `name`, as it is shown with its user.
    fn network_owner(
        &self,
        name: &str,
        found: &FoundOwner<'_>,
        user: &InstanceFacts,
    ) -> NetworkOwner {
        let (name_of, service) = match found {
            FoundOwner::Followed(owner) => (Some(title(&owner.facts)), Some(owner.service.clone())),
            FoundOwner::Elsewhere(owner) => (Some(title(owner)), None),
            FoundOwner::Gone(former) => match (&former.name, labelled_owner(user)) {
                (None, Some((name, id))) => (Some(name), former.service.clone().or(Some(id))),
                (known, _) => (known.clone(), former.service.clone()),
            },
        };
        let service = service.filter(|id| self.by_id.contains_key(id));
        NetworkOwner {
            container: InstanceId::new(name),
            name: name_of,
            service,
        }
    }

    /// Containers of `entry` that use the network of one that is gone.
    pub fn gone_owners(&self, entry: &ServiceState, containers: &Containers) -> Vec<NetworkOwner> {
        let users = entry
            .service
            .instances
            .iter()
            .map(|instance| &*instance.facts);
        let gone = users.filter_map(|user| {
            let name = user.network_owner()?;
            let found = containers.owner(name)?;
            matches!(found, FoundOwner::Gone(_)).then(|| self.network_owner(name, &found, user))
        });
        gone.collect()
    }

    /// Adds edges to the services of containers that are gone and whose network is used: the
    /// relation stays.
    pub fn add_former_owners(&self, all: &mut Vec<Edge>, containers: &Containers) {
        for entry in self.by_id.values().filter(|entry| !entry.hidden) {
            for owner in self.gone_owners(entry, containers) {
                let Some(to) = owner.service.filter(|to| *to != entry.service.id) else {
                    continue;
                };
                let detail = format!("of container {}, which is gone", owner.container.short());
                let evidence = EdgeEvidence {
                    kind: EdgeKind::Hard,
                    provenance: Provenance::NetworkNamespace,
                    detail: detail.into(),
                };
                edges::add(all, &entry.service.id, &to, evidence);
            }
        }
    }
}

/// The need of a container's network, which is gone.
pub(super) fn missing_network(owner: &NetworkOwner) -> MissingNeed {
    MissingNeed {
        name: owner.title().to_owned(),
        kind: EdgeKind::Hard,
        told_by: NeedSource::NetworkNamespace {
            container: owner.container.clone(),
        },
    }
}

/// The service whose network a container uses, where hubdeck follows it.
fn owner_service(user: &InstanceFacts, containers: &Containers) -> Option<ServiceId> {
    match containers.owner(user.network_owner()?)? {
        FoundOwner::Followed(owner) => Some(owner.service.clone()),
        FoundOwner::Elsewhere(_) | FoundOwner::Gone(_) => None,
    }
}

/// The service that Compose's label names as the one whose network is used: Compose adds it to
/// what is depended on as `service_started` with a restart, which authors hardly write.
fn labelled_owner(user: &InstanceFacts) -> Option<(String, ServiceId)> {
    let implied = |need: &&crate::model::Dependency| {
        need.restart && need.condition == DependencyCondition::ServiceStarted
    };
    let mut found = user.depends_on.iter().filter(implied);
    let (only, None) = (found.next()?, found.next()) else {
        return None;
    };
    Some((
        only.service.to_string(),
        ServiceId::of(user.stack.as_ref(), &only.service),
    ))
}
