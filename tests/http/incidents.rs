//! `GET /api/incidents`: shape, masks, and an empty list.

use std::sync::Arc;
use std::time::Duration;

use crate::support::fake_operations::FakeOperations;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use hubdeck::model::{
    BrokenService, HealthState, Incident, IncidentEntry, IncidentFact, IncidentId, IncidentRoot,
    Reason, RecordedRun, RecordingCause, ServiceId, Snapshot, Timestamp,
};
use hubdeck::serve::{RouterOptions, router};
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::support::snapshots::{at, hub};

/// Status and body of `GET /api/incidents` over `snapshot`.
async fn incidents(snapshot: Snapshot) -> (StatusCode, Value) {
    let options = RouterOptions {
        allow_hosts: Vec::new(),
        allow_addresses: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: Duration::from_secs(5),
        tokens: None,
        actions: false,
        behind_proxy: false,
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    };
    let (_snapshots, receiver) = watch::channel(Arc::new(snapshot));
    let router = router(receiver, FakeOperations::inert(), options);
    let request = Request::builder()
        .uri("/api/incidents")
        .header("host", "localhost:5003");
    let answer = router
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .expect("an answer");
    let status = answer.status();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20)
        .await
        .expect("a body");
    (status, serde_json::from_slice(&body).expect("JSON"))
}

fn incident(
    id: u64,
    root: IncidentRoot,
    closed_at: Option<Timestamp>,
    fact: IncidentFact,
) -> Arc<Incident> {
    Arc::new(Incident {
        id: IncidentId(id),
        root,
        opened_at: at(-60),
        updated_at: closed_at.unwrap_or(at(-60)),
        closed_at,
        fact: fact.clone(),
        blocked: vec![ServiceId::from("hub/backend")],
        log: vec![IncidentEntry { at: at(-60), fact }],
    })
}

#[tokio::test]
async fn incidents_are_told_with_root_blocked_services_and_history() {
    let mut snapshot = hub(7);
    let db = IncidentRoot::Service(ServiceId::from("hub/db"));
    let leaky = IncidentFact::Broken(BrokenService {
        stack: Some("hub".into()),
        state: HealthState::Unhealthy,
        reason: Reason::Docker {
            output: "postgres://hub:hunter2@db/hub\nrefused".to_owned(),
            streak: 3,
        },
        missed_by: Vec::new(),
        blocked: Vec::new(),
    });
    snapshot.incidents = vec![
        incident(
            1,
            IncidentRoot::Engine,
            Some(at(-30)),
            IncidentFact::EngineLost,
        ),
        incident(2, db, None, leaky),
    ];
    let (status, body) = incidents(snapshot).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["open"], 1);
    let closed = &body["incidents"][0];
    assert_eq!(
        (&closed["root"], &closed["service"]),
        (&json!("the engine"), &Value::Null)
    );
    assert_eq!(
        (&closed["state"], &closed["closed_at"]),
        (&json!("closed"), &json!("2026-05-01T11:59:30Z"))
    );
    let masked = "db fails its healthcheck: postgres://***@db/hub refused";
    let open = json!({
        "id": 2, "state": "open", "root": "hub/db", "service": "hub/db",
        "opened_at": "2026-05-01T11:59:00Z", "updated_at": "2026-05-01T11:59:00Z", "closed_at": null,
        "sentence": masked, "blocked": ["hub/backend"],
        "log": [{"at": "2026-05-01T11:59:00Z", "text": masked}],
    });
    assert_eq!(body["incidents"][1], open);
}

#[tokio::test]
async fn runs_whose_last_lines_are_kept_are_listed_without_them() {
    let run = RecordedRun {
        service: "hub/db".into(),
        stack: Some("hub".into()),
        instance: "gone".into(),
        name: "hub-db-1".to_owned(),
        at: at(0),
        cause: RecordingCause::Removed,
        lines: 17,
        gone: true,
    };
    let mut snapshot = hub(7);
    snapshot.recorded_runs = [run].into();
    let (_, body) = incidents(snapshot).await;
    let expected = json!([{
        "service": "hub/db", "stack": "hub", "instance": "gone", "name": "hub-db-1",
        "at": "2026-05-01T12:00:00Z", "cause": "removed", "lines": 17, "gone": true,
    }]);
    assert_eq!(body["recorded_runs"], expected);
}

#[tokio::test]
async fn without_trouble_the_list_is_empty() {
    let mut snapshot = hub(7);
    snapshot.incidents.clear();
    let (status, body) = incidents(snapshot).await;
    assert_eq!(
        (status, &body["incidents"], &body["open"]),
        (StatusCode::OK, &json!([]), &json!(0))
    );
}
