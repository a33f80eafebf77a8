//! Lists, inspections and events in, services and timeline out.

use std::sync::Arc;

use crate::support::store::{With, World, at, facts, numbered};
use hubdeck::model::*;
use hubdeck::store::Changed;

#[test]
fn containers_become_services_by_stack_and_name() {
    let oneoff = |facts: &mut InstanceFacts| {
        _ = facts
            .labels
            .reveal_mut()
            .insert("com.docker.compose.oneoff".into(), "True".into())
    };
    let dir = |facts: &mut InstanceFacts| {
        facts.labels.reveal_mut().insert(
            "com.docker.compose.project.working_dir".into(),
            "/srv/a".into(),
        );
    };
    let mut world = World::of(vec![
        numbered("a/web", 2),
        numbered("a/web", 1).with(dir),
        numbered("b/web", 1),
        facts("solo"),
        numbered("a/web", 9).with(oneoff),
        facts("a-b/x"),
    ]);
    let snapshot = world.snapshot();
    let told: Vec<String> = snapshot
        .services
        .iter()
        .map(|service| {
            let names: Vec<_> = service
                .instances
                .iter()
                .map(|each| each.facts.name.as_str())
                .collect();
            format!("{}={}", service.id, names.join(","))
        })
        .collect();
    assert_eq!(
        told,
        [
            "a-b/x=a-b-x-1",
            "a/web=a-web-1,a-web-2",
            "b/web=b-web-1",
            "solo=solo"
        ]
    );
    let stacks: Vec<_> = snapshot
        .stacks
        .iter()
        .map(|stack| (stack.name.as_str(), stack.totals.all()))
        .collect();
    assert_eq!(stacks, [("a", 1), ("a-b", 1), ("b", 1)]);
    assert_eq!(snapshot.stacks[0].working_dir.as_deref(), Some("/srv/a"));
    assert_eq!(snapshot.totals().all(), snapshot.services.len());
}

#[test]
fn of_two_containers_with_one_number_the_running_else_the_newest_counts() {
    let old = facts("a/db").exited(1, 5);
    let new = facts("a/db").with(|facts| {
        facts.id = "id-new".into();
        facts.created_at = Some(at(500));
    });
    for (pair, expected) in [
        (vec![old.clone(), new.clone()], "id-new"),
        (vec![new.clone().exited(1, 600), old.clone()], "id-new"),
        (
            vec![
                facts("a/db"),
                new.clone()
                    .with(|facts| facts.state = InstanceState::Created),
            ],
            "id-a-db-1",
        ),
    ] {
        let mut world = World::of(pair);
        let service = world.service("a/db");
        assert_eq!(service.instances.len(), 1);
        assert_eq!(service.instances[0].facts.id.as_str(), expected);
    }
}

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
        "unhealthy: killed for lack of memory (exit code 137)"
    );
    assert_eq!(world.told(0)[0], "the kernel killed a process for memory");
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
fn older_facts_never_overwrite_newer_ones() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    world.wait(10);
    let asked_before = world.now - SignedDuration::from_secs(2);
    let _ = world.die(&db, 1);
    let list = |at: Timestamp, world: &mut World, instances: Vec<InstanceFacts>| {
        let (done_at, next_at) = (world.now, world.now);
        world.apply(Observation::Listed {
            at,
            done_at,
            next_at,
            instances: instances.into_iter().map(Arc::new).collect(),
        })
    };
    let _ = list(asked_before, &mut world, vec![db.clone()]);
    let _ = world.apply(Observation::Inspected {
        at: asked_before,
        facts: Arc::new(db.clone()),
    });
    assert_eq!(world.health("a/db"), "unhealthy: exited with code 1");
    // A container that appeared after the list was asked for is not gone.
    let new = facts("a/new");
    let _ = world.inspect(new);
    let _ = list(asked_before, &mut world, vec![]);
    assert_eq!(world.snapshot().services.len(), 2);
    // One that is gone does not come back by a late answer.
    let _ = world.event(&db, EngineEventKind::Destroy);
    let _ = world.inspect(db);
    assert_eq!(world.snapshot().services.len(), 1);
}

#[test]
fn a_list_entry_does_not_wipe_what_an_inspection_told() {
    let db = facts("a/db")
        .port(5432)
        .needs("x:healthy")
        .with(|facts| facts.restarts = 3);
    let mut world = World::of(vec![db.clone()]);
    world.wait(30);
    let cheap = facts("a/db").exited(137, 1_020).with(|facts| {
        facts.inspected = false;
        facts.restart_policy.clear();
        (facts.started_at, facts.finished_at) = (None, None);
    });
    let _ = world.list(vec![cheap]);
    let shown = Arc::clone(&world.service("a/db").instances[0].facts);
    assert_eq!(
        (shown.state, shown.exit_code),
        (InstanceState::Exited, Some(137))
    );
    assert_eq!(
        (shown.restarts, &shown.depends_on, shown.inspected),
        (3, &db.depends_on, true)
    );
    assert_eq!(shown.ports, db.ports, "a stopped container tells no ports");
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
            "died and was restarted by the engine",
            "container a-api-1 started",
            "exited with code 3",
            "running → unhealthy: exited with code 3",
        ]
    );
}

#[test]
fn a_renamed_standalone_container_is_a_service_by_its_new_name() {
    let old = facts("solo");
    let mut world = World::of(vec![old.clone()]);
    world.wait(1);
    let _ = world.inspect(old.with(|facts| {
        facts.name = "duo".into();
        facts.service = "duo".into();
    }));
    let snapshot = world.snapshot();
    let names: Vec<_> = snapshot
        .services
        .iter()
        .map(|service| service.id.as_str())
        .collect();
    assert_eq!(names, ["duo"]);
}

#[test]
fn a_lost_engine_keeps_the_last_picture_marked_stale() {
    let api = facts("a/api").port(8000);
    let fresh = facts("a/new")
        .port(80)
        .with(|facts| facts.started_at = Some(at(995)));
    let mut world = World::of(vec![api.clone(), fresh]);
    let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Success);
    let lost = |retry: i64| Observation::Engine {
        status: EngineStatus::Lost {
            since: at(1_000),
            error: "connection refused".into(),
            retry_at: at(retry),
        },
        attempts: Vec::new(),
    };
    let _ = world.apply(lost(1_001));
    let _ = world.apply(lost(1_002));
    for _ in 0..10 {
        world.wait(30);
        let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Failure);
    }
    assert_eq!(world.health("a/api"), "healthy: probe: connection refused");
    assert_eq!(
        world.health("a/new"),
        "starting: starting; not checked yet",
        "time alone changes nothing"
    );
    assert_eq!(world.overlays("a/new"), [Overlay::Stale]);
    let _ = world.probe(&api, ProbeOrigin::Config, ProbeOutcome::Success);
    assert_eq!(world.health("a/api"), "healthy: probe: 200 OK");
    let _ = world.apply(Observation::Engine {
        status: EngineStatus::Connected { since: world.now },
        attempts: Vec::new(),
    });
    assert_eq!(world.overlays("a/api"), []);
    assert_eq!(world.health("a/new"), "running: no check");
    let told = world.told(0);
    assert_eq!(
        told[..2],
        ["engine lost: connection refused", "engine is back"]
    );
}

#[test]
fn samples_are_shown_while_it_runs_and_leave_a_gap_after() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    let sample = |world: &mut World, cpu: f64| {
        let mut sample = Sample::empty(world.now);
        sample.cpu_percent = Some(cpu);
        world.apply(Observation::Sampled {
            instance: "id-a-db-1".into(),
            sample,
        })
    };
    assert_eq!(
        sample(&mut world, 1.0),
        Changed::Yes,
        "the first one is news"
    );
    assert_eq!(
        sample(&mut world, 2.0),
        Changed::No,
        "not newer than the last"
    );
    world.wait(2);
    let before = world.snapshot();
    let _ = sample(&mut world, 3.0);
    assert_eq!(
        before.services[0].total(Metric::Cpu),
        Some(1.0),
        "a snapshot never changes"
    );
    world.wait(2);
    let _ = world.die(&db, 1);
    assert_eq!(sample(&mut world, 4.0), Changed::No);
    let service = world.service("a/db");
    assert_eq!(service.instances[0].sample, None);
    let cpu: Vec<_> = service.instances[0]
        .series
        .metric(Metric::Cpu)
        .map(|(_, value)| value)
        .collect();
    assert_eq!(cpu, [Some(1.0), Some(3.0), None]);
    let _ = world.apply(Observation::ClearCache { at: world.now });
    assert!(world.service("a/db").instances[0].series.is_empty());
    assert_eq!(world.health("a/db"), "unhealthy: exited with code 1");
}
