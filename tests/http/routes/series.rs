//! Series of a service, health of what is watched, and operations.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use hubdeck::model::{
    HealthState, Operation, OperationId, OperationKind, OperationStatus, Principal, Sample,
    Snapshot, StepState,
};
use hubdeck::plan::plan;
use serde_json::json;

use super::{options, world, world_of};
use crate::support::snapshots::{at, hub, lost};

/// `hub(7)` with three readings of the backend, one of them empty, and two of its probe.
fn measured() -> Snapshot {
    let mut snapshot = hub(7);
    let backend = snapshot
        .services
        .iter_mut()
        .find(|service| service.id.as_str() == "hub/backend")
        .unwrap();
    let backend = Arc::make_mut(backend);
    let series = Arc::make_mut(&mut backend.instances[0].series);
    for (seconds, cpu) in [(-60, Some(1.0)), (-30, None), (-2, Some(2.5))] {
        series.push_sample(&Sample {
            cpu_percent: cpu,
            ..Sample::empty(at(seconds))
        });
    }
    let latency = Arc::make_mut(&mut backend.latency);
    latency.push(at(-40), [Some(3.5)]);
    latency.push(at(-10), [None]);
    snapshot
}

#[tokio::test]
async fn series_have_times_and_gaps_are_null() {
    let world = world_of(measured(), options());
    let all = world.get("/api/services/hub/backend/metrics").await.json();
    assert_eq!(
        (&all["service"], &all["from"]),
        (&json!("hub/backend"), &json!(null))
    );
    let instance = &all["instances"][0];
    assert_eq!(
        instance["at"],
        json!([
            "2026-05-01T11:59:00Z",
            "2026-05-01T11:59:30Z",
            "2026-05-01T11:59:58Z"
        ])
    );
    assert_eq!(instance["cpu_percent"], json!([1.0, null, 2.5]));
    assert_eq!(instance["memory_bytes"], json!([null, null, null]));
    assert_eq!(all["probe"]["latency_ms"], json!([3.5, null]));

    let recent = world
        .get("/api/services/hub/backend/metrics?window=15s")
        .await
        .json();
    assert_eq!(recent["from"], "2026-05-01T11:59:45Z");
    assert_eq!(recent["instances"][0]["cpu_percent"], json!([2.5]));
    assert_eq!(recent["probe"]["at"], json!(["2026-05-01T11:59:50Z"]));
}

#[tokio::test]
async fn a_wrong_window_and_a_missing_service_are_told() {
    let world = world();
    for window in ["", "soon", "-5", "1d", "0.5", "1h30m", "1234567", "s"] {
        let answer = world
            .get(&format!("/api/services/hub/db/metrics?window={window}"))
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{window}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("is no duration"), "{detail}");
    }
    let nobody = world.get("/api/services/hub/nobody/metrics").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_health_of_the_stack_is_one_word_and_a_status_where_that_is_asked() {
    let only = |state: HealthState| {
        let mut snapshot = hub(7);
        for service in &mut snapshot.services {
            let health = &mut Arc::make_mut(service).health;
            health.state = HealthState::Healthy;
            health.overlays.clear();
        }
        Arc::make_mut(&mut snapshot.services[0]).health.state = state;
        snapshot
    };
    for (snapshot, word, strict) in [
        (only(HealthState::Healthy), "healthy", 200),
        (only(HealthState::Stopped), "healthy", 200),
        (only(HealthState::Degraded), "degraded", 429),
        (only(HealthState::Unhealthy), "unhealthy", 503),
        (lost(7), "unknown", 503),
    ] {
        let world = world_of(snapshot, options());
        let usual = world.get("/api/health/stack").await;
        assert_eq!(
            (usual.status.as_u16(), &usual.json()["status"]),
            (200, &json!(word))
        );
        let asked = world.get("/api/health/stack?strict=1").await;
        assert_eq!(
            (asked.status.as_u16(), &asked.json()["status"]),
            (strict, &json!(word))
        );
    }
    let world = world();
    assert_eq!(
        world.get("/api/health/stack?strict=perhaps").await.status,
        400
    );
    assert_eq!(world.get("/api/health/stack?state=lost").await.status, 400);
    let affected = world.get("/api/health/stack").await.json()["affected"].clone();
    assert!(
        affected.as_array().is_some_and(|all| !all.is_empty()),
        "{affected}"
    );
    let chosen = world.get("/api/health/stack?strict=1&state=healthy").await;
    assert_eq!(
        (chosen.status.as_u16(), &chosen.json()["status"]),
        (200, &json!("healthy"))
    );
}

#[tokio::test]
async fn operations_that_are_not_there_are_unknown_and_others_methods_wrong() {
    let world = world();
    assert_eq!(
        world.get("/api/operations").await.json(),
        json!({"operations": [], "running": 0, "generated_at": "2026-05-01T12:00:00Z"})
    );
    for (id, status) in [
        ("1", 404),
        ("x", 400),
        ("-1", 400),
        ("99999999999999999999", 400),
    ] {
        let answer = world.get(&format!("/api/operations/{id}")).await;
        assert_eq!(answer.status.as_u16(), status, "{id}");
    }
    for path in ["/api/operations", "/api/operations/1"] {
        let answer = world.send(Method::DELETE, path, &[], "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, "GET,HEAD,OPTIONS")
        );
    }
}

/// A restart of the backend with `id` that ended, or goes on.
fn restart(id: u64, snapshot: &Snapshot, has_ended: bool) -> Arc<OperationStatus> {
    let asked = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/backend".into()],
        with_dependents: false,
        image: None,
    };
    let plan = plan(&asked, snapshot).expect("a plan");
    let state = match has_ended {
        true => StepState::Failed {
            error: "redis://:hunter2@cache refused".to_owned(),
        },
        false => StepState::Running,
    };
    Arc::new(OperationStatus {
        id: OperationId(id),
        principal: Principal::Terminal,
        steps: vec![state; plan.steps.len()],
        plan,
        times: Vec::new(),
        activities: Default::default(),
        calls: Vec::new(),
        started_at: at(-5),
        finished_at: has_ended.then(|| at(-1)),
        error: has_ended.then(|| "the step failed".to_owned()),
        cancelled: None,
        output: Default::default(),
    })
}

#[tokio::test]
async fn an_operation_shows_its_progress_its_end_and_that_it_is_no_longer_kept() {
    let mut snapshot = hub(7);
    let operations = vec![restart(3, &snapshot, true), restart(4, &snapshot, false)];
    snapshot.operations = operations;
    let world = world_of(snapshot, options());
    let all = world.get("/api/operations").await.json();
    assert_eq!(
        (&all["running"], &all["operations"][1]["id"]),
        (&json!(1), &json!(4))
    );

    let ended = world.get("/api/operations/3").await;
    let text = String::from_utf8(ended.body.clone()).unwrap();
    assert!(!text.contains("hunter2"), "{text}");
    let ended = ended.json();
    assert_eq!(
        (&ended["result"], &ended["principal"]),
        (&json!("failed"), &json!("terminal"))
    );
    assert_eq!(
        (&ended["steps_done"], &ended["error"]),
        (&json!(1), &json!("the step failed"))
    );
    assert_eq!(ended["steps"][0]["state"], "failed");

    let runs = world.get("/api/operations/4").await.json();
    assert_eq!(
        (&runs["result"], &runs["finished_at"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(
        (&runs["steps"][0]["state"], &runs["steps_done"]),
        (&json!("running"), &json!(0))
    );

    for (id, status) in [(0, 404), (2, 410), (5, 404)] {
        let answer = world.get(&format!("/api/operations/{id}")).await;
        assert_eq!(answer.status.as_u16(), status, "{id}");
    }
}
