//! What the next wave waits for.

use std::time::Duration;

use hubdeck::model::{
    Observation, OperationKind, ProbeOutcome, ProbeResult, ServiceId, StepState, Timestamp,
};
use tokio::time::sleep;

use super::{Simulated, simulated};
use crate::support::operations::World;

/// A probe of hub/web ends now.
async fn probed(world: &World, outcome: ProbeOutcome) {
    let service = ServiceId::new("hub/web");
    let web = world.snapshots.borrow().service(&service).cloned();
    let instance = Some(web.unwrap().instances[0].facts.id.clone());
    let result = ProbeResult::of(outcome, Timestamp::now());
    let probed = Observation::Probed {
        service,
        instance,
        result,
    };
    world.out.send(probed).await.unwrap();
}

#[tokio::test]
async fn a_service_that_our_probe_has_a_say_on_is_up_when_that_works_again() {
    let Simulated { world, _dir, .. } = simulated().await;
    probed(&world, ProbeOutcome::Success).await;
    let mut snapshots = world.snapshots.clone();
    let is_probed = snapshots.wait_for(|snapshot| {
        let web = snapshot.service(&"hub/web".into());
        web.is_some_and(|web| web.instances[0].probe.is_some())
    });
    tokio::time::timeout(Duration::from_secs(20), is_probed)
        .await
        .expect("the result is seen")
        .unwrap();
    let plan = world.plan(OperationKind::Restart, &["hub/web"], false);
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    let id = world.submit(&plan).unwrap();
    let waits = |steps: &[StepState]| steps[0] == StepState::Waiting;
    world.until(id, waits).await;
    // Longer than what nothing checks has to run in these tests.
    sleep(Duration::from_millis(1_500)).await;
    world.until(id, waits).await;
    probed(&world, ProbeOutcome::Failure).await;
    sleep(Duration::from_millis(300)).await;
    world.until(id, waits).await;
    probed(&world, ProbeOutcome::Success).await;
    assert_eq!(world.end(id).await.error, None);
}
