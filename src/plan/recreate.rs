//! Containers that are replaced: what cannot be, and what the operator should know before.

use std::collections::BTreeSet;

use crate::model::{
    Instance, InstanceFacts, Operation, OperationKind, Service, ServiceId, Snapshot, Step, StepWait,
};
use crate::plan::PlanRefusal;

use super::warnings::names;

/// Why `kind` cannot be done to `service`.
pub(super) fn refusal(kind: OperationKind, service: &Service) -> Option<PlanRefusal> {
    if !kind.recreates() {
        return None;
    }
    let id = || service.id.clone();
    let facts = || service.instances.iter().map(|each| &*each.facts);
    if let Some(made) = facts().find(|facts| facts.auto_remove) {
        let (service, container) = (id(), made.name.clone());
        return Some(PlanRefusal::MadeWithRm { service, container });
    }
    match kind {
        OperationKind::Update {
            with_volumes: false,
        } => has_data(service),
        _ => None,
    }
}

/// Why a service is not updated unless that is asked for: it keeps data that is not rolled back.
fn has_data(service: &Service) -> Option<PlanRefusal> {
    let facts = service.instances.iter().map(|each| &*each.facts);
    let volumes: BTreeSet<&str> = facts.flat_map(data_volumes).collect();
    (!volumes.is_empty()).then(|| PlanRefusal::DataVolumes {
        service: service.id.clone(),
        targets: volumes.into_iter().collect::<Vec<_>>().join(", "),
    })
}

/// Where the container keeps data that outlives it.
fn data_volumes(facts: &InstanceFacts) -> impl Iterator<Item = &str> {
    let volumes = facts.mounts.iter();
    let volumes = volumes.filter(|mount| mount.kind == "volume" && mount.writable);
    volumes.map(|mount| mount.target.as_str())
}

/// Every warning on what `steps` replace.
pub(super) fn warnings(operation: &Operation, steps: &[Step], snapshot: &Snapshot) -> Vec<String> {
    let replaced: Vec<(&Step, &InstanceFacts)> = steps
        .iter()
        .filter(|step| step.kind.recreates())
        .filter_map(|step| Some((step, facts(step, snapshot)?)))
        .collect();
    if replaced.is_empty() {
        return Vec::new();
    }
    let mut warnings = vec![
        "the new containers begin without what was written outside of volumes and mounts, and \
         with empty logs"
            .to_owned(),
    ];
    if let OperationKind::Update { .. } = operation.kind {
        warnings.extend(pulled(operation, &replaced));
        warnings.extend(known_as_bad(operation, &replaced, snapshot));
        warnings.extend(tried(&replaced, snapshot));
        warnings.extend(with_data(&replaced, snapshot));
    }
    warnings
}

fn facts<'a>(step: &Step, snapshot: &'a Snapshot) -> Option<&'a InstanceFacts> {
    let service = snapshot.service(&step.service)?;
    let mut instances = service.instances.iter();
    let is_called = |each: &&Instance| Some(&each.facts.id) == step.container();
    instances.find(is_called).map(|each| &*each.facts)
}

/// The images that updates take.
fn references<'a>(
    operation: &'a Operation,
    replaced: &[(&Step, &'a InstanceFacts)],
) -> BTreeSet<&'a str> {
    let updates = replaced.iter().filter(|(step, _)| is_update(step));
    let references = updates.map(|(_, facts)| reference(operation, facts));
    references.collect()
}

/// Which references are pulled before anything is stopped.
fn pulled(operation: &Operation, replaced: &[(&Step, &InstanceFacts)]) -> Option<String> {
    let references = references(operation, replaced);
    let many = replaced.len() > 1;
    let (container, runs) = if many {
        ("containers", "run")
    } else {
        ("container", "runs")
    };
    (!references.is_empty()).then(|| {
        format!(
            "{} is pulled and checked while the {container} of now {runs} on; what does not become healthy is rolled back",
            references.into_iter().collect::<Vec<_>>().join(", ")
        )
    })
}

const fn is_update(step: &Step) -> bool {
    matches!(step.kind, OperationKind::Update { .. })
}

/// The image that is taken for the container.
fn reference<'a>(operation: &'a Operation, facts: &'a InstanceFacts) -> &'a str {
    operation.image.as_deref().unwrap_or(&facts.image)
}

/// Images that failed before: where the reference still names one, it is refused unless it is named.
fn known_as_bad(
    operation: &Operation,
    replaced: &[(&Step, &InstanceFacts)],
    snapshot: &Snapshot,
) -> Vec<String> {
    let wanted = references(operation, replaced);
    let failed = wanted.into_iter().filter_map(|reference| {
        let mut bad = snapshot.bad_images.iter().rev();
        bad.find(|bad| bad.reference == reference)
    });
    let then = if operation.image.is_some() {
        "it is tried again, as it is named"
    } else {
        "the same image is not taken again; --image names it all the same"
    };
    failed
        .map(|bad| {
            format!(
                "{} failed at {:.0} with {}: {}; {then}",
                bad.reference, bad.at, bad.service, bad.error
            )
        })
        .collect()
}

/// What is tried beside the container that runs before it is replaced.
fn tried(replaced: &[(&Step, &InstanceFacts)], snapshot: &Snapshot) -> Option<String> {
    let is_tried = |step: &Step, facts: &InstanceFacts| {
        is_update(step) && step.wait == StepWait::Healthy && facts.may_run_twice()
    };
    let services: BTreeSet<&ServiceId> = replaced
        .iter()
        .filter(|(step, facts)| is_tried(step, facts))
        .map(|(step, _)| &step.service)
        .collect();
    (!services.is_empty()).then(|| {
        format!(
            "the new image of {} is tried beside the running one first, without its ports and names",
            names(services, snapshot)
        )
    })
}

/// That data is not rolled back.
fn with_data(replaced: &[(&Step, &InstanceFacts)], snapshot: &Snapshot) -> Option<String> {
    let services: BTreeSet<&ServiceId> = replaced
        .iter()
        .filter(|(step, facts)| is_update(step) && data_volumes(facts).next().is_some())
        .map(|(step, _)| &step.service)
        .collect();
    let verb = if services.len() == 1 { "has" } else { "have" };
    (!services.is_empty()).then(|| {
        format!(
            "{} {verb} data volumes: what the new image writes there is not rolled back; make a backup first",
            names(services, snapshot)
        )
    })
}

#[cfg(test)]
mod tests;
