use super::*;
use crate::model::{Healthcheck, NetworkAddress};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn facts(id: &str, state: InstanceState) -> InstanceFacts {
    InstanceFacts {
        image: "busybox".into(),
        image_id: "sha256:1".into(),
        state,
        ..InstanceFacts::unknown(id.into(), id, None, id.into())
    }
}

fn inspected(id: &str, state: InstanceState) -> InstanceFacts {
    InstanceFacts {
        inspected: true,
        environment: vec![("A".into(), "b".into())].into(),
        ..facts(id, state)
    }
}

fn drain(inspections: &mut InspectionQueue) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(id) = inspections.next() {
        inspections.done(&id);
        ids.push(id.as_str().to_owned());
    }
    ids.sort();
    ids
}

use InstanceState::{Exited, Running};

#[test]
fn a_poll_inspects_only_what_is_new_or_changed() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(at(1), &[facts("a", Running), facts("b", Running)]);
    assert_eq!(drain(&mut inspections), ["a", "b"]);
    inspections.inspected(at(2), &inspected("a", Running));
    inspections.inspected(at(2), &inspected("b", Running));

    inspections.listed(at(3), &[facts("a", Running), facts("b", Exited)]);
    assert_eq!(drain(&mut inspections), ["b"]);

    inspections.listed(at(4), &[facts("a", Running)]);
    assert_eq!(drain(&mut inspections), [""; 0]);
    assert!(
        inspections.contains(&"a".into()) && !inspections.contains(&"b".into()),
        "what is not listed is gone"
    );
}

#[test]
fn running_containers_with_a_healthcheck_are_inspected_at_every_poll() {
    let mut inspections = InspectionQueue::default();
    let check = Healthcheck {
        test: vec!["CMD".into()].into(),
        interval: None,
        start_period: None,
        retries: None,
    };
    inspections.inspected(
        at(1),
        &InstanceFacts {
            healthcheck: Some(check),
            ..inspected("a", Running)
        },
    );
    inspections.listed(at(2), &[facts("a", Running)]);
    assert_eq!(drain(&mut inspections), ["a"]);
}

#[test]
fn after_a_reconnect_everything_is_inspected_again() {
    let mut inspections = InspectionQueue::default();
    inspections.inspected(at(1), &inspected("a", Running));
    assert!(inspections.next().is_none());
    inspections.begin();
    inspections.listed(at(2), &[facts("a", Running)]);
    assert_eq!(drain(&mut inspections), ["a"]);
}

#[test]
fn a_list_that_was_asked_for_before_an_inspection_asks_for_none() {
    let mut inspections = InspectionQueue::default();
    inspections.inspected(at(12), &inspected("new", Running));
    inspections.inspected(at(12), &inspected("old", Exited));
    inspections.listed(at(10), &[facts("old", Running)]);
    assert_eq!(drain(&mut inspections), [""; 0]);
    assert!(inspections.contains(&"new".into()), "not in the list yet");
}

#[test]
fn while_nothing_may_be_inspected_what_a_list_adds_is_named() {
    let mut inspections = InspectionQueue::default();
    assert_eq!(inspections.listed(at(1), &[facts("a", Running)]), None);
    assert!(inspections.failed(&"a".into()) && !inspections.failed(&"unknown".into()));
    assert_eq!(inspections.refuse_all("refused"), ["a".into()]);
    let (new, reason) = inspections
        .listed(at(2), &[facts("a", Running), facts("b", Running)])
        .expect("a reason");
    assert_eq!((new, reason.as_str()), (vec!["b".into()], "refused"));
    inspections.inspected(at(3), &inspected("a", Running));
    assert_eq!(inspections.listed(at(4), &[facts("c", Running)]), None);
}

#[test]
fn bursts_of_events_are_one_inspection_more() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(at(1), &[facts("a", Running), facts("b", Running)]);
    inspections.happened("b".into());
    inspections.happened("b".into());
    let first = inspections.next().expect("an inspection");
    assert_eq!(first.as_str(), "b", "events come first");
    for _ in 0..5 {
        inspections.happened("b".into());
    }
    assert_eq!(inspections.next().expect("another").as_str(), "a");
    assert!(inspections.next().is_none());
    inspections.done(&first);
    assert_eq!(inspections.next().expect("once more").as_str(), "b");
    assert!(inspections.next().is_none());
}

#[test]
fn inspections_are_bounded() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(
        at(1),
        &(0..100)
            .map(|id| facts(&format!("c{id}"), Running))
            .collect::<Vec<_>>(),
    );
    let running: Vec<_> = std::iter::from_fn(|| inspections.next()).collect();
    assert_eq!(running.len(), CONCURRENCY);
}

#[test]
fn networks_of_a_list_that_differ_ask_for_an_inspection() {
    let on = |facts: InstanceFacts, networks: &[&str]| InstanceFacts {
        networks: networks
            .iter()
            .map(|name| NetworkAddress {
                network: (*name).into(),
                address: None,
                aliases: Vec::new(),
            })
            .collect(),
        ..facts
    };
    for (listed, expected) in [
        (vec!["front"], vec!["a"]),
        (vec![], vec!["a"]),
        (vec!["front", "data"], vec![]),
    ] {
        let mut inspections = InspectionQueue::default();
        inspections.listed(at(0), &[on(facts("a", Running), &["front", "data"])]);
        drain(&mut inspections);
        inspections.inspected(at(1), &on(inspected("a", Running), &["front", "data"]));
        inspections.listed(at(2), &[on(facts("a", Running), &listed)]);
        assert_eq!(drain(&mut inspections), expected);
    }
}

#[test]
fn what_an_event_came_of_is_outdated_until_the_next_inspection() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(at(1), &[facts("a", Exited)]);
    inspections.inspected(at(2), &inspected("a", Exited));
    drain(&mut inspections);
    // Asked for while it starts, answered when it runs: older than the event of its start.
    inspections.happened("a".into());
    let id = inspections.next().expect("an inspection");
    inspections.happened("a".into());
    inspections.done(&id);
    inspections.inspected(at(3), &inspected("a", Running));
    assert!(inspections.is_outdated(&id));
    assert_eq!(drain(&mut inspections), ["a"]);
    inspections.inspected(at(4), &inspected("a", Running));
    assert!(!inspections.is_outdated(&id));
}

#[test]
fn an_inspection_that_a_list_overtook_is_made_again() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(at(1), &[facts("a", Running)]);
    assert_eq!(inspections.next(), Some("a".into()));
    // Asked for at 2, while the list of 3 is answered first: the store drops the inspection.
    inspections.listed(at(3), &[facts("a", Running)]);
    inspections.done(&"a".into());
    inspections.inspected(at(2), &inspected("a", Running));
    assert_eq!(drain(&mut inspections), ["a"]);
    inspections.inspected(at(4), &inspected("a", Running));
    assert_eq!(drain(&mut inspections), [""; 0]);
    inspections.listed(at(5), &[facts("a", Running)]);
    assert_eq!(drain(&mut inspections), [""; 0]);
}

#[test]
fn a_container_that_an_inspection_brings_back_is_inspected_once_more() {
    let mut inspections = InspectionQueue::default();
    inspections.listed(at(1), &[facts("a", Running)]);
    assert_eq!(inspections.next(), Some("a".into()));
    // A list that leaves it out: the store knows that it is gone.
    inspections.listed(at(3), &[]);
    inspections.done(&"a".into());
    inspections.inspected(at(2), &inspected("a", Running));
    inspections.listed(at(4), &[facts("a", Running)]);
    assert_eq!(drain(&mut inspections), ["a"]);
}
