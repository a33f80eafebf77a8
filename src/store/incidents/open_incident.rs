//! One open incident with what is kept beside its snapshot.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{
    BrokenService, Incident, IncidentEntry, IncidentFact, IncidentId, IncidentRoot, Reason,
    Service, ServiceId, SignedDuration, Timestamp,
};

use super::super::health::later;
use super::Conditions;

/// Most lines of an incident's history; the first one stays.
const LOG: usize = 50;

/// So long after an incident was noticed what is learned of its cause replaces what was known: a
/// refused connection is followed by the exit of the process.
const CAUSE_WITHIN: SignedDuration = SignedDuration::from_secs(15);

/// An open incident.
#[derive(Debug)]
pub(super) struct OpenIncident {
    /// As a snapshot shows it: with what is wrong now.
    pub incident: Arc<Incident>,
    /// What caused it, which remains of it once it is over.
    pub cause: IncidentFact,
    /// When it was noticed; it may have begun earlier.
    pub noticed_at: Timestamp,
    /// Everything it ever took down, sorted.
    pub affected: BTreeSet<ServiceId>,
    /// Services that an implicit parent stands for; empty for an incident of a service.
    pub members: BTreeSet<ServiceId>,
    /// Whether the root fails; one that is on its way back, still starting, does not.
    pub failing: bool,
    /// Whether its begin is known in round numbers only.
    pub rounded: bool,
    /// Since when the root works again.
    pub recovered_since: Option<Timestamp>,
}

impl OpenIncident {
    /// An incident that begins.
    pub fn new(
        id: IncidentId,
        root: IncidentRoot,
        at: Timestamp,
        fact: IncidentFact,
        blocked: BTreeSet<ServiceId>,
        now: Timestamp,
    ) -> Self {
        let cause = fact.clone();
        let incident = Incident {
            id,
            root,
            opened_at: at,
            updated_at: at,
            closed_at: None,
            log: vec![IncidentEntry {
                at,
                fact: fact.clone(),
            }],
            fact,
            blocked: blocked.iter().cloned().collect(),
        };
        Self {
            incident: Arc::new(incident),
            cause,
            noticed_at: now,
            affected: blocked,
            members: BTreeSet::new(),
            failing: true,
            rounded: false,
            recovered_since: None,
        }
    }

    /// Its root is broken since `since`: the incident began then, where that is better known now or
    /// earlier.
    pub fn began(&mut self, since: Timestamp, rounded: bool) {
        let better = self.rounded && !rounded;
        self.rounded &= rounded;
        if since < self.incident.opened_at || (better && since != self.incident.opened_at) {
            let incident = Arc::make_mut(&mut self.incident);
            incident.opened_at = since;
            incident.updated_at = incident.updated_at.max(since);
            if let Some(first) = incident.log.first_mut() {
                first.at = since;
            }
        }
    }

    /// Whether a failing `service` is covered by this incident and opens none of its own.
    pub fn covers(&self, service: &ServiceId) -> bool {
        self.members.contains(service) || (!self.failing && self.affected.contains(service))
    }

    /// When time alone may close it.
    pub fn deadlines(
        &self,
        conditions: &Conditions<'_>,
    ) -> impl Iterator<Item = Timestamp> + use<> {
        let (hold, grace) = (conditions.hold(), conditions.grace());
        self.recovered_since
            .into_iter()
            .flat_map(move |since| [later(since, hold), later(since, grace)])
    }

    /// The root still fails; returns whether it blocks something else than before.
    pub fn update_blocked(
        &mut self,
        root: &Service,
        blocked: BTreeSet<ServiceId>,
        now: Timestamp,
    ) -> bool {
        self.failing = true;
        self.recovered_since = None;
        let fact = IncidentFact::Broken(broken(root, &blocked));
        self.learn_cause(&fact, now);
        let changed = !self.incident.blocked.iter().eq(blocked.iter());
        if !changed {
            if self.incident.fact != fact {
                Arc::make_mut(&mut self.incident).fact = fact;
            }
            return false;
        }
        self.change(fact, blocked, now);
        true
    }

    /// Takes `fact` as the cause while it may be one: soon after the incident was noticed, and no
    /// failed check where an end of the process or a pause is known already.
    fn learn_cause(&mut self, fact: &IncidentFact, now: Timestamp) {
        let known = self.cause.reason().is_some_and(Reason::is_of_process);
        let new = fact.reason().is_some_and(Reason::is_of_process);
        if now.duration_since(self.noticed_at) <= CAUSE_WITHIN && (new || !known) {
            self.cause.clone_from(fact);
        }
    }

    /// Sets the newest fact and the blocked services, and keeps the change in the history.
    pub fn change(&mut self, fact: IncidentFact, blocked: BTreeSet<ServiceId>, now: Timestamp) {
        let incident = Arc::make_mut(&mut self.incident);
        incident.blocked = blocked.iter().cloned().collect();
        incident.fact.clone_from(&fact);
        if !matches!(fact, IncidentFact::Broken(_)) {
            self.cause.clone_from(&fact);
        }
        self.affected.extend(blocked);
        self.record(fact, now);
    }

    fn record(&mut self, fact: IncidentFact, now: Timestamp) {
        let incident = Arc::make_mut(&mut self.incident);
        incident.updated_at = now;
        if incident.log.len() >= LOG {
            incident.log.remove(1);
        }
        incident.log.push(IncidentEntry { at: now, fact });
    }

    /// How long it lasts at `now`.
    pub fn duration(&self, now: Timestamp) -> SignedDuration {
        now.duration_since(self.incident.opened_at)
    }

    /// It is over.
    pub fn close(&mut self, why: IncidentFact, now: Timestamp) {
        let incident = Arc::make_mut(&mut self.incident);
        incident.closed_at = Some(now);
        incident.blocked = self.affected.iter().cloned().collect();
        incident.fact.clone_from(&self.cause);
        if let IncidentFact::Broken(service) = &mut incident.fact {
            service.blocked.clone_from(&incident.blocked);
        }
        self.record(why, now);
    }
}

/// `service` as it is now, with what it blocks.
pub(super) fn broken(service: &Service, blocked: &BTreeSet<ServiceId>) -> BrokenService {
    let health = &service.health;
    BrokenService {
        stack: service.stack.clone(),
        state: health.state,
        reason: health.reason.clone(),
        missed_by: health.missed_by.clone(),
        blocked: blocked.iter().cloned().collect(),
    }
}
