use super::*;
use crate::model::{InstanceId, NetworkAddress};

use InstanceState::{Exited, Running};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a time")
}

fn facts(state: InstanceState, networks: &[&str]) -> InstanceFacts {
    InstanceFacts {
        state,
        networks: networks
            .iter()
            .map(|name| NetworkAddress {
                network: (*name).into(),
                address: None,
                aliases: Vec::new(),
            })
            .collect(),
        ..InstanceFacts::unknown("a".into(), "a", None, "a".into())
    }
}

fn inspected(state: InstanceState, networks: &[&str]) -> InstanceFacts {
    InstanceFacts {
        inspected: true,
        image: "busybox".into(),
        environment: vec![("A".into(), "b".into())].into(),
        ..facts(state, networks)
    }
}

/// Containers of which `facts` is known since `second`.
fn known(facts: InstanceFacts, second: i64) -> Containers {
    let mut containers = Containers::default();
    let container = ContainerState::new(Arc::new(facts), at(second), at(second));
    containers.by_id.insert("a".into(), container);
    containers
}

#[test]
fn a_list_takes_nothing_away_that_it_does_not_say() {
    let containers = known(inspected(Running, &["front", "data"]), 1);
    for (listed, expected) in [
        (&["front"][..], &["front"][..]),
        (&[], &["front", "data"]),
        (&["front", "new"], &["front", "new"]),
    ] {
        let list = Arc::new(facts(Exited, listed));
        let updated = containers.updated(list, at(2)).expect("news");
        let networks: Vec<_> = updated
            .networks
            .iter()
            .map(|each| each.network.as_str())
            .collect();
        assert_eq!(networks, expected);
        assert!(updated.inspected && !updated.environment.reveal().is_empty());
        assert_eq!((updated.state, updated.image.as_str()), (Exited, "busybox"));
    }
    let same = Arc::new(facts(Running, &["front", "data"]));
    let updated = containers.updated(same, at(2)).expect("news");
    let before = &containers.by_id[&InstanceId::from("a")].facts;
    assert!(Arc::ptr_eq(&updated, before), "nothing changed");
}

#[test]
fn what_was_asked_for_earlier_changes_nothing() {
    let containers = known(inspected(Exited, &[]), 12);
    for said in [facts(Running, &[]), inspected(Running, &[])] {
        assert_eq!(containers.updated(Arc::new(said), at(10)), None);
    }
}

#[test]
fn a_container_that_is_gone_comes_back_only_by_what_was_asked_for_later() {
    let mut containers = known(inspected(Running, &[]), 1);
    assert!(containers.remove(&"a".into(), at(10), at(11)).is_some());
    assert!(containers.remove(&"a".into(), at(10), at(11)).is_none());
    let said = Arc::new(inspected(Running, &[]));
    assert_eq!(containers.updated(Arc::clone(&said), at(11)), None);
    assert_eq!(containers.updated(Arc::clone(&said), at(12)), Some(said));
}

#[test]
fn why_a_container_could_not_be_inspected_stays_until_it_was() {
    let mut containers = known(facts(Running, &[]), 1);
    let reason = || "refused".to_owned();
    assert!(containers.set_uninspected(&"a".into(), reason()).is_some());
    assert!(containers.set_uninspected(&"a".into(), reason()).is_none());
    let why = |said: InstanceFacts| {
        let updated = containers.updated(Arc::new(said), at(2)).expect("news");
        updated.unread.inspection.clone()
    };
    assert_eq!(why(facts(Exited, &[])), Some(reason()));
    assert_eq!(why(inspected(Exited, &[])), None);
}
