//! Plans: which containers an operation calls in which order, and what becomes unavailable
//! meanwhile. Console, HTTP and command line make their plans here and submit them.
//! Knows: model, topology.
//! Never: does I/O, reads a clock, or runs what it plans.

mod applicability;
mod compose;
mod ends;
mod hash;
mod jobs;
mod network;
mod recreate;
mod refusal;
mod restart_edges;
mod steps;
mod swarm;
mod systemd;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod warnings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    HealthState, Impact, Instance, InstanceState, Operation, OperationKind, Plan, Service,
    ServiceId, Snapshot, Source,
};
use crate::topology::impact::{impact, loss};

use applicability::{applies, runs};

pub use compose::{compose, compose_invocation};
pub use refusal::PlanRefusal;

/// Makes the plan of `operation` on `snapshot`.
///
/// Starting and restarting goes dependencies first and waits for each wave to be healthy, of a job to
/// have ended with exit code 0; stopping,
/// pausing, killing and removing goes dependents first. Replicas of one service are restarted one after the other.
/// With `with_dependents`, services that transitively need the targets join in the same order;
/// those that do not run, one-shots that completed among them, are left alone. Without it, a
/// restart takes those along whose Compose file says `restart: true`.
///
/// What is recreated or updated goes as what is restarted; its dependents are restarted, not
/// recreated.
///
/// Containers that use the network of one that is started, restarted or ended go along, always:
/// they lose it with every start of that one. A Swarm service is restarted as a whole, by the
/// Swarm.
///
/// # Errors
/// When a target is unknown or has no containers, cannot be operated on so, or nothing would be
/// done.
pub fn plan(operation: &Operation, snapshot: &Snapshot) -> Result<Plan, PlanRefusal> {
    let kind = operation.kind;
    let (targets, mut refused) = targets(operation, snapshot)?;
    let operation = Operation {
        targets: targets.iter().map(|service| service.id.clone()).collect(),
        ..operation.clone()
    };
    let mut impact = if kind.takes_down() {
        let lost = targets.iter().filter(|service| is_lost(kind, service));
        let lost: Vec<ServiceId> = lost.map(|service| service.id.clone()).collect();
        loss(snapshot, &lost)
    } else {
        Impact::default()
    };
    let followers = restart_edges::followers(&operation, snapshot);
    let mut members: BTreeSet<ServiceId> = operation.targets.iter().cloned().collect();
    let (dependents, kept) = along(&operation, &followers, snapshot);
    members.extend(dependents);
    refused.extend(kept);
    let all = targets.len() == 1 || kind.ends() || kind.removes();
    let (members, left_alone): (Vec<ServiceId>, Vec<ServiceId>) = members
        .into_iter()
        .partition(|id| all || !is_completed(snapshot, id));
    let mut users = network::users(kind, &members, snapshot);
    refused.extend(systemd::leave_alone(&mut users, snapshot));
    impact.take_down(&members);
    if !kind.begins_again() {
        impact.end(&members);
    }
    let steps = if kind.is_silent() {
        steps::of_maintenance(kind, &members, snapshot)
    } else {
        steps::of(&operation, &members, &users, snapshot)
    };
    if steps.is_empty() {
        return Err(nothing_to_do(kind, &targets));
    }
    let removes = ends::removes(&steps, snapshot);
    let mut warnings = ends::warnings(&operation, &steps, snapshot);
    warnings.extend(recreate::warnings(&operation, &steps, snapshot));
    warnings.extend(warnings::all(&operation, &steps, &left_alone, snapshot));
    warnings.extend(jobs::warning(&steps, snapshot));
    warnings.extend(network::warnings(&users, &members, snapshot));
    warnings.extend(restart_edges::warnings(&followers, &members, snapshot));
    warnings.extend(swarm::warnings(&steps, snapshot));
    warnings.extend(unique(&refused));
    let services = steps.iter().map(|step| &step.service);
    let production = production(operation.kind, services, snapshot);
    let hash = hash::of(&operation, &steps, &impact, (&removes, &production));
    Ok(Plan {
        last_restart_ms: steps::last_restarts(&steps, snapshot),
        operation,
        steps,
        impact,
        removes,
        production,
        warnings,
        hash,
    })
}

/// The sentences of `refused`, each once.
fn unique(refused: &[PlanRefusal]) -> BTreeSet<String> {
    refused.iter().map(ToString::to_string).collect()
}

/// The production services among `ids`, where `kind` interrupts what it is done to.
fn production<'a>(
    kind: OperationKind,
    ids: impl Iterator<Item = &'a ServiceId>,
    snapshot: &Snapshot,
) -> Vec<ServiceId> {
    if !kind.is_destructive() {
        return Vec::new();
    }
    let ids: BTreeSet<&ServiceId> = ids.collect();
    let services = ids.into_iter().filter_map(|id| snapshot.service(id));
    let production = services.filter(|service| snapshot.production.matches(service));
    production.map(|service| service.id.clone()).collect()
}

/// Whether `kind` leaves nothing of the service for a moment or for good: replicas restart one after
/// the other, and what runs is removed by force only.
fn is_lost(kind: OperationKind, service: &Service) -> bool {
    let running = service.instances.iter();
    let running = running.filter(|each| runs(each.facts.state)).count();
    match kind {
        _ if kind.begins_again() => running < 2,
        OperationKind::Remove { force: false } => running == 0,
        _ => true,
    }
}

/// Every container of `targets`.
fn instances<'a>(targets: &'a [&Arc<Service>]) -> impl Iterator<Item = &'a Instance> {
    targets.iter().flat_map(|service| &service.instances)
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
        _ if kind == (OperationKind::Remove { force: false })
            && instances(targets).any(|each| runs(each.facts.state)) =>
        {
            PlanRefusal::Running(warnings::nothing_to_do(kind, targets))
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
            .or_else(|| managed(kind, service, snapshot))
            .or_else(|| recreate::refusal(kind, service));
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

/// Why `kind` cannot be done to `service`: something else starts and stops its containers.
fn managed(kind: OperationKind, service: &Service, snapshot: &Snapshot) -> Option<PlanRefusal> {
    swarm::refusal(kind, service).or_else(|| systemd::refusal(kind, service, snapshot))
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

/// The dependents that go along: all of them where that is asked for, else those whose definition
/// says so. Beside them why others are left alone.
fn along(
    operation: &Operation,
    followers: &BTreeMap<ServiceId, ServiceId>,
    snapshot: &Snapshot,
) -> (Vec<ServiceId>, Vec<PlanRefusal>) {
    let kind = operation.kind.of_dependents();
    let mut all: Vec<ServiceId> = if operation.with_dependents {
        let hit = impact(snapshot.edges.iter(), &operation.targets);
        hit.hard.into_iter().chain(hit.soft).collect()
    } else {
        followers.keys().cloned().collect()
    };
    all.retain(|id| takes_part(kind, id, snapshot));
    let mut refused = Vec::new();
    // What cannot be done to it as a target is not done to it as a dependent.
    all.retain(|id| {
        let service = snapshot.service(id);
        let is_hit = |service: &&Arc<Service>| {
            let mut instances = service.instances.iter();
            instances.any(|each| applies(kind, each.facts.state))
        };
        let service = service.filter(is_hit);
        let refusal = service.and_then(|service| managed(kind, service, snapshot));
        let takes_part = refusal.is_none();
        refused.extend(refusal);
        takes_part
    });
    (all, refused)
}

/// Whether the dependent `id` takes part where `kind` is done to what it needs.
fn takes_part(kind: OperationKind, id: &ServiceId, snapshot: &Snapshot) -> bool {
    let service = snapshot.service(id);
    let Some(service) = service.filter(|service| !network::is_gone(kind, service)) else {
        return false;
    };
    match kind {
        OperationKind::Start | OperationKind::Unpause => !is_completed(snapshot, id),
        OperationKind::Silence { .. } | OperationKind::Lift => true,
        OperationKind::Remove { .. } => {
            let mut instances = service.instances.iter();
            instances.any(|each| applies(kind, each.facts.state))
        }
        // Compose decides by itself.
        OperationKind::Compose(_) => false,
        OperationKind::Stop
        | OperationKind::Restart
        | OperationKind::Recreate
        | OperationKind::Update { .. }
        | OperationKind::Pause
        | OperationKind::Kill { .. } => {
            !is_completed(snapshot, id)
                && service.instances.iter().any(|each| runs(each.facts.state))
        }
    }
}

fn is_completed(snapshot: &Snapshot, id: &ServiceId) -> bool {
    snapshot
        .service(id)
        .is_some_and(|service| service.health.state == HealthState::Completed)
}
