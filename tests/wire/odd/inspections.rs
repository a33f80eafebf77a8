//! Refused and odd inspections.

use std::time::Duration;

use hubdeck::model::{Feature, HealthState, InstanceState, Observation};
use serde_json::{Value, json};

use super::{Sim, World, all_inspected, facts, state};

#[tokio::test]
async fn a_refused_inspection_costs_its_container_and_is_tried_again() {
    let sim = Sim::start().await;
    sim.control
        .forbid(&format!("/containers/{}/json", sim.id("odd").await));
    let mut world = World::start(sim.request());
    let snapshot = world
        .sees("a refusal", |snapshot| {
            snapshot.services.len() == 3
                && facts(snapshot, "odd").unread.inspection.is_some()
                && facts(snapshot, "shop-db-1").inspected
                && facts(snapshot, "shop-web-1").inspected
        })
        .await;
    let (health, reason) = state(&snapshot, "odd");
    assert_eq!(health, HealthState::Unknown);
    assert!(
        reason.starts_with("details could not be read: not permitted by the engine or its proxy"),
        "{reason}"
    );
    let odd = snapshot
        .services
        .iter()
        .find(|service| service.name.as_str() == "odd")
        .unwrap();
    assert_eq!(odd.health.docker, None, "nothing is said of a healthcheck");
    assert!(
        snapshot.engine.refused.is_empty(),
        "the others are answered: {:?}",
        snapshot.engine.refused
    );
    assert_eq!(state(&snapshot, "db").0, HealthState::Healthy);
    assert!(
        !snapshot.awaits_inspection(facts(&snapshot, "odd")),
        "nobody waits for it"
    );

    sim.control.allow_all();
    world.refresh.notify_one();
    let snapshot = world.sees("the inspection", all_inspected).await;
    assert!(facts(&snapshot, "odd").unread.is_empty());
}

#[tokio::test]
async fn inspections_refused_for_all_are_told_and_taken_back() {
    let sim = Sim::start().await;
    sim.control.forbid("/containers/*/json");
    let mut world = World::start(sim.request());
    let snapshot = world
        .sees("the refusal", |snapshot| {
            snapshot
                .engine
                .refused
                .iter()
                .any(|(feature, _)| *feature == Feature::Inspect)
        })
        .await;
    for name in ["odd", "shop-db-1", "shop-web-1"] {
        assert!(facts(&snapshot, name).unread.inspection.is_some(), "{name}");
    }
    assert_eq!(state(&snapshot, "web").0, HealthState::Unknown);
    assert_eq!(state(&snapshot, "odd").0, HealthState::Unknown);
    let (health, reason) = state(&snapshot, "db");
    assert_eq!(
        health,
        HealthState::Healthy,
        "the list tells Docker's verdict"
    );
    assert!(
        reason.starts_with("docker: healthy; details could not be read: "),
        "{reason}"
    );
    let asked = sim.calls("GET /containers/{id}/json");
    world.refresh.notify_one();
    world
        .until("list", |news| {
            matches!(news, Observation::Listed { .. }).then_some(())
        })
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        sim.calls("GET /containers/{id}/json") <= asked + 1,
        "one is tried for all"
    );

    sim.control.allow_all();
    world.refresh.notify_one();
    let snapshot = world.sees("every inspection", all_inspected).await;
    assert!(snapshot.engine.refused.is_empty());
}

#[tokio::test]
async fn odd_values_of_an_inspection_are_said_and_nothing_is_asserted_of_them() {
    for (change, unread) in [
        (
            (|raw| raw["RestartCount"] = json!(-1)) as fn(&mut Value),
            "RestartCount",
        ),
        (
            |raw| raw["Config"]["Healthcheck"] = json!({ "Test": "curl x" }),
            "Config.Healthcheck.Test",
        ),
        (
            |raw| raw["Config"]["Healthcheck"] = json!({ "Test": ["CMD", "x"], "Interval": "30s" }),
            "Config.Healthcheck.Interval",
        ),
        (
            |raw| raw["Config"]["Env"] = json!({ "A": "b" }),
            "Config.Env",
        ),
        (
            |raw| {
                raw["NetworkSettings"]["Ports"] =
                    json!({ "80/tcp": [{ "HostIp": "", "HostPort": 8080 }] })
            },
            "NetworkSettings.Ports.80/tcp.HostPort",
        ),
        (|raw| raw["Config"]["Labels"] = json!([]), "Config.Labels"),
        (|raw| raw["State"] = json!("running"), "State"),
    ] {
        let sim = Sim::start().await;
        sim.bend_inspection(change).await;
        let mut world = World::start(sim.request());
        let snapshot = world.sees("every inspection", all_inspected).await;
        let odd = facts(&snapshot, "odd");
        assert_eq!(odd.unread.fields.first().map(String::as_str), Some(unread));
        assert_eq!(
            (odd.state, odd.service.as_str()),
            (InstanceState::Running, "odd"),
            "the list tells it: {unread}"
        );
        let (health, reason) = state(&snapshot, "odd");
        assert_ne!(health, HealthState::Healthy, "{unread}");
        assert!(
            reason.contains(&format!("details could not be read: {unread}")),
            "{reason}"
        );
        assert_eq!(state(&snapshot, "db").0, HealthState::Healthy);
    }
}

#[tokio::test]
async fn an_inspection_that_is_none_or_of_another_container_is_a_failure_of_this_one() {
    let other = json!({ "Id": "f".repeat(64), "State": { "Status": "exited" }, "Config": {}, "HostConfig": {} });
    for answer in [
        other.to_string(),
        "[]".to_owned(),
        "<html>".to_owned(),
        String::new(),
    ] {
        let sim = Sim::start().await;
        let text = answer.clone();
        sim.control.rewrite(
            &format!("/containers/{}/json", sim.id("odd").await),
            move |_| text.clone(),
        );
        let mut world = World::start(sim.request());
        let snapshot = world
            .sees("the failure", |snapshot| {
                snapshot.services.len() == 3 && facts(snapshot, "odd").unread.inspection.is_some()
            })
            .await;
        let odd = facts(&snapshot, "odd");
        assert_eq!(
            (odd.state, odd.inspected),
            (InstanceState::Running, false),
            "{answer}"
        );
        assert_eq!(snapshot.services.len(), 3, "no container is invented");
    }
}
