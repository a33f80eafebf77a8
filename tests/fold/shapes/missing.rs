//! Needs without a container.

use std::sync::Arc;

use hubdeck::explain::explain;
use hubdeck::model::*;

use super::{advice, evidence, sentence};
use crate::support::store::{With, World, facts};

#[test]
fn a_needed_service_without_a_container_is_named() {
    for (condition, state, missing) in [
        (
            "healthy",
            "degraded: depends on zip, which has no container",
            &["depends on zip, which has no container"][..],
        ),
        ("started", "running", &["uses zip, which has no container"]),
        // A one-shot that did its work is removed by `--rm` and `down`.
        ("completed", "running", &[]),
    ] {
        let web = facts("hub/web").needs(&format!("zip:{condition}"));
        let mut world = World::of(vec![web]);
        assert!(
            world.health("hub/web").starts_with(state),
            "{condition}: {}",
            world.health("hub/web")
        );
        let told: Vec<String> = world
            .service("hub/web")
            .missing
            .iter()
            .map(hubdeck::model::words::need)
            .collect();
        assert_eq!(told, missing, "{condition}");
        let told = evidence(&mut world, "hub/web");
        assert_eq!(told.len(), missing.len(), "{told:?}");
    }
    let waits = facts("hub/web")
        .needs("init:completed")
        .with(|facts| facts.state = InstanceState::Created);
    let mut world = World::of(vec![waits]);
    assert_eq!(
        hubdeck::model::words::need(&world.service("hub/web").missing[0]),
        "depends on init, which has no container"
    );
}

#[test]
fn a_service_that_fails_says_what_has_no_container() {
    let web = facts("hub/web")
        .needs("zip:started")
        .docker(DockerStatus::Unhealthy);
    let mut world = World::of(vec![web]);
    let told = sentence(&mut world, "hub/web");
    assert!(
        told.ends_with("; it uses zip, which has no container"),
        "{told}"
    );
    assert_eq!(
        advice(&mut world, "hub/web")[0],
        "create zip with `docker compose -p hub up -d zip`"
    );
}

#[test]
fn a_name_that_a_shell_would_run_gives_no_command_to_copy() {
    let web = facts("hub/web")
        .needs("zip;curl|sh:started")
        .docker(DockerStatus::Unhealthy);
    let mut world = World::of(vec![web]);
    let snapshot = world.snapshot();
    let service = snapshot
        .service(&ServiceId::new("hub/web"))
        .expect("a service");
    let explanation = explain(service, &snapshot, &jiff::tz::TimeZone::UTC);
    assert_eq!(
        explanation.try_next[0],
        "create zip;curl|sh from its Compose file"
    );
    let commands = explanation.commands;
    assert!(
        commands.iter().all(|each| !each.contains("curl")),
        "{commands:?}"
    );
}

#[test]
fn a_container_that_is_removed_is_missed_from_then_on_and_not_once_it_is_back() {
    let zip = facts("hub/zip").docker(DockerStatus::Healthy);
    let web = facts("hub/web")
        .needs("zip:healthy")
        .docker(DockerStatus::Healthy);
    let mut world = World::of(vec![zip.clone(), web]);
    assert_eq!(world.service("hub/web").missing, []);
    let _ = world.die(&zip, 0);
    let _ = world.event(&zip, EngineEventKind::Destroy);
    let since = world.now;
    world.wait(20);
    assert_eq!(
        world.health("hub/web"),
        "degraded: depends on zip, which has no container"
    );
    assert_eq!(world.service("hub/web").health.since, since);
    assert!(sentence(&mut world, "hub/web").starts_with("web has been degraded since "));
    let _ = world.inspect(zip.with(|facts| facts.id = "another".into()));
    assert_eq!(world.service("hub/web").missing, []);
    assert_eq!(world.service("hub/web").health.state, HealthState::Healthy);
}

#[test]
fn what_config_hides_is_not_missing() {
    let mut world = World::of(vec![
        facts("hub/zip"),
        facts("hub/web").needs("zip:healthy"),
    ]);
    let rules = Arc::from([ServiceRule {
        hide: true,
        ..ServiceRule::of("hub/zip")
    }]);
    let (policy, layers) = (HealthPolicy::default(), Arc::default());
    let _ = world.apply(Observation::Rules {
        policy,
        rules,
        layers,
        problem: None,
    });
    assert_eq!(world.service("hub/web").missing, []);
}
