//! A pipeline on the demo stack whose store fails.

use std::time::Duration;

use super::*;
use crate::app::simulate::Demo;
use crate::model::{HealthState, Part, PartFailure};
use crate::store::Changed;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(40);

fn fails_on_clearing(store: &mut Store, observation: Observation, now: Timestamp) -> Changed {
    assert!(
        !matches!(observation, Observation::ClearCache { .. }),
        "on purpose"
    );
    store.apply(observation, now)
}

fn fails_on_lists(store: &mut Store, observation: Observation, now: Timestamp) -> Changed {
    assert!(
        !matches!(observation, Observation::Listed { .. }),
        "on purpose"
    );
    store.apply(observation, now)
}

async fn started(fold: Fold) -> (Demo, Pipeline) {
    let demo = Demo::start().await.expect("the demo stack");
    let request = ConnectRequest::from_environment(Some(demo.endpoint.clone()), None);
    let settings = Settings::default();
    (
        demo,
        Pipeline::start_with(request, &settings, Lifetime::Continuous, None, None, fold),
    )
}

/// The first snapshot that `holds`.
async fn once(
    pipeline: &Pipeline,
    what: &str,
    holds: impl FnMut(&Arc<Snapshot>) -> bool,
) -> Arc<Snapshot> {
    let mut snapshots = pipeline.snapshots.clone();
    let found = tokio::time::timeout(PATIENCE, snapshots.wait_for(holds)).await;
    found.expect(what).expect("a pipeline that runs").clone()
}

/// The services of which everything is known.
fn known(snapshot: &Snapshot) -> usize {
    let is_known = |service: &&Arc<crate::model::Service>| {
        service
            .instances
            .iter()
            .all(|instance| instance.facts.inspected)
            && service.health.state != HealthState::Unknown
    };
    snapshot.services.iter().filter(is_known).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_is_said_and_replaced_by_one_that_knows_everything_again() {
    let (_demo, pipeline) = started(fails_on_clearing).await;
    let before = once(&pipeline, "services", |snapshot| known(snapshot) >= 8).await;
    let sampled = |snapshot: &Arc<Snapshot>| {
        snapshot
            .services
            .iter()
            .flat_map(|each| &each.instances)
            .any(|instance| instance.sample.is_some())
    };
    once(&pipeline, "samples", sampled).await;
    let count = before.services.len();

    pipeline.operations.refresh(true);
    let down = once(&pipeline, "the failure", |snapshot| {
        !snapshot.parts_down.is_empty()
    })
    .await;
    let part = down.parts_down[0];
    assert_eq!(
        (part.part, part.failure, part.failures),
        (Part::Store, PartFailure::Panicked, 1)
    );
    assert!(down.revision > before.revision);
    assert_eq!(down.services.len(), count, "the last known state stays");

    let mut least = usize::MAX;
    let after = once(&pipeline, "a fresh store", |snapshot| {
        least = least.min(snapshot.services.len());
        snapshot.parts_down.is_empty() && known(snapshot) >= known(&before)
    })
    .await;
    assert_eq!(
        least, count,
        "no snapshot without services is shown meanwhile"
    );
    assert_eq!(after.started_at, before.started_at);
    assert!(after.engine.info.is_some() && after.engine.status.is_connected());
    let layers = |snapshot: &Snapshot| -> Vec<_> {
        snapshot
            .services
            .iter()
            .map(|service| (service.id.clone(), service.layer.layer))
            .collect()
    };
    assert_eq!(layers(&after), layers(&before));
    let told = |snapshot: &Arc<Snapshot>| {
        snapshot.timeline.iter().any(|event| {
            crate::explain::timeline::words(&event.change)
                .contains("store failed on a bug in hubdeck")
        })
    };
    assert!(told(&after), "the timeline tells it");
    once(&pipeline, "samples", sampled).await;
    once(&pipeline, "edges", |snapshot| {
        snapshot.edges.len() >= before.edges.len()
    })
    .await;
    pipeline.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_fails_again_and_again_ends_hubdeck_with_a_sentence() {
    let (_demo, pipeline) = started(fails_on_lists).await;
    let failure = tokio::time::timeout(PATIENCE, pipeline.failed())
        .await
        .expect("it is given up");
    assert_eq!(failure.status().code(), 1);
    assert_eq!(
        failure.to_string(),
        "the state store failed on a bug in hubdeck 3 times in a row and is given up; see the hubdeck log and report it"
    );
    pipeline.stop().await;
}
