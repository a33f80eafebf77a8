//! What results of probes do to the state, with thresholds and start periods.

use DockerStatus as Docker;
use ProbeOrigin::{Config, Port};
use ProbeOutcome::{Failure, Success, Warning};
use hubdeck::model::*;

use crate::support::store::{With, World, at, facts};

#[test]
fn probes_move_the_state_by_thresholds() {
    let api = facts("a/api").port(8000);
    let mut world = World::of(vec![api.clone()]);
    let mut states = Vec::new();
    for outcome in [
        Success, Failure, Failure, Failure, Success, Success, Warning, Warning,
    ] {
        world.wait(30);
        assert!(world.probe(&api, Config, outcome).is_yes());
        states.push(world.health("a/api"));
    }
    assert_eq!(
        states,
        [
            "healthy: probe: 200 OK",
            "degraded: probe: connection refused",
            "degraded: probe: connection refused, 2 failures in a row",
            "unhealthy: probe: connection refused, 3 failures in a row",
            "unhealthy: probe: recovering (1 of 2 good probes)",
            "healthy: probe: 200 OK",
            "healthy: probe: 429 Too Many Requests",
            "degraded: probe: 429 Too Many Requests",
        ]
    );
    let service = world.service("a/api");
    assert_eq!(service.version.as_deref(), Some("1.4.2"));
    assert_eq!(service.probe_log.len(), 8);
    let latency: Vec<_> = service.latency.column(0).map(|(_, value)| value).collect();
    assert_eq!(
        latency[..5],
        [Some(3.5), None, None, None, Some(3.5)],
        "failures are gaps"
    );
    assert_eq!(
        world.told(0),
        [
            "healthy → degraded: probe: connection refused",
            "degraded → unhealthy: probe: connection refused, 3 failures in a row",
            "unhealthy → healthy: probe: 200 OK",
            "healthy → degraded: probe: 429 Too Many Requests",
        ]
    );
}

#[test]
fn a_guess_that_never_worked_proves_nothing() {
    let checked = facts("a/api").port(8000).docker(Docker::Healthy);
    let plain = facts("a/plain").port(8000);
    let mut world = World::of(vec![checked.clone(), plain.clone()]);
    for _ in 0..5 {
        world.wait(30);
        let _ = world.probe(&checked, Port, Failure);
        let _ = world.probe(&plain, Port, Failure);
    }
    assert_eq!(
        world.health("a/api"),
        "healthy: docker: healthy; cannot be reached from here: connection refused"
    );
    assert_eq!(
        world.health("a/plain"),
        "running: cannot be reached from here: connection refused"
    );
    assert!(!world.service("a/api").health.probe.as_ref().unwrap().counts);
    // Once it worked, it counts.
    let _ = world.probe(&plain, Port, Success);
    for _ in 0..3 {
        world.wait(30);
        let _ = world.probe(&plain, Port, Failure);
    }
    assert_eq!(
        world.health("a/plain"),
        "unhealthy: probe: connection refused, 3 failures in a row"
    );
}

#[test]
fn the_probe_is_named_once_beside_dockers_verdict() {
    let fresh = facts("a/api")
        .port(8000)
        .docker(Docker::Healthy)
        .with(|f| f.started_at = Some(at(990)));
    let mut world = World::of(vec![fresh.clone()]);
    let _ = world.probe(&fresh, Config, Failure);
    assert_eq!(
        world.health("a/api"),
        "healthy: docker: healthy; probe: connection refused"
    );
    let _ = world.probe(&fresh, Config, Success);
    assert_eq!(
        world.health("a/api"),
        "healthy: docker: healthy; probe: 200 OK"
    );
}

#[test]
fn a_service_that_answers_after_a_pause_says_when_docker_checks_again() {
    // What the engine reports after `docker unpause`, until its next check.
    let unpaused = facts("a/redis")
        .port(6379)
        .docker(Docker::Unhealthy)
        .with(|f| {
            f.health_log = vec![HealthcheckLog {
                at: at(990),
                exit_code: 0,
                output: "PONG".into(),
            }];
        });
    let mut world = World::of(vec![unpaused.clone()]);
    let _ = world.probe(&unpaused, Config, Success);
    assert_eq!(
        world.health("a/redis"),
        "unhealthy: answers again (200 OK); Docker's healthcheck says unhealthy, next check within 30 s"
    );
    let failed = unpaused.with(|f| {
        f.docker.failing_streak = 3;
        f.docker.output = "no route".into();
        f.health_log[0].exit_code = 1;
    });
    let _ = world.inspect(failed);
    assert_eq!(
        world.health("a/redis"),
        "unhealthy: docker: unhealthy, no route"
    );
}

#[test]
fn what_cannot_be_reached_from_here_leaves_dockers_verdict_alone() {
    let lan = facts("a/lan").port(80).docker(Docker::Healthy);
    let mut world = World::of(vec![lan.clone()]);
    let message = "cannot be reached from here: this machine has no interface in network lan";
    for _ in 0..4 {
        world.wait(30);
        let said = (ProbeOutcome::Inconclusive, Contact::Unreachable, message);
        let _ = world.probe_saying(&lan, ProbeOrigin::Label, said);
    }
    assert_eq!(
        world.health("a/lan"),
        format!("healthy: docker: healthy; {message}")
    );
    assert_eq!(world.incidents(), [""; 0]);
}

#[test]
fn what_hubdeck_has_no_handles_to_measure_changes_no_state() {
    let (api, both) = (
        facts("a/api").port(8000),
        facts("a/both").port(8000).docker(Docker::Healthy),
    );
    let mut world = World::of(vec![api.clone(), both.clone()]);
    for facts in [&api, &both] {
        let _ = world.probe(facts, Config, Success);
    }
    let message = "not measured: hubdeck is out of file handles (limit 64)";
    let blind = |world: &mut World| {
        world.wait(30);
        for facts in [&api, &both] {
            let said = (ProbeOutcome::Inconclusive, Contact::NothingLeft, message);
            let _ = world.probe_saying(facts, Config, said);
        }
    };
    // Also beyond the three intervals after which silence is "unknown".
    for _ in 0..6 {
        blind(&mut world);
        assert_eq!(world.health("a/api"), format!("healthy: probe: {message}"));
        assert_eq!(
            world.health("a/both"),
            format!("healthy: docker: healthy; probe: {message}")
        );
    }
    assert_eq!(world.incidents(), [""; 0]);
    let _ = world.probe(&api, Config, Success);
    assert_eq!(world.health("a/api"), "healthy: probe: 200 OK");
}

#[test]
fn the_start_period_protects_until_the_first_success() {
    let fresh = |service: &str| {
        facts(service)
            .port(8000)
            .with(|facts| facts.started_at = Some(at(990)))
    };
    let mut world = World::of(vec![fresh("a/api"), fresh("a/quiet")]);
    assert_eq!(world.health("a/api"), "starting: starting; not checked yet");
    for _ in 0..8 {
        world.wait(5);
        let _ = world.probe(&fresh("a/api"), Config, Failure);
    }
    assert_eq!(world.health("a/api"), "starting: probe: connection refused");
    world.wait(30);
    for _ in 0..3 {
        assert_ne!(world.service("a/api").health.state, HealthState::Unhealthy);
        let _ = world.probe(&fresh("a/api"), Config, Failure);
        world.wait(5);
    }
    assert_eq!(
        world.health("a/api"),
        "unhealthy: probe: connection refused, 3 failures in a row"
    );
    // Nothing was ever heard of the other one: it runs, and that is all that is known.
    world.wait(60);
    assert_eq!(world.health("a/quiet"), "running: no check");
}

#[test]
fn docker_own_start_period_wins() {
    let slow = facts("a/api")
        .port(8000)
        .docker(Docker::None)
        .with(|facts| {
            facts.started_at = Some(at(990));
            facts.healthcheck.as_mut().unwrap().start_period =
                Some(std::time::Duration::from_secs(600));
        });
    let mut world = World::of(vec![slow]);
    world.wait(300);
    assert_eq!(world.health("a/api"), "starting: starting; not checked yet");
}

#[test]
fn a_late_result_of_the_run_before_does_not_count() {
    let api = facts("a/api").port(8000);
    let mut world = World::of(vec![api.clone()]);
    let _ = world.probe(&api, Config, Success);
    let _ = world.die(&api, 1);
    assert!(
        !world.probe(&api, Config, Success).is_yes(),
        "it does not run"
    );
    world.wait(5);
    let _ = world.event(&api, EngineEventKind::Start);
    assert_eq!(world.health("a/api"), "starting: starting; not checked yet");
    world.now -= SignedDuration::from_secs(1);
    assert!(
        !world.probe(&api, Config, Failure).is_yes(),
        "it ended before the start"
    );
}
