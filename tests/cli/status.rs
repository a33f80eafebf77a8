//! `hubdeck status`: text, JSON and exit codes.

use std::io;
use std::sync::Arc;

use hubdeck::cli::ExitStatus;
use hubdeck::cli::status::{exit_status, report, write_text};
use hubdeck::document::TextForm;
use hubdeck::model::{
    BrokenService, ConnectAttempt, EngineStatus, Finding, HealthState, Incident, IncidentEntry,
    IncidentFact, IncidentId, IncidentRoot, Layer, Reason, Snapshot,
};

use crate::support::snapshots::{at, hub, lost, service};

fn text(snapshot: &Snapshot, form: TextForm) -> String {
    let mut out = Vec::new();
    write_text(snapshot, form, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_text_shows_map_and_table_without_secrets() {
    let shown = text(&hub(7), TextForm::default());
    assert!(!shown.contains("hunter2") && !shown.contains('\u{1b}'));
    insta::assert_snapshot!(shown);
}

#[test]
fn ascii_and_narrow_text_wraps_the_map() {
    let mut snapshot = hub(7);
    for name in ["worker-mail", "worker-search", "worker-thumbnails"] {
        let worker = service(
            Some("hub"),
            name,
            "python:3.12-alpine",
            Layer::App,
            HealthState::Starting,
        );
        snapshot.services.push(Arc::new(worker));
    }
    let shown = text(
        &snapshot,
        TextForm {
            ascii: true,
            width: 50,
        },
    );
    assert!(shown.is_ascii(), "names keep to it too: {shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn an_engine_that_was_never_reached_says_what_was_tried() {
    let mut snapshot = Snapshot::empty(at(0));
    snapshot.engine.status = EngineStatus::Lost {
        since: at(0),
        error: "no engine found".into(),
        retry_at: at(1),
    };
    snapshot.engine.attempts = vec![ConnectAttempt {
        source: "DOCKER_HOST".into(),
        endpoint: "tcp://me:hunter2@10.0.0.1:2375".into(),
        error: "connection refused".into(),
    }];
    assert_eq!(
        text(&snapshot, TextForm::default()),
        "No container engine was reached: no engine found\n  \
         DOCKER_HOST (tcp://***@10.0.0.1:2375): connection refused\n"
    );
    let shown = text(&lost(7), TextForm::default());
    assert!(
        shown.starts_with("Docker 26.1.5 on box (tcp://***@engine:2376) has not answered since"),
        "{shown}"
    );
}

#[test]
fn the_exit_code_says_whether_all_is_well() {
    let with = |state| {
        let mut snapshot = hub(1);
        snapshot.services = vec![Arc::new(service(
            Some("hub"),
            "only",
            "busybox",
            Layer::App,
            state,
        ))];
        snapshot
    };
    for (state, plain, strict) in [
        (
            HealthState::Healthy,
            ExitStatus::Success,
            ExitStatus::Success,
        ),
        (
            HealthState::Completed,
            ExitStatus::Success,
            ExitStatus::Success,
        ),
        (
            HealthState::Stopped,
            ExitStatus::Success,
            ExitStatus::Success,
        ),
        (
            HealthState::Starting,
            ExitStatus::Success,
            ExitStatus::Failure,
        ),
        (
            HealthState::Unknown,
            ExitStatus::Success,
            ExitStatus::Failure,
        ),
        (
            HealthState::Degraded,
            ExitStatus::Success,
            ExitStatus::Failure,
        ),
        (
            HealthState::Unhealthy,
            ExitStatus::Failure,
            ExitStatus::Failure,
        ),
    ] {
        assert_eq!(exit_status(&with(state), false), plain, "{state}");
        assert_eq!(exit_status(&with(state), true), strict, "{state} --strict");
    }
    assert_eq!(exit_status(&lost(1), false), ExitStatus::NoEngine);
    assert_eq!(
        exit_status(&Snapshot::empty(at(0)), false),
        ExitStatus::NoEngine
    );
}

#[test]
fn json_is_one_document_with_the_objects_of_the_api() {
    let mut out = Vec::new();
    assert_eq!(
        report(&hub(7), true, false, TextForm::default(), &mut out).unwrap(),
        ExitStatus::Failure
    );
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let names: Vec<_> = document.as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        names,
        ["engine", "incidents", "services", "stacks", "taken_at"]
    );
    assert_eq!(document["engine"]["status"], "connected");
    assert_eq!(document["services"][0]["id"], "hub/backend");
    assert_eq!(document["stacks"][0]["totals"]["unhealthy"], 1);
    assert!(!String::from_utf8(out).unwrap().contains("hunter2"));
}

#[test]
fn what_was_stopped_stands_after_what_is_broken_while_its_stack_runs() {
    let mut snapshot = hub(7);
    let mut stop = |id: &str| {
        let mut services = snapshot.services.iter_mut();
        let service = services.find(|service| service.id == id.into()).unwrap();
        let service = Arc::make_mut(service);
        service.health.state = HealthState::Stopped;
        service.health.reason = Reason::Stopped { code: Some(0) };
        service.health.since = at(-20);
        service.health.blocked_by.clear();
    };
    stop("hub/proxy");
    stop("só lo🦀");
    let shown = text(&snapshot, TextForm::default());
    let troubles = |shown: &str| -> Vec<String> {
        let lines = shown.lines().take_while(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    };
    let all = troubles(&shown);
    assert!(
        all.contains(&"■ hub/proxy was stopped 20 s ago (exit 0)".to_owned()),
        "{all:?}"
    );
    assert!(!all.iter().any(|line| line.contains("só lo")), "{all:?}");
    assert_eq!(
        exit_status(&snapshot, true),
        ExitStatus::Failure,
        "of backend"
    );
    for service in &mut snapshot.services {
        let service = Arc::make_mut(service);
        service.health.state = HealthState::Stopped;
        service.health.reason = Reason::Stopped { code: Some(0) };
        service.health.blocked_by.clear();
        service.instances.clear();
    }
    let all = troubles(&text(&snapshot, TextForm::default()));
    assert!(!all.iter().any(|line| line.starts_with('■')), "{all:?}");
}

#[test]
fn the_text_begins_with_what_is_wrong_and_the_json_has_the_incident() {
    let mut snapshot = hub(7);
    let db = snapshot
        .services
        .iter_mut()
        .find(|service| service.id == "hub/db".into());
    let health = &mut Arc::make_mut(db.unwrap()).health;
    (health.state, health.since) = (HealthState::Unhealthy, at(-65));
    health.reason = Reason::Probe {
        finding: Some(Finding::Refused),
        state: HealthState::Unhealthy,
        streak: 3,
    };
    let fact = IncidentFact::Broken(BrokenService {
        stack: Some("hub".into()),
        state: HealthState::Unhealthy,
        reason: Reason::Probe {
            finding: Some(Finding::Refused),
            state: HealthState::Unhealthy,
            streak: 3,
        },
        missed_by: Vec::new(),
        blocked: Vec::new(),
    });
    let entry = IncidentEntry {
        at: at(0),
        fact: fact.clone(),
    };
    snapshot.incidents = vec![Arc::new(Incident {
        id: IncidentId(3),
        root: IncidentRoot::Service("hub/db".into()),
        opened_at: at(0),
        updated_at: at(0),
        closed_at: None,
        fact,
        blocked: vec!["hub/backend".into()],
        log: vec![entry],
    })];
    let shown = text(&snapshot, TextForm::default());
    assert_eq!(
        shown.lines().next(),
        Some("✖ hub/db has refused connections for 1 min – blocks backend")
    );
    let mut out = Vec::new();
    report(&snapshot, true, false, TextForm::default(), &mut out).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(document["incidents"][0]["service"], "hub/db");
    assert_eq!(document["incidents"][0]["blocked"][0], "hub/backend");
}

/// A writer whose reader went away or whose disk is full.
struct Broken(io::ErrorKind);

impl io::Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(self.0.into())
    }
}

#[test]
fn a_closed_pipe_is_no_error_and_a_full_disk_is() {
    for json in [false, true] {
        let run = |kind| report(&hub(7), json, false, TextForm::default(), &mut Broken(kind));
        assert_eq!(run(io::ErrorKind::BrokenPipe).unwrap(), ExitStatus::Failure);
        assert!(run(io::ErrorKind::StorageFull).is_err());
    }
}
