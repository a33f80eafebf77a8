mod advice;
mod evidence;
mod failure;
mod sentence;

use super::*;
use crate::model::{
    Change, Contact, DependencyCondition, Deployment, DockerStatus, Edge, EdgeKind,
    EvidenceOutcome, EvidenceRemark, EvidenceSource, FailureLog, Finding, HealthState, Healthcheck,
    HealthcheckLog, Instance, InstanceId, InstanceState, LogLine, LogStream, NetworkAddress,
    Operation, OperationChange, OperationKind, Principal, ProbeKind, ProbeOutcome, ProbePhases,
    ProbeResult, ProbeVerdict, Provenance, SignedDuration, SortShared as _, TimelineEvent,
};
use crate::topology::testing::facts;
use std::sync::Arc;
use std::time::Duration;

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
        probe: None,
    }];
    service.health.state = state;
    service.health.reason = testing::reason(state, reason);
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
        ..LogLine::default()
    };
    let lines = lines.iter().map(line).collect();
    service.failure_log = Some(Arc::new(FailureLog {
        instance: InstanceId::new("x"),
        at: at(9),
        lines,
    }));
}

/// `hub/db`, which is down.
fn database() -> Service {
    let mut db = service(
        "hub/db",
        HealthState::Unhealthy,
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
        finding: Finding::Refused,
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
    db
}

/// Two deploys of db, and what an operator did since.
fn history() -> Vec<Arc<TimelineEvent>> {
    let event = |sequence, seconds, service: &str, change| {
        Arc::new(TimelineEvent {
            sequence,
            at: at(seconds),
            service: Some(service.into()),
            instance: None,
            change,
        })
    };
    let deploy = |from: &str, to: &str| {
        Change::Deployed(Deployment::Image {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    let restart = |service: &str| {
        Change::Operation(OperationChange::Started {
            operation: Operation {
                kind: OperationKind::Restart,
                targets: vec![service.into()],
                with_dependents: false,
                image: None,
            },
            principal: Principal::Terminal,
        })
    };
    vec![
        event(1, -5_000, "hub/db", deploy("postgres:14", "postgres:15")),
        event(2, -60, "hub/db", deploy("postgres:15", "postgres:16")),
        event(3, -50, "hub/web", restart("hub/web")),
        event(4, -30, "hub/db", restart("hub/db")),
    ]
}

/// db is down, backend and worker are blocked by it.
fn hub() -> Snapshot {
    use HealthState::{Healthy, Unhealthy};
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
    Snapshot {
        services: [backend, database(), web, worker].map(Arc::new).to_vec(),
        edges: Arc::from([
            Edge::new(
                "hub/backend".into(),
                "hub/db".into(),
                EdgeKind::Hard,
                Provenance::DependsOn,
                DependencyCondition::ServiceHealthy,
            ),
            Edge::new(
                "hub/web".into(),
                "hub/backend".into(),
                EdgeKind::Soft,
                Provenance::Route,
                "",
            ),
        ]),
        timeline: Arc::new(history()),
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
