//! The evidence, each piece with its source and time.

use super::*;

#[test]
fn ends_of_processes_are_told_with_code_memory_and_restarts() {
    let mut worker = service(
        "hub/worker",
        HealthState::Unhealthy,
        "OOM-killed (exit code 137)",
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
    facts.limits.memory_bytes = Some(64 << 20);
    let explanation = explain(&worker, &hub(), &TimeZone::UTC);
    assert_eq!(explanation.hint.as_ref().unwrap().id, "out-of-memory");
    assert_eq!(
        told(&explanation, EvidenceSource::Process),
        ["hub-worker-1 ended with exit code 137, OOM-killed (limit 64 MiB), 3 restarts"]
    );
    assert_eq!(
        explanation.sentence,
        "worker was OOM-killed (exit code 137) at 14:02:11 UTC"
    );
}

#[test]
fn an_end_is_the_evidence_of_its_diagnosis_without_restarts_and_what_misses_it() {
    for reason in [
        "exited with code 137 (killed)",
        "crash loop: exited with code 137 (killed), 3 restarts",
    ] {
        let mut db = service("hub/db", HealthState::Unhealthy, reason, 0);
        db.health.missed_by = vec!["hub/backend".into()];
        let facts = Arc::make_mut(&mut db.instances[0].facts);
        (facts.state, facts.exit_code) = (InstanceState::Exited, Some(137));
        facts.finished_at = Some(at(0));
        let explanation = explain(&db, &hub(), &TimeZone::UTC);
        let hint = explanation.hint.expect("a diagnosis");
        assert_eq!(
            (hint.id.as_str(), hint.evidence.as_str()),
            ("killed", "exited with code 137 (killed)")
        );
    }
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
            finding: testing::finding("x"),
            counts: true,
        });
        web.probe_log = Arc::new([ProbeResult::of(outcome, at(4))].into());
        let snapshot = Snapshot {
            services: vec![Arc::new(web.clone())],
            ..Snapshot::empty(at(60))
        };
        let all = explain(&web, &snapshot, &TimeZone::UTC);
        let told = told(&all, EvidenceSource::Probe);
        let parts = told.into_iter().filter(|text| !text.starts_with('x'));
        parts.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(told_of(61, ProbeOutcome::Success, 3.0), "");
    assert_eq!(
        told_of(9, ProbeOutcome::Warning, 2_345.0),
        "certificate expires in 9 days (2026-04-06); slowest phase: first byte, 2.3 s"
    );
    assert_eq!(
        told_of(-3, ProbeOutcome::Failure, 3.0),
        "certificate expired 3 days ago (2026-03-25); slowest phase: tls, 12 ms"
    );
}

#[test]
fn the_failing_replica_is_named_first() {
    let mut web = service(
        "hub/web",
        HealthState::Degraded,
        "1 of 11 replicas fails: docker: unhealthy, x",
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
                probe: None,
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
        [
            "hub-web-10 is running (unhealthy)",
            "10 more replicas are running"
        ]
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
            "restarting hub/db, by the console"
        ]
    );
    let times: Vec<_> = explanation.evidence.iter().map(|each| each.at).collect();
    let known = times.iter().take_while(|at| at.is_some()).count();
    assert!(times[..known].is_sorted(), "{times:?}");
    assert!(times[known..].iter().all(Option::is_none), "{times:?}");
}

/// A service that logged and probed well, and then answered 500 twenty times.
pub(super) fn failing_web() -> Service {
    let mut web = service("hub/web", HealthState::Unhealthy, "probe: 500", 0);
    let line = |seconds, text: &str| LogLine {
        at: Some(at(seconds)),
        instance: InstanceId::new("x"),
        stream: LogStream::Stdout,
        text: text.to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    };
    let mut lines = vec![
        line(-9, "2026-03-28T14:02:02Z GET /health 200 in 3ms"),
        line(
            -8,
            r#"{"ts":"2026-03-28T14:02:11Z","level":"info","msg":"fault set","mode":"fail"}"#,
        ),
    ];
    lines.extend((0..20).map(|n| line(n - 7, &format!("GET /health 500 in {n}ms"))));
    web.failure_log = Some(Arc::new(FailureLog {
        instance: InstanceId::new("x"),
        at: at(20),
        lines: lines.into(),
    }));
    web.health.probe = Some(ProbeVerdict {
        kind: ProbeKind::Http,
        target: "http://x".to_owned(),
        success: false,
        contact: Contact::Answered,
        latency_ms: None,
        phases: None,
        certificate_until: None,
        checked_at: at(9),
        finding: testing::finding("500 failing"),
        counts: true,
    });
    let result = |outcome, seconds, words: &str| ProbeResult {
        finding: testing::finding(words),
        ..ProbeResult::of(outcome, at(seconds))
    };
    web.probe_log = Arc::new(
        [
            result(ProbeOutcome::Success, -10, "200 ok"),
            result(ProbeOutcome::Failure, 0, "500 failing"),
            result(ProbeOutcome::Failure, 9, "500 failing"),
        ]
        .into(),
    );
    web
}

#[test]
fn repeated_lines_are_one_with_the_last_line_before_the_first_error() {
    let web = failing_web();
    let snapshot = Snapshot {
        services: vec![Arc::new(web.clone())],
        ..Snapshot::empty(at(60))
    };
    let explanation = explain(&web, &snapshot, &TimeZone::UTC);
    let (ok, bad) = (
        Some(EvidenceOutcome::Success),
        Some(EvidenceOutcome::Failure),
    );
    let (last, before) = (
        Some(EvidenceRemark::LastSuccess),
        Some(EvidenceRemark::BeforeFirstError),
    );
    let strip: Vec<_> = explanation
        .evidence
        .iter()
        .filter(|each| matches!(each.source, EvidenceSource::Probe | EvidenceSource::Log))
        .map(|each| (each.text.as_str(), each.outcome, each.remark, each.count))
        .collect();
    assert_eq!(
        strip,
        [
            ("200 ok", ok, last, 1),
            ("INFO fault set mode=fail", None, before, 1),
            ("GET /health 500 in 0ms", bad, None, 20),
            ("500 failing (http http://x)", bad, None, 2),
        ]
    );
}

#[test]
fn an_answer_is_never_called_a_guess_that_does_not_count() {
    for (contact, expected) in [
        (Contact::Answered, "503 db down (http http://x)"),
        (Contact::WrongAnswer, "503 db down (http http://x)"),
        (
            Contact::Unreachable,
            "503 db down (http http://x); unreachable from here – ignored",
        ),
        (
            Contact::NoAnswer,
            "503 db down (http http://x); guessed target, never succeeded – ignored",
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
            finding: testing::finding("503 db down"),
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

/// Without the quotes of JSON nothing tells where a value with blanks ends.
#[test]
fn secrets_of_json_lines_are_masked_before_their_quotes_are_gone() {
    let lines = [
        r#"{"level":"error","msg":"login failed","password":"correct horse battery"}"#,
        r#"{"level":"error","msg":"denied","cookie":"sid=8f3a"}"#,
        r#"{"level":"error","msg":"denied","authorization":"Basic dXNlcjpwYXNz"}"#,
    ];
    for secret in lines {
        let mut web = failing_web();
        let mut log = FailureLog::clone(web.failure_log.as_ref().unwrap());
        let mut all = log.lines.to_vec();
        all[2].text = secret.to_owned();
        log.lines = all.into();
        web.failure_log = Some(Arc::new(log));
        let snapshot = Snapshot {
            services: vec![Arc::new(web.clone())],
            ..Snapshot::empty(at(60))
        };
        let found = explain(&web, &snapshot, &TimeZone::UTC);
        let shown = serde_json::to_string(&found).unwrap();
        assert!(
            shown.contains("login failed") || shown.contains("denied"),
            "{shown}"
        );
        for word in ["correct", "horse", "battery", "8f3a", "dXNlcjpwYXNz"] {
            assert!(!shown.contains(word), "{word} of {secret}: {shown}");
        }
    }
}

#[test]
fn an_error_that_is_new_since_the_last_start_is_evidence_while_it_goes_on() {
    use crate::model::{ErrorPattern, LogFigures, LogWindow};
    let told_of = |count: u64, last: i64, is_new: bool, state| {
        let mut db = service("hub/db", state, "probe: connection refused", 0);
        db.log_figures = Some(Arc::new(LogFigures {
            at: at(60),
            is_estimate: false,
            last_minute: LogWindow::default(),
            last_quarter: LogWindow::default(),
            history: Vec::new(),
            request_history: Vec::new(),
            routes: Vec::new(),
            burst: None,
            errors: vec![ErrorPattern {
                template: "connection to <*> refused, password=hunter2".to_owned(),
                count,
                first_seen: Some(at(-20)),
                last_seen: Some(at(last)),
                is_new,
            }],
        }));
        let explanation = explain(&db, &hub(), &TimeZone::UTC);
        let told = told(&explanation, EvidenceSource::Log).into_iter();
        told.map(str::to_owned).collect::<Vec<_>>()
    };
    let failing = HealthState::Unhealthy;
    assert_eq!(
        told_of(34, 30, true, failing),
        ["new error since the last start, 34 times: connection to <*> refused, password=***"]
    );
    assert_eq!(
        told_of(1, 30, true, failing),
        ["new error since the last start, once: connection to <*> refused, password=***"]
    );
    for nothing in [
        told_of(34, 30, false, failing),
        told_of(34, -3_600, true, failing),
        told_of(34, 30, true, HealthState::Healthy),
    ] {
        assert_eq!(nothing, Vec::<String>::new());
    }
}
