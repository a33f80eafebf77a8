//! What becomes of incidents whose root is a service.

use std::collections::BTreeSet;

use crate::model::{
    HealthState, IncidentChange, IncidentFact, IncidentId, IncidentRoot, ServiceId,
};

use super::open_incident::broken;
use super::{CHECK, CONFIRMATION, HeldBack, IncidentInput, Incidents, Step};
use crate::store::health::later;

impl Incidents {
    /// What became of the incidents that are open.
    pub(super) fn follow_services(&mut self, step: &mut Step<'_>) {
        let mut at = 0;
        while at < self.open.len() {
            let root = self.open[at].incident.root.clone();
            let closed = match &root {
                IncidentRoot::Service(id) if step.causes.contains_key(id) => {
                    self.update_blocked(at, id, step)
                }
                IncidentRoot::Service(id) => self.handle_root_change(at, id, step),
                _ => false,
            };
            if !closed {
                at += 1;
            }
        }
    }

    /// The root still fails: records what it blocks now; always `false`.
    fn update_blocked(&mut self, at: usize, id: &ServiceId, step: &mut Step<'_>) -> bool {
        let blocked = step.causes.get(id).cloned().unwrap_or_default();
        let Some(root) = step.inputs.get(id) else {
            return false;
        };
        self.open[at].began(
            root.service.health.since.min(step.conditions.now),
            root.rounded,
        );
        if self.open[at].update_blocked(root.service, blocked, step.conditions.now) {
            self.push_to_timeline(at, IncidentChange::Updated, step);
        }
        false
    }

    /// The root is no root any more: blocked itself, gone, silenced, stopped or working.
    /// Returns whether the incident is closed.
    fn handle_root_change(&mut self, at: usize, id: &ServiceId, step: &mut Step<'_>) -> bool {
        let Some(root) = step.inputs.get(id).copied() else {
            return self.close(at, IncidentFact::Removed, step);
        };
        if root.is_silenced() {
            return self.close(at, IncidentFact::Maintenance, step);
        }
        if let Some(deeper) = root
            .roots()
            .iter()
            .find(|deeper| step.causes.contains_key(*deeper))
        {
            return self.merge_into(at, &deeper.clone(), step);
        }
        if root.state() == HealthState::Stopped {
            let fact = IncidentFact::Stopped(broken(root.service, &BTreeSet::new()));
            return self.close(at, fact, step);
        }
        self.open[at].failing = false;
        if !root.works() {
            self.open[at].recovered_since = None;
            return false;
        }
        let conditions = step.conditions;
        let open = &mut self.open[at];
        let since = *open
            .recovered_since
            .get_or_insert(root.service.health.since.min(conditions.now));
        let held = root.settled || conditions.now >= later(since, conditions.hold());
        let own = |id: &ServiceId| open.affected.contains(id);
        let left = |each: &IncidentInput<'_>| {
            each.fails() && (each.roots().is_empty() || each.roots().iter().any(own))
        };
        let waits = open
            .affected
            .iter()
            .any(|id| step.inputs.get(id).is_some_and(left));
        if held && (!waits || conditions.now >= later(since, conditions.grace())) {
            let after = open.duration(conditions.now);
            return self.close(at, IncidentFact::Recovered { after }, step);
        }
        false
    }

    /// The root turned out to be blocked by `deeper`, which has an incident of its own: the two
    /// began at different times, and end so. Always `true`: this one is over.
    fn merge_into(&mut self, at: usize, deeper: &ServiceId, step: &mut Step<'_>) -> bool {
        let root = IncidentRoot::Service(deeper.clone());
        let own = self.open[at].incident.id;
        let covering = self
            .open
            .iter()
            .find(|open| open.incident.id != own && open.covers(deeper));
        let other = self
            .position(&root)
            .map(|other| &self.open[other])
            .or(covering);
        let number = match other.map(|open| open.incident.id) {
            Some(number) => number,
            None => {
                let blocked = step.causes.get(deeper).cloned().unwrap_or_default();
                self.begin_at(deeper, blocked, step);
                IncidentId(self.last_id)
            }
        };
        let root = deeper.clone();
        let incident = number;
        self.close(at, IncidentFact::BlockedBy { root, incident }, step)
    }

    /// Opens an incident for each root that has none and is no part of another's recovery.
    pub(super) fn open_new(&mut self, step: &mut Step<'_>) {
        let causes = step.causes.clone();
        let before = std::mem::take(&mut self.held_back);
        for (id, blocked) in causes {
            let root = IncidentRoot::Service(id.clone());
            let covered = self.open.iter().any(|open| open.covers(&id));
            if covered || self.position(&root).is_some() {
                continue;
            }
            match hold_back(&id, before.get(&id), step) {
                Some(held) => {
                    self.held_back.insert(id, held);
                }
                None => self.begin_at(&id, blocked, step),
            }
        }
    }

    /// Opens the incident of the root `id`: it began when that broke.
    fn begin_at(&mut self, id: &ServiceId, blocked: BTreeSet<ServiceId>, step: &mut Step<'_>) {
        let Some(input) = step.inputs.get(id).copied() else {
            return;
        };
        let fact = IncidentFact::Broken(broken(input.service, &blocked));
        let since = input.service.health.since.min(step.conditions.now);
        self.begin(
            IncidentRoot::Service(id.clone()),
            since,
            fact,
            blocked,
            step,
        );
        if let Some(open) = self.open.last_mut() {
            open.rounded = input.rounded;
        }
    }
}

/// The wait of the new root `id`, where its incident waits: something it needs has just begun to
/// fail its checks or was not checked since, and may be the root instead. `before` is the wait at
/// the last step.
fn hold_back(id: &ServiceId, before: Option<&HeldBack>, step: &Step<'_>) -> Option<HeldBack> {
    let now = step.conditions.now;
    let root = step.inputs.get(id)?;
    if root.service.replicas().0 == 0 {
        return None;
    }
    // The clock may have been set back since.
    let since = before.map_or(now, |held| held.since.min(now));
    let until = needs(id, step)
        .filter_map(|need| {
            if need.begins_to_fail() {
                Some(later(since, CONFIRMATION))
            } else {
                let awaits_check = need.is_checked_before(since);
                awaits_check.then(|| later(since, CHECK))
            }
        })
        .max()?;
    (now < until).then_some(HeldBack { since, until })
}

/// Everything that `id` needs, also through others.
fn needs<'a>(id: &'a ServiceId, step: &'a Step<'_>) -> impl Iterator<Item = &'a IncidentInput<'a>> {
    let (mut seen, mut open) = (BTreeSet::from([id]), vec![id]);
    let mut found = Vec::new();
    while let Some(id) = open.pop() {
        let service = step.inputs.get(id).map(|input| input.service);
        let direct = service.into_iter().flat_map(|service| &service.depends_on);
        let new = direct.filter(|need| seen.insert(*need));
        open.extend(new);
        found.push(id);
    }
    found
        .into_iter()
        .skip(1)
        .filter_map(|need| step.inputs.get(need))
}
