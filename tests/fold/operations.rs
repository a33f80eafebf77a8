//! Operations, folded: followed, ended and forgotten.

use std::time::Duration;

use hubdeck::model::*;
use hubdeck::store::Changed;

use crate::support::store::{World, at, facts};

/// A restart of `a/db` with a step for each of `names`.
fn restart(with_dependents: bool, names: &[&str]) -> Plan {
    planned(OperationKind::Restart, with_dependents, names)
}

fn planned(kind: OperationKind, with_dependents: bool, names: &[&str]) -> Plan {
    let step = |name: &&str| Step {
        kind,
        service: "a/db".into(),
        target: StepTarget::Container("id-a-db-1".into()),
        name: (*name).into(),
        wait: hubdeck::model::StepWait::No,
        wave: 0,
    };
    Plan {
        operation: Operation {
            kind,
            targets: vec!["a/db".into()],
            with_dependents,
            image: None,
        },
        steps: names.iter().map(step).collect(),
        impact: Impact::default(),
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: std::collections::BTreeMap::new(),
        warnings: vec![],
        hash: "0".into(),
    }
}

#[test]
fn operations_are_followed_and_forgotten() {
    let mut world = World::of(vec![facts("a/db")]);
    let news = |world: &mut World, progress| {
        let at = world.now;
        world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        })
    };
    assert_eq!(
        news(&mut world, OperationProgress::Succeeded),
        Changed::No,
        "never begun"
    );
    let started = OperationProgress::Started {
        principal: Principal::Terminal,
        plan: Box::new(restart(false, &["a-db-1"])),
    };
    assert_eq!(news(&mut world, started), Changed::Yes);
    for (index, changed) in [(0, Changed::Yes), (1, Changed::No)] {
        let state = StepState::Running;
        let running = OperationProgress::Step { index, state };
        assert_eq!(news(&mut world, running), changed, "step {index}");
    }
    assert_eq!(world.snapshot().operations[0].steps, [StepState::Running]);
    let began_at = world.now;
    world.wait(2);
    let state = StepState::Waiting;
    let _ = news(&mut world, OperationProgress::Step { index: 0, state });
    let due_at = world.now;
    let _ = news(&mut world, OperationProgress::Waits { index: 0, due_at });
    world.wait(1);
    let error = "permission denied".to_owned();
    let state = StepState::Failed { error };
    let _ = news(&mut world, OperationProgress::Step { index: 0, state });
    let times = StepTimes {
        due_at: Some(due_at),
        began_at: Some(began_at),
        ended_at: Some(world.now),
    };
    assert_eq!(world.snapshot().operations[0].times, [times]);
    let _ = news(
        &mut world,
        OperationProgress::Failed {
            error: "permission denied".into(),
        },
    );
    assert_eq!(
        world.told(0),
        [
            "restarting a/db, by the console",
            "restart a/db: failed, permission denied"
        ]
    );
    world.wait(299);
    assert_eq!(world.snapshot().operations.len(), 1);
    world.wait(1);
    assert_eq!(world.snapshot().operations.len(), 1, "the last one stays");
}

#[test]
fn an_operation_that_was_cancelled_or_interrupted_is_told() {
    let mut world = World::of(vec![facts("a/db")]);
    let interrupted = InterruptedOperation {
        began_at: at(0),
        verb: "restart".into(),
        targets: vec!["a/db".into()],
        unknown: vec![InterruptedCall {
            verb: "restart".into(),
            name: "a-db-1".into(),
            instance: "a-db-1".into(),
            kept_as: None,
        }],
        not_begun: vec!["restart a-web-1".into()],
    };
    let now = world.now;
    let told = Observation::Interrupted {
        at: now,
        operations: vec![interrupted.clone()],
    };
    assert_eq!(world.apply(told), Changed::Yes);
    assert_eq!(world.told(0), [interrupted.to_string()]);
    assert_eq!(world.snapshot().timeline[0].service, Some("a/db".into()));
    let none = Observation::Interrupted {
        at: now,
        operations: Vec::new(),
    };
    assert_eq!(world.apply(none), Changed::No);

    let reason = SkipReason::Cancelled;
    for progress in [
        OperationProgress::Started {
            principal: Principal::Terminal,
            plan: Box::new(restart(true, &["a-db-1", "a-web-1"])),
        },
        OperationProgress::Step {
            index: 0,
            state: StepState::Unverified,
        },
        OperationProgress::Step {
            index: 1,
            state: StepState::Skipped { reason },
        },
        OperationProgress::Cancelled { reason },
    ] {
        let at = world.now;
        let _ = world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        });
    }
    assert_eq!(
        world.told(2),
        ["restart a/db with dependents: cancelled, 1 of 2 steps not begun"]
    );
    let status = world.snapshot().operations[0].clone();
    assert_eq!((status.cancelled, &status.error), (Some(reason), &None));
}

/// Begins the operation `kind` on `db` and its only call.
fn call(world: &mut World, db: &InstanceFacts, kind: OperationKind) {
    let mut plan = planned(kind, false, &["a-db-1"]);
    plan.steps[0].target = StepTarget::Container(db.id.clone());
    let plan = Box::new(plan);
    let principal = Principal::Terminal;
    step(world, OperationProgress::Started { principal, plan });
    let state = StepState::Running;
    step(world, OperationProgress::Step { index: 0, state });
}

fn step(world: &mut World, progress: OperationProgress) {
    let at = world.now;
    let id = OperationId(1);
    let _ = world.apply(Observation::Operation { id, at, progress });
}

/// The engine kills the process of `db`.
fn killed(world: &mut World, db: &InstanceFacts) {
    let signal = Some(9);
    let _ = world.event(db, EngineEventKind::Kill { signal });
    let _ = world.die(db, 137);
}

#[test]
fn what_hubdeck_was_asked_to_kill_or_remove_is_no_incident() {
    let kill = |signal: &str| OperationKind::Kill {
        signal: signal.parse().unwrap(),
    };
    for (kind, incidents) in [
        (None, 1),
        (Some(kill("KILL")), 0),
        (Some(OperationKind::Remove { force: true }), 0),
        // It is not what ended the process.
        (Some(kill("HUP")), 1),
    ] {
        let db = facts("a/db");
        let mut world = World::of(vec![db.clone()]);
        if let Some(kind) = kind {
            call(&mut world, &db, kind);
        }
        killed(&mut world, &db);
        world.wait(60);
        assert_eq!(world.incidents().len(), incidents, "{kind:?}");
    }
}

#[test]
fn a_container_that_dies_after_it_was_killed_on_purpose_and_started_again_has_failed() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    call(
        &mut world,
        &db,
        OperationKind::Kill {
            signal: KillSignal::KILL,
        },
    );
    killed(&mut world, &db);
    let state = StepState::Succeeded;
    step(&mut world, OperationProgress::Step { index: 0, state });
    step(&mut world, OperationProgress::Succeeded);
    world.wait(10);
    let _ = world.event(&db, EngineEventKind::Start);
    world.wait(10);
    assert!(world.incidents().is_empty());
    killed(&mut world, &db);
    world.wait(60);
    assert_eq!(world.incidents().len(), 1);
}

#[test]
fn the_last_restart_of_a_service_is_known_to_the_next_plan() {
    let db = facts("a/db");
    let mut world = World::of(vec![db.clone()]);
    let service = ServiceId::new("a/db");
    let recorded = |seconds| RecordedRestart {
        service: service.clone(),
        took: Duration::from_secs(seconds),
    };
    let _ = world.apply(Observation::RecordedRestarts(vec![
        recorded(30),
        recorded(11),
    ]));
    let took = |world: &mut World| world.snapshot().restart_times.get(&service).copied();
    assert_eq!(
        took(&mut world),
        Some(Duration::from_secs(11)),
        "the latest"
    );
    let restart = Operation {
        kind: OperationKind::Restart,
        targets: vec![service.clone()],
        with_dependents: false,
        image: None,
    };
    let plan = hubdeck::plan::plan(&restart, &world.snapshot()).unwrap();
    assert_eq!(plan.last_restart_ms.get(&service), Some(&11_000));
    for (state, expected) in [(StepState::Unverified, 11), (StepState::Succeeded, 4)] {
        call(&mut world, &db, OperationKind::Restart);
        world.wait(4);
        step(&mut world, OperationProgress::Step { index: 0, state });
        step(&mut world, OperationProgress::Succeeded);
        assert_eq!(took(&mut world), Some(Duration::from_secs(expected)));
    }
    let later = hubdeck::plan::plan(&restart, &world.snapshot()).unwrap();
    assert_eq!(later.hash, plan.hash, "the same is done");
    let stop = Operation {
        kind: OperationKind::Stop,
        ..restart
    };
    let stop = hubdeck::plan::plan(&stop, &world.snapshot()).unwrap();
    assert!(stop.last_restart_ms.is_empty());
}

#[test]
fn what_programs_wrote_stays_with_the_last_ten_operations() {
    let mut world = World::of(vec![facts("a/db")]);
    let mut run = |id: u64, lines: &[&str]| {
        let started = OperationProgress::Started {
            principal: Principal::Terminal,
            plan: Box::new(restart(false, &["a-db-1"])),
        };
        let line = |text: &&str| OutputLine {
            stream: LogStream::Stdout,
            text: (*text).to_owned(),
        };
        let output = OperationProgress::Output(lines.iter().map(line).collect());
        for progress in [started, output, OperationProgress::Succeeded] {
            let (id, at) = (OperationId(id), world.now);
            assert_eq!(
                world.apply(Observation::Operation { id, at, progress }),
                Changed::Yes
            );
        }
        world.wait(1);
    };
    for id in 1..=12 {
        run(id, &["pulling", "pulled"]);
    }
    // Without a program it is forgotten as before, but for the last one.
    run(13, &[]);
    run(14, &[]);
    world.wait(3_600);
    let snapshot = world.snapshot();
    let ids: Vec<u64> = snapshot.operations.iter().map(|it| it.id.0).collect();
    assert_eq!(ids, (3..=12).chain([14]).collect::<Vec<_>>());
    let kept = &snapshot.operations[0].output;
    let texts: Vec<&str> = kept.since(0).map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["pulling", "pulled"]);
}

#[test]
fn what_the_engine_answered_is_kept_with_its_step() {
    let mut world = World::of(vec![facts("a/db")]);
    let news = |world: &mut World, progress| {
        let at = world.now;
        world.apply(Observation::Operation {
            id: OperationId(1),
            at,
            progress,
        })
    };
    let started = OperationProgress::Started {
        principal: Principal::AutoHeal,
        plan: Box::new(restart(false, &["a-db-1"])),
    };
    let _ = news(&mut world, started);
    let call = EngineCall::new("POST /x".to_owned(), Some(409), b"no");
    let called = |index| OperationProgress::Called {
        index,
        calls: vec![call.clone()],
    };
    assert_eq!(news(&mut world, called(1)), Changed::No, "no such step");
    assert_eq!(news(&mut world, called(0)), Changed::Yes);
    assert_eq!(world.snapshot().operations[0].calls, [[call.clone()]]);
}

#[test]
fn a_service_that_is_healed_no_more_is_said_once_and_shown_until_that_is_over() {
    let mut world = World::of(vec![facts("a/db")]);
    let events = world.snapshot().timeline.len();
    let stop = HealStop {
        service: "a/db".into(),
        at: world.now,
        restarts: 3,
    };
    for _ in 0..2 {
        let _ = world.apply(Observation::HealStops(vec![stop.clone()]));
    }
    let reason = "auto-heal stopped: 3 restarts within 10 min did not help";
    assert_eq!(world.told(events), [reason]);
    let snapshot = world.snapshot();
    assert_eq!(snapshot.heal_stop(&"a/db".into()), Some(&stop));
    let document = |snapshot: &Snapshot| {
        let service = snapshot.service(&"a/db".into()).expect("a service");
        let document = hubdeck::document::json::ServiceDocument::of(service, snapshot);
        serde_json::to_value(document).expect("JSON")
    };
    assert_eq!(document(&snapshot)["auto_heal_stopped"]["restarts"], 3);
    let _ = world.apply(Observation::HealStops(Vec::new()));
    assert!(document(&world.snapshot())["auto_heal_stopped"].is_null());
}
