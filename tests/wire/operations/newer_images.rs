//! Registries are asked for newer images through the simulated engine.

use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::newer_images::{ImageCheckOptions, run};
use hubdeck::document::json::{MetricsDocument, ServiceDocument};
use hubdeck::model::{ImageChecks, ImageState, Snapshot};
use hubdeck::sim::Control;
use tokio::sync::watch;

use super::{Simulated, simulated};
use crate::support::operations::World;

/// Begins to ask; the sender changes whether it does.
fn asking(world: &World) -> watch::Sender<ImageCheckOptions> {
    let options = watch::Sender::new(ImageCheckOptions {
        enabled: true,
        every: Duration::from_secs(3_600),
        pause: Duration::from_millis(1),
    });
    let (link, snapshots) = (world.engine.subscribe(), world.snapshots.clone());
    tokio::spawn(run(link, snapshots, options.subscribe(), world.out.clone()));
    options
}

/// The first snapshot whose checks are as `wanted`.
async fn checked(world: &World, wanted: impl Fn(&ImageChecks) -> bool) -> Arc<Snapshot> {
    let mut snapshots = world.snapshots.clone();
    let seen = snapshots.wait_for(|snapshot| wanted(&snapshot.image_checks));
    let seen = tokio::time::timeout(Duration::from_secs(20), seen).await;
    Arc::clone(&seen.expect("the checks are seen").unwrap())
}

/// How often the engine was asked what a registry has.
fn asked(control: &Control) -> u64 {
    let calls = control.calls();
    let of_registry =
        |(call, count): (&String, &u64)| call.starts_with("GET /distribution/").then_some(*count);
    calls.iter().filter_map(of_registry).sum()
}

#[tokio::test]
async fn a_newer_image_is_seen_and_each_image_asked_for_once() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    let options = asking(&world);
    let snapshot = checked(&world, |all| all.checks.len() == 6).await;
    let newer = snapshot.services.iter();
    let newer = newer.filter(|service| snapshot.image_checks.has_newer(service));
    let newer: Vec<&str> = newer.map(|service| service.id.as_str()).collect();
    assert_eq!(newer, ["hub/web"]);
    let mut others = snapshot.image_checks.checks.iter();
    assert_eq!(
        others
            .find(|check| check.reference == "example/api:1")
            .map(|it| &it.state),
        Some(&ImageState::Current)
    );
    let of = |id: &str| {
        let service = snapshot.service(&id.into()).unwrap();
        serde_json::to_value(ServiceDocument::of(service, &snapshot)).unwrap()
    };
    assert_eq!(of("hub/web")["newer_image"]["state"], "newer");
    assert_eq!(of("hub/db")["newer_image"]["state"], "current");
    let metrics = MetricsDocument::of(&snapshot, snapshot.taken_at);
    assert_eq!(metrics.registry_requests, Some(6));
    // Two replicas, one image.
    assert_eq!(snapshot.image_checks.requests, Some(6));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(asked(&control), 6);

    options.send_modify(|options| options.enabled = false);
    let off = checked(&world, |all| all.checks.is_empty()).await;
    assert_eq!(off.image_checks.requests, None);
}

#[tokio::test]
async fn a_registry_that_refuses_is_left_alone() {
    let Simulated {
        world,
        control,
        _dir,
    } = simulated().await;
    control.forbid("/distribution");
    let _options = asking(&world);
    let snapshot = checked(&world, |all| !all.checks.is_empty()).await;
    assert_eq!(snapshot.image_checks.checks[0].state, ImageState::Refused);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(asked(&control), 1);
    assert_eq!(world.snapshots.borrow().image_checks.checks.len(), 1);
}
