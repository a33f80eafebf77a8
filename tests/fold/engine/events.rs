//! Starts, deaths, pauses and deployments, as events and inspections report them.

use std::sync::Arc;

use hubdeck::model::*;
use hubdeck::store::Changed;

use crate::support::store::{With, World, at, facts};

#[test]
fn an_event_shows_at_once_and_the_inspection_only_confirms_it() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    world.wait(10);
    assert_eq!(world.die(&db, 137), Changed::Yes);
    assert_eq!(
        world.health("a/db"),
        "unhealthy: exited with code 137 (killed)"
    );
    let before = world.snapshot();
    world.wait(1);
    let _ = world.inspect(db.clone().exited(137, 1_010));
    assert_eq!(
        world.health("a/db"),
        "unhealthy: exited with code 137 (killed)"
    );
    world.wait(1);
    let _ = world.event(&db, EngineEventKind::Start);
    assert_eq!(world.health("a/db"), "running: no check");
    let _ = world.inspect(db.with(|facts| facts.started_at = Some(at(1_012))));
    assert_eq!(
        world.told(0),
        [
            "exited with code 137 (killed)",
            "running → unhealthy: exited with code 137 (killed)",
            "container a-db-1 started",
            "unhealthy → running: no check",
        ]
    );
    assert_eq!(before.services[0].health.since, at(1_010));
}

#[test]
fn a_start_that_only_an_event_told_of_awaits_its_inspection() {
    let at_address = |last: u8| NetworkAddress {
        network: "back".into(),
        address: Some([172, 18, 0, last].into()),
        aliases: Vec::new(),
    };
    let db = facts("a/db").with(|facts| facts.networks = vec![at_address(4)]);
    let mut world = World::of(vec![db.clone()]);
    let state = |world: &mut World| {
        let snapshot = world.snapshot();
        let facts = &snapshot.services[0].instances[0].facts;
        (
            facts.is_running(),
            facts.networks[0].address,
            snapshot.awaits_inspection(facts),
        )
    };
    assert_eq!(state(&mut world), (true, at_address(4).address, false));
    world.wait(10);
    let _ = world.die(&db, 0);
    let _ = world.inspect(
        db.clone()
            .exited(0, 1_010)
            .with(|facts| facts.networks[0].address = None),
    );
    assert_eq!(state(&mut world), (false, None, false));
    world.wait(1);
    let again = db.clone().with(|facts| {
        facts.started_at = Some(at(1_012));
        facts.networks = vec![at_address(5)];
    });
    // Asked for before the start, answered after it: it is passed over.
    let asked = world.now;
    world.wait(1);
    let _ = world.event(&db, EngineEventKind::Start);
    let _ = world.apply(Observation::Inspected {
        at: asked,
        facts: Arc::new(again.clone()),
    });
    assert_eq!(state(&mut world), (true, None, true));
    world.wait(1);
    let _ = world.inspect(again);
    assert_eq!(state(&mut world), (true, at_address(5).address, false));
}

#[test]
fn a_container_that_was_stopped_is_stopped_not_dead() {
    for (events, told) in [
        // `docker stop`, and one that has to kill in the end.
        (
            vec![(15, true), (0, false)],
            "stopped, exited with code 143 (terminated)",
        ),
        (
            vec![(15, true), (9, true), (0, false)],
            "stopped, exited with code 143 (terminated)",
        ),
        // A stop signal of its own choice that is not known as one.
        (
            vec![(40, true), (0, false)],
            "exited with code 143 (terminated)",
        ),
    ] {
        let db = facts("a/db");
        let mut world = World::of(vec![db.clone()]);
        for (signal, is_kill) in events {
            if is_kill {
                let _ = world.event(
                    &db,
                    EngineEventKind::Kill {
                        signal: Some(signal),
                    },
                );
            } else {
                let _ = world.die(&db, 143);
                let _ = world.event(&db, EngineEventKind::Stop);
            }
        }
        assert_eq!(world.health("a/db"), "stopped: stopped");
        assert_eq!(world.told(0)[0], told);
        assert!(!world.overlays("a/db").contains(&Overlay::Flapping));
    }
    // `docker kill`.
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    let _ = world.event(&db, EngineEventKind::Kill { signal: Some(9) });
    let _ = world.die(&db, 137);
    assert_eq!(
        world.health("a/db"),
        "unhealthy: exited with code 137 (killed)"
    );
}

#[test]
fn out_of_memory_is_named() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    let _ = world.event(&db, EngineEventKind::Oom);
    let _ = world.die(&db, 137);
    assert_eq!(
        world.health("a/db"),
        "unhealthy: OOM-killed (exit code 137)"
    );
    assert_eq!(world.told(0)[0], "OOM kill");
}

#[test]
fn pausing_is_an_overlay() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    let _ = world.event(&db, EngineEventKind::Pause);
    assert_eq!(world.health("a/db"), "stopped: paused");
    assert_eq!(world.overlays("a/db"), [Overlay::Paused]);
    let _ = world.event(&db, EngineEventKind::Unpause);
    assert_eq!(world.health("a/db"), "running: no check");
    assert_eq!(world.overlays("a/db"), []);
}

#[test]
fn a_deploy_is_told_with_what_changed() {
    let old = facts("a/api").with(|facts| facts.image = "acme/api:1".into());
    let new = |id: &str, image: &str| {
        facts("a/api").with(|facts| {
            facts.id = id.into();
            facts.image = image.into();
            facts.image_id = format!("sha256:{image}");
            facts.created_at = Some(at(1_000));
            facts.started_at = Some(at(1_000));
        })
    };
    let mut world = World::of(vec![old]);
    let _ = world.inspect(new("id-2", "acme/api:2"));
    let _ = world.inspect(new("id-2", "acme/api:2"));
    let _ = world.apply(Observation::Gone {
        at: world.now,
        instance: "id-a-api-1".into(),
    });
    let _ = world.inspect(facts("a/db"));
    assert_eq!(
        world.told(0),
        [
            "deployed: acme/api:1 → acme/api:2",
            "container a-api-1 started",
            "container a-api-1 removed",
            "container a-db-1 created",
            "container a-db-1 started",
        ]
    );
}

#[test]
fn deaths_that_no_event_told_of_are_found_in_the_facts() {
    let api = facts("a/api");
    let mut world = World::of(vec![api.clone()]);
    world.wait(30);
    let _ = world.list(vec![api.clone().with(|facts| {
        facts.restarts = 1;
        facts.started_at = Some(at(1_020));
    })]);
    world.wait(30);
    let _ = world.list(vec![
        api.exited(3, 1_050)
            .with(|facts| facts.restart_policy = "no".into()),
    ]);
    assert_eq!(
        world.told(0),
        [
            "exited, restarted by the restart policy",
            "container a-api-1 started",
            "exited with code 3",
            "running → unhealthy: exited with code 3",
        ]
    );
}
