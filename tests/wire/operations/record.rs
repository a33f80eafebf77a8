//! The audit record of operations, and operations that are cancelled or cut off.

use std::time::Duration;

use hubdeck::explain::timeline::words;
use hubdeck::model::{
    OperationId, OperationKind, Principal, RecordedResult, SkipReason, StepState, StepWait,
    Timestamp,
};
use hubdeck::operate::{CancelRefusal, Operator, SubmitRefusal, history, interrupted};

use super::{FAILED_BEFORE, Simulated, simulated};
use crate::support::operations::World;

/// What the engine was called with and answered, as the lines of results hold it.
fn calls(world: &World) -> Vec<(String, serde_json::Value, String)> {
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let records = world.records();
    let calls = records
        .iter()
        .filter_map(|line| line["calls"].as_array())
        .flatten();
    calls
        .map(|call| {
            (
                word(&call["call"]),
                call["status"].clone(),
                word(&call["answer"]),
            )
        })
        .collect()
}

#[tokio::test]
async fn each_call_and_its_raw_answer_are_recorded_and_shown() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/web"], false);
    let id = plan.steps[0].target_id().to_owned();
    let status = world.end(world.submit(&plan).unwrap()).await;
    let [(call, answered, answer)] = &calls(&world)[..] else {
        panic!("{:?}", world.lines())
    };
    assert!(
        call.starts_with("POST /v1.") && call.ends_with(&format!("/containers/{id}/restart")),
        "{call}"
    );
    assert_eq!((answered, answer.as_str()), (&serde_json::json!(204), ""));
    assert_eq!(status.calls[0][0].call, *call);
    assert_eq!(status.calls[0][0].answer_words(), "204");

    // A refusal is recorded in the engine's own words. The store does not see the pause by then.
    let twice = world.plan(OperationKind::Pause, &["hub/db"], false);
    let engine = world.engine.borrow().clone().unwrap();
    engine
        .pause(twice.steps[0].container().unwrap())
        .await
        .unwrap();
    if let Ok(id) = world.submit(&twice) {
        let status = world.end(id).await;
        let call = &status.calls[0][0];
        assert_eq!(call.status, Some(409), "{call:?}");
        assert!(call.answer.contains("paused"), "{call:?}");
        let recorded = calls(&world);
        assert_eq!(recorded.last().unwrap().2, call.answer);
        assert!(status.error.is_some());
    }
}

/// The audit record as event, container and result of each line.
fn story(world: &World) -> Vec<(String, String, String)> {
    let word =
        |line: &serde_json::Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = world.lines();
    lines
        .iter()
        .map(|line| {
            (
                word(line, "event"),
                word(line, "container"),
                word(line, "result"),
            )
        })
        .collect()
}

#[tokio::test]
async fn the_intent_of_each_step_is_recorded_before_its_call() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/web"], false);
    // The call is under way as long as the engine is slow.
    control.set_latency(Duration::from_millis(300));
    let id = world.submit(&plan).unwrap();
    world
        .until(id, |steps| steps[0] == StepState::Running)
        .await;
    let line = |event: &str, container: &str, result: &str| {
        (event.to_owned(), container.to_owned(), result.to_owned())
    };
    assert_eq!(
        story(&world),
        [line("accepted", "", ""), line("intent", "hub-web-1", "")]
    );
    control.set_latency(Duration::ZERO);
    assert_eq!(world.end(id).await.error, None);
    let rest = [
        line("result", "hub-web-1", "succeeded"),
        line("ended", "", "succeeded"),
    ];
    assert_eq!(story(&world)[2..], rest);
    let engine = &world.lines()[0]["engine"];
    assert!(
        engine["endpoint"].as_str().unwrap().starts_with("unix://"),
        "{engine}"
    );
}

#[tokio::test]
async fn a_cancelled_operation_finishes_its_call_and_leaves_the_rest_out() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let api = world.started_at("hub-api-1");
    let id = world.submit(&plan).unwrap();
    assert_eq!(
        world
            .operator
            .cancel(OperationId(99), SkipReason::Cancelled),
        Err(CancelRefusal::Ended(OperationId(99)))
    );
    world
        .until(id, |steps| steps[0] == StepState::Waiting)
        .await;
    world.operator.cancel(id, SkipReason::Cancelled).unwrap();
    let status = world.end(id).await;
    assert_eq!(
        (status.error, status.cancelled),
        (None, Some(SkipReason::Cancelled))
    );
    let skipped = StepState::Skipped {
        reason: SkipReason::Cancelled,
    };
    assert_eq!(
        status.steps,
        [&[StepState::Unverified][..], &vec![skipped; 3]].concat()
    );
    assert_eq!(world.started_at("hub-api-1"), api);
    let results: Vec<_> = story(&world)
        .into_iter()
        .filter(|(event, ..)| event == "result")
        .collect();
    let words: Vec<&str> = results
        .iter()
        .map(|(_, _, result)| result.as_str())
        .collect();
    assert_eq!(words, ["unverified", "skipped", "skipped", "skipped"]);
    assert_eq!(story(&world).last().unwrap().2, "cancelled");
    assert!(
        world.operator.close().await.is_empty(),
        "what was cancelled on purpose is not told again"
    );
}

#[tokio::test]
async fn closing_waits_for_the_call_and_tells_what_was_left_out() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let db = world.started_at("hub-db-1");
    control.set_latency(Duration::from_millis(400));
    let id = world.submit(&plan).unwrap();
    world
        .until(id, |steps| steps[0] == StepState::Running)
        .await;
    let left_out = world.operator.close().await;
    control.set_latency(Duration::ZERO);
    let names: Vec<_> = left_out.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["hub-api-1", "hub-api-2", "hub-web-1"]);
    assert_eq!(world.end(id).await.cancelled, Some(SkipReason::Shutdown));
    let mut snapshots = world.snapshots.clone();
    let restarted = snapshots.wait_for(|_| world.started_at("hub-db-1") != db);
    tokio::time::timeout(Duration::from_secs(20), restarted)
        .await
        .expect("the call was finished")
        .unwrap();
    assert_eq!(world.records().len(), 1);
    assert_eq!(world.submit(&plan), Err(SubmitRefusal::ShuttingDown));
    assert!(
        interrupted(world.audit(), Timestamp::now())
            .unwrap()
            .is_empty(),
        "it has its end"
    );
}

#[tokio::test]
async fn without_a_record_nothing_is_begun() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db"], true);
    let db = world.started_at("hub-db-1");
    std::fs::create_dir(world.audit()).unwrap();
    let Err(SubmitRefusal::Unrecorded(text)) = world.submit(&plan) else {
        panic!("it is refused")
    };
    assert!(text.starts_with("cannot write the audit record "), "{text}");
    let refusal = SubmitRefusal::Unrecorded(text).to_string();
    assert!(
        refusal.starts_with("nothing was done: cannot write the audit record "),
        "{refusal}"
    );
    assert!(world.snapshots.borrow().operations.is_empty());
    // The services are free again.
    std::fs::remove_dir(world.audit()).unwrap();
    let id = world.submit(&plan).unwrap();
    // Half-way the record can no longer be written: what was begun is finished, the rest is left
    // out.
    world
        .until(id, |steps| steps[0] == StepState::Waiting)
        .await;
    std::fs::remove_file(world.audit()).unwrap();
    std::fs::create_dir(world.audit()).unwrap();
    let status = world.end(id).await;
    let error = status.error.expect("an error");
    assert!(
        error.starts_with("restart hub-db-1 succeeded, but cannot write the audit record "),
        "{error}"
    );
    assert_eq!(
        status.steps,
        [&[StepState::Succeeded][..], &vec![FAILED_BEFORE; 3]].concat()
    );
    assert_ne!(world.started_at("hub-db-1"), db);
    let own = |it: &std::sync::Arc<hubdeck::model::TimelineEvent>| {
        words(&it.change).contains("cannot write the audit record")
    };
    assert!(
        world.snapshots.borrow().timeline.iter().any(own),
        "it is said"
    );
}

#[tokio::test]
async fn two_operators_on_one_record_take_turns_on_a_service() {
    let Simulated { world, _dir, .. } = simulated().await;
    let link = world.engine.subscribe();
    let record = Some(world.audit().to_path_buf());
    let other = Operator::new(link, world.snapshots.clone(), world.out.clone(), record);
    let restart = world.plan(OperationKind::Restart, &["hub/db"], true);
    let id = world.submit(&restart).unwrap();
    let stop = world.plan(OperationKind::Stop, &["hub/web"], false);
    let refused = other.submit(stop, Principal::Cli);
    assert_eq!(
        refused,
        Err(SubmitRefusal::BusyElsewhere {
            service: "hub/web".into(),
            gerund: "restarting".to_owned()
        })
    );
    let told = interrupted(world.audit(), Timestamp::now()).unwrap();
    assert!(told.is_empty(), "it goes on: {told:?}");
    let now = history(world.audit()).unwrap().operations;
    let results: Vec<_> = now.iter().map(|operation| operation.result).collect();
    assert_eq!(
        results,
        [RecordedResult::UnderWay],
        "the refused one is not recorded"
    );
    assert_eq!(world.end(id).await.error, None);
    let stop = world.plan(OperationKind::Stop, &["hub/web"], false);
    assert!(other.submit(stop, Principal::Cli).is_ok());
    other.idle().await;
    let now = history(world.audit()).unwrap().operations;
    assert!(
        now.iter().all(|it| it.result == RecordedResult::Succeeded),
        "{now:?}"
    );
}

#[tokio::test]
async fn without_its_last_wait_a_plan_ends_with_its_last_call() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Restart, &["hub/db", "hub/api"], false);
    let id = world
        .operator
        .submit_unwaited(plan.clone(), Principal::Cli)
        .unwrap();
    let status = world.end(id).await;
    assert_eq!((status.error, &status.plan.hash), (None, &plan.hash));
    let waits: Vec<_> = status.plan.steps.iter().map(|step| step.wait).collect();
    assert_eq!(waits, [StepWait::Healthy, StepWait::Healthy, StepWait::No]);
}
