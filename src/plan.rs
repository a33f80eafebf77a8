//! Plans: which containers an operation calls in which order, and what becomes unavailable
//! meanwhile. Console, HTTP and command line make their plans here and submit them.
//! Knows: model, topology.
//! Never: does I/O, reads a clock, or runs what it plans.

mod hash;
mod jobs;
mod network;
mod refusal;
mod swarm;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    HealthState, Instance, InstanceId, InstanceState, Operation, OperationKind, Overlay, Plan,
    Service, ServiceId, Snapshot, Source, Step, StepTarget, StepWait,
};
use crate::topology::impact::{impact, loss};
use crate::topology::order::waves;

pub use refusal::PlanRefusal;

/// Makes the plan of `operation` on `snapshot`.
///
/// Starting and restarting goes dependencies first and waits for each wave to be healthy, of a job to
/// have ended with exit code 0; stopping
/// and pausing goes dependents first. Replicas of one service are restarted one after the other.
/// With `with_dependents`, services that transitively need the targets join in the same order;
/// those that do not run, one-shots that completed among them, are left alone.
///
/// Containers that use the network of one that is started, stopped or restarted go along, always:
/// they lose it with every start of that one. A Swarm service is restarted as a whole, by the
/// Swarm.
///
/// # Errors
/// When a target is unknown or has no containers, cannot be operated on so, or nothing would be
/// done.
pub fn plan(operation: &Operation, snapshot: &Snapshot) -> Result<Plan, PlanRefusal> {
    let kind = operation.kind;
    let (targets, refused) = targets(operation, snapshot)?;
    let ids: Vec<ServiceId> = targets.iter().map(|service| service.id.clone()).collect();
    let impact = match kind {
        OperationKind::Stop | OperationKind::Restart | OperationKind::Pause => loss(snapshot, &ids),
        OperationKind::Start
        | OperationKind::Unpause
        | OperationKind::Silence { .. }
        | OperationKind::Lift => crate::model::Impact::default(),
    };
    let mut members: BTreeSet<ServiceId> = ids.iter().cloned().collect();
    if operation.with_dependents {
        members.extend(dependents(kind, &ids, snapshot));
    }
    let single = targets.len() == 1;
    let (members, left_alone): (Vec<ServiceId>, Vec<ServiceId>) = members
        .into_iter()
        .partition(|id| single || kind == OperationKind::Stop || !is_completed(snapshot, id));
    let users = network::users(kind, &members, snapshot);
    let mut impact = impact;
    impact.take_down(&members);
    let steps = if kind.is_silent() {
        silences(kind, &members, snapshot)
    } else {
        steps(kind, &members, &users, snapshot)
    };
    if steps.is_empty() {
        return Err(nothing_to_do(kind, &targets));
    }
    let operation = Operation {
        targets: ids,
        ..operation.clone()
    };
    let removes = warnings::removes(&steps, snapshot);
    let mut warnings = warnings::all(&operation, &steps, &left_alone, &removes, snapshot);
    warnings.extend(jobs::warning(&steps, snapshot));
    warnings.extend(network::warnings(&users, &members, snapshot));
    warnings.extend(
        steps
            .iter()
            .filter_map(|step| swarm::warning(step, snapshot)),
    );
    warnings.extend(refused.iter().map(ToString::to_string));
    let hash = hash::of(&operation, &steps, &impact, &removes);
    Ok(Plan {
        operation,
        steps,
        impact,
        removes,
        warnings,
        hash,
    })
}

/// Why a plan for `targets` would be empty.
fn nothing_to_do(kind: OperationKind, targets: &[&Arc<Service>]) -> PlanRefusal {
    let is_paused = |service: &Service| {
        let mut instances = service.instances.iter();
        instances.any(|each| each.facts.state == InstanceState::Paused)
    };
    match targets {
        [one] if kind == OperationKind::Start && is_paused(one) => {
            PlanRefusal::Paused(one.id.clone())
        }
        _ => PlanRefusal::NothingToDo(warnings::nothing_to_do(kind, targets)),
    }
}

/// The targets, sorted, each once; beside them why others cannot be operated on so.
fn targets<'a>(
    operation: &Operation,
    snapshot: &'a Snapshot,
) -> Result<(Vec<&'a Arc<Service>>, Vec<PlanRefusal>), PlanRefusal> {
    let kind = operation.kind;
    let ids: BTreeSet<&ServiceId> = operation.targets.iter().collect();
    let (mut targets, mut refused) = (Vec::new(), Vec::new());
    for id in &ids {
        let service = target(id, kind, snapshot)?;
        let refusal = network::refusal(kind, service, &ids, snapshot)
            .or_else(|| swarm::refusal(kind, service));
        match refusal {
            Some(refusal) => refused.push(refusal),
            None => targets.push(service),
        }
    }
    match refused.pop() {
        Some(only) if targets.is_empty() => Err(refused.into_iter().next().unwrap_or(only)),
        last => {
            refused.extend(last);
            Ok((targets, refused))
        }
    }
}

/// The service `id`, where it has something that `kind` can act on.
fn target<'a>(
    id: &ServiceId,
    kind: OperationKind,
    snapshot: &'a Snapshot,
) -> Result<&'a Arc<Service>, PlanRefusal> {
    let service = snapshot
        .service(id)
        .ok_or_else(|| PlanRefusal::UnknownService(id.clone()))?;
    if !kind.is_silent() && (service.source == Source::Config || service.instances.is_empty()) {
        return Err(PlanRefusal::NoInstances(id.clone()));
    }
    Ok(service)
}

/// Services that need `targets` and take part when asked for.
fn dependents(kind: OperationKind, targets: &[ServiceId], snapshot: &Snapshot) -> Vec<ServiceId> {
    let hit = impact(snapshot.edges.iter(), targets);
    let takes_part = |id: &ServiceId| {
        let Some(service) = snapshot.service(id) else {
            return false;
        };
        // What cannot be done to it as a target is not done to it as a dependent.
        if swarm::refusal(kind, service).is_some() || network::is_gone(kind, service) {
            return false;
        }
        match kind {
            OperationKind::Start | OperationKind::Unpause => !is_completed(snapshot, id),
            OperationKind::Silence { .. } | OperationKind::Lift => true,
            OperationKind::Stop | OperationKind::Restart | OperationKind::Pause => {
                !is_completed(snapshot, id)
                    && service.instances.iter().any(|each| runs(each.facts.state))
            }
        }
    };
    hit.hard
        .into_iter()
        .chain(hit.soft)
        .filter(takes_part)
        .collect()
}

fn is_completed(snapshot: &Snapshot, id: &ServiceId) -> bool {
    snapshot
        .service(id)
        .is_some_and(|service| service.health.state == HealthState::Completed)
}

/// Whether the state is one that stopping ends.
const fn runs(state: InstanceState) -> bool {
    matches!(
        state,
        InstanceState::Running | InstanceState::Paused | InstanceState::Restarting
    )
}

/// Whether `kind` does anything to a container in `state`.
const fn applies(kind: OperationKind, state: InstanceState) -> bool {
    use InstanceState::{Created, Dead, Exited, Paused, Removing, Running};
    match kind {
        OperationKind::Start => matches!(state, Created | Exited),
        OperationKind::Stop => runs(state),
        OperationKind::Restart => !matches!(state, Dead | Removing),
        OperationKind::Pause => matches!(state, Running),
        OperationKind::Unpause => matches!(state, Paused),
        OperationKind::Silence { .. } | OperationKind::Lift => false,
    }
}

/// The calls in order, sorted by wave, service and instance.
fn steps(
    kind: OperationKind,
    members: &[ServiceId],
    users: &BTreeMap<InstanceId, OperationKind>,
    snapshot: &Snapshot,
) -> Vec<Step> {
    let all: BTreeSet<ServiceId> = members
        .iter()
        .cloned()
        .chain(services_of(users, snapshot))
        .collect();
    let all: Vec<ServiceId> = all.into_iter().collect();
    let mut order = waves(&snapshot.edges, &all);
    if matches!(kind, OperationKind::Stop | OperationKind::Pause) {
        order.reverse();
    }
    let mut steps = Vec::new();
    let mut wave = 0;
    for services in order {
        let first = steps.len();
        let mut used = 0;
        for service in services.iter().filter_map(|id| snapshot.service(id)) {
            if kind == OperationKind::Restart
                && let Some(step) = swarm::restart(service, wave)
            {
                used = used.max(1);
                steps.push(step);
                continue;
            }
            let own = members.contains(&service.id).then_some(kind);
            for (turn, instance, verb) in calls(service, own, users) {
                used = used.max(turn + 1);
                let wait = jobs::wait(verb, service, snapshot);
                steps.push(step(verb, service, instance, wait, wave + turn));
            }
        }
        steps[first..].sort_by_key(|step| step.wave);
        wave += used;
    }
    steps
}

/// What is done with which instances of `service`, `own` where nothing else is asked for in `users`;
/// each with its wave, counted from the first of the service.
fn calls<'s>(
    service: &'s Service,
    own: Option<OperationKind>,
    users: &BTreeMap<InstanceId, OperationKind>,
) -> Vec<(usize, &'s Instance, OperationKind)> {
    let verb = |each: &Instance| {
        let own = own.filter(|kind| applies(*kind, each.facts.state));
        users.get(&each.facts.id).copied().or(own)
    };
    let instances = service.instances.iter();
    let instances = instances.filter_map(|each| Some((each, verb(each)?)));
    instances
        .enumerate()
        .map(|(turn, (instance, verb))| match verb {
            // Rolling: while one replica restarts, the others serve.
            OperationKind::Restart => (turn, instance, verb),
            _ => (0, instance, verb),
        })
        .collect()
}

/// The services of these containers.
fn services_of(users: &BTreeMap<InstanceId, OperationKind>, snapshot: &Snapshot) -> Vec<ServiceId> {
    let has_user = |service: &&Arc<Service>| {
        service
            .instances
            .iter()
            .any(|instance| users.contains_key(&instance.facts.id))
    };
    snapshot
        .services
        .iter()
        .filter(has_user)
        .map(|service| service.id.clone())
        .collect()
}

/// One step a service that is to be muted or unmuted: no container is
/// called.
fn silences(kind: OperationKind, members: &[ServiceId], snapshot: &Snapshot) -> Vec<Step> {
    let services = members.iter().filter_map(|id| snapshot.service(id));
    services
        .filter(|service| kind != OperationKind::Lift || service.health.has(Overlay::Maintenance))
        .map(|service| Step {
            kind,
            service: service.id.clone(),
            target: StepTarget::Service,
            name: service.id.to_string(),
            wait: StepWait::No,
            wave: 0,
        })
        .collect()
}

fn step(
    kind: OperationKind,
    service: &Service,
    instance: &Instance,
    wait: StepWait,
    wave: usize,
) -> Step {
    Step {
        kind,
        service: service.id.clone(),
        target: StepTarget::Container(instance.facts.id.clone()),
        name: instance.facts.name.clone(),
        wait,
        wave,
    }
}
