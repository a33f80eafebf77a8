//! Containers that use the network of another one: whose it is, and whether it still is that one's.
//!
//! Such a container joins the network namespace that the other has while it starts. Each start of
//! the other makes a new one, and the user keeps the old one with nothing but `lo`, for good.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::inference::edges;
use crate::model::{
    DependencyCondition, Edge, EdgeEvidence, EdgeKind, HealthState, InstanceFacts, InstanceId,
    InstanceState, LostNetwork, MissingNeed, NeedSource, NetworkEnd, NetworkOwner, Provenance,
    ServiceId, SignedDuration, Timestamp,
};

use super::container::ContainerState;
use super::service::ServiceState;
use super::{Changed, Store};

/// Most containers that are followed from user to owner, each using the network of the next.
const CHAIN: usize = 8;
/// A start that an event told is noted by the engine a moment earlier: closer together than this
/// two starts are in no order before both were inspected.
const EVENT_DELAY: SignedDuration = SignedDuration::from_secs(1);

/// Containers whose network others use, as far as they are not followed themselves.
#[derive(Debug, Default)]
pub(super) struct Owners {
    known: HashMap<InstanceId, Owner>,
}

/// An owner that is not followed.
#[derive(Debug)]
enum Owner {
    /// It is there; a filter leaves it out.
    Elsewhere(Arc<InstanceFacts>),
    /// No container has its id any more.
    Gone(Former),
}

/// What is known of a container that is gone.
#[derive(Clone, Debug, Default)]
struct Former {
    /// What people called it.
    name: Option<String>,
    /// Its service.
    service: Option<ServiceId>,
    /// When it was removed.
    at: Option<Timestamp>,
}

/// An owner as it is found.
enum Found<'a> {
    Followed(&'a ContainerState),
    Elsewhere(&'a InstanceFacts),
    Gone(&'a Former),
}

impl Store {
    /// What became of a container whose network others use and that is not followed.
    pub(super) fn fold_owner(
        &mut self,
        id: InstanceId,
        facts: Option<Arc<InstanceFacts>>,
        now: Timestamp,
    ) -> Changed {
        let owner = match (facts, self.owners.known.remove(&id)) {
            (Some(facts), _) => Owner::Elsewhere(facts),
            (None, Some(gone @ Owner::Gone(_))) => gone,
            (None, Some(Owner::Elsewhere(facts))) => Owner::Gone(Former {
                name: Some(title(&facts)),
                service: None,
                at: Some(now),
            }),
            (None, None) => Owner::Gone(Former::default()),
        };
        self.owners.known.insert(id, owner);
        self.topology_due = true;
        Changed::Yes
    }

    /// Remembers a container that was removed, where others use its network.
    pub(super) fn remember_owner(&mut self, gone: &ContainerState, at: Timestamp) {
        let facts = &gone.facts;
        if !self.tracked.values().any(|each| {
            each.facts
                .network_owner()
                .is_some_and(|owner| is_called(facts, owner))
        }) {
            return;
        }
        let former = Former {
            name: Some(title(facts)),
            service: Some(gone.service.clone()),
            at: Some(at),
        };
        self.owners
            .known
            .insert(facts.id.clone(), Owner::Gone(former));
        self.topology_due = true;
    }

    /// Brings what is known of networks that ended in line with the containers.
    pub(super) fn derive_networks(&mut self, now: Timestamp) {
        let used: HashSet<&str> = self
            .tracked
            .values()
            .filter_map(|tracked| tracked.facts.network_owner())
            .collect();
        self.owners.known.retain(|id, _| used.contains(id.as_str()));
        let mut changed = Vec::new();
        let mut strained: HashSet<ServiceId> = HashSet::new();
        for (id, entry) in &self.entries {
            let users = entry
                .service
                .instances
                .iter()
                .filter_map(|each| self.tracked.get(&each.facts.id));
            let users: Vec<&ContainerState> = users
                .filter(|user| user.facts.network_owner().is_some())
                .collect();
            let lost: Vec<LostNetwork> = users.iter().filter_map(|user| self.lost(user)).collect();
            let fails = !lost.is_empty()
                || entry.service.health.state == HealthState::Unhealthy
                || users.iter().any(|user| !user.facts.is_running());
            if fails {
                strained.extend(
                    users
                        .iter()
                        .filter_map(|user| self.owner_service(&user.facts)),
                );
            }
            if entry.service.lost_networks != lost {
                changed.push((id.clone(), lost));
            }
        }
        let mut due: Vec<ServiceId> = Vec::new();
        for (id, lost) in changed {
            if let Some(entry) = self.entries.get_mut(&id) {
                Arc::make_mut(&mut entry.service).lost_networks = lost;
                due.push(id);
            }
        }
        for (id, entry) in &mut self.entries {
            let is_strained = strained.contains(id);
            if std::mem::replace(&mut entry.lends_in_vain, is_strained) != is_strained {
                due.push(id.clone());
            }
        }
        for id in due {
            self.refresh(&id, now);
        }
    }

    /// How a running container lost the network it uses; `None` where it has it, or where nothing
    /// tells.
    fn lost(&self, user: &ContainerState) -> Option<LostNetwork> {
        if !user.facts.is_running() {
            return None;
        }
        let mut started = Start::of(user)?;
        let mut facts = &*user.facts;
        for _ in 0..CHAIN {
            let name = facts.network_owner()?;
            let found = self.owner(name)?;
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
                Found::Gone(former) => return lost(NetworkEnd::OwnerGone, former.at),
                Found::Followed(owner) => (&*owner.facts, Start::of(owner)),
                Found::Elsewhere(owner) => (*owner, Start::inspected(owner)),
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

    fn owner(&self, name: &str) -> Option<Found<'_>> {
        let id = InstanceId::new(name);
        if let Some(owner) = self.tracked.get(&id) {
            return Some(Found::Followed(owner));
        }
        match self.owners.known.get(&id) {
            Some(Owner::Gone(former)) => Some(Found::Gone(former)),
            Some(Owner::Elsewhere(facts)) => Some(Found::Elsewhere(facts)),
            // Podman names it by its name.
            None => self
                .tracked
                .values()
                .find(|owner| owner.facts.name == name)
                .map(Found::Followed),
        }
    }

    /// The service whose network a container uses, where hubdeck follows it.
    fn owner_service(&self, user: &InstanceFacts) -> Option<ServiceId> {
        match self.owner(user.network_owner()?)? {
            Found::Followed(owner) => Some(owner.service.clone()),
            Found::Elsewhere(_) | Found::Gone(_) => None,
        }
    }

    /// The owner `found` under `name`, as it is shown with its user.
    fn network_owner(&self, name: &str, found: &Found<'_>, user: &InstanceFacts) -> NetworkOwner {
        let (name_of, service) = match found {
            Found::Followed(owner) => (Some(title(&owner.facts)), Some(owner.service.clone())),
            Found::Elsewhere(owner) => (Some(title(owner)), None),
            Found::Gone(former) => {
                let guess = former
                    .name
                    .is_none()
                    .then(|| self.told_owner(user))
                    .flatten();
                let name_of = former
                    .name
                    .clone()
                    .or_else(|| guess.as_ref().map(|(name, _)| name.clone()));
                (name_of, former.service.clone().or(guess.map(|(_, id)| id)))
            }
        };
        let service = service.filter(|id| self.entries.contains_key(id));
        NetworkOwner {
            container: InstanceId::new(name),
            name: name_of,
            service,
        }
    }

    /// The service that Compose's label names as the one whose network is used: Compose adds it to
    /// what is depended on as `service_started` with a restart, which authors hardly write.
    fn told_owner(&self, user: &InstanceFacts) -> Option<(String, ServiceId)> {
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

    /// Containers of `entry` that use the network of one that is gone.
    pub(super) fn gone_owners(&self, entry: &ServiceState) -> Vec<NetworkOwner> {
        let users = entry
            .service
            .instances
            .iter()
            .map(|instance| &*instance.facts);
        let gone = users.filter_map(|user| {
            let name = user.network_owner()?;
            let found = self.owner(name)?;
            matches!(found, Found::Gone(_)).then(|| self.network_owner(name, &found, user))
        });
        gone.collect()
    }

    /// Adds edges to the services of containers that are gone and whose network is used: the
    /// relation stays.
    pub(super) fn add_former_owners(&self, all: &mut Vec<Edge>) {
        for entry in self.entries.values().filter(|entry| !entry.hidden) {
            for owner in self.gone_owners(entry) {
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

/// When a process started, and how exactly that is known.
struct Start {
    at: Timestamp,
    by_event: bool,
}

impl Start {
    fn of(tracked: &ContainerState) -> Option<Self> {
        let at = tracked.facts.started_at?;
        Some(Self {
            at,
            by_event: tracked.event_at == Some(at),
        })
    }

    fn inspected(facts: &InstanceFacts) -> Option<Self> {
        Some(Self {
            at: facts.started_at?,
            by_event: false,
        })
    }

    fn is_after(&self, other: &Self) -> bool {
        let later = self.at.duration_since(other.at);
        if self.by_event || other.by_event {
            later >= EVENT_DELAY
        } else {
            later > SignedDuration::ZERO
        }
    }
}

fn is_called(facts: &InstanceFacts, name: &str) -> bool {
    facts.id.as_str() == name || facts.name == name
}

/// What people call a container: its service, or its own name where the service has several.
fn title(facts: &InstanceFacts) -> String {
    if facts.number.is_some_and(|number| number > 1) {
        facts.name.clone()
    } else {
        facts.service.to_string()
    }
}
