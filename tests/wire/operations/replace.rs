//! Recreation and update against the simulated engine.

use std::time::Duration;

use hubdeck::explain::timeline::words;
use hubdeck::model::{OperationKind, SkipReason, StepState};

use super::{Simulated, simulated};
use crate::support::operations::World;

const UPDATE: OperationKind = OperationKind::Update {
    with_volumes: false,
};

/// The ids of the containers called `name`, as the newest snapshot has them.
fn ids(world: &World, name: &str) -> Vec<String> {
    let snapshot = world.snapshots.borrow();
    let services = snapshot.services.iter();
    let instances = services.flat_map(|service| &service.instances);
    let named = instances.filter(|each| each.facts.name == name);
    named.map(|each| each.facts.id.to_string()).collect()
}

#[tokio::test]
async fn replicas_are_recreated_one_by_one_under_their_names() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let before = [ids(&world, "hub-api-1"), ids(&world, "hub-api-2")];
    let plan = world.plan(OperationKind::Recreate, &["hub/api"], true);
    let calls: Vec<String> = plan.steps.iter().map(|step| step.call()).collect();
    assert_eq!(
        calls,
        [
            "recreate hub-api-1",
            "recreate hub-api-2",
            "restart hub-web-1"
        ]
    );
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(status.error, None);
    assert_eq!(
        status.steps,
        [
            StepState::Succeeded,
            StepState::Succeeded,
            StepState::Succeeded
        ]
    );
    let after = [ids(&world, "hub-api-1"), ids(&world, "hub-api-2")];
    for (before, after) in before.iter().zip(&after) {
        assert_eq!((before.len(), after.len()), (1, 1));
        assert_ne!(before, after);
    }
    assert!(world.started_at("hub-api-2") > world.started_at("hub-api-1"));
    assert!(world.started_at("hub-web-1") > world.started_at("hub-api-2"));
    let kept: Vec<_> = world
        .lines()
        .iter()
        .map(|line| line["kept_as"].clone())
        .collect();
    assert!(kept.contains(&"hub-api-1_hubdeck_old".into()), "{kept:?}");
    let calls = control.calls();
    assert_eq!(calls.get("POST /containers/{id}"), Some(&2), "{calls:?}");
    assert_eq!(
        calls.get("POST /containers/{id}/restart"),
        Some(&1),
        "{calls:?}"
    );
}

#[tokio::test]
async fn what_has_the_newest_image_is_left_alone() {
    let Simulated { world, _dir, .. } = simulated().await;
    let before = ids(&world, "hub-web-1");
    let plan = world.plan(UPDATE, &["hub/web"], false);
    let status = world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(
        (status.error.as_deref(), status.steps.as_slice()),
        (None, &[StepState::Unchanged][..])
    );
    assert_eq!(
        status
            .activities
            .pull(0)
            .map(|pull| (pull.layers_done, pull.layers)),
        Some((4, 4))
    );
    assert_eq!(ids(&world, "hub-web-1"), before);
    assert_eq!(world.records()[0]["result"], "unchanged");
    assert_eq!(world.records()[0]["command"], "hubdeck update hub/web");
}

#[tokio::test]
async fn a_new_container_that_ends_gives_way_to_the_one_before() {
    let Simulated { world, _dir, .. } = simulated().await;
    let before = ids(&world, "hub-broken-1");
    let plan = world.plan(OperationKind::Recreate, &["hub/broken"], false);
    let status = world.end(world.submit(&plan).unwrap()).await;
    let expected =
        "hub-broken-1 is not healthy: it ended with exit code 3; the container before is back";
    assert_eq!(status.error.as_deref(), Some(expected));
    let mut snapshots = world.snapshots.clone();
    let back = snapshots.wait_for(|_| ids(&world, "hub-broken-1") == before);
    let back = tokio::time::timeout(Duration::from_secs(20), back).await;
    back.expect("the one before is back").unwrap();
}

#[tokio::test]
async fn a_cancelled_pull_stops_nothing() {
    let Simulated { world, _dir, .. } = simulated().await;
    let before = ids(&world, "hub-web-1");
    let plan = world.plan(UPDATE, &["hub/web"], false);
    let id = world.submit(&plan).unwrap();
    let mut snapshots = world.snapshots.clone();
    let pulling = |snapshot: &std::sync::Arc<hubdeck::model::Snapshot>| {
        let mut operations = snapshot.operations.iter();
        operations.any(|each| each.activities.get(0).is_some())
    };
    snapshots.wait_for(pulling).await.unwrap();
    world.operator.cancel(id, SkipReason::Cancelled).unwrap();
    let status = world.end(id).await;
    assert_eq!(status.cancelled, Some(SkipReason::Cancelled));
    assert!(
        matches!(status.steps[0], StepState::Skipped { .. }),
        "{:?}",
        status.steps
    );
    assert_eq!(ids(&world, "hub-web-1"), before);
}

/// The calls in the record of the step of `container`, without version, ids and queries.
fn calls(world: &World, container: &str) -> Vec<String> {
    let records = world.records();
    let of = |line: &&serde_json::Value| line["container"] == container;
    let calls = records
        .iter()
        .filter(of)
        .filter_map(|line| line["calls"].as_array());
    let bare = |call: &serde_json::Value| {
        let call = call["call"].as_str().unwrap_or_default();
        let path = call.split('?').next().unwrap_or_default();
        let is_id = |part: &&str| part.len() < 60 && !part.starts_with("v1.");
        path.split('/').filter(is_id).collect::<Vec<_>>().join("/")
    };
    calls.flatten().map(bare).collect()
}

#[tokio::test]
async fn a_replacement_that_is_cancelled_is_undone_and_ends_as_cancelled() {
    let Simulated { world, _dir, .. } = simulated().await;
    let before = ids(&world, "hub-db-1");
    let plan = world.plan(OperationKind::Recreate, &["hub/db"], true);
    let id = world.submit(&plan).unwrap();
    let mut snapshots = world.snapshots.clone();
    let waits = |snapshot: &std::sync::Arc<hubdeck::model::Snapshot>| {
        let mut operations = snapshot.operations.iter();
        operations.any(|each| each.steps[0] == StepState::Waiting)
    };
    snapshots.wait_for(waits).await.unwrap();
    world.operator.cancel(id, SkipReason::Cancelled).unwrap();
    let status = world.end(id).await;
    let said =
        "cancelled before hub-db-1 became healthy; the container before is back and up".to_owned();
    assert_eq!(
        (status.error.as_deref(), status.cancelled),
        (None, Some(SkipReason::Cancelled))
    );
    assert_eq!(
        status.steps[0],
        StepState::Failed {
            error: said.clone()
        }
    );
    assert!(matches!(status.steps[1], StepState::Skipped { .. }));
    let snapshot = world.snapshots.borrow().clone();
    let last = snapshot.timeline.iter().rev();
    let last = last.map(|event| words(&event.change));
    let last: Vec<String> = last.filter(|words| words.contains("cancelled")).collect();
    assert!(last.iter().any(|words| words.contains(&said)), "{last:?}");
    let lines = world.lines();
    let ended = lines.iter().find(|line| line["event"] == "ended").unwrap();
    assert_eq!(ended["result"], "cancelled");
    let mut snapshots = world.snapshots.clone();
    let back = snapshots.wait_for(|_| ids(&world, "hub-db-1") == before);
    let back = tokio::time::timeout(Duration::from_secs(20), back).await;
    back.expect("the one before is back").unwrap();
}

#[tokio::test]
async fn calls_of_a_replacement_are_recorded() {
    let Simulated { world, _dir, .. } = simulated().await;
    let plan = world.plan(OperationKind::Recreate, &["hub/api"], false);
    let status = world.end(world.submit(&plan).unwrap()).await;
    let expected = [
        "POST /containers/rename",
        "POST /containers/create",
        "POST /containers/stop",
        "POST /containers/start",
        "DELETE /containers",
    ];
    assert_eq!(calls(&world, "hub-api-1"), expected);
    assert_eq!(calls(&world, "hub-api-2"), expected);
    assert_eq!(status.calls[1].len(), expected.len());

    let plan = world.plan(UPDATE, &["hub/web"], false);
    world.end(world.submit(&plan).unwrap()).await;
    assert_eq!(calls(&world, "hub-web-1"), ["POST /images/create"]);
}
