//! Lists, inspections and events in, services and timeline out.

mod events;

use std::sync::Arc;

use hubdeck::model::*;
use hubdeck::store::Changed;

use crate::support::store::{With, World, at, facts, numbered};

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
        facts.restart_policy = "".into();
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
fn a_lost_engine_keeps_the_last_known_state_marked_stale() {
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
        ["engine unreachable: connection refused", "engine is back"]
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
