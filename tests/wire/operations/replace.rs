//! Recreation and update against the simulated engine.

use std::time::Duration;

use hubdeck::model::{OperationKind, StepState};

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
    world
        .operator
        .cancel(id, hubdeck::model::SkipReason::Cancelled)
        .unwrap();
    let status = world.end(id).await;
    assert_eq!(
        status.cancelled,
        Some(hubdeck::model::SkipReason::Cancelled)
    );
    assert!(
        matches!(status.steps[0], StepState::Skipped { .. }),
        "{:?}",
        status.steps
    );
    assert_eq!(ids(&world, "hub-web-1"), before);
}
