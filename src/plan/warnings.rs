//! What the operator should know before a plan runs, one sentence each.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{
    DockerStatus, EdgeKind, InstanceState, Operation, OperationKind, Service, ServiceId, Snapshot,
    Step, StepWait,
};

use super::applicability;

/// Every warning on `operation` with its `steps`.
pub(super) fn all(
    operation: &Operation,
    steps: &[Step],
    left_alone: &[ServiceId],
    snapshot: &Snapshot,
) -> Vec<String> {
    let touched: BTreeSet<&ServiceId> = steps.iter().map(|step| &step.service).collect();
    let mut warnings = Vec::new();
    // What needs the targets is in the impact of the plan, which every face shows.
    if matches!(
        operation.kind,
        OperationKind::Start | OperationKind::Unpause
    ) {
        let targets = operation.targets.iter();
        warnings.extend(targets.filter_map(|target| needs(target, &touched, snapshot)));
    }
    warnings.extend(unchecked(steps, snapshot));
    warnings.extend(completed(left_alone, snapshot));
    warnings.extend(others(&touched, snapshot));
    warnings
}

/// Which jobs are not run again.
fn completed(left_alone: &[ServiceId], snapshot: &Snapshot) -> Option<String> {
    let verb = match left_alone.len() {
        0 => return None,
        1 => "is",
        _ => "are",
    };
    let names = names(left_alone.iter(), snapshot);
    Some(format!("{names} completed and {verb} left alone"))
}

/// Why a plan for `targets` would be empty.
pub(super) fn nothing_to_do(kind: OperationKind, targets: &[&Arc<Service>]) -> String {
    let Some(first) = targets.first() else {
        return "no service is named".to_owned();
    };
    let who = if targets.len() == 1 {
        first.id.to_string()
    } else {
        format!("all {} services", targets.len())
    };
    let plural = targets.len() != 1;
    let states = targets.iter().flat_map(|each| &each.instances);
    let states: Vec<InstanceState> = states.map(|each| each.facts.state).collect();
    let paused = states.contains(&InstanceState::Paused);
    let runs = states.into_iter().any(applicability::runs);
    let (one, many) = match kind {
        OperationKind::Start if paused => {
            ("is paused", "are running or paused; unpause those that are")
        }
        OperationKind::Start => ("is already running", "are already running"),
        OperationKind::Stop | OperationKind::Pause | OperationKind::Kill { .. } => {
            ("is not running", "are not running")
        }
        OperationKind::Remove { force: false } if runs => (
            "is running; stop it first, or force its removal (--force)",
            "are running; stop them first, or force their removal (--force)",
        ),
        OperationKind::Restart
        | OperationKind::Recreate
        | OperationKind::Update { .. }
        | OperationKind::Remove { .. } => ("is being removed", "are being removed"),
        OperationKind::Unpause => ("is not paused", "are not paused"),
        OperationKind::Silence { .. } => ("cannot be muted", "cannot be muted"),
        OperationKind::Lift => ("is not muted", "are not muted"),
        OperationKind::Compose(_) => (
            "is changed by Compose with its stack",
            "are changed by Compose with their stack",
        ),
    };
    format!("{who} {}", if plural { many } else { one })
}

/// "backend depends on db, which is not running".
fn needs(
    target: &ServiceId,
    touched: &BTreeSet<&ServiceId>,
    snapshot: &Snapshot,
) -> Option<String> {
    let missing: BTreeSet<&ServiceId> = snapshot
        .needs(target)
        .filter(|edge| edge.kind() == EdgeKind::Hard && !touched.contains(&edge.to))
        .map(|edge| &edge.to)
        .filter(|id| is_down(id, snapshot))
        .collect();
    let verb = if missing.len() == 1 { "is" } else { "are" };
    let name = names(std::iter::once(target), snapshot);
    (!missing.is_empty()).then(|| {
        format!(
            "{name} depends on {}, which {verb} not running",
            names(missing, snapshot)
        )
    })
}

/// Whether no container of the service runs, although one should.
fn is_down(id: &ServiceId, snapshot: &Snapshot) -> bool {
    let service = snapshot.service(id);
    let stopped = service.is_some_and(|it| !it.instances.is_empty() && it.replicas().0 == 0);
    stopped && !super::is_completed(snapshot, id)
}

/// Services that are waited for without a healthcheck and without a probe of ours.
fn unchecked(steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let ids: BTreeSet<&ServiceId> = steps
        .iter()
        .filter(|step| step.wait == StepWait::Healthy)
        .map(|step| &step.service)
        .filter(|id| {
            snapshot
                .service(id)
                .is_some_and(|service| !has_healthcheck(service) && !is_probed(service))
        })
        .collect();
    let (known, unread): (BTreeSet<&ServiceId>, BTreeSet<&ServiceId>) =
        ids.into_iter().partition(|id| {
            snapshot
                .service(id)
                .is_some_and(|service| knows_healthcheck(service))
        });
    let verb = if known.len() == 1 { "has" } else { "have" };
    let none = (!known.is_empty()).then(|| {
        format!(
            "{} {verb} no healthcheck; \"running\" is taken as ready",
            names(known, snapshot)
        )
    });
    let unread = (!unread.is_empty()).then(|| {
        format!(
            "it is not known whether {} has a healthcheck; \"running\" is taken as ready",
            names(unread, snapshot)
        )
    });
    none.into_iter().chain(unread).collect()
}

fn knows_healthcheck(service: &Service) -> bool {
    service
        .instances
        .iter()
        .all(|instance| instance.facts.knows_healthcheck())
}

/// Whether our probe has a say on it.
fn is_probed(service: &Service) -> bool {
    let counts = service.health.probe.as_ref().is_some_and(|it| it.counts);
    counts || service.probe_rule.is_some()
}

fn has_healthcheck(service: &Service) -> bool {
    let facts = service.instances.iter().map(|instance| &instance.facts);
    facts
        .into_iter()
        .any(|facts| facts.healthcheck.is_some() || facts.docker.status != DockerStatus::None)
}

/// Operations that still work on one of the services.
fn others(touched: &BTreeSet<&ServiceId>, snapshot: &Snapshot) -> Vec<String> {
    let running = snapshot
        .operations
        .iter()
        .filter(|operation| operation.finished_at.is_none());
    running
        .filter_map(|operation| {
            let ids: BTreeSet<&ServiceId> = operation
                .plan
                .steps
                .iter()
                .map(|step| &step.service)
                .collect();
            let both: Vec<&ServiceId> = ids.intersection(touched).copied().collect();
            let verb = operation.plan.operation.kind.verb();
            (!both.is_empty()).then(|| {
                format!(
                    "operation {} ({verb}) is still running on {}",
                    operation.id,
                    names(both, snapshot)
                )
            })
        })
        .collect()
}

/// Names joined by commas: the bare name where all services of the snapshot have different ones.
pub(super) fn names<'a>(
    ids: impl IntoIterator<Item = &'a ServiceId>,
    snapshot: &Snapshot,
) -> String {
    let name = |id: &ServiceId| {
        let Some(service) = snapshot.service(id) else {
            return id.to_string();
        };
        let alone = snapshot
            .services
            .iter()
            .filter(|each| each.name == service.name)
            .count()
            == 1;
        if alone {
            service.name.to_string()
        } else {
            id.to_string()
        }
    };
    ids.into_iter().map(name).collect::<Vec<_>>().join(", ")
}
