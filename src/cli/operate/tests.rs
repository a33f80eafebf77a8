use super::*;
use crate::model::{
    Impact, Operation, OperationId, Principal, PullProgress, SkipReason, Step, StepActivity,
    StepState, StepTarget, StepTimes, StepWait, Timestamp,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn step(service: &str, name: &str, wave: usize, wait: StepWait) -> Step {
    Step {
        kind: OperationKind::Restart,
        service: service.into(),
        target: StepTarget::Container(name.into()),
        name: name.to_owned(),
        wait,
        wave,
    }
}

pub(super) fn plan() -> Plan {
    Plan {
        operation: Operation {
            kind: OperationKind::Restart,
            targets: vec!["hub/db".into()],
            with_dependents: true,
            image: None,
        },
        steps: vec![
            step("hub/db", "hub-db-1", 0, StepWait::Healthy),
            step("hub/api", "hub-api-1", 1, StepWait::No),
            step("hub/api", "hub-api-2", 2, StepWait::Healthy),
        ],
        impact: Impact {
            hard: vec!["hub/api".into()],
            ..Impact::default()
        },
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: Default::default(),
        warnings: vec!["db has no volume".to_owned()],
        hash: "00ff".to_owned(),
    }
}

/// Every step begins at 100 s; what has ended has ended at `second`.
fn times(second: i64, steps: &[StepState]) -> Vec<StepTimes> {
    let of = |state: &StepState| StepTimes {
        due_at: None,
        began_at: (!matches!(state, StepState::Pending | StepState::Skipped { .. }))
            .then(|| at(100)),
        ended_at: state.is_final().then(|| at(second)),
    };
    steps.iter().map(of).collect()
}

fn snapshot(second: i64, steps: &[StepState], cancelled: Option<SkipReason>) -> Snapshot {
    let ended = steps.iter().all(StepState::is_final);
    let status = OperationStatus {
        id: OperationId(7),
        principal: Principal::Cli,
        activities: Default::default(),
        plan: plan(),
        steps: steps.to_vec(),
        times: times(second, steps),
        calls: Vec::new(),
        started_at: at(100),
        finished_at: ended.then(|| at(second)),
        error: None,
        cancelled,
        output: Default::default(),
    };
    Snapshot {
        operations: vec![Arc::new(status)],
        ..Snapshot::empty(at(second))
    }
}

#[test]
fn the_plan_is_printed_with_warnings_losses_steps_and_hash() {
    let text = plan_text(&plan(), &Snapshot::empty(Timestamp::UNIX_EPOCH));
    let expected = [
        "Restart hub/db and its dependent",
        "  ! db has no volume",
        "  Unavailable while this runs: hub/api",
        "  1. restart hub-db-1, then wait until healthy",
        "  2. restart hub-api-1",
        "  3. restart hub-api-2, then wait until healthy",
        "  plan 00ff",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn each_step_is_told_once_when_it_has_ended() {
    use StepState::{Pending, Running, Succeeded, Unverified, Waiting};
    let mut progress = StepProgress::new(OperationId(7), &plan());
    for (second, first) in [(100, Pending), (101, Running), (102, Waiting)] {
        let steps = [first, Pending, Pending];
        assert!(progress.news(&snapshot(second, &steps, None)).is_empty());
    }
    assert_eq!(
        progress.news(&snapshot(104, &[Succeeded, Running, Pending], None)),
        ["1/3 hub/db restarted, healthy after 4 s"]
    );
    let reason = SkipReason::Shutdown;
    let skipped = StepState::Skipped { reason };
    let last = snapshot(105, &[Succeeded, Unverified, skipped], Some(reason));
    assert_eq!(
        progress.news(&last),
        [
            "2/3 hub/api (hub-api-1) restarted, health not checked",
            "3/3 hub/api (hub-api-2) not begun: hubdeck was terminated",
        ]
    );
    assert!(progress.news(&last).is_empty(), "nothing is told twice");
    let status = progress.status(&last).expect("the operation");
    assert_eq!(
        end_words(status),
        "restart hub/db with dependents: hubdeck was terminated, 1 of 3 steps not begun"
    );
}

#[test]
fn a_container_whose_call_has_no_result_and_that_is_gone_is_said() {
    let call = InterruptedCall {
        verb: "restart".to_owned(),
        name: "hub-db-1".to_owned(),
        instance: "id-db".into(),
        kept_as: None,
    };
    let mut operation = InterruptedOperation {
        began_at: at(0),
        verb: "restart".to_owned(),
        targets: vec!["hub/db".into()],
        unknown: vec![call],
        not_begun: Vec::new(),
    };
    let empty = Snapshot::empty(at(0));
    assert_eq!(
        standing(&operation, &empty).as_deref(),
        Some("hub-db-1 is gone")
    );
    let snapshot = crate::plan::testing::world("db+", "");
    let facts = &snapshot.services[0].instances[0].facts;
    operation.unknown[0].instance = facts.id.clone();
    let (id, state) = (
        &snapshot.services[0].id,
        snapshot.services[0].health.shown_state(),
    );
    assert_eq!(
        standing(&operation, &snapshot),
        Some(format!("hub-db-1 is running, {id} is {state}"))
    );
    operation.unknown.clear();
    assert_eq!(standing(&operation, &empty), None);
}

#[test]
fn a_pull_is_one_line_while_it_goes_on_and_stays_in_the_document() {
    let pending = vec![StepState::Pending; 3];
    let snapshot = snapshot(101, &pending, None);
    assert_eq!(doing(&snapshot.operations[0], at(101)), None);
    let mut status = (*snapshot.operations[0]).clone();
    let pull = PullProgress {
        layers_done: 3,
        layers: 7,
        bytes: 41_000_000,
        total_bytes: 120_000_000,
    };
    status.activities.set(0, Some(StepActivity::Pulling(pull)));
    let line = "hub/db: pulling 3/7 layers, 41 of 120 MB";
    assert_eq!(doing(&status, at(101)).as_deref(), Some(line));
    status.activities.end();
    let document = crate::document::json::OperationDocument::new(&status, at(101));
    let document = serde_json::to_value(document).expect("JSON");
    assert_eq!(document["steps"][0]["pull"]["layers_done"], 3);
    assert_eq!(document["steps"][1].get("pull"), None);
}

#[test]
fn a_wait_says_how_long_it_takes_and_may_take() {
    let states = [StepState::Waiting, StepState::Pending, StepState::Pending];
    let shown = snapshot(101, &states, None);
    let mut status = (*shown.operations[0]).clone();
    status.times[0].due_at = Some(at(220));
    let line = "hub/db: waiting until healthy, 7 s, 113 s left";
    assert_eq!(doing(&status, at(107)).as_deref(), Some(line));
}
