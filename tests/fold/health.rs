//! Observations in, health out.

mod probes;

use DockerStatus as Docker;
use ProbeOrigin::Config;
use ProbeOutcome::{Failure, Success};
use hubdeck::model::*;

use crate::support::store::{With, World, at, facts, numbered};

#[test]
#[allow(clippy::too_many_lines)] // a table
fn first_sight_of_older_containers() {
    for (container, expected) in [
        (facts("a/x"), "running: no check"),
        (facts("a/x").port(80), "unknown: not checked yet"),
        (
            facts("a/x").port(80).docker(Docker::Healthy),
            "healthy: docker: healthy",
        ),
        (
            facts("a/x").docker(Docker::Starting),
            "starting: docker: starting",
        ),
        (
            facts("a/x")
                .docker(Docker::Unhealthy)
                .with(|facts| facts.docker.output = "no\nroute".into()),
            "unhealthy: docker: unhealthy, no route",
        ),
        (
            facts("a/x")
                .docker(Docker::Unhealthy)
                .with(|facts| facts.docker.failing_streak = 4),
            "unhealthy: docker: unhealthy, 4 failed checks in a row",
        ),
        // It writes "unhealthy" without a failed check at a pause, and keeps it until the next one.
        (
            facts("a/x").docker(Docker::Unhealthy).with(|facts| {
                facts.docker.output = "PONG".into();
                facts.health_log = vec![HealthcheckLog {
                    at: at(950),
                    exit_code: 0,
                    output: "PONG".into(),
                }];
            }),
            "unhealthy: docker: unhealthy after an interruption, next check within 30 s",
        ),
        (
            facts("a/x").docker(Docker::Healthy).with(|facts| {
                facts.docker.failing_streak = 1;
                facts.docker.output = "timeout".into();
            }),
            "degraded: docker: 1 of 3 failed checks in a row, timeout",
        ),
        // The engine writes "unhealthy" when its monitor stops: trusted only while running.
        (
            facts("a/x").docker(Docker::Unhealthy).exited(0, 900),
            "stopped: stopped",
        ),
        (
            facts("a/x")
                .docker(Docker::Unhealthy)
                .with(|facts| facts.state = InstanceState::Paused),
            "stopped: paused",
        ),
        (
            facts("a/x").exited(137, 900),
            "stopped: stopped (exit code 137)",
        ),
        (
            facts("a/x")
                .exited(137, 900)
                .with(|facts| facts.restart_policy = "no".into()),
            "unhealthy: exited with code 137 (killed)",
        ),
        (
            facts("a/x")
                .exited(137, 900)
                .with(|facts| facts.oom_killed = true),
            "unhealthy: OOM-killed (exit code 137)",
        ),
        (
            facts("a/x")
                .exited(1, 900)
                .with(|facts| facts.restart_policy = "on-failure".into()),
            "unhealthy: exited with code 1",
        ),
        (
            facts("a/x")
                .exited(143, 900)
                .with(|facts| facts.restart_policy = "".into()),
            "stopped: stopped",
        ),
        (
            facts("a/x")
                .exited(0, 900)
                .with(|facts| facts.restart_policy = "no".into()),
            "completed: finished with exit code 0",
        ),
        // A server does not complete; somebody stopped it.
        (
            facts("a/x").exited(0, 900).with(|facts| {
                facts.restart_policy = "no".into();
                facts.image = "nginx:1.25-alpine".into();
            }),
            "stopped: stopped",
        ),
        (
            facts("a/x").with(|facts| {
                facts.state = InstanceState::Restarting;
                facts.exit_code = Some(1);
                facts.restarts = 7;
            }),
            "unhealthy: crash loop: exited with code 1, 7 restarts",
        ),
        (
            facts("a/x").with(|facts| {
                facts.state = InstanceState::Created;
                facts.error = "port is already allocated".into();
            }),
            "unhealthy: cannot start: port is already allocated",
        ),
        (
            facts("a/x").with(|facts| facts.state = InstanceState::Created),
            "stopped: created, never started",
        ),
        (
            facts("a/x").with(|facts| facts.state = InstanceState::Dead),
            "unhealthy: dead: the engine could not stop or remove it",
        ),
    ] {
        let mut world = World::of(vec![container]);
        assert_eq!(world.health("a/x"), expected);
        assert!(world.told(0).is_empty(), "first sight is no news");
    }
}

#[test]
fn a_one_shot_that_others_wait_for_is_completed_whatever_its_restart_policy() {
    let migrate = facts("a/migrate").exited(0, 10);
    let mut world = World::of(vec![facts("a/api").needs("migrate:completed"), migrate]);
    assert_eq!(
        world.health("a/migrate"),
        "completed: finished with exit code 0"
    );
    let service = world.service("a/migrate");
    assert_eq!(
        (service.layer.layer, service.health.since),
        (Layer::Infra, at(10))
    );
    assert_eq!(world.snapshot().totals().completed, 1);
}

#[test]
fn silence_is_unknown_and_one_sample_ends_it() {
    let api = facts("a/api").port(8000);
    let mut world = World::of(vec![api.clone()]);
    for _ in 0..4 {
        let _ = world.probe(&api, Config, Failure);
        world.wait(30);
    }
    world.wait(59);
    assert_eq!(world.service("a/api").health.state, HealthState::Unhealthy);
    world.wait(1);
    assert_eq!(world.health("a/api"), "unknown: no result for 90 s");
    let _ = world.probe(&api, Config, Success);
    assert_eq!(world.health("a/api"), "healthy: probe: 200 OK");
    assert!(
        world
            .store
            .next_deadline()
            .is_some_and(|deadline| deadline > world.now)
    );
}

#[test]
fn both_verdicts_are_kept() {
    let api = facts("a/api").port(8000).docker(Docker::Unhealthy);
    let mut world = World::of(vec![api.clone()]);
    let _ = world.probe(&api, Config, Success);
    let health = world.service("a/api").health.clone();
    assert_eq!(
        health.state,
        HealthState::Unhealthy,
        "Docker's verdict is thresholded already"
    );
    assert_eq!(health.docker.unwrap().status, Docker::Unhealthy);
    assert!(health.probe.unwrap().success);
}

#[test]
fn some_replicas_failing_is_degraded() {
    let replicas = [1, 2, 3].map(|number| numbered("a/web", number).port(80));
    let mut world = World::of(replicas.to_vec());
    for replica in &replicas {
        let _ = world.probe(replica, Config, Success);
    }
    assert_eq!(
        world.health("a/web"),
        "healthy: 3 of 3 replicas are healthy: probe: 200 OK"
    );
    assert!(world.die(&replicas[1], 1).is_yes());
    assert_eq!(
        world.health("a/web"),
        "degraded: a-web-2 fails: exited with code 1"
    );
    let _ = world.die(&replicas[0], 1);
    let _ = world.die(&replicas[2], 2);
    assert_eq!(
        world.health("a/web"),
        "unhealthy: 3 of 3 replicas fail: exited with code 1"
    );
}

#[test]
fn replicas_stopped_on_purpose_do_not_count() {
    let replicas = [1, 2].map(|number| numbered("a/web", number));
    let mut world = World::of(replicas.to_vec());
    let _ = world.event(&replicas[1], EngineEventKind::Kill { signal: Some(15) });
    let _ = world.die(&replicas[1], 143);
    assert_eq!(
        world.health("a/web"),
        "running: 1 of 2 replicas is running: no check"
    );
}

#[test]
fn what_fails_downstream_of_a_broken_service_is_blocked_by_it() {
    let db = facts("a/db");
    let api = facts("a/api").port(8000).needs("db:healthy");
    let web = facts("a/web").port(80).needs("api:healthy");
    let mut world = World::of(vec![db.clone(), api.clone(), web.clone()]);
    for each in [&api, &web] {
        let _ = world.probe(each, Config, Success);
    }
    let _ = world.die(&db, 137);
    for _ in 0..3 {
        let _ = world.probe(&api, Config, Failure);
        let _ = world.probe(&web, Config, Failure);
    }
    for id in ["a/api", "a/web"] {
        assert_eq!(world.overlays(id), [Overlay::Blocked]);
        assert_eq!(
            world.service(id).health.blocked_by,
            [ServiceId::new("a/db")]
        );
    }
    assert!(world.service("a/db").health.blocked_by.is_empty());
    // The root recovers: what still fails does so on its own.
    let _ = world.event(&db, EngineEventKind::Start);
    assert_eq!(world.overlays("a/api"), []);
    for _ in 0..2 {
        let _ = world.probe(&api, Config, Success);
    }
    assert_eq!(world.service("a/web").health.blocked_by, []);
}

#[test]
fn fewer_exits_than_the_warning_are_no_crash_loop() {
    let api = facts("a/api");
    let mut world = World::of(vec![api.clone()]);
    // All of the window is watched: what the engine counted before it does not matter.
    world.wait(700);
    let restarting = |restarts| {
        facts("a/api").with(|facts| {
            facts.state = InstanceState::Restarting;
            (facts.exit_code, facts.restarts) = (Some(1), restarts);
        })
    };
    let _ = world.die(&api, 1);
    let _ = world.inspect(restarting(9));
    assert_eq!(
        world.health("a/api"),
        "unhealthy: exited with code 1, restarted 9 times by the restart policy"
    );
    for _ in 0..2 {
        let _ = world.event(&api, EngineEventKind::Start);
        world.wait(5);
        let _ = world.die(&api, 1);
    }
    let _ = world.inspect(restarting(11));
    assert_eq!(
        world.health("a/api"),
        "unhealthy: crash loop: exited with code 1, 11 restarts"
    );
}

#[test]
fn three_deaths_in_ten_minutes_flap_and_loop() {
    let api = facts("a/api");
    let mut world = World::of(vec![api.clone()]);
    for _ in 0..3 {
        let _ = world.die(&api, 1);
        world.wait(1);
        let _ = world.event(&api, EngineEventKind::Start);
        world.wait(5);
    }
    assert_eq!(
        world.health("a/api"),
        "unhealthy: crash loop: exited with code 1"
    );
    assert_eq!(
        world.overlays("a/api"),
        [Overlay::Flapping, Overlay::Restarting]
    );
    world.wait(30);
    assert_eq!(world.health("a/api"), "running: no check");
    assert_eq!(world.overlays("a/api"), [Overlay::Flapping]);
    world.wait(600);
    assert_eq!(world.overlays("a/api"), []);
}

#[test]
fn results_that_change_again_and_again_flap() {
    let api = facts("a/api").port(8000);
    let mut world = World::of(vec![api.clone()]);
    for _ in 0..12 {
        for outcome in [Success, Failure] {
            world.wait(5);
            let _ = world.probe(&api, Config, outcome);
        }
    }
    assert_eq!(world.overlays("a/api"), [Overlay::Flapping]);
    for _ in 0..25 {
        world.wait(30);
        let _ = world.probe(&api, Config, Success);
    }
    assert_eq!(world.overlays("a/api"), []);
}

#[test]
fn a_running_container_without_any_network_is_cut_off() {
    let attached = |network: &str| NetworkAddress {
        network: network.into(),
        address: "172.18.0.2".parse().ok(),
        aliases: Vec::new(),
    };
    let db = facts("a/db").docker(Docker::Healthy).with(|facts| {
        facts.network_mode = "a_data".into();
        facts.networks = vec![attached("a_data")];
    });
    let mut world = World::of(vec![db.clone()]);
    assert_eq!(world.service("a/db").health.state, HealthState::Healthy);
    let _ = world.event(
        &db,
        EngineEventKind::Disconnect {
            network: "a_data".into(),
        },
    );
    assert_eq!(
        world.told(0).last().map(String::as_str),
        Some("disconnected from network a_data")
    );
    let _ = world.inspect(db.clone().with(|facts| facts.networks.clear()));
    assert_eq!(
        world.health("a/db"),
        "unhealthy: not attached to any network"
    );
    assert_eq!(world.incidents(), ["db is not attached to any network"]);
    let _ = world.inspect(db.clone());
    assert_eq!(world.service("a/db").health.state, HealthState::Healthy);
    // These have no network of their own, or lend one.
    for mode in [
        "host",
        "none",
        "bridge",
        "default",
        "container:abc",
        "slirp4netns",
        "pasta:-t",
        "",
    ] {
        let plain = facts("a/db").docker(Docker::Healthy).with(|facts| {
            facts.network_mode = mode.into();
            facts.networks.clear();
        });
        assert_eq!(
            World::of(vec![plain]).service("a/db").health.state,
            HealthState::Healthy,
            "{mode}"
        );
    }
}
