//! Observations in, incidents and explanations out.

use ProbeOrigin::Config;
use ProbeOutcome::{Failure, Success};
use hubdeck::explain::explain;
use hubdeck::model::*;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::support::store::{With, World, at, facts};

fn said(world: &mut World, facts: &InstanceFacts, lines: &[&str]) {
    let line = |text: &&str| LogLine {
        at: Some(world.now),
        instance: facts.id.clone(),
        stream: LogStream::Stderr,
        text: (*text).to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    };
    let lines = lines.iter().map(line).collect();
    let words = FailureLog {
        instance: facts.id.clone(),
        at: world.now,
        lines,
    };
    let _ = world.apply(Observation::FailureLog(words));
}

fn fail(world: &mut World, facts: &InstanceFacts) {
    for _ in 0..3 {
        let _ = world.probe(facts, Config, Failure);
        world.wait(5);
    }
}

fn recover(world: &mut World, facts: &InstanceFacts) {
    for _ in 0..2 {
        let _ = world.probe(facts, Config, Success);
        world.wait(5);
    }
}

fn explained(world: &mut World, id: &str) -> Explanation {
    let service = world.service(id);
    explain(&service, &world.snapshot(), &TimeZone::UTC)
}

#[test]
fn a_dead_database_is_one_incident_with_all_it_blocks_until_all_is_back() {
    let (db, api) = (
        facts("hub/db"),
        facts("hub/api").needs("db:healthy").port(80),
    );
    let mut world = World::of(vec![db.clone(), api.clone()]);
    recover(&mut world, &api);
    let _ = world.die(&db, 1);
    // What cannot work without it is blocked until something tells that it works all the same.
    assert_eq!(
        world.incidents(),
        ["db exited with code 1; this blocks api"]
    );
    assert_eq!(
        world.health("hub/api"),
        "degraded: depends on db, which is down"
    );
    fail(&mut world, &api);
    assert_eq!(
        world.service("hub/api").health.blocked_by,
        [ServiceId::new("hub/db")]
    );
    assert_eq!(
        world.incidents(),
        ["db exited with code 1; this blocks api"]
    );
    let _ = world.event(&db, EngineEventKind::Start);
    recover(&mut world, &api);
    world.wait(10);
    assert!(world.incidents().is_empty());
    let told = world.told_of_incidents();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[1].starts_with("incident #1 resolved after ")
            && told[1].ends_with(": hub/db recovered"),
        "{told:?}"
    );
}

#[test]
fn a_soft_need_blocks_when_the_log_points_at_it() {
    let cache = facts("hub/cache").port(6379);
    let api = facts("hub/api").needs("cache:started").port(80);
    let mut world = World::of(vec![cache.clone(), api.clone()]);
    recover(&mut world, &cache);
    recover(&mut world, &api);
    fail(&mut world, &cache);
    fail(&mut world, &api);
    assert!(
        world.service("hub/api").health.blocked_by.is_empty(),
        "nothing tells so yet"
    );
    assert_eq!(world.incidents().len(), 2);
    said(
        &mut world,
        &api,
        &["Error 111 connecting to cache:6379. Connection refused."],
    );
    assert_eq!(
        world.service("hub/api").health.blocked_by,
        [ServiceId::new("hub/cache")]
    );
    assert_eq!(
        world.incidents(),
        ["cache refuses connections; this blocks api"]
    );
    let explanation = explained(&mut world, "hub/api");
    assert!(
        explanation
            .sentence
            .contains("cause: cache, which has refused connections since")
    );
    recover(&mut world, &cache);
    recover(&mut world, &api);
    assert!(
        world.service("hub/api").failure_log.is_none(),
        "what works needs no last words"
    );
    world.wait(40);
    assert!(world.incidents().is_empty());
}

#[test]
fn a_proxy_that_repeats_what_its_backend_says_is_blocked_by_what_that_names() {
    let db = facts("hub/db");
    let api = facts("hub/api").needs("db:healthy").port(80);
    let proxy = facts("hub/proxy").needs("api:started").port(80);
    let mut world = World::of(vec![db.clone(), api.clone(), proxy.clone()]);
    recover(&mut world, &api);
    recover(&mut world, &proxy);
    let _ = world.die(&db, 1);
    said(&mut world, &proxy, &["hello"]);
    fail(&mut world, &proxy);
    // The backend was not probed again yet: it counts as healthy, and the proxy's incident waits.
    assert_eq!(world.incidents().len(), 1);
    said(
        &mut world,
        &proxy,
        &["503 unhealthy: database db:5432: [Errno 111] Connection refused"],
    );
    assert_eq!(
        world.service("hub/proxy").health.blocked_by,
        [ServiceId::new("hub/db")]
    );
    assert_eq!(
        world.incidents(),
        ["db exited with code 1; this blocks api and proxy"]
    );
}

#[test]
fn what_waits_to_be_started_is_blocked_by_what_it_waits_for() {
    let db = facts("hub/db").docker(DockerStatus::Unhealthy);
    let api = facts("hub/api").needs("db:healthy").with(|facts| {
        facts.state = InstanceState::Created;
        facts.started_at = None;
    });
    let mut world = World::of(vec![db, api]);
    let health = world.service("hub/api").health.clone();
    assert_eq!(
        (health.state, health.blocked_by),
        (HealthState::Stopped, vec!["hub/db".into()])
    );
    assert_eq!(
        world.incidents(),
        ["db fails its healthcheck; this blocks api"]
    );
    let explanation = explained(&mut world, "hub/api");
    assert!(
        explanation
            .sentence
            .starts_with("api has not been started since"),
        "{}",
        explanation.sentence
    );
    assert!(
        explanation
            .try_next
            .contains(&"start it once what it waits for is healthy".to_owned())
    );
}

#[test]
fn an_incident_is_as_old_as_what_the_engine_dates() {
    let db = facts("hub/db")
        .exited(1, 500)
        .with(|facts| facts.restart_policy = "no".into());
    let mut world = World::of(vec![db]);
    let incident = world.snapshot().open_incidents().next().cloned().unwrap();
    assert_eq!(incident.opened_at, at(500));
}

#[test]
fn last_words_of_what_works_are_not_kept() {
    let db = facts("hub/db");
    let mut world = World::of(vec![db.clone()]);
    said(&mut world, &db, &["hello"]);
    assert!(world.service("hub/db").failure_log.is_none());
}

fn operate(world: &mut World, id: u64, kind: OperationKind, service: &str) {
    let step = Step {
        kind,
        service: service.into(),
        target: StepTarget::Service,
        name: service.into(),
        wait: hubdeck::model::StepWait::No,
        wave: 0,
    };
    let operation = Operation {
        kind,
        targets: vec![service.into()],
        with_dependents: false,
        image: None,
    };
    let (steps, impact) = (vec![step], Impact::default());
    let plan = Box::new(Plan {
        operation,
        steps,
        impact,
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: std::collections::BTreeMap::new(),
        warnings: vec![],
        hash: String::new(),
    });
    let (id, at) = (OperationId(id), world.now);
    for progress in [
        OperationProgress::Started {
            principal: Principal::Terminal,
            plan,
        },
        OperationProgress::Step {
            index: 0,
            state: StepState::Succeeded,
        },
        OperationProgress::Succeeded,
    ] {
        let _ = world.apply(Observation::Operation { id, at, progress });
    }
}

#[test]
fn a_silenced_service_opens_no_incident_until_its_time_is_over() {
    let db = facts("hub/db");
    let mut world = World::of(vec![db.clone()]);
    operate(
        &mut world,
        1,
        OperationKind::Silence { minutes: Some(10) },
        "hub/db",
    );
    assert_eq!(world.overlays("hub/db"), [Overlay::Maintenance]);
    let _ = world.die(&db, 1);
    assert!(world.incidents().is_empty());
    // The container is replaced meanwhile: the silence is the service's.
    let _ = world.apply(Observation::Gone {
        at: world.now,
        instance: db.id.clone(),
    });
    world.snapshot();
    let new = db.clone().with(|facts| facts.id = "new".into());
    let _ = world.inspect(new.clone());
    let _ = world.die(&new, 1);
    assert!(world.incidents().is_empty());
    world.wait(601);
    assert_eq!(world.overlays("hub/db"), []);
    assert_eq!(world.incidents(), ["db exited with code 1"]);
    operate(
        &mut world,
        2,
        OperationKind::Silence { minutes: None },
        "hub/db",
    );
    world.wait(100_000);
    assert!(world.incidents().is_empty(), "until it is lifted");
    operate(&mut world, 3, OperationKind::Lift, "hub/db");
    assert_eq!(world.incidents().len(), 1);
}

#[test]
fn a_label_silences_until_its_time() {
    let until = (at(0) + SignedDuration::from_secs(1_060)).to_string();
    let db = facts("hub/db").exited(1, 500).with(|facts| {
        facts.restart_policy = "no".into();
        facts
            .labels
            .reveal_mut()
            .insert("hubdeck.maintenance".into(), until);
    });
    let mut world = World::of(vec![db]);
    assert_eq!(world.overlays("hub/db"), [Overlay::Maintenance]);
    assert!(world.incidents().is_empty());
    world.wait(61);
    assert_eq!(world.incidents().len(), 1);
}

#[test]
fn memory_near_its_limit_is_a_warning() {
    let api = facts("hub/api").with(|facts| facts.limits.memory_bytes = Some(1_000));
    let mut world = World::of(vec![api.clone()]);
    let mut use_memory = |bytes| {
        world.wait(2);
        let sample = Sample {
            memory_bytes: Some(bytes),
            ..Sample::empty(world.now)
        };
        let _ = world.apply(Observation::Sampled {
            instance: api.id.clone(),
            sample,
        });
        world.health("hub/api")
    };
    assert_eq!(use_memory(950), "running: no check");
    assert_eq!(use_memory(960), "degraded: memory at 96 % of its limit");
    assert_eq!(use_memory(500), "running: no check");
    let _ = world.event(&api, EngineEventKind::Oom);
    assert_eq!(
        world.health("hub/api"),
        "degraded: a process inside was OOM-killed"
    );
    world.wait(600);
    assert_eq!(world.health("hub/api"), "running: no check");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_incident_closes_after_everything_is_healthy(
        steps in prop::collection::vec((0..5_usize, any::<bool>(), 0..40_i64), 1..40)
    ) {
        let needs = ["", "a:healthy", "b:healthy a:started", "c:healthy", ""];
        let all: Vec<InstanceFacts> =
            ["a", "b", "c", "d", "e"].iter().zip(needs).map(|(name, needs)| {
                facts(&format!("hub/{name}")).needs(needs).port(80)
            }).collect();
        let mut world = World::of(all.clone());
        for (at, works, wait) in steps {
            let _ = world.probe(&all[at], Config, if works { Success } else { Failure });
            world.wait(wait);
            let snapshot = world.snapshot();
            let mut roots: Vec<IncidentRoot> = snapshot.open_incidents().map(|each| each.root.clone()).collect();
            let count = roots.len();
            roots.sort();
            roots.dedup();
            prop_assert_eq!(count, roots.len(), "one open incident a root");
        }
        for facts in &all {
            recover(&mut world, facts);
        }
        for _ in 0..3 {
            for facts in &all {
                let _ = world.probe(facts, Config, Success);
            }
            world.wait(15);
            world.snapshot();
        }
        prop_assert_eq!(world.incidents(), Vec::<String>::new());
    }
}
