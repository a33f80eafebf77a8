//! Plans of what `docker compose` does: one call for a stack.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::words;
use crate::model::{
    ComposeCall, ComposeInvocation, ComposeKind, ComposePreview, ComposeVerb, Impact, Operation,
    OperationKind, Plan, Service, ServiceId, Snapshot, StackName, Step, StepTarget, StepWait,
};
use crate::topology::impact::loss;

use super::{PlanRefusal, hash};

/// The call of `docker compose` for `services` of `stack`, which are named as in its files; none for
/// all. The project is the one that the containers of the stack were made from.
///
/// # Errors
/// When no container of the stack is there, or Compose did not make it.
pub fn compose_invocation(
    stack: &StackName,
    services: Vec<String>,
    verb: ComposeVerb,
    snapshot: &Snapshot,
) -> Result<ComposeInvocation, PlanRefusal> {
    let members = members(stack, snapshot);
    // Its own container may come from other files than the rest, where it was made by itself.
    let named = members.iter().find(|each| names(&services, each));
    let primary = named
        .or_else(|| members.first())
        .and_then(|each| each.primary());
    let primary = primary.ok_or_else(|| PlanRefusal::EmptyStack(stack.clone()))?;
    Ok(ComposeInvocation {
        project: primary.facts.compose_project()?,
        verb,
        services,
        dry_run: false,
    })
}

/// The plan of `call` on `snapshot`. Its targets are all services of the stack: what Compose changes
/// is up to it, so that nothing else may work on them meanwhile.
///
/// # Errors
/// When no container of the stack is there.
pub fn compose(call: &ComposeCall, snapshot: &Snapshot) -> Result<Plan, PlanRefusal> {
    let invocation = &call.invocation;
    let stack = &invocation.project.name;
    let members = members(stack, snapshot);
    let first = members
        .first()
        .ok_or_else(|| PlanRefusal::EmptyStack(stack.clone()))?;
    let kind = invocation.verb.kind();
    let affected: Vec<&Arc<Service>> = affected(invocation, &members);
    let operation = Operation {
        kind: OperationKind::Compose(kind),
        targets: members.iter().map(|service| service.id.clone()).collect(),
        with_dependents: false,
        image: None,
    };
    let service = affected.first().unwrap_or(first).id.clone();
    let steps = vec![Step {
        kind: operation.kind,
        service,
        target: StepTarget::Compose(Box::new(call.clone())),
        name: stack.to_string(),
        wait: StepWait::No,
        wave: 0,
    }];
    let impact = impact(kind, &affected, snapshot);
    let removes = match kind {
        ComposeKind::Down => containers(&affected),
        _ => Vec::new(),
    };
    let production = match kind {
        // It may recreate more than the services that are named.
        ComposeKind::Up { .. } => {
            super::production(operation.kind, operation.targets.iter(), snapshot)
        }
        _ if kind.interrupts() => {
            let ids = affected.iter().map(|service| &service.id);
            super::production(operation.kind, ids, snapshot)
        }
        _ => Vec::new(),
    };
    let hash = hash::of(&operation, &steps, &impact, (&removes, &production));
    Ok(Plan {
        hash: hash::with(&hash, &identity(call, &members)),
        warnings: warnings(call, &affected),
        last_restart_ms: BTreeMap::new(),
        operation,
        steps,
        impact,
        removes,
        production,
    })
}

/// The services of `stack` that have containers, in the order of their ids.
fn members<'a>(stack: &StackName, snapshot: &'a Snapshot) -> Vec<&'a Arc<Service>> {
    let of_stack = snapshot
        .services
        .iter()
        .filter(|service| service.stack.as_ref() == Some(stack) && !service.instances.is_empty());
    of_stack.collect()
}

fn names(services: &[String], service: &Service) -> bool {
    services.iter().any(|name| name == service.name.as_str())
}

/// The services that the call is about.
fn affected<'a>(
    invocation: &ComposeInvocation,
    members: &[&'a Arc<Service>],
) -> Vec<&'a Arc<Service>> {
    let named = invocation.named();
    let all = members.iter().copied();
    if named.is_empty() {
        return all.collect();
    }
    all.filter(|service| names(&named, service)).collect()
}

/// What becomes unavailable.
fn impact(kind: ComposeKind, affected: &[&Arc<Service>], snapshot: &Snapshot) -> Impact {
    if !kind.takes_down() {
        return Impact::default();
    }
    let ids: Vec<ServiceId> = affected.iter().map(|service| service.id.clone()).collect();
    let mut impact = loss(snapshot, &ids);
    impact.take_down(&ids);
    if kind == ComposeKind::Down {
        impact.end(&ids);
    }
    impact
}

fn containers(services: &[&Arc<Service>]) -> Vec<String> {
    let instances = services.iter().flat_map(|service| &service.instances);
    instances
        .map(|instance| instance.facts.name.clone())
        .collect()
}

fn warnings(call: &ComposeCall, affected: &[&Arc<Service>]) -> Vec<String> {
    let mut warnings = Vec::new();
    if let ComposePreview::Failed(why) = &call.preview {
        warnings.push(format!("Compose does not say what it would do: {why}"));
    }
    match &call.invocation.verb {
        ComposeVerb::Down => warnings.push(
            "containers and networks are removed, volumes stay; once no container is left, only `docker compose up` \
             in the project's directory brings it back"
                .to_owned(),
        ),
        ComposeVerb::Scale { replicas } => warnings.extend(ends(replicas, affected)),
        _ => {}
    }
    warnings
}

/// Services that lose containers.
fn ends<'a>(
    replicas: &'a BTreeMap<String, u32>,
    affected: &'a [&Arc<Service>],
) -> impl Iterator<Item = String> + 'a {
    affected.iter().filter_map(|service| {
        let wanted = usize::try_from(*replicas.get(service.name.as_str())?).ok()?;
        let now = service.instances.len();
        let lost = words::plural(now.checked_sub(wanted)?, "container");
        (wanted < now).then(|| format!("{} loses {lost}", service.id))
    })
}

/// What the plan depends on beside its operation: the call, what Compose says of it, and the
/// containers that there are.
fn identity(call: &ComposeCall, members: &[&Arc<Service>]) -> Vec<String> {
    let mut texts = call.invocation.arguments();
    match &call.preview {
        ComposePreview::NotAsked => {}
        ComposePreview::Failed(why) => texts.push(why.clone()),
        ComposePreview::Changes(changes) => {
            // Compose works on several objects at once, in an order that differs from call to call.
            let lines = changes.iter();
            let lines =
                lines.map(|change| format!("{} {}", change.object, change.actions.join(" ")));
            texts.extend(lines.collect::<BTreeSet<_>>());
        }
    }
    let instances = members.iter().flat_map(|service| &service.instances);
    texts.extend(instances.map(|instance| instance.facts.id.to_string()));
    texts
}
