//! Odd entries of the list of containers.

use hubdeck::explain::timeline::words;
use hubdeck::model::{DockerStatus, EngineGap, Observation, Timestamp};
use serde_json::{Value, json};

use super::{Sim, World, all_inspected, facts};

#[tokio::test]
async fn an_odd_entry_of_the_list_keeps_the_engine_and_the_others() {
    for (change, unread) in [
        (
            (|entry| entry["Ports"] = json!([{ "PrivatePort": null }])) as fn(&mut Value),
            "Ports.PrivatePort",
        ),
        (|entry| entry["Ports"] = json!([null]), "Ports"),
        (|entry| entry["Ports"] = json!("80"), "Ports"),
        (|entry| entry["Labels"] = json!({ "a": null }), "Labels.a"),
        (|entry| entry["Created"] = json!("yesterday"), "Created"),
        (|entry| entry["Command"] = json!(["sh"]), "Command"),
    ] {
        let sim = Sim::start().await;
        sim.bend_entry(change);
        let mut world = World::start(sim.request());
        let list = world
            .until("list", |news| match news {
                Observation::Listed { instances, .. } => Some(instances.clone()),
                _ => None,
            })
            .await;
        let odd = list
            .iter()
            .find(|facts| facts.name == "odd")
            .expect("the odd one stays");
        assert_eq!(
            (list.len(), odd.unread.fields.join(" ")),
            (3, unread.to_owned())
        );
        // The inspection tells the rest.
        let snapshot = world.sees("every inspection", all_inspected).await;
        assert!(snapshot.engine.status.is_connected() && facts(&snapshot, "odd").unread.is_empty());
    }
}

#[tokio::test]
async fn an_entry_without_an_id_is_counted_and_said() {
    let sim = Sim::start().await;
    sim.bend_entry(|entry| entry["Id"] = Value::Null);
    let mut world = World::start(sim.request());
    assert_eq!(world.gap().await, EngineGap::Containers(1));
    let snapshot = world.store.snapshot(Timestamp::now());
    assert_eq!(snapshot.services.len(), 2);
    let sentence = "one container in the engine's list could not be read and is not shown";
    assert_eq!(snapshot.engine.gaps.sentences(), [sentence]);
    assert!(
        snapshot
            .timeline
            .iter()
            .any(|event| words(&event.change) == sentence)
    );
    sim.control.clear_rewrites();
    world.refresh.notify_one();
    let snapshot = world
        .sees("the third container", |snapshot| {
            snapshot.services.len() == 3
        })
        .await;
    world
        .sees("no gap", |snapshot| {
            snapshot.engine.gaps.unreadable_containers == 0
        })
        .await;
    assert_eq!(
        snapshot
            .timeline
            .iter()
            .filter(|event| words(&event.change) == sentence)
            .count(),
        1,
        "said once"
    );
}

#[tokio::test]
async fn a_list_entry_says_docker_verdicts_but_no_absence_of_a_healthcheck() {
    let sim = Sim::start().await;
    let list = sim.engine().await.list().await.unwrap();
    let knows = |name: &str| {
        list.iter()
            .find(|facts| facts.name == name)
            .unwrap()
            .knows_healthcheck()
    };
    assert!(knows("shop-db-1") && !knows("odd"));
    let db = list.iter().find(|facts| facts.name == "shop-db-1").unwrap();
    assert_eq!(db.docker.status, DockerStatus::Healthy);
}
