//! The calls of a plan and their order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    Instance, InstanceId, Operation, OperationKind, Overlay, Service, ServiceId, Snapshot, Step,
    StepTarget, StepWait,
};
use crate::topology::order::waves;

use super::applicability::applies;
use super::{jobs, swarm};

/// The calls in order, sorted by wave, service and instance.
pub(super) fn of(
    operation: &Operation,
    members: &[ServiceId],
    users: &BTreeMap<InstanceId, OperationKind>,
    snapshot: &Snapshot,
) -> Vec<Step> {
    let kind = operation.kind;
    let all: BTreeSet<ServiceId> = members
        .iter()
        .cloned()
        .chain(services_of(users, snapshot))
        .collect();
    let all: Vec<ServiceId> = all.into_iter().collect();
    let mut order = waves(&snapshot.edges, &all);
    if is_dependents_first(kind) {
        order.reverse();
    }
    let mut steps = Vec::new();
    let mut wave = 0;
    for services in order {
        let first = steps.len();
        let mut used = 0;
        for service in services.iter().filter_map(|id| snapshot.service(id)) {
            let is_target = operation.targets.contains(&service.id);
            let kind = if is_target {
                kind
            } else {
                kind.of_dependents()
            };
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

/// Whether what needs something goes before it.
const fn is_dependents_first(kind: OperationKind) -> bool {
    matches!(
        kind,
        OperationKind::Stop
            | OperationKind::Pause
            | OperationKind::Kill { .. }
            | OperationKind::Remove { .. }
    )
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
            _ if verb.begins_again() => (turn, instance, verb),
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

/// How long the last restart of each service took that `steps` restart, in milliseconds.
pub(super) fn last_restarts(steps: &[Step], snapshot: &Snapshot) -> BTreeMap<ServiceId, u64> {
    let restarts = steps
        .iter()
        .filter(|step| step.kind == OperationKind::Restart);
    let known = restarts.filter_map(|step| {
        let took = snapshot.restart_times.get(&step.service)?;
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Some((step.service.clone(), took))
    });
    known.collect()
}

/// One step a service that is to be muted or unmuted: no container is
/// called.
pub(super) fn of_maintenance(
    kind: OperationKind,
    members: &[ServiceId],
    snapshot: &Snapshot,
) -> Vec<Step> {
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
