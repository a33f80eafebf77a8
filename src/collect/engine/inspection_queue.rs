//! Which containers are watched and which to inspect next: bookkeeping without I/O or clock. It
//! keeps no facts; what a list or an inspection means for a container is the store's to decide.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;

use crate::model::{DockerStatus, InstanceFacts, InstanceId, InstanceState, Timestamp};

/// Containers inspected side by side.
const CONCURRENCY: usize = 8;

/// Containers, and the queue of inspections.
#[derive(Default)]
pub(super) struct InspectionQueue {
    known: HashMap<InstanceId, Known>,
    queue: VecDeque<InstanceId>,
    in_flight: HashSet<InstanceId>,
    /// In flight, and something happened since.
    again: HashSet<InstanceId>,
    /// Containers whose latest inspection on this connection worked.
    answering: HashSet<InstanceId>,
    /// Inspections that failed on this connection.
    failures: usize,
    /// Why no container may be inspected.
    refusal: Option<String>,
}

struct Known {
    /// The fields of the latest list entry or inspection.
    listed: ListedFields,
    /// When that was asked for.
    at: Timestamp,
    /// When the latest list that names it was asked for.
    listed_at: Option<Timestamp>,
    /// The id or name of the container whose network it uses.
    network_owner: Option<String>,
    /// Whether it was inspected.
    inspected: bool,
    /// Whether its state changes without an event, as that of healthchecks does, or was not read as
    /// a whole: every list makes an inspection due.
    volatile: bool,
    /// Inspected on another connection: events may have been missed since.
    stale: bool,
    /// An event came since the latest inspection was asked for.
    event_since_inspection: bool,
}

impl Known {
    fn new(facts: &InstanceFacts, at: Timestamp) -> Self {
        Self {
            listed: ListedFields::of(facts),
            at,
            listed_at: None,
            network_owner: facts.network_owner().map(str::to_owned),
            inspected: facts.inspected,
            volatile: (facts.healthcheck.is_some() && facts.is_running())
                || !facts.unread.is_empty(),
            stale: false,
            event_since_inspection: false,
        }
    }

    /// A container that a list asked for at `at` names first.
    fn first_listed(facts: &InstanceFacts, at: Timestamp) -> Self {
        Self {
            listed_at: Some(at),
            ..Self::new(facts, at)
        }
    }

    /// Applies a list entry; whether an inspection would give more.
    fn list(&mut self, entry: &InstanceFacts, at: Timestamp) -> bool {
        self.listed_at = Some(at);
        if self.at > at {
            return false;
        }
        if let Some(owner) = entry.network_owner() {
            self.network_owner = Some(owner.to_owned());
        }
        let listed = ListedFields::of(entry);
        if self.inspected && self.listed == listed {
            return self.stale || self.volatile;
        }
        self.listed = listed;
        true
    }
}

/// Fields that list and inspection both contain: where they differ, an inspection is due.
#[derive(PartialEq, Eq)]
struct ListedFields {
    name: String,
    state: InstanceState,
    docker: Option<DockerStatus>,
    exit_code: Option<i64>,
    image_id: String,
    addresses: Vec<(String, Option<IpAddr>)>,
}

impl ListedFields {
    fn of(facts: &InstanceFacts) -> Self {
        let networks = facts.networks.iter();
        Self {
            name: facts.name.clone(),
            state: facts.state,
            docker: facts.is_running().then_some(facts.docker.status),
            exit_code: facts.exit_code.filter(|_| facts.state.has_ended()),
            image_id: facts.image_id.clone(),
            addresses: networks
                .map(|each| (each.network.clone(), each.address))
                .collect(),
        }
    }
}

impl InspectionQueue {
    /// Begins a connection: nothing is in flight, everything is to be inspected once more.
    pub fn begin(&mut self) {
        self.queue.clear();
        self.in_flight.clear();
        self.again.clear();
        self.answering.clear();
        (self.failures, self.refusal) = (0, None);
        for known in self.known.values_mut() {
            known.stale = true;
        }
    }

    /// Everything is to be inspected once more after the next list, also what is being inspected
    /// now.
    pub fn outdate(&mut self) {
        self.again.extend(self.in_flight.iter().cloned());
        for known in self.known.values_mut() {
            known.stale = true;
        }
    }

    /// Takes a list asked for at `at` and queues what to inspect; gives the containers that are new,
    /// where none may be inspected, and why.
    pub fn listed(
        &mut self,
        at: Timestamp,
        list: &[InstanceFacts],
    ) -> Option<(Vec<InstanceId>, String)> {
        let mut old = std::mem::take(&mut self.known);
        let mut new = Vec::new();
        for facts in list {
            let (known, inspect) = match old.remove(&facts.id) {
                Some(mut known) => {
                    let inspect = known.list(facts, at);
                    (known, inspect)
                }
                None => {
                    new.push(facts.id.clone());
                    (Known::first_listed(facts, at), true)
                }
            };
            if inspect {
                self.queue_last(facts.id.clone());
            }
            self.known.insert(facts.id.clone(), known);
        }
        // What came to be while the list was made is not in it yet.
        self.known
            .extend(old.into_iter().filter(|(_, known)| known.at > at));
        self.answering.retain(|id| self.known.contains_key(id));
        self.refusal.clone().map(|reason| (new, reason))
    }

    /// Something happened to `id`: it is inspected before all others.
    pub fn happened(&mut self, id: InstanceId) {
        if let Some(known) = self.known.get_mut(&id) {
            known.event_since_inspection = true;
        }
        if self.in_flight.contains(&id) {
            self.again.insert(id);
            return;
        }
        self.queue.retain(|queued| *queued != id);
        self.queue.push_front(id);
    }

    fn queue_last(&mut self, id: InstanceId) {
        if !self.in_flight.contains(&id) && !self.queue.contains(&id) {
            self.queue.push_back(id);
        }
    }

    /// The next container to inspect now, as many times as there is room.
    pub fn next(&mut self) -> Option<InstanceId> {
        if self.in_flight.len() >= CONCURRENCY {
            return None;
        }
        let id = self.queue.pop_front()?;
        self.in_flight.insert(id.clone());
        Some(id)
    }

    /// An inspection of `id` ended, however; it is queued again when something happened meanwhile.
    pub fn done(&mut self, id: &InstanceId) {
        self.in_flight.remove(id);
        if self.again.remove(id) {
            self.queue.push_front(id.clone());
        }
    }

    /// Takes an inspection asked for at `at`. One that a later list overtook is older than what the
    /// store knows by then, which drops it: the container is inspected again.
    pub fn inspected(&mut self, at: Timestamp, facts: &InstanceFacts) {
        self.answering.insert(facts.id.clone());
        self.refusal = None;
        // An event may also have come while it was made.
        let event_since_inspection =
            self.queue.contains(&facts.id) || self.again.contains(&facts.id);
        let listed_at = self.known.get(&facts.id).map(|known| known.listed_at);
        let overtaken = listed_at.flatten().is_some_and(|listed| listed > at);
        let known = Known {
            event_since_inspection,
            listed_at: listed_at.flatten(),
            // Of one that no list or event announced, the store may know that it is gone.
            stale: overtaken || listed_at.is_none(),
            ..Known::new(facts, at)
        };
        self.known.insert(facts.id.clone(), known);
        if overtaken {
            self.queue_last(facts.id.clone());
        }
    }

    /// An inspection of `id` failed; whether it is one of those watched.
    pub fn failed(&mut self, id: &InstanceId) -> bool {
        self.answering.remove(id);
        self.failures += 1;
        let known = self.known.get_mut(id);
        known.map(|known| known.volatile = true).is_some()
    }

    /// Whether an event of `id` came after its latest inspection was asked for.
    pub fn is_outdated(&self, id: &InstanceId) -> bool {
        self.known
            .get(id)
            .is_some_and(|known| known.event_since_inspection)
    }

    /// Whether no inspection works on this connection: not one did, and several were tried, or all.
    pub fn all_inspections_failed(&self) -> bool {
        self.answering.is_empty() && (self.failures >= CONCURRENCY || self.in_flight.is_empty())
    }

    /// No container may be inspected; gives all.
    pub fn refuse_all(&mut self, reason: &str) -> Vec<InstanceId> {
        self.refusal = Some(reason.to_owned());
        self.known.keys().cloned().collect()
    }

    /// Containers whose network watched ones use, by id or name.
    pub fn network_owners(&self) -> Vec<String> {
        let owners = self.known.values();
        owners
            .filter_map(|known| known.network_owner.clone())
            .collect()
    }

    /// Whether the container is one of those watched.
    pub fn contains(&self, id: &InstanceId) -> bool {
        self.known.contains_key(id)
    }

    /// Whether a container of this name is one of those watched.
    pub fn contains_name(&self, name: &str) -> bool {
        self.known.values().any(|known| known.listed.name == name)
    }

    /// Container `id` is gone.
    pub fn vanished(&mut self, id: &InstanceId) {
        self.queue.retain(|queued| queued != id);
        self.again.remove(id);
        self.answering.remove(id);
        self.known.remove(id);
    }
}

#[cfg(test)]
mod tests;
