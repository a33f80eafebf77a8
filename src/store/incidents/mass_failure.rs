//! When most services fail at once without a common root, something under all of them is suspected
//! first: the engine, the network between, or the host.

use std::collections::BTreeSet;

use crate::model::{
    DockerStatus, HealthState, IncidentChange, IncidentFact, IncidentId, IncidentRoot,
    InstanceState, Service, ServiceId,
};
use crate::probing::DENSE_INTERVAL;

use super::super::health::later;
use super::{IncidentInput, Incidents, Step};

/// Fewest services that must fail together.
const LEAST: usize = 4;

impl Incidents {
    /// Opens, follows and closes the incident of a mass failure.
    pub(super) fn step_mass_failure(&mut self, step: &mut Step<'_>) {
        match self.open.iter().position(|open| !open.members.is_empty()) {
            Some(at) => self.follow_mass_failure(at, step),
            None if step.conditions.lost_since.is_none() => self.begin_mass_failure(step),
            None => {}
        }
    }

    fn begin_mass_failure(&mut self, step: &mut Step<'_>) {
        let Some(members) = together(step) else {
            return;
        };
        let root = suspect(step, &members);
        if self.position(&root).is_some() {
            return;
        }
        let fact = IncidentFact::Suspected {
            failing: members.len(),
            of: step.inputs.len(),
        };
        self.begin(root, step.conditions.now, fact, members.clone(), step);
        if let Some(open) = self.open.last_mut() {
            open.members = members.clone();
        }
        self.absorb(&members, step);
    }

    /// Closes the incidents of `members` that opened meanwhile: they are part of the last one.
    fn absorb(&mut self, members: &BTreeSet<ServiceId>, step: &mut Step<'_>) {
        let number = self.last_id;
        let mut at = 0;
        while at < self.open.len() {
            let incident = &self.open[at].incident;
            let fresh = incident.opened_at >= begin(step);
            let joins = fresh
                && incident
                    .root
                    .service()
                    .is_some_and(|id| members.contains(id));
            if joins {
                let incident = IncidentId(number);
                self.close(at, IncidentFact::PartOf { incident }, step);
            } else {
                at += 1;
            }
        }
    }

    /// More may fail with it; it ends when at most half of its services still fail.
    fn follow_mass_failure(&mut self, at: usize, step: &mut Step<'_>) {
        let begin = begin(step);
        let (inputs, now) = (step.inputs, step.conditions.now);
        let recent = |id: &&ServiceId| {
            inputs
                .get(*id)
                .is_some_and(|each| each.service.health.since >= begin)
        };
        let open = &self.open[at];
        let new: Vec<ServiceId> = step.causes.keys().filter(recent).cloned().collect();
        let new: Vec<ServiceId> = new
            .into_iter()
            .filter(|id| !open.members.contains(id))
            .collect();
        let recovering = open.recovered_since.is_some();
        if !new.is_empty() && !recovering {
            let open = &mut self.open[at];
            open.members.extend(new);
            let members = open.members.clone();
            let fact = IncidentFact::Suspected {
                failing: members.len(),
                of: inputs.len(),
            };
            open.change(fact, members, now);
            self.push_to_timeline(at, IncidentChange::Updated, step);
        }
        let open = &mut self.open[at];
        let fails = |id: &&ServiceId| inputs.get(*id).is_some_and(IncidentInput::fails);
        let failing = open.members.iter().filter(fails).count();
        if failing * 2 > open.members.len() {
            open.recovered_since = None;
            return;
        }
        let since = *open.recovered_since.get_or_insert(now);
        if now >= later(since, step.conditions.hold()) {
            let fact = IncidentFact::MostRecovered {
                all: failing == 0,
                after: open.duration(now),
            };
            self.close(at, fact, step);
        }
    }
}

/// Begin of the interval in which failures count as one: one begins with its first bad result and
/// counts once enough of them followed.
fn begin(step: &Step<'_>) -> crate::model::Timestamp {
    let policy = step.conditions.policy;
    let window = policy
        .interval
        .saturating_add(DENSE_INTERVAL.saturating_mul(policy.failure_threshold));
    step.conditions
        .now
        .checked_sub(window)
        .unwrap_or(crate::model::Timestamp::MIN)
}

/// Services that began to fail within one interval, when they are more than half of all and no root
/// explains half of them.
fn together(step: &Step<'_>) -> Option<BTreeSet<ServiceId>> {
    let (begin, looked_until) = (begin(step), step.conditions.looked_until);
    let failed = |input: &IncidentInput<'_>| {
        let since = input.service.health.since;
        // What our own first look found may be so for long.
        let dated = since > looked_until || since < step.conditions.started_at;
        input.fails() && since >= begin && dated
    };
    let failing: BTreeSet<ServiceId> = step
        .inputs
        .iter()
        .filter(|(_, input)| failed(input))
        .map(|(id, _)| (*id).clone())
        .collect();
    let explained = most_explained(step, &failing);
    let most = failing.len() >= LEAST && failing.len() * 2 > step.inputs.len();
    (most && explained * 2 < failing.len()).then_some(failing)
}

/// What is under all of them: an engine that was just gone, the host where processes ended, the
/// network where they run and only our probes fail.
fn suspect(step: &Step<'_>, members: &BTreeSet<ServiceId>) -> IncidentRoot {
    let begin = begin(step);
    if step
        .conditions
        .back_since
        .is_some_and(|since| since >= begin)
    {
        return IncidentRoot::Engine;
    }
    let services = || {
        members
            .iter()
            .filter_map(|id| step.inputs.get(id))
            .map(|input| input.service)
    };
    let most = |is: fn(&Service) -> bool| {
        services().filter(|service| is(service)).count() * 2 > members.len()
    };
    if most(only_our_probe_fails) {
        IncidentRoot::Network
    } else {
        IncidentRoot::Host
    }
}

/// Whether its processes run, Docker reports nothing against it, and our probe cannot reach it.
fn only_our_probe_fails(service: &Service) -> bool {
    let runs = service
        .instances
        .iter()
        .all(|each| each.facts.state == InstanceState::Running);
    let health = &service.health;
    let docker = health
        .docker
        .as_ref()
        .map_or(DockerStatus::None, |docker| docker.status);
    runs && health.state == HealthState::Unhealthy
        && docker != DockerStatus::Unhealthy
        && health
            .probe
            .as_ref()
            .is_some_and(|probe| !probe.success && !probe.contact.is_answer())
}

/// How many of `failing` the root explains that explains most of them.
fn most_explained(step: &Step<'_>, failing: &BTreeSet<ServiceId>) -> usize {
    let explained = step.causes.iter().map(|(root, blocked)| {
        usize::from(failing.contains(root))
            + blocked.iter().filter(|id| failing.contains(*id)).count()
    });
    explained.max().unwrap_or(0)
}
