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
    assert_eq!(
        roster
            .listed(at(1), vec![facts("a", Running), facts("b", Running)])
            .len(),
        2
    );
    assert_eq!(drain(&mut roster), ["a", "b"]);
    assert!(roster.inspected(at(2), inspected("a", Running)).is_some());
    assert!(roster.inspected(at(2), inspected("b", Running)).is_some());

    let shown = roster.listed(at(3), vec![facts("a", Running), facts("b", Exited)]);
    assert_eq!(drain(&mut roster), ["b"]);
    assert!(
        shown
            .iter()
            .all(|each| each.inspected && !each.environment.reveal().is_empty()),
        "nothing known is lost"
    );
    assert_eq!(
        shown
            .iter()
            .find(|each| each.id.as_str() == "b")
            .expect("b")
            .state,
        Exited
    );

    assert_eq!(
        roster.listed(at(4), vec![facts("a", Running)]).len(),
        1,
        "what is not listed is gone"
    );
    assert!(
        roster.inspected(at(5), inspected("a", Running)).is_none(),
        "no news"
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
        InstanceFacts {
            healthcheck: Some(check),
            ..inspected("a", Running)
        },
    );
    roster.listed(at(2), vec![facts("a", Running)]);
    assert_eq!(drain(&mut roster), ["a"]);
}

#[test]
fn after_a_reconnect_everything_is_inspected_again_but_shown_as_known() {
    let mut roster = Roster::default();
    roster.inspected(at(1), inspected("a", Running));
    assert!(roster.next().is_none());
    roster.begin();
    assert!(roster.listed(at(2), vec![facts("a", Running)])[0].inspected);
    assert_eq!(drain(&mut roster), ["a"]);
}

#[test]
fn events_win_over_a_list_that_was_asked_for_before_them() {
    let mut roster = Roster::default();
    roster.listed(at(1), vec![facts("old", Running), facts("dead", Running)]);
    drain(&mut roster);
    // A list is asked for at 10; then, before it arrives:
    assert!(roster.vanished(&"dead".into(), at(11)));
    roster.inspected(at(12), inspected("new", Running));
    roster.inspected(at(12), inspected("old", Exited));
    let shown = roster.listed(at(10), vec![facts("old", Running), facts("dead", Running)]);
    let mut states: Vec<_> = shown
        .iter()
        .map(|each| (each.id.as_str(), each.state))
        .collect();
    states.sort_by_key(|(id, _)| *id);
    assert_eq!(states, [("new", Running), ("old", Exited)]);
    assert!(
        roster
            .inspected(at(11), inspected("dead", Running))
            .is_none(),
        "a late answer"
    );
    assert!(!roster.vanished(&"dead".into(), at(13)));
}

#[test]
fn bursts_of_events_are_one_inspection_more() {
    let mut roster = Roster::default();
    roster.listed(at(1), vec![facts("a", Running), facts("b", Running)]);
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
        (0..100)
            .map(|id| facts(&format!("c{id}"), Running))
            .collect(),
    );
    let running: Vec<_> = std::iter::from_fn(|| roster.next()).collect();
    assert_eq!(running.len(), CONCURRENCY);
}

#[test]
fn networks_that_a_list_no_longer_tells_are_gone_unless_it_tells_none_at_all() {
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
        (vec!["front"], vec!["front"]),
        (vec![], vec!["front", "data"]),
    ] {
        let mut roster = Roster::default();
        roster.inspected(at(1), on(inspected("a", Running), &["front", "data"]));
        let shown = roster.listed(at(2), vec![on(facts("a", Running), &listed)]);
        let networks: Vec<_> = shown[0]
            .networks
            .iter()
            .map(|each| each.network.as_str())
            .collect();
        assert_eq!(networks, expected);
        assert_eq!(drain(&mut roster), ["a"], "an inspection tells the truth");
    }
}

#[test]
fn an_inspection_after_an_event_is_told_even_where_the_one_before_told_the_same() {
    let mut roster = Roster::default();
    roster.listed(at(1), vec![facts("a", Exited)]);
    roster.inspected(at(2), inspected("a", Exited));
    drain(&mut roster);
    // Asked for while it starts, answered when it runs: older than the event of its start.
    roster.happened("a".into());
    let id = roster.next().expect("an inspection");
    roster.happened("a".into());
    roster.done(&id);
    assert!(roster.inspected(at(3), inspected("a", Running)).is_some());
    assert!(roster.is_outrun(&id));
    assert_eq!(drain(&mut roster), ["a"]);
    assert!(
        roster.inspected(at(4), inspected("a", Running)).is_some(),
        "the one before may have been passed over"
    );
    assert!(!roster.is_outrun(&id));
    assert!(
        roster.inspected(at(5), inspected("a", Running)).is_none(),
        "no event, no news"
    );
}
