mod advice;

use std::sync::Arc;

use super::*;
use crate::model::{
    Contact, DockerStatus, Edge, EdgeKind, EventKind, EvidenceSource, HealthState, HealthcheckLog,
    Instance, InstanceId, InstanceState, LastWords, LogLine, LogStream, NetworkAddress, ProbeKind,
    ProbeOutcome, ProbePhases, ProbeResult, ProbeVerdict, Provenance, SignedDuration,
    TimelineEvent,
};
use crate::topology::testing::facts;

fn at(seconds: i64) -> Timestamp {
    "2026-03-28T14:02:11Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

fn service(id: &str, state: HealthState, reason: &str, since: i64) -> Service {
    let facts = facts(id);
    let mut service = Service::unknown(facts.stack.clone(), facts.service.clone(), at(0));
    service.instances = vec![Instance {
        facts: Arc::new(facts),
        sample: None,
        series: Arc::default(),
    }];
    service.health.state = state;
    service.health.reason = reason.to_owned();
    service.health.since = at(since);
    service
}

fn said(service: &mut Service, lines: &[&str]) {
    let line = |text: &&str| LogLine {
        at: Some(service.health.since),
        instance: InstanceId::new("x"),
        stream: LogStream::Stderr,
        text: (*text).to_owned(),
        cut_bytes: 0,
    };
    let lines = lines.iter().map(line).collect();
    service.last_words = Some(Arc::new(LastWords {
        instance: InstanceId::new("x"),
        at: at(9),
        lines,
    }));
}

/// db is down, backend and worker are blocked by it.
fn hub() -> Snapshot {
    use HealthState::{Healthy, Unhealthy};
    let mut db = service(
        "hub/db",
        Unhealthy,
        "probe: connection refused, 3 failures in a row",
        0,
    );
    db.health.probe = Some(ProbeVerdict {
        kind: ProbeKind::Tcp,
        target: "172.18.0.3:5432".to_owned(),
        success: false,
        contact: Contact::Refused,
        latency_ms: None,
        phases: None,
        certificate_until: None,
        checked_at: at(4),
        message: "connection refused".to_owned(),
        counts: true,
    });
    said(
        &mut db,
        &[
            "LOG: starting",
            "PANIC: could not write: No space left on device",
            "password=hunter2",
        ],
    );
    let mut backend = service("hub/backend", Unhealthy, "probe: 503 db down", 9);
    backend.health.blocked_by = vec!["hub/db".into()];
    backend.depends_on = vec!["hub/db".into()];
    said(
        &mut backend,
        &["connection to server at \"db\", port 5432 failed: Connection refused"],
    );
    let mut worker = service("hub/worker", Unhealthy, "exited with code 1", 12);
    worker.health.blocked_by = vec!["hub/db".into()];
    let web = service("hub/web", Healthy, "200", -500);
    let event = |sequence, seconds, service: &str, event, text: &str| {
        Arc::new(TimelineEvent {
            sequence,
            at: at(seconds),
            service: Some(service.into()),
            instance: None,
            event,
            text: text.to_owned(),
        })
    };
    Snapshot {
        services: [backend, db, web, worker].map(Arc::new).to_vec(),
        edges: Arc::from([
            Edge::new(
                "hub/backend".into(),
                "hub/db".into(),
                EdgeKind::Hard,
                Provenance::DependsOn,
                "service_healthy",
            ),
            Edge::new(
                "hub/web".into(),
                "hub/backend".into(),
                EdgeKind::Soft,
                Provenance::Route,
                "",
            ),
        ]),
        timeline: Arc::new(vec![
            event(
                1,
                -5_000,
                "hub/db",
                EventKind::Created,
                "deployed: postgres:14 → postgres:15",
            ),
            event(
                2,
                -60,
                "hub/db",
                EventKind::Created,
                "deployed: postgres:15 → postgres:16",
            ),
            event(
                3,
                -50,
                "hub/web",
                EventKind::Operation,
                "restart hub/web: started by the console",
            ),
            event(
                4,
                -30,
                "hub/db",
                EventKind::Operation,
                "restart hub/db: started by the console",
            ),
        ]),
        ..Snapshot::empty(at(60))
    }
}

fn explained(id: &str) -> Explanation {
    let snapshot = hub();
    let service = Arc::clone(snapshot.service(&id.into()).unwrap());
    explain(&service, &snapshot, &TimeZone::UTC)
}

fn told(explanation: &Explanation, source: EvidenceSource) -> Vec<&str> {
    explanation
        .evidence
        .iter()
        .filter(|each| each.source == source)
        .map(|each| each.text.as_str())
        .collect()
}

#[test]
fn a_root_is_one_sentence_with_what_it_blocks() {
    let explanation = explained("hub/db");
    assert_eq!(
        explanation.sentence,
        "db refuses connections since 14:02:11 UTC; backend and worker are blocked by it"
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
        ["fails: connection refused (tcp 172.18.0.3:5432)"]
    );
    assert_eq!(
        told(&explanation, EvidenceSource::Timeline),
        [
            "deployed: postgres:15 → postgres:16",
            "restart hub/db: started by the console"
        ]
    );
    assert_eq!(told(&explanation, EvidenceSource::Log)[2], "password=***");
    assert_eq!(
        told(&explanation, EvidenceSource::Impact),
        ["backend and worker are blocked by it"]
    );
    assert!(
        explanation
            .try_next
            .iter()
            .any(|each| each.contains("go back to postgres:15"))
    );
    let order: Vec<_> = explanation
        .evidence
        .iter()
        .map(|each| each.source)
        .collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn a_blocked_service_names_its_root_and_the_roots_cause() {
    let explanation = explained("hub/backend");
    assert_eq!(
        explanation.sentence,
        "backend answers 503 db down since 14:02:20 UTC; it is blocked by db, which refuses connections since 14:02:11 UTC"
    );
    assert_eq!(
        explanation.hint.as_ref().unwrap().words,
        "db: the disk is full"
    );
    assert_eq!(
        told(&explanation, EvidenceSource::Needs),
        ["needs db (depends_on service_healthy): it refuses connections"]
    );
    assert_eq!(
        explanation.try_next[0],
        "bring db back first: `hubdeck explain hub/db` tells more of it"
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
            "what it needs refuses the connection (db)"
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
    assert_eq!(explanation.sentence, "web works since 13:53:51 UTC");
    assert_eq!((explanation.hint, explanation.try_next), (None, Vec::new()));
    let mut db = service("hub/db", HealthState::Stopped, "stopped", -90_000);
    let facts = Arc::make_mut(&mut db.instances[0].facts);
    (facts.state, facts.exit_code) = (InstanceState::Exited, Some(137));
    let explanation = explain(&db, &hub(), &TimeZone::UTC);
    assert_eq!(
        explanation.sentence,
        "db is stopped since 2026-03-27 13:02:11 UTC; backend and worker are blocked by it"
    );
    assert_eq!(
        (explanation.hint, explanation.try_next),
        (None, vec!["start it".to_owned()])
    );
}

#[test]
fn ends_of_processes_are_told_with_code_memory_and_restarts() {
    let mut worker = service(
        "hub/worker",
        HealthState::Unhealthy,
        "killed for lack of memory (exit code 137)",
        0,
    );
    let facts = Arc::make_mut(&mut worker.instances[0].facts);
    (
        facts.state,
        facts.exit_code,
        facts.oom_killed,
        facts.restarts,
    ) = (InstanceState::Exited, Some(137), true, 3);
    facts.finished_at = Some(at(0));
    let explanation = explain(&worker, &hub(), &TimeZone::UTC);
    assert_eq!(explanation.hint.as_ref().unwrap().id, "out-of-memory");
    assert_eq!(
        told(&explanation, EvidenceSource::Process),
        ["hub-worker-1 ended with exit code 137, killed for lack of memory, 3 restarts"]
    );
    assert_eq!(
        explanation.sentence,
        "worker was killed for lack of memory (exit code 137) at 14:02:11 UTC"
    );
}

#[test]
fn a_probe_that_fails_or_warns_tells_its_certificate_and_its_slowest_part() {
    let told_of = |days: i64, outcome: ProbeOutcome, first_byte: f32| {
        let mut web = service("hub/web", HealthState::Degraded, "probe: x", 0);
        web.health.probe = Some(ProbeVerdict {
            kind: ProbeKind::Http,
            target: "https://web".to_owned(),
            success: outcome.works(),
            contact: Contact::Answered,
            latency_ms: Some(1.0),
            phases: Some(ProbePhases {
                dns_ms: None,
                connect_ms: Some(0.4),
                tls_ms: Some(12.4),
                first_byte_ms: Some(first_byte),
            }),
            certificate_until: Some(at(60 + days * 86_400)),
            checked_at: at(4),
            message: "x".to_owned(),
            counts: true,
        });
        web.probe_log = Arc::new([ProbeResult::of(outcome, at(4))].into());
        let snapshot = Snapshot {
            services: vec![Arc::new(web.clone())],
            ..Snapshot::empty(at(60))
        };
        let all = explain(&web, &snapshot, &TimeZone::UTC);
        told(&all, EvidenceSource::Probe)[1..].join("; ")
    };
    assert_eq!(told_of(61, ProbeOutcome::Success, 3.0), "");
    assert_eq!(
        told_of(9, ProbeOutcome::Warning, 2_345.0),
        "certificate ends in 9 days (2026-04-06); its slowest part: first byte, 2.3 s"
    );
    assert_eq!(
        told_of(-3, ProbeOutcome::Failure, 3.0),
        "certificate expired 3 days ago (2026-03-25); its slowest part: tls, 12 ms"
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
            "backend answers slowly (2.5 s) since 14:02:11 UTC: it waits for aggregator, which answers slowly as well",
        ),
        (
            Unhealthy,
            "probe: no answer within 5.0 s",
            SLOW,
            "backend gives no answer within 5.0 s since 14:02:11 UTC: it waits for aggregator, which answers slowly as well",
        ),
        (
            Degraded,
            SLOW,
            "probe: 200 OK",
            "backend answers slowly (2.5 s) since 14:02:11 UTC",
        ),
        (
            Unhealthy,
            "probe: 500",
            SLOW,
            "backend answers 500 since 14:02:11 UTC",
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
        let first = "look at aggregator first: `hubdeck explain hub/aggregator` tells more of it";
        let advised = explanation.try_next.iter().any(|each| each == first);
        assert_eq!(
            advised,
            sentence.contains("waits"),
            "{:?}",
            explanation.try_next
        );
    }
}

#[test]
fn the_failing_replica_is_named_first() {
    let mut web = service(
        "hub/web",
        HealthState::Degraded,
        "1 of 11 instances fails: docker: unhealthy, x",
        0,
    );
    web.instances = (1..=11)
        .map(|number| {
            let mut facts = facts("hub/web");
            facts.name = format!("hub-web-{number}");
            facts.id = InstanceId::from(format!("id-{number}"));
            if number == 10 {
                facts.docker.status = DockerStatus::Unhealthy;
                facts.health_log = vec![HealthcheckLog {
                    at: at(3),
                    exit_code: 1,
                    output: "no route".to_owned(),
                }];
            }
            Instance {
                facts: Arc::new(facts),
                sample: None,
                series: Arc::default(),
            }
        })
        .collect();
    let snapshot = Snapshot {
        services: vec![Arc::new(web.clone())],
        ..Snapshot::empty(at(60))
    };
    let explanation = explain(&web, &snapshot, &TimeZone::UTC);
    assert_eq!(
        told(&explanation, EvidenceSource::Process),
        ["hub-web-10 runs, unhealthy", "10 more instances run"]
    );
    web.health.docker = Some(web.instances[9].facts.docker.clone());
    let explanation = explain(&web, &snapshot, &TimeZone::UTC);
    assert_eq!(
        told(&explanation, EvidenceSource::Healthcheck)[0],
        "hub-web-10: exit code 1: no route"
    );
}

#[test]
fn evidence_is_in_the_order_of_time() {
    let mut snapshot = hub();
    let mut timeline: Vec<_> = snapshot.timeline.iter().cloned().collect();
    timeline.reverse();
    snapshot.timeline = Arc::new(timeline);
    let db = Arc::clone(snapshot.service(&"hub/db".into()).unwrap());
    let explanation = explain(&db, &snapshot, &TimeZone::UTC);
    assert_eq!(
        told(&explanation, EvidenceSource::Timeline),
        [
            "deployed: postgres:15 → postgres:16",
            "restart hub/db: started by the console"
        ]
    );
    for source in EvidenceSource::ALL {
        let times: Vec<_> = explanation
            .evidence
            .iter()
            .filter(|each| each.source == source)
            .collect();
        let times: Vec<_> = times.iter().filter_map(|each| each.at).collect();
        assert!(times.is_sorted(), "{source:?}");
    }
}

#[test]
fn an_answer_is_never_called_a_guess_that_does_not_count() {
    for (contact, expected) in [
        (Contact::Answered, "fails: 503 db down (http http://x)"),
        (Contact::WrongAnswer, "fails: 503 db down (http http://x)"),
        (
            Contact::Unreachable,
            "fails: 503 db down (http http://x); it cannot be reached from here, so that it does not count",
        ),
        (
            Contact::NoAnswer,
            "fails: 503 db down (http http://x); a guessed target that never answered, it does not count",
        ),
    ] {
        let mut web = service("hub/web", HealthState::Degraded, "probe: x", 0);
        web.health.probe = Some(ProbeVerdict {
            kind: ProbeKind::Http,
            target: "http://x".to_owned(),
            success: false,
            contact,
            latency_ms: None,
            phases: None,
            certificate_until: None,
            checked_at: at(4),
            message: "503 db down".to_owned(),
            counts: false,
        });
        let snapshot = Snapshot {
            services: vec![Arc::new(web.clone())],
            ..Snapshot::empty(at(60))
        };
        let explanation = explain(&web, &snapshot, &TimeZone::UTC);
        assert_eq!(told(&explanation, EvidenceSource::Probe), [expected]);
    }
}
