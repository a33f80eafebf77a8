//! What discovery knows of containers and which to inspect next: bookkeeping without I/O or clock.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::completion;
use crate::model::{InstanceFacts, InstanceId, InstanceState, Timestamp};

/// Containers inspected side by side.
const CONCURRENCY: usize = 8;

/// Containers, and the queue of inspections.
#[derive(Default)]
pub(super) struct Roster {
    known: HashMap<InstanceId, Known>,
    /// Destroyed since the last list was asked for; a list may still name them.
    gone: HashMap<InstanceId, Timestamp>,
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
    facts: Arc<InstanceFacts>,
    /// When these facts were asked for.
    at: Timestamp,
    /// Inspected on another connection: events may have been missed since.
    stale: bool,
    /// An event came since these facts were asked for. Whoever follows events may have passed over
    /// them, as older than the event, so that the next inspection is news even where it tells the
    /// same.
    outrun: bool,
}

impl Roster {
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

    /// Takes a list asked for at `at`; gives the complete picture and queues what to inspect.
    pub fn listed(&mut self, at: Timestamp, list: Vec<InstanceFacts>) -> Vec<Arc<InstanceFacts>> {
        let mut old = std::mem::take(&mut self.known);
        self.gone.retain(|_, gone_at| *gone_at >= at);
        for facts in list {
            if self.gone.contains_key(&facts.id) {
                continue;
            }
            let (mut known, inspect) = judge(old.remove(&facts.id), facts, at);
            if let Some(reason) = &self.refusal {
                mark(&mut known, reason);
            }
            if inspect {
                self.queue_last(known.facts.id.clone());
            }
            self.known.insert(known.facts.id.clone(), known);
        }
        // What came to be while the list was made is not in it yet.
        self.known
            .extend(old.into_iter().filter(|(_, known)| known.at > at));
        self.known
            .values()
            .map(|known| Arc::clone(&known.facts))
            .collect()
    }

    /// Something happened to `id`: it is inspected before all others.
    pub fn happened(&mut self, id: InstanceId) {
        if let Some(known) = self.known.get_mut(&id) {
            known.outrun = true;
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

    /// Takes an inspection asked for at `at`; `None` when it tells nothing new or came too late.
    pub fn inspected(&mut self, at: Timestamp, facts: InstanceFacts) -> Option<Arc<InstanceFacts>> {
        if self
            .gone
            .get(&facts.id)
            .is_some_and(|gone_at| *gone_at >= at)
        {
            return None;
        }
        self.answering.insert(facts.id.clone());
        self.refusal = None;
        let facts = match self.known.get(&facts.id) {
            Some(known) => completion::completed(facts, &known.facts),
            None => facts,
        };
        // What came while it was made outran this one, too.
        let outrun = self.queue.contains(&facts.id) || self.again.contains(&facts.id);
        if let Some(known) = self.known.get_mut(&facts.id)
            && *known.facts == facts
        {
            let is_news = std::mem::replace(&mut known.outrun, outrun);
            (known.at, known.stale) = (at, false);
            return is_news.then(|| Arc::clone(&known.facts));
        }
        let facts = Arc::new(facts);
        let known = Known {
            facts: Arc::clone(&facts),
            at,
            stale: false,
            outrun,
        };
        self.known.insert(facts.id.clone(), known);
        Some(facts)
    }

    /// An inspection of `id` failed: what is known of it stays, and why nothing newer is. `None`
    /// when that is no news, and for a container that no list told yet.
    pub fn failed(&mut self, id: &InstanceId, reason: &str) -> Option<Arc<InstanceFacts>> {
        self.answering.remove(id);
        self.failures += 1;
        mark(self.known.get_mut(id)?, reason)
    }

    /// Whether an event came of `id` that no inspection followed.
    pub fn is_outrun(&self, id: &InstanceId) -> bool {
        self.known.get(id).is_some_and(|known| known.outrun)
    }

    /// Whether no inspection works on this connection: not one did, and several were tried, or all.
    pub fn answers_nothing(&self) -> bool {
        self.answering.is_empty() && (self.failures >= CONCURRENCY || self.in_flight.is_empty())
    }

    /// No container may be inspected; gives those of which that is news.
    pub fn refuse_all(&mut self, reason: &str) -> Vec<Arc<InstanceFacts>> {
        self.refusal = Some(reason.to_owned());
        self.known
            .values_mut()
            .filter_map(|known| mark(known, reason))
            .collect()
    }

    /// Whether the container is one of those watched.
    pub fn knows(&self, id: &InstanceId) -> bool {
        self.known.contains_key(id)
    }

    /// Whether a container of this name is one of those watched.
    pub fn knows_name(&self, name: &str) -> bool {
        self.known.values().any(|known| known.facts.name == name)
    }

    /// Container `id` is gone since `at`; whether it was known.
    pub fn vanished(&mut self, id: &InstanceId, at: Timestamp) -> bool {
        self.queue.retain(|queued| queued != id);
        self.again.remove(id);
        self.answering.remove(id);
        self.gone.insert(id.clone(), at);
        self.known.remove(id).is_some()
    }
}

/// Notes why a container could not be inspected; gives its facts when that is news.
fn mark(known: &mut Known, reason: &str) -> Option<Arc<InstanceFacts>> {
    if known.facts.unread.inspection.as_deref() == Some(reason) {
        return None;
    }
    Arc::make_mut(&mut known.facts).unread.inspection = Some(reason.to_owned());
    Some(Arc::clone(&known.facts))
}

/// The facts to show after a list entry, and whether an inspection would tell more.
fn judge(known: Option<Known>, mut listed: InstanceFacts, at: Timestamp) -> (Known, bool) {
    let Some(known) = known else {
        return (
            Known {
                facts: Arc::new(listed),
                at,
                stale: false,
                outrun: false,
            },
            true,
        );
    };
    if known.at > at {
        return (known, false);
    }
    listed
        .unread
        .inspection
        .clone_from(&known.facts.unread.inspection);
    if !known.facts.inspected {
        return (
            Known {
                facts: Arc::new(listed),
                ..known
            },
            true,
        );
    }
    let checks = known.facts.healthcheck.is_some() && known.facts.is_running();
    if essence(&known.facts) == essence(&listed) {
        // Failing streak and outputs of healthchecks change without an event.
        let inspect = known.stale || checks || !known.facts.unread.is_empty();
        return (known, inspect);
    }
    let facts = Arc::new(patched(&known.facts, listed));
    (Known { facts, ..known }, true)
}

/// What list and inspection both tell, and what tells that there is more news.
fn essence(facts: &InstanceFacts) -> impl PartialEq + use<'_> {
    let alive = matches!(facts.state, InstanceState::Running);
    let ended = facts.state.has_ended();
    let addresses: Vec<_> = facts
        .networks
        .iter()
        .map(|net| (net.network.as_str(), net.address))
        .collect();
    (
        facts.name.as_str(),
        facts.state,
        alive.then_some(facts.docker.status),
        facts.exit_code.filter(|_| ended),
        facts.image_id.as_str(),
        addresses,
    )
}

/// Inspected facts brought up to date by a list entry, until the next inspection.
fn patched(known: &InstanceFacts, listed: InstanceFacts) -> InstanceFacts {
    let mut facts = known.clone();
    facts.name = listed.name;
    facts.state = listed.state;
    facts.exit_code = listed.exit_code.or(facts.exit_code);
    facts.docker.status = listed.docker.status;
    facts.image = listed.image;
    facts.image_id = listed.image_id;
    // An engine whose list tells no networks at all takes none away; the inspection that follows
    // may.
    if !listed.networks.is_empty() {
        facts.networks.retain(|old| {
            listed
                .networks
                .iter()
                .any(|network| network.network == old.network)
        });
    }
    for network in listed.networks {
        match facts
            .networks
            .iter_mut()
            .find(|old| old.network == network.network)
        {
            Some(old) => old.address = network.address,
            None => facts.networks.push(network),
        }
    }
    facts
}

#[cfg(test)]
mod tests;
