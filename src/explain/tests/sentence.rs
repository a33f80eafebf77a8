//! The sentence, and the likely cause.

use super::*;
use crate::topology::testing::ids;

#[test]
fn a_root_is_one_sentence_with_what_it_blocks() {
    let explanation = explained("hub/db");
    assert_eq!(
        explanation.sentence,
        "db has refused connections since 14:02:11 UTC; this blocks backend and worker"
    );
    let hint = explanation.hint.as_ref().unwrap();
    assert_eq!(
        (hint.id.as_str(), hint.words.as_str()),
        ("disk-full", "the disk is full")
    );
    assert_eq!(
        hint.evidence,
        "PANIC: could not write: No space left on device"
    );
    assert_eq!(
        told(&explanation, EvidenceSource::Probe),
        ["connection refused (tcp 172.18.0.3:5432)"]
    );
    assert_eq!(
        told(&explanation, EvidenceSource::Timeline),
        [
            "deployed: postgres:15 → postgres:16",
            "restarting hub/db, by the console"
        ]
    );
    assert_eq!(told(&explanation, EvidenceSource::Log)[2], "password=***");
    assert_eq!(
        told(&explanation, EvidenceSource::Impact),
        ["this blocks backend and worker"]
    );
    assert!(
        explanation
            .try_next
            .iter()
            .any(|each| each.contains("roll back to postgres:15"))
    );
    assert_eq!(
        explanation.headline,
        "db has refused connections since 14:02:11 UTC"
    );
    assert_eq!(explanation.blocks, ids("hub/backend hub/worker"));
}

#[test]
fn a_blocked_service_names_its_root_and_the_roots_cause() {
    let explanation = explained("hub/backend");
    assert_eq!(
        explanation.sentence,
        "backend has answered 503 since 14:02:20 UTC (db down); cause: db, which has refused connections since 14:02:11 UTC"
    );
    assert_eq!(
        explanation.hint.as_ref().unwrap().words,
        "db: the disk is full"
    );
    assert_eq!(
        told(&explanation, EvidenceSource::Needs),
        ["depends on db (depends_on service_healthy): it refuses connections"]
    );
    assert_eq!(
        explanation.try_next[0],
        "fix db first: see `hubdeck explain hub/db`"
    );
}

#[test]
fn a_refused_connection_names_what_refuses() {
    let mut snapshot = hub();
    let mut backend = (**snapshot.service(&"hub/backend".into()).unwrap()).clone();
    backend.health.blocked_by.clear();
    snapshot.services[0] = Arc::new(backend.clone());
    let hint = explain(&backend, &snapshot, &TimeZone::UTC).hint.unwrap();
    assert_eq!(
        (hint.id.as_str(), hint.words.as_str()),
        (
            "connection-refused",
            "a dependency refuses the connection (db)"
        )
    );
}

#[test]
fn what_shares_no_network_with_what_it_needs_says_so() {
    let on = |service: &mut Service, network: &str| {
        for instance in &mut service.instances {
            let facts = Arc::make_mut(&mut instance.facts);
            facts.state = InstanceState::Running;
            facts.networks = vec![NetworkAddress {
                network: network.into(),
                address: None,
                aliases: Vec::new(),
            }];
        }
    };
    let mut db = service(
        "hub/db",
        HealthState::Healthy,
        "probe: accepts connections",
        0,
    );
    let mut backend = service(
        "hub/backend",
        HealthState::Unhealthy,
        "probe: 503 db down",
        9,
    );
    for (network, expected) in [("hub_data", false), ("hub_front", true), ("host", false)] {
        let mut snapshot = hub();
        on(&mut db, "hub_data");
        on(&mut backend, network);
        snapshot.services = [&backend, &db].map(|each| Arc::new(each.clone())).into();
        let explanation = explain(&backend, &snapshot, &TimeZone::UTC);
        let told = explanation
            .sentence
            .contains("; it shares no network with db");
        assert_eq!(told, expected, "{network}: {}", explanation.sentence);
    }
}

#[test]
fn what_works_and_what_was_stopped_have_no_hint() {
    let explanation = explained("hub/web");
    assert_eq!(
        explanation.sentence,
        "web has been healthy since 13:53:51 UTC"
    );
    assert_eq!((explanation.hint, explanation.try_next), (None, Vec::new()));
    let mut db = service("hub/db", HealthState::Stopped, "stopped", -90_000);
    let facts = Arc::make_mut(&mut db.instances[0].facts);
    (facts.state, facts.exit_code) = (InstanceState::Exited, Some(137));
    let explanation = explain(&db, &hub(), &TimeZone::UTC);
    assert_eq!(
        explanation.sentence,
        "db was stopped at 2026-03-27 13:02:11 UTC (exit 137); this blocks backend and worker"
    );
    assert_eq!(
        (explanation.hint, explanation.try_next),
        (None, vec!["start it".to_owned()])
    );
}

#[test]
fn a_slow_service_that_waits_for_a_slow_one_says_so() {
    use HealthState::{Degraded, Healthy, Unhealthy};
    const SLOW: &str = "probe: 200 OK, slow: 2.5 s, 2 failures in a row";
    for (state, reason, other, sentence) in [
        (
            Degraded,
            SLOW,
            SLOW,
            "backend has been slow since 14:02:11 UTC: 2.5 s, limit 2 s; cause: aggregator, which is slow as well",
        ),
        (
            Unhealthy,
            "probe: no answer within 5 s",
            SLOW,
            "backend has not answered within 5 s since 14:02:11 UTC; cause: aggregator, which is slow as well",
        ),
        (
            Degraded,
            SLOW,
            "probe: 200 OK",
            "backend has been slow since 14:02:11 UTC: 2.5 s, limit 2 s",
        ),
        (
            Unhealthy,
            "probe: 500",
            SLOW,
            "backend has answered 500 since 14:02:11 UTC",
        ),
    ] {
        let mut snapshot = hub();
        let backend = service("hub/backend", state, reason, 0);
        let slow = if other == SLOW { Degraded } else { Healthy };
        let aggregator = service("hub/aggregator", slow, other, -5);
        let edge = |to: &str| {
            Edge::new(
                "hub/backend".into(),
                to.into(),
                EdgeKind::Soft,
                Provenance::Environment,
                "AGGREGATOR_URL",
            )
        };
        snapshot.edges = Arc::from([edge("hub/aggregator")]);
        snapshot.services = [aggregator, backend.clone()].map(Arc::new).to_vec();
        let explanation = explain(&backend, &snapshot, &TimeZone::UTC);
        assert_eq!(explanation.sentence, sentence);
        let first = "fix aggregator first: see `hubdeck explain hub/aggregator`";
        let advised = explanation.try_next.iter().any(|each| each == first);
        assert_eq!(
            advised,
            sentence.contains("cause"),
            "{:?}",
            explanation.try_next
        );
    }
}
