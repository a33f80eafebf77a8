//! Jobs in a plan: a start or restart runs the job, and it is done when it has ended well.

use std::collections::BTreeSet;

use crate::model::{HealthState, OperationKind, Service, ServiceId, Snapshot, Step, StepWait};

/// The condition of Compose that waits for the end of a job.
const COMPLETED: &str = "service_completed_successfully";

/// What is waited for after `kind` was called on a container of `service`.
pub(super) fn wait(kind: OperationKind, service: &Service, snapshot: &Snapshot) -> StepWait {
    match kind {
        OperationKind::Start | OperationKind::Restart if is_job(service, snapshot) => {
            StepWait::Exit
        }
        OperationKind::Start | OperationKind::Restart => StepWait::Healthy,
        _ => StepWait::No,
    }
}

/// Whether `service` ends by itself: it has completed, or others wait for its end before they
/// start.
fn is_job(service: &Service, snapshot: &Snapshot) -> bool {
    service.health.state == HealthState::Completed
        || snapshot.needed_by(&service.id).any(|edge| {
            let mut evidence = edge.evidence.iter();
            evidence.any(|evidence| evidence.detail.text() == COMPLETED)
        })
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
