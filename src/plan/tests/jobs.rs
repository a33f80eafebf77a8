//! A service that runs once and ends.

use super::*;
use crate::model::DependencyCondition;

#[test]
fn a_job_runs_again_and_its_end_is_awaited() {
    let done = world("db+ migrate=done api+", "migrate>db");
    let waits = |snapshot: &Snapshot, kind, target: &str| {
        let made = plan(&operation(kind, target, false), snapshot).expect("a plan");
        (made.steps[0].wait, made.warnings)
    };
    let again = vec!["migrate is a job: it runs again from its beginning".to_owned()];
    assert_eq!(
        waits(&done, Restart, "migrate"),
        (StepWait::Exit, again.clone())
    );
    assert_eq!(waits(&done, Start, "migrate"), (StepWait::Exit, again));
    // One that failed is a job by what waits for its end.
    let mut failed = world("migrate- api+", "api>migrate");
    let mut edges = failed.edges.to_vec();
    edges[0].evidence[0].detail = DependencyCondition::ServiceCompletedSuccessfully.into();
    failed.edges = edges.into();
    assert_eq!(waits(&failed, Start, "migrate").0, StepWait::Exit);
    assert_eq!(waits(&failed, Restart, "api").0, StepWait::Healthy);
    assert_eq!(waits(&failed, Stop, "api").0, StepWait::No);
}

#[test]
fn what_was_stopped_and_ended_well_is_no_job() {
    // `docker compose stop api` leaves exit code 0 behind, as a job does.
    let stopped = world("api=done", "");
    for kind in [Start, Restart] {
        let made = plan(&operation(kind, "api", false), &stopped).expect("a plan");
        assert_eq!(made.steps[0].wait, StepWait::Healthy);
        let is_called_a_job = |text: &String| text.contains("is a job");
        assert!(!made.warnings.iter().any(is_called_a_job));
    }
}
