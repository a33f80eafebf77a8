//! The end of a pipeline while an operation runs, and what is reported of it.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use super::*;
use crate::app::pipeline::Lifetime;
use crate::app::simulate::Demo;
use crate::config::Settings;
use crate::engine::ConnectRequest;
use crate::model::{Operation, OperationKind, Principal, StepTarget};
use crate::plan::plan;

fn step(kind: OperationKind, name: &str) -> Step {
    Step {
        kind,
        service: "hub/db".into(),
        target: if kind.is_silent() {
            StepTarget::Service
        } else {
            StepTarget::Container("abc".into())
        },
        name: name.to_owned(),
        wait: crate::model::StepWait::Healthy,
        wave: 0,
    }
}

#[test]
fn what_was_left_out_is_told_with_the_commands_that_finish_it() {
    assert!(summary(&[]).is_empty());
    assert!(
        summary(&[step(OperationKind::Lift, "hub/db")]).is_empty(),
        "nothing to type"
    );
    let one = summary(&[step(OperationKind::Stop, "hub-db-1")]);
    let sentence = |text: &str| EndingLine::Sentence(text.to_owned());
    let command = |text: &str| EndingLine::Command(text.to_owned());
    let headline = sentence("1 step was not begun; this command finishes it:");
    assert_eq!(one, [headline, command("docker stop hub-db-1")]);
    let swarm = Step {
        target: StepTarget::SwarmService("ga9".to_owned()),
        ..step(OperationKind::Restart, "web")
    };
    let two = summary(&[step(OperationKind::Restart, "hub-api-1"), swarm]);
    assert_eq!(
        two,
        [
            sentence("2 steps were not begun; these commands finish them, in this order:"),
            command("docker restart hub-api-1"),
            command("docker service update --force ga9")
        ]
    );
}

/// The lines at the end of a pipeline on the demo stack while a restart is in flight, of which a
/// call takes `latency`.
async fn lines_at_the_end(latency: Duration) -> Vec<EndingLine> {
    let demo = Demo::start().await.expect("the demo stack");
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let settings = Settings::default();
    let pipeline = Pipeline::start(request, &settings, Lifetime::Continuous, None, None);
    let (mut snapshots, mut later) = (pipeline.snapshots.clone(), pipeline.snapshots.clone());
    let restart = |snapshot: &Snapshot| {
        let running = snapshot
            .services
            .iter()
            .find(|each| each.replicas().0 == 1)?;
        let operation = Operation {
            kind: OperationKind::Restart,
            targets: vec![running.id.clone()],
            with_dependents: false,
            image: None,
        };
        plan(&operation, snapshot).ok()
    };
    let until = |what: &'static str| move |_| panic!("{what} within 40 s");
    let patience = Duration::from_secs(40);
    let seen = snapshots.wait_for(|snapshot| restart(snapshot).is_some());
    let snapshot = tokio::time::timeout(patience, seen)
        .await
        .unwrap_or_else(until("a service that can be restarted"))
        .expect("a pipeline that runs")
        .clone();
    let plan = restart(&snapshot).expect("a plan");
    demo.control().set_latency(latency);
    let submitted = pipeline.operations.submit(plan, Principal::Terminal);
    assert!(submitted.is_ok(), "{submitted:?}");
    let called = later.wait_for(|snapshot: &Arc<Snapshot>| !in_flight(snapshot).is_empty());
    tokio::time::timeout(patience, called)
        .await
        .unwrap_or_else(until("the call"))
        .expect("a pipeline that runs");
    let (tell, told) = mpsc::channel();
    end(pipeline, |line| tell.send(line).expect("a reader")).await;
    drop(tell);
    told.into_iter().collect()
}

fn starts(line: &EndingLine, with: &str) -> bool {
    matches!(line, EndingLine::Sentence(text) if text.starts_with(with))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_in_flight_is_waited_for() {
    let lines = lines_at_the_end(Duration::from_millis(600)).await;
    assert!(
        matches!(lines.as_slice(), [waiting] if starts(waiting, "waiting for the engine to finish: restart ")),
        "{lines:?}"
    );
}
