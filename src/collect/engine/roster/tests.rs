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

fn drain(roster: &mut Roster) -> Vec<String> {
    let mut ids = Vec::new();
    while let Some(id) = roster.next() {
        roster.done(&id);
        ids.push(id.as_str().to_owned());
    }
    ids.sort();
    ids
}

use InstanceState::{Exited, Running};

#[test]
fn a_poll_inspects_only_what_is_new_or_changed() {
    let mut roster = Roster::default();
    roster.listed(at(1), &[facts("a", Running), facts("b", Running)]);
    assert_eq!(drain(&mut roster), ["a", "b"]);
    roster.inspected(at(2), &inspected("a", Running));
    roster.inspected(at(2), &inspected("b", Running));

    roster.listed(at(3), &[facts("a", Running), facts("b", Exited)]);
    assert_eq!(drain(&mut roster), ["b"]);

    roster.listed(at(4), &[facts("a", Running)]);
    assert_eq!(drain(&mut roster), [""; 0]);
    assert!(
        roster.knows(&"a".into()) && !roster.knows(&"b".into()),
        "what is not listed is gone"
    );
}

#[test]
fn running_containers_with_a_healthcheck_are_inspected_at_every_poll() {
    let mut roster = Roster::default();
    let check = Healthcheck {
        test: vec!["CMD".into()].into(),
        interval: None,
        start_period: None,
        retries: None,
    };
    roster.inspected(
        at(1),
        &InstanceFacts {
            healthcheck: Some(check),
            ..inspected("a", Running)
        },
    );
    roster.listed(at(2), &[facts("a", Running)]);
    assert_eq!(drain(&mut roster), ["a"]);
}

#[test]
fn after_a_reconnect_everything_is_inspected_again() {
    let mut roster = Roster::default();
    roster.inspected(at(1), &inspected("a", Running));
    assert!(roster.next().is_none());
    roster.begin();
    roster.listed(at(2), &[facts("a", Running)]);
    assert_eq!(drain(&mut roster), ["a"]);
}

#[test]
fn a_list_that_was_asked_for_before_an_inspection_asks_for_none() {
    let mut roster = Roster::default();
    roster.inspected(at(12), &inspected("new", Running));
    roster.inspected(at(12), &inspected("old", Exited));
    roster.listed(at(10), &[facts("old", Running)]);
    assert_eq!(drain(&mut roster), [""; 0]);
    assert!(roster.knows(&"new".into()), "not in the list yet");
}

#[test]
fn while_nothing_may_be_inspected_what_a_list_adds_is_named() {
    let mut roster = Roster::default();
    assert_eq!(roster.listed(at(1), &[facts("a", Running)]), None);
    assert!(roster.failed(&"a".into()) && !roster.failed(&"unknown".into()));
    assert_eq!(roster.refuse_all("refused"), ["a".into()]);
    let (new, reason) = roster
        .listed(at(2), &[facts("a", Running), facts("b", Running)])
        .expect("a reason");
    assert_eq!((new, reason.as_str()), (vec!["b".into()], "refused"));
    roster.inspected(at(3), &inspected("a", Running));
    assert_eq!(roster.listed(at(4), &[facts("c", Running)]), None);
}

#[test]
fn bursts_of_events_are_one_inspection_more() {
    let mut roster = Roster::default();
    roster.listed(at(1), &[facts("a", Running), facts("b", Running)]);
    roster.happened("b".into());
    roster.happened("b".into());
    let first = roster.next().expect("an inspection");
    assert_eq!(first.as_str(), "b", "events come first");
    for _ in 0..5 {
        roster.happened("b".into());
    }
    assert_eq!(roster.next().expect("another").as_str(), "a");
    assert!(roster.next().is_none());
    roster.done(&first);
    assert_eq!(roster.next().expect("once more").as_str(), "b");
    assert!(roster.next().is_none());
}

#[test]
fn inspections_are_bounded() {
    let mut roster = Roster::default();
    roster.listed(
        at(1),
        &(0..100)
            .map(|id| facts(&format!("c{id}"), Running))
            .collect::<Vec<_>>(),
    );
    let running: Vec<_> = std::iter::from_fn(|| roster.next()).collect();
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
        let mut roster = Roster::default();
        roster.listed(at(0), &[on(facts("a", Running), &["front", "data"])]);
        drain(&mut roster);
        roster.inspected(at(1), &on(inspected("a", Running), &["front", "data"]));
        roster.listed(at(2), &[on(facts("a", Running), &listed)]);
        assert_eq!(drain(&mut roster), expected);
    }
}

#[test]
fn what_an_event_came_of_is_outrun_until_the_next_inspection() {
    let mut roster = Roster::default();
    roster.listed(at(1), &[facts("a", Exited)]);
    roster.inspected(at(2), &inspected("a", Exited));
    drain(&mut roster);
    // Asked for while it starts, answered when it runs: older than the event of its start.
    roster.happened("a".into());
    let id = roster.next().expect("an inspection");
    roster.happened("a".into());
    roster.done(&id);
    roster.inspected(at(3), &inspected("a", Running));
    assert!(roster.is_outrun(&id));
    assert_eq!(drain(&mut roster), ["a"]);
    roster.inspected(at(4), &inspected("a", Running));
    assert!(!roster.is_outrun(&id));
}

#[test]
fn an_inspection_that_a_list_overtook_is_made_again() {
    let mut roster = Roster::default();
    roster.listed(at(1), &[facts("a", Running)]);
    assert_eq!(roster.next(), Some("a".into()));
    // Asked for at 2, while the list of 3 is answered first: the store drops the inspection.
    roster.listed(at(3), &[facts("a", Running)]);
    roster.done(&"a".into());
    roster.inspected(at(2), &inspected("a", Running));
    assert_eq!(drain(&mut roster), ["a"]);
    roster.inspected(at(4), &inspected("a", Running));
    assert_eq!(drain(&mut roster), [""; 0]);
    roster.listed(at(5), &[facts("a", Running)]);
    assert_eq!(drain(&mut roster), [""; 0]);
}

#[test]
fn a_container_that_an_inspection_brings_back_is_inspected_once_more() {
    let mut roster = Roster::default();
    roster.listed(at(1), &[facts("a", Running)]);
    assert_eq!(roster.next(), Some("a".into()));
    // A list that leaves it out: the store knows that it is gone.
    roster.listed(at(3), &[]);
    roster.done(&"a".into());
    roster.inspected(at(2), &inspected("a", Running));
    roster.listed(at(4), &[facts("a", Running)]);
    assert_eq!(drain(&mut roster), ["a"]);
}
