//! Failures and successes in a row outlive what is not news of the service: a lost engine, a reload
//! of the config file.

use std::sync::Arc;
use std::time::Duration;

use ProbeOrigin::{Config, Port};
use ProbeOutcome::{Failure, Success};
use hubdeck::model::*;

use crate::support::store::{With, World, facts};

const API: &str = "a/api";

fn rule(pattern: &str, kind: ProbeKind, port: u16) -> ServiceRule {
    ServiceRule {
        probe: Some(ProbeSpec::new(kind, port, ProbeOrigin::Config)),
        ..ServiceRule::of(pattern)
    }
}

/// Reloads the config file.
fn rules(world: &mut World, policy: HealthPolicy, rules: Vec<ServiceRule>) {
    let layers = Arc::new(Layers::default());
    let _ = world.apply(Observation::Rules {
        policy,
        rules: rules.into(),
        layers,
        problem: None,
    });
}

fn lose(world: &mut World) {
    let (since, error) = (world.now, "connection refused".to_owned());
    let status = EngineStatus::Lost {
        since,
        error,
        retry_at: since + SignedDuration::from_secs(1),
    };
    let _ = world.apply(Observation::Engine {
        status,
        attempts: Vec::new(),
    });
}

/// The engine is back and lists the same containers, cheaply at first, as discovery does.
fn come_back(world: &mut World, list: &[InstanceFacts]) {
    let status = EngineStatus::Connected { since: world.now };
    let _ = world.apply(Observation::Engine {
        status,
        attempts: Vec::new(),
    });
    let cheap = |facts: &InstanceFacts| InstanceFacts {
        inspected: false,
        started_at: None,
        created_at: facts.created_at,
        restart_policy: "".into(),
        environment: Vec::new().into(),
        ..facts.clone()
    };
    let _ = world.list(list.iter().map(cheap).collect());
    for facts in list {
        let _ = world.inspect(facts.clone());
    }
}

/// Something that happens to the world of a container.
type Happening = fn(&mut World, &InstanceFacts);

/// What may happen between two results and is no news of the service.
fn happenings() -> Vec<(&'static str, Happening)> {
    vec![
        ("nothing", |_, _| {}),
        ("the engine is lost and back", |world, api| {
            lose(world);
            world.wait(10);
            come_back(world, std::slice::from_ref(api));
        }),
        ("failures while it is lost", |world, api| {
            lose(world);
            let _ = world.probe(api, Config, Failure);
            world.wait(10);
            come_back(world, std::slice::from_ref(api));
        }),
        ("it is lost for ten minutes", |world, api| {
            lose(world);
            for _ in 0..20 {
                world.wait(30);
                let _ = world.probe(api, Config, Failure);
            }
            come_back(world, std::slice::from_ref(api));
        }),
        ("another interval", |world, _| {
            let policy = HealthPolicy {
                interval: Duration::from_secs(20),
                ..HealthPolicy::default()
            };
            rules(world, policy, vec![rule("api", ProbeKind::Http, 8000)]);
        }),
        ("another, unrelated rule", |world, _| {
            let (api, db) = (
                rule("api", ProbeKind::Http, 8000),
                rule("db", ProbeKind::Postgres, 5432),
            );
            rules(
                world,
                HealthPolicy::default(),
                vec![db, api, ServiceRule::of("x")],
            );
        }),
        ("another timeout and another idea of slow", |world, _| {
            let mut rule = rule("api", ProbeKind::Http, 8000);
            if let Some(probe) = &mut rule.probe {
                (probe.timeout, probe.slow_after) =
                    (Duration::from_secs(1), Some(Duration::from_secs(2)));
            }
            rules(world, HealthPolicy::default(), vec![rule]);
        }),
        ("a result that tells nothing", |world, api| {
            let _ = world.probe(api, Config, ProbeOutcome::Inconclusive);
        }),
    ]
}

fn world(api: &InstanceFacts) -> World {
    let mut world = World::of(vec![api.clone()]);
    rules(
        &mut world,
        HealthPolicy::default(),
        vec![rule("api", ProbeKind::Http, 8000)],
    );
    let _ = world.probe(api, Config, Success);
    world
}

#[test]
fn failures_in_a_row_are_counted_across_what_is_no_news() {
    let api = facts(API).port(8000);
    for (what, happen) in happenings() {
        let mut world = world(&api);
        for _ in 0..2 {
            world.wait(5);
            let _ = world.probe(&api, Config, Failure);
        }
        happen(&mut world, &api);
        assert!(
            world.health(API).starts_with("degraded: "),
            "{what}: {}",
            world.health(API)
        );
        world.wait(5);
        let _ = world.probe(&api, Config, Failure);
        let expected = "unhealthy: probe: connection refused, 3 failures in a row";
        assert_eq!(world.health(API), expected, "{what}");
    }
}

#[test]
fn successes_in_a_row_are_counted_across_what_is_no_news() {
    let api = facts(API).port(8000);
    for (what, happen) in happenings() {
        let mut world = world(&api);
        for outcome in [Failure, Failure, Failure, Success] {
            world.wait(5);
            let _ = world.probe(&api, Config, outcome);
        }
        happen(&mut world, &api);
        assert!(
            world.health(API).starts_with("unhealthy: "),
            "{what}: {}",
            world.health(API)
        );
        world.wait(5);
        let _ = world.probe(&api, Config, Success);
        assert_eq!(world.health(API), "healthy: probe: 200 OK", "{what}");
    }
}

#[test]
fn a_guess_that_was_proven_stays_proven() {
    let api = facts(API).port(8000);
    for (what, happen) in happenings() {
        let mut world = World::of(vec![api.clone()]);
        let _ = world.probe(&api, Port, Success);
        if what.starts_with("another") && !what.contains("unrelated") {
            continue; // these set a rule, which replaces the guess
        }
        if what.contains("unrelated") {
            rules(
                &mut world,
                HealthPolicy::default(),
                vec![rule("db", ProbeKind::Postgres, 5432)],
            );
        } else {
            happen(&mut world, &api);
        }
        let _ = world.probe(&api, Port, Failure);
        assert_eq!(
            world.health(API),
            "degraded: probe: connection refused",
            "{what}"
        );
    }
}

#[test]
fn news_of_the_service_begin_a_new_count() {
    let api = facts(API).port(8000);
    let other_question: Happening = |world, _| {
        rules(
            world,
            HealthPolicy::default(),
            vec![rule("api", ProbeKind::Http, 9000)],
        );
    };
    let other_run: Happening = |world, api| {
        let started = Some(world.now);
        let _ = world.inspect(api.clone().with(|facts| facts.started_at = started));
        world.wait(90);
    };
    for (what, happen) in [("another port", other_question), ("another run", other_run)] {
        let mut world = world(&api);
        for _ in 0..2 {
            world.wait(5);
            let _ = world.probe(&api, Config, Failure);
        }
        happen(&mut world, &api);
        world.wait(5);
        let _ = world.probe(&api, Config, Failure);
        assert_eq!(
            world.health(API),
            "unhealthy: probe: connection refused",
            "{what}: first sight, one sample"
        );
        world.wait(5);
        let _ = world.probe(&api, Config, Success);
        assert_eq!(
            world.health(API),
            "healthy: probe: 200 OK",
            "{what}: it was not confirmed"
        );
    }
}
