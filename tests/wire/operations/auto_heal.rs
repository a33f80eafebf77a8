//! Services that fail are restarted by themselves, three times.

use std::time::Duration;

use hubdeck::model::{AutoHealSettings, Principal, RecordedResult, SignedDuration};
use hubdeck::operate::{AutoHeal, history};
use tokio::sync::watch;

use super::{Simulated, simulated};
use crate::support::operations::World;

/// Starts it on `world`; what it may restart is in `settings`.
fn start(world: &World, settings: &watch::Sender<AutoHealSettings>) {
    let heal = AutoHeal {
        operator: world.operator.clone(),
        snapshots: world.snapshots.clone(),
        settings: settings.subscribe(),
        read_only: watch::channel(false).1,
        out: world.out.clone(),
        audit: Some(world.audit().to_owned()),
        settles: SignedDuration::from_millis(300),
    };
    tokio::spawn(heal.run());
}

fn healed(world: &World) -> Vec<String> {
    let snapshot = world.snapshots.borrow();
    let operations = snapshot.operations.iter();
    let own = operations.filter(|it| it.principal == Principal::AutoHeal);
    own.flat_map(|it| &it.plan.operation.targets)
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn what_fails_for_ever_is_restarted_three_times_and_then_left_with_the_reason() {
    let Simulated { world, _dir, .. } = simulated().await;
    let settings = watch::Sender::new(AutoHealSettings {
        enabled: false,
        services: vec!["hub/broken".to_owned(), "web".to_owned()],
    });
    start(&world, &settings);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert!(healed(&world).is_empty(), "it is off");
    // A change takes effect at once.
    settings.send_modify(|it| it.enabled = true);
    let mut snapshots = world.snapshots.clone();
    let stopped = snapshots.wait_for(|snapshot| !snapshot.heal_stops.is_empty());
    let stopped = tokio::time::timeout(Duration::from_secs(60), stopped).await;
    let snapshot = stopped.expect("it stops").unwrap().clone();
    let stop = &snapshot.heal_stops[0];
    assert_eq!((stop.service.as_str(), stop.restarts), ("hub/broken", 3));
    assert_eq!(healed(&world), ["hub/broken"; 3]);
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(healed(&world).len(), 3, "then it is quiet");

    let told = snapshot.timeline.iter().map(|event| &event.change);
    let told: Vec<String> = told.map(hubdeck::explain::timeline::words).collect();
    let reason = "auto-heal stopped: 3 restarts within 10 min did not help";
    assert!(told.iter().any(|words| words == reason), "{told:?}");
    let by = "restarting hub/broken, by auto-heal";
    assert!(told.iter().any(|words| words == by), "{told:?}");

    let recorded = history(world.audit()).unwrap().operations;
    let sources: Vec<&str> = recorded.iter().map(|it| it.source.as_str()).collect();
    assert_eq!(sources, ["auto-heal"; 4]);
    let last = recorded.last().unwrap();
    assert_eq!(last.result, RecordedResult::Failed);
    assert_eq!(last.error.as_deref(), Some(reason));

    // Off: what was stopped is forgotten.
    settings.send_modify(|it| it.enabled = false);
    let lifted = snapshots.wait_for(|snapshot| snapshot.heal_stops.is_empty());
    let lifted = tokio::time::timeout(Duration::from_secs(10), lifted).await;
    lifted.expect("it is lifted").unwrap();
}
