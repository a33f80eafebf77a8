//! Kills and removals against the simulated engine.

use std::time::Duration;

use hubdeck::model::{HealthState, KillSignal, OperationKind, ServiceId, Snapshot, StepState};
use hubdeck::plan::PlanRefusal;

use super::{Simulated, simulated};
use crate::support::operations::World;

const KILL: OperationKind = OperationKind::Kill {
    signal: KillSignal::KILL,
};

/// Runs `kind` on `target`; returns the commands that do the same.
async fn run(world: &World, kind: OperationKind, target: &str) -> Vec<String> {
    let plan = world.plan_when_possible(kind, target).await;
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None, "{kind:?}");
    let commands = plan.steps.iter().filter_map(|step| step.docker_command());
    commands.collect()
}

async fn seen(world: &World, condition: impl Fn(&Snapshot) -> bool) {
    let mut snapshots = world.snapshots.clone();
    let seen = snapshots.wait_for(|snapshot| condition(snapshot));
    tokio::time::timeout(Duration::from_secs(20), seen)
        .await
        .expect("the new state is seen")
        .unwrap();
}

/// How many containers of hub/api run, and how many there are.
fn replicas(snapshot: &Snapshot) -> (usize, usize) {
    let api = snapshot.service(&ServiceId::new("hub/api"));
    api.map_or((0, 0), |api| api.replicas())
}

#[tokio::test]
async fn all_replicas_are_killed_and_then_removed() {
    let Simulated { world, _dir, .. } = simulated().await;
    let hup = OperationKind::Kill {
        signal: "HUP".parse().unwrap(),
    };
    let commands = run(&world, hup, "hub/api").await;
    assert_eq!(
        commands,
        [
            "docker kill --signal SIGHUP hub-api-1",
            "docker kill --signal SIGHUP hub-api-2"
        ]
    );
    assert_eq!(replicas(&world.snapshots.borrow()), (2, 2), "both go on");
    let removal = OperationKind::Remove { force: false };
    let commands = run(&world, KILL, "hub/api").await;
    assert_eq!(commands, ["docker kill hub-api-1", "docker kill hub-api-2"]);
    seen(&world, |snapshot| replicas(snapshot) == (0, 2)).await;
    let api = world.snapshots.borrow().service(&"hub/api".into()).cloned();
    let code = api.unwrap().instances[0].facts.exit_code;
    assert_eq!(code, Some(137));
    let commands = run(&world, removal, "hub/api").await;
    assert_eq!(commands, ["docker rm hub-api-1", "docker rm hub-api-2"]);
    seen(&world, |snapshot| replicas(snapshot) == (0, 0)).await;
    let records = world.records();
    assert!(records.iter().all(|it| it["result"] == "succeeded"));
    assert_eq!(
        (&records[0]["signal"], &records[5]["force"]),
        (&"SIGHUP".into(), &false.into())
    );
}

#[tokio::test]
async fn what_runs_is_removed_with_force_only() {
    let Simulated { world, _dir, .. } = simulated().await;
    let removal = hubdeck::model::Operation {
        kind: OperationKind::Remove { force: false },
        targets: vec!["hub/web".into()],
        with_dependents: false,
        image: None,
    };
    let refusal = hubdeck::plan::plan(&removal, &world.snapshots.borrow()).unwrap_err();
    assert!(
        matches!(
            refusal,
            PlanRefusal::NothingToDo(_) | PlanRefusal::Running(_)
        ),
        "{refusal}"
    );
    let force = OperationKind::Remove { force: true };
    let commands = run(&world, force, "hub/web").await;
    assert_eq!(commands, ["docker rm --force hub-web-1"]);
    seen(&world, |snapshot| {
        snapshot.service(&"hub/web".into()).is_none()
    })
    .await;
}

#[tokio::test]
async fn a_container_that_somebody_else_removed_meanwhile_counts_as_removed() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let plan = world.plan(OperationKind::Remove { force: true }, &["hub/api"], false);
    control.set_latency(Duration::from_millis(300));
    let id = world.submit(&plan).unwrap();
    world
        .until(id, |steps| steps[0] == StepState::Running)
        .await;
    control.remove("hub-api-1").unwrap();
    control.set_latency(Duration::ZERO);
    let status = world.end(id).await;
    assert_eq!(status.error, None);
    assert_eq!(status.steps, [StepState::Succeeded, StepState::Succeeded]);
}

#[tokio::test]
async fn what_was_killed_on_purpose_is_stopped_and_no_incident() {
    let Simulated { world, _dir, .. } = simulated().await;
    run(&world, KILL, "hub/web").await;
    let web = ServiceId::new("hub/web");
    let ended = |snapshot: &Snapshot| {
        let web = snapshot.service(&web);
        web.is_some_and(|web| web.instances[0].facts.exit_code == Some(137))
    };
    seen(&world, ended).await;
    let snapshot = world.snapshots.borrow().clone();
    assert_eq!(
        snapshot.service(&web).unwrap().health.state,
        HealthState::Stopped
    );
    let mut incidents = snapshot.open_incidents();
    assert!(!incidents.any(|incident| incident.root.service() == Some(&web)));
}
