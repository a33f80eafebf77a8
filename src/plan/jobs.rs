//! Jobs in a plan: a start or restart runs the job, and it is done when it has ended well.

use std::collections::BTreeSet;

use crate::model::{
    DependencyCondition, Edge, EdgeDetail, HealthState, OperationKind, Service, ServiceId,
    Snapshot, Step, StepWait,
};

/// What is waited for after `kind` was called on a container of `service`.
pub(super) fn wait(kind: OperationKind, service: &Service, snapshot: &Snapshot) -> StepWait {
    match kind {
        _ if kind != OperationKind::Start && !kind.begins_again() => StepWait::No,
        _ if is_job(service, snapshot) => StepWait::Exit,
        _ => StepWait::Healthy,
    }
}

/// Whether `service` ends by itself: others wait for its end before they start, or it has ended
/// well and is named like a job. Anything else that has ended well may have been stopped, and runs
/// on when it is started again.
fn is_job(service: &Service, snapshot: &Snapshot) -> bool {
    let has_ended_well = service.health.state == HealthState::Completed;
    (has_ended_well && service.looks_like_job())
        || snapshot.needed_by(&service.id).any(is_for_its_end)
}

/// Whether the caller waits for the end of the called before it starts.
fn is_for_its_end(edge: &Edge) -> bool {
    let details = edge.evidence.iter().map(|each| &each.detail);
    details
        .filter_map(EdgeDetail::condition)
        .any(|condition| condition == DependencyCondition::ServiceCompletedSuccessfully)
}

/// "migrate is a job: it runs again"; `None` where no job that ran is run again.
pub(super) fn warning(steps: &[Step], snapshot: &Snapshot) -> Option<String> {
    let ran = |id: &&ServiceId| {
        let service = snapshot.service(id);
        let mut instances = service.into_iter().flat_map(|service| &service.instances);
        instances.any(|instance| instance.facts.started_at.is_some())
    };
    let jobs = steps.iter().filter(|step| step.wait == StepWait::Exit);
    let jobs: BTreeSet<&ServiceId> = jobs.map(|step| &step.service).filter(ran).collect();
    let names = super::warnings::names(jobs.iter().copied(), snapshot);
    match jobs.len() {
        0 => None,
        1 => Some(format!(
            "{names} is a job: it runs again from its beginning"
        )),
        _ => Some(format!(
            "{names} are jobs: they run again from their beginning"
        )),
    }
}
