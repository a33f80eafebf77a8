//! Incidents: one for each root cause, from its begin until everything works again.
//!
//! A service that fails and is blocked by nothing is a root. While an incident waits for what its
//! root blocked to come back, those services open no incident of their own: one failure opens
//! one incident.

mod conditions;
mod input;
mod mask;
mod mass_failure;
mod open_incident;
mod service_incidents;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use crate::model::SortShared as _;
use crate::model::{
    Change, Incident, IncidentChange, IncidentFact, IncidentId, IncidentRoot, ServiceId, Timestamp,
};

use super::Store;
use super::health::later;
use super::timeline::{About, Timeline};
use crate::store::services::ServiceState;
use open_incident::OpenIncident;

pub(super) use conditions::Conditions;
pub(super) use input::IncidentInput;

/// How long the first look at everything takes.
const FIRST_LOOK: Duration = Duration::from_secs(15);
/// Most closed incidents kept.
const CLOSED: usize = 20;
/// Percent points under the threshold at which a full disk is no incident any more.
const DISK_MARGIN: u8 = 2;
/// How long a new root waits for the next check of what it needs: these are due at once, and may
/// take `probes.timeout`, 5 s unless configured.
const CHECK: Duration = Duration::from_secs(10);
/// How long it waits until what it needs is confirmed as failing: that check, and three probes 5 s
/// apart.
const CONFIRMATION: Duration = Duration::from_secs(25);

/// The services by id.
type IncidentInputs<'a> = BTreeMap<&'a ServiceId, IncidentInput<'a>>;

impl Store {
    /// Opens, follows and closes incidents by the services as they are now.
    pub(super) fn derive_incidents(&mut self, now: Timestamp) {
        let has_room = self
            .engine
            .view
            .disk
            .as_ref()
            .is_none_or(|disk| disk.percent() < self.rules.policy.disk_warning);
        let quiet = self.engine.lost_since.is_none() && has_room && self.incidents.is_idle();
        if quiet
            && !self
                .services
                .by_id
                .values()
                .any(ServiceState::is_in_trouble)
        {
            return;
        }
        let threshold = self.rules.policy.success_threshold;
        let inputs: IncidentInputs<'_> = self
            .services
            .by_id
            .iter()
            .filter(|(_, entry)| !entry.hidden)
            .map(|(id, entry)| {
                let settled = entry
                    .successes(&self.containers.by_id)
                    .is_some_and(|count| count >= threshold);
                (
                    id,
                    IncidentInput {
                        service: &entry.service,
                        settled,
                        rounded: entry.is_rounded(),
                    },
                )
            })
            .collect();
        let conditions = Conditions {
            policy: &self.rules.policy,
            started_at: self.publishing.started_at,
            looked_until: later(self.publishing.started_at, FIRST_LOOK),
            back_since: self.engine.back_since,
            lost_since: self
                .engine
                .lost_since
                .filter(|_| self.containers.is_listed()),
            disk: self.engine.view.disk.as_ref(),
            now,
        };
        self.incidents
            .step(&inputs, &conditions, &mut self.timeline);
    }
}

/// Every incident of this run that is still worth showing.
#[derive(Debug, Default)]
pub(super) struct Incidents {
    open: Vec<OpenIncident>,
    closed: Vec<Arc<Incident>>,
    last_id: u64,
    /// When time alone may open or close one.
    deadline: Option<Timestamp>,
    /// Roots whose incident waits until what they need is checked, and confirmed as failing.
    held_back: BTreeMap<ServiceId, HeldBack>,
}

/// The wait of a new root's incident.
#[derive(Clone, Copy, Debug)]
struct HeldBack {
    /// When it began.
    since: Timestamp,
    /// When it ends at the latest.
    until: Timestamp,
}

impl Incidents {
    /// Open ones and those that ended lately, oldest first.
    pub fn share(&self) -> Vec<Arc<Incident>> {
        let open = self.open.iter().map(|open| &open.incident);
        let mut all: Vec<Arc<Incident>> = self.closed.iter().chain(open).cloned().collect();
        all.sort_shared_by_key(|incident| incident.id);
        all
    }

    /// Numbers new ones after `id`.
    pub fn number_after(&mut self, id: Option<IncidentId>) {
        self.last_id = self.last_id.max(id.map_or(0, |id| id.0));
    }

    /// Whether none is open or about to be, so that nothing but new trouble changes anything.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty() && self.held_back.is_empty()
    }

    /// When time alone may next change something.
    pub const fn next_deadline(&self) -> Option<Timestamp> {
        self.deadline
    }

    /// Brings the incidents in line with the services as they are now.
    pub fn step(
        &mut self,
        inputs: &IncidentInputs<'_>,
        conditions: &Conditions<'_>,
        timeline: &mut Timeline,
    ) {
        self.deadline = None;
        let mut step = Step {
            causes: causes(inputs),
            inputs,
            conditions,
            timeline,
        };
        self.follow_engine(&mut step);
        self.step_mass_failure(&mut step);
        self.follow_disk(&mut step);
        self.follow_services(&mut step);
        self.open_new(&mut step);
        let now = conditions.now;
        let deadlines = self.open.iter().flat_map(|open| open.deadlines(conditions));
        let deadlines = deadlines.chain(self.held_back.values().map(|held| held.until));
        self.deadline = deadlines.filter(|deadline| *deadline > now).min();
    }

    /// An engine that is lost is an incident of its own: what runs on it is only known from before.
    fn follow_engine(&mut self, step: &mut Step<'_>) {
        let open = self.position(&IncidentRoot::Engine);
        match (open, step.conditions.lost_since) {
            (None, Some(since)) => {
                self.begin(
                    IncidentRoot::Engine,
                    since.min(step.conditions.now),
                    IncidentFact::EngineLost,
                    BTreeSet::new(),
                    step,
                );
            }
            (Some(at), None) if self.open[at].members.is_empty() => {
                self.close(at, IncidentFact::EngineBack, step);
            }
            _ => {}
        }
    }

    /// A disk that is nearly full is an incident of the host, until it is well below the threshold.
    fn follow_disk(&mut self, step: &mut Step<'_>) {
        let (threshold, disk) = (step.conditions.policy.disk_warning, step.conditions.disk);
        let open = self.position(&IncidentRoot::Host);
        match (open, disk) {
            (None, Some(disk)) if disk.percent() >= threshold => {
                let fact = IncidentFact::DiskFull {
                    percent: disk.percent(),
                    path: disk.path.clone(),
                };
                self.begin(
                    IncidentRoot::Host,
                    disk.at.min(step.conditions.now),
                    fact,
                    BTreeSet::new(),
                    step,
                );
            }
            (Some(at), disk) if self.open[at].members.is_empty() => {
                let over =
                    disk.is_none_or(|disk| disk.percent().saturating_add(DISK_MARGIN) < threshold);
                if over {
                    self.close(at, IncidentFact::DiskHasRoom, step);
                }
            }
            _ => {}
        }
    }

    fn position(&self, root: &IncidentRoot) -> Option<usize> {
        self.open
            .iter()
            .position(|open| open.incident.root == *root)
    }

    fn begin(
        &mut self,
        root: IncidentRoot,
        at: Timestamp,
        fact: IncidentFact,
        blocked: BTreeSet<ServiceId>,
        step: &mut Step<'_>,
    ) {
        self.last_id += 1;
        self.open.push(OpenIncident::new(
            IncidentId(self.last_id),
            root,
            at,
            fact,
            blocked,
            step.conditions.now,
        ));
        self.push_to_timeline(self.open.len() - 1, IncidentChange::Opened, step);
    }

    /// Ends the incident at `at`; always `true`.
    fn close(&mut self, at: usize, why: IncidentFact, step: &mut Step<'_>) -> bool {
        self.open[at].close(why, step.conditions.now);
        self.push_to_timeline(at, IncidentChange::Closed, step);
        let open = self.open.remove(at);
        self.closed.push(open.incident);
        let surplus = self.closed.len().saturating_sub(CLOSED);
        self.closed.drain(..surplus);
        true
    }

    fn push_to_timeline(&self, at: usize, change: IncidentChange, step: &mut Step<'_>) {
        let incident = &self.open[at].incident;
        let about = About {
            service: incident.root.service(),
            instance: None,
        };
        let newest = incident.log.last().map(|entry| &entry.fact);
        let change = Change::Incident {
            id: incident.id,
            change,
            root: incident.root.clone(),
            fact: Box::new(newest.unwrap_or(&incident.fact).clone()),
        };
        step.timeline.push(step.conditions.now, about, change);
    }
}

/// What one look at everything needs.
struct Step<'a> {
    /// Roots with what they block, without those in maintenance.
    causes: BTreeMap<ServiceId, BTreeSet<ServiceId>>,
    inputs: &'a IncidentInputs<'a>,
    conditions: &'a Conditions<'a>,
    timeline: &'a mut Timeline,
}

/// Every root with what it blocks: what fails and is blocked by nothing, and what blocks others.
fn causes(inputs: &IncidentInputs<'_>) -> BTreeMap<ServiceId, BTreeSet<ServiceId>> {
    let mut causes: BTreeMap<ServiceId, BTreeSet<ServiceId>> = BTreeMap::new();
    for (id, input) in inputs.iter().filter(|(_, input)| !input.is_silenced()) {
        if input.roots().is_empty() {
            if input.fails() {
                causes.entry((*id).clone()).or_default();
            }
            continue;
        }
        for root in input.roots() {
            if inputs.get(root).is_some_and(|root| !root.is_silenced()) {
                causes
                    .entry(root.clone())
                    .or_default()
                    .insert((*id).clone());
            }
        }
    }
    // What is slow, and slows others down, works: nothing is broken yet.
    causes.retain(|root, blocked| {
        let root = inputs.get(root);
        root.is_some_and(|root| !root.works())
            || blocked
                .iter()
                .filter_map(|id| inputs.get(id))
                .any(IncidentInput::fails)
    });
    causes
}

#[cfg(test)]
mod tests;
