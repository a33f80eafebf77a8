//! The shape of snapshots: revision, features, timeline and order.

use std::sync::Arc;

use hubdeck::explain::timeline::words;
use hubdeck::model::*;
use hubdeck::store::{Changed, Store};
use hubdeck::topology::bands::bands;

use super::rules::settings;
use crate::support::store::{With, World, at, facts};

#[test]
fn the_revision_grows_only_with_changes_and_the_rest_is_shared() {
    let mut store = Store::new(at(0));
    assert_eq!(store.snapshot(at(1)).revision, 0);
    let mut world = World::of(vec![facts("a/api").port(80), facts("a/db")]);
    let first = world.snapshot();
    assert!(Arc::ptr_eq(&first, &world.snapshot()));
    let _ = world.probe(&facts("a/api"), ProbeOrigin::Config, ProbeOutcome::Success);
    let second = world.snapshot();
    assert_eq!(second.revision, first.revision + 1);
    assert!(!Arc::ptr_eq(&first.services[0], &second.services[0]));
    assert!(Arc::ptr_eq(&first.services[1], &second.services[1]));
    assert!(
        Arc::ptr_eq(&first.edges, &second.edges) && Arc::ptr_eq(&first.timeline, &second.timeline)
    );
}

#[test]
fn refused_features_are_listed_until_they_work() {
    let mut world = World::of(vec![]);
    let refuse = |reason: Option<&str>| Observation::Refused {
        feature: Feature::Stats,
        reason: reason.map(str::to_owned),
    };
    assert_eq!(world.apply(refuse(None)), Changed::No);
    assert_eq!(world.apply(refuse(Some("not permitted"))), Changed::Yes);
    assert_eq!(world.apply(refuse(Some("not permitted"))), Changed::No);
    assert_eq!(
        world.snapshot().engine.refused,
        [(Feature::Stats, "not permitted".to_owned())]
    );
    assert_eq!(world.apply(refuse(None)), Changed::Yes);
    assert!(world.snapshot().engine.refused.is_empty());
}

#[test]
fn the_timeline_is_bounded() {
    let mut world = World::of(vec![]);
    for number in 0..1_200 {
        let _ = world.apply(Observation::Own {
            at: world.now,
            text: number.to_string(),
        });
    }
    let timeline = Arc::clone(&world.snapshot().timeline);
    assert_eq!(timeline.len(), 1_000);
    assert_eq!(
        (words(&timeline[0].change).as_str(), timeline[0].sequence),
        ("200", 200)
    );
}

#[test]
fn a_stopped_service_keeps_its_band_and_its_place() {
    let entry = facts("a/zeta")
        .port(443)
        .needs("y10:healthy")
        .with(|facts| {
            facts.ports[0].published = Some(443);
        });
    let mut world = World::of(vec![
        entry.clone(),
        facts("a/y10"),
        facts("a/y2"),
        facts("a/y1"),
    ]);
    let order = |world: &mut World| -> Vec<String> {
        let snapshot = world.snapshot();
        let names = |band: &hubdeck::topology::bands::Band| {
            band.services
                .iter()
                .map(|service| format!("{} {}", band.layer.id, service.id))
                .collect::<Vec<_>>()
        };
        bands(&snapshot.services, &snapshot.layers)
            .iter()
            .flat_map(names)
            .collect()
    };
    let before = order(&mut world);
    assert_eq!(before, ["edge a/zeta", "app a/y1", "app a/y2", "app a/y10"]);
    world.wait(5);
    let _ = world.die(&entry, 1);
    let stopped = entry.exited(1, 1_005).with(|facts| facts.ports.clear());
    let _ = world.inspect(stopped);
    let _ = world.inspect(facts("a/y1").with(|facts| facts.image = "acme/other".into()));
    assert_eq!(order(&mut world), before);
}

#[test]
fn the_timeline_keeps_as_many_events_as_the_settings_say() {
    let mut world = World::of(vec![facts("a/api")]);
    let push = |world: &mut World, count: usize| {
        for number in 0..count {
            let _ = world.apply(Observation::Own {
                at: at(1),
                text: format!("event {number}"),
            });
        }
    };
    let _ = world.apply(settings(true, 20, &[]));
    push(&mut world, 30);
    let texts = |world: &mut World| -> Vec<String> {
        world
            .snapshot()
            .timeline
            .iter()
            .map(|event| words(&event.change))
            .collect()
    };
    let kept = texts(&mut world);
    assert_eq!(
        (kept.len(), kept.last().map(String::as_str)),
        (20, Some("event 29"))
    );
    let _ = world.apply(settings(true, 10, &[]));
    assert_eq!(texts(&mut world), kept[10..], "a reload drops the oldest");
    let _ = world.apply(settings(true, 40, &[]));
    push(&mut world, 40);
    assert_eq!(texts(&mut world).len(), 40);
}

#[test]
fn snapshots_say_that_discovery_is_off_and_which_projects_there_are() {
    let mut world = World::of(vec![facts("a/api")]);
    assert!(world.snapshot().engine.discovery && world.snapshot().engine.projects.is_none());
    let _ = world.apply(settings(false, 10, &[]));
    let _ = world.apply(Observation::Projects(vec![
        StackName::new("a"),
        StackName::new("b"),
    ]));
    let engine = world.snapshot().engine.clone();
    assert!(!engine.discovery);
    assert_eq!(
        engine.projects,
        Some(vec![StackName::new("a"), StackName::new("b")])
    );
}
