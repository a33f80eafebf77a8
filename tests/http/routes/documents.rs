//! What the read routes answer: services, the map, explanations and figures.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{READS, world};
use crate::support::snapshots::hub;

#[tokio::test]
async fn every_read_answers_json_safely_and_head_answers_the_same_without_a_body() {
    let world = world();
    for path in READS {
        let answer = world.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-correlation-id").len(), 16);
        let text = String::from_utf8(answer.body.clone()).unwrap();
        assert!(answer.json().is_object());
        assert!(
            !text.contains("hunter2") && !text.contains('\u{1b}'),
            "{path} tells a secret:\n{text}"
        );
        let head = world.send(Method::HEAD, path, &[], "").await;
        assert_eq!(
            (head.status, head.body.len()),
            (StatusCode::OK, 0),
            "HEAD {path}"
        );
        assert_eq!(
            head.header("content-length"),
            answer.body.len().to_string(),
            "HEAD {path}"
        );
    }
}

#[tokio::test]
async fn a_service_has_exactly_the_documented_shape() {
    let service = world().get("/api/services/hub/backend").await.json();
    assert_eq!(
        service,
        json!({
            "id": "hub/backend", "stack": "hub", "name": "backend", "display_name": "backend", "source": "docker", "layer": "app",
            "layer_reason": "image python:3.12-alpine", "layer_confidence": 95,
            "layer_evidence": [{"layer": "app", "confidence": 95, "reason": "image python:3.12-alpine"}], "kind": "python", "image": "python:3.12-alpine",
            "version": "1.4.2",
            "health": {
                "state": "unhealthy", "shown": "unhealthy", "since": "2026-05-01T11:50:00Z", "since_known": true,
                "reason": "connection refused by redis://***@cache [31m",
                "reason_code": "uncounted",
                "overlays": ["blocked"], "blocked_by": ["hub/db"],
                "docker": {"status": "unhealthy", "failing_streak": 4, "checked_at": "2026-05-01T11:59:55Z"},
                "probe": {"kind": "http", "target": "http://172.18.0.4:8000/health", "success": false,
                          "latency_ms": null,
                          "phases": {"dns_ms": null, "connect_ms": 0.5, "tls_ms": null, "first_byte_ms": null},
                          "certificate_until": "2026-07-01T00:00:00Z",
                          "checked_at": "2026-05-01T11:59:57Z", "message": "connection refused",
                          "code": "refused"},
            },
            "replicas": {"running": 1, "total": 1},
            "instances": [{
                "id": "backend-0123456789abcdef", "name": "hub-backend-1", "state": "running",
                "started_at": "2026-05-01T11:00:00Z", "restarts": 0, "exit_code": null, "oom_killed": false,
                "cpu_percent": 1.5, "memory_bytes": 31_457_280, "memory_limit_bytes": 268_435_456,
                "network_rx_bytes_per_s": null, "network_tx_bytes_per_s": null,
                "block_read_bytes_per_s": null, "block_write_bytes_per_s": null,
            }],
            "ports": [], "endpoints": [],
            "limits": {"memory_bytes": 268_435_456, "memory_reservation_bytes": null, "cpus": null, "pids": null},
            "logs": null,
            "depends_on": ["hub/db"], "needed_by": ["hub/proxy"],
            "missing": [], "lost_networks": [], "swarm": null,
        })
    );
}

#[tokio::test]
async fn an_id_stands_in_the_path_as_it_is() {
    let world = world();
    for path in [
        "/api/services/s%C3%B3%20lo%F0%9F%A6%80",
        "/api/services/hub%2Fbackend",
    ] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
    let proxy = world.get("/api/services/hub/proxy").await.json();
    assert_eq!(proxy["endpoints"], json!(["0.0.0.0:8080", "[::]:8080"]));
    assert_eq!(
        world.get("/api/services/hub/nothing").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        world.get("/api/services/%ff").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_service_that_was_removed_lately_is_gone_and_not_unknown() {
    let world = world();
    assert_eq!(
        world.get("/api/services/hub/db").await.status,
        StatusCode::OK
    );
    let mut without = hub(8);
    without
        .services
        .retain(|service| service.id.as_str() != "hub/db");
    world.snapshots.send_replace(Arc::new(without));
    assert_eq!(
        world.get("/api/services/hub/db").await.status,
        StatusCode::GONE
    );
    world.snapshots.send_replace(Arc::new(hub(9)));
    assert_eq!(
        world.get("/api/services/hub/db").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn filters_choose_and_bad_values_are_told() {
    let world = world();
    for (query, expected) in [
        ("", 5),
        ("?stack=hub", 4),
        ("?stack=", 1),
        ("?stack=nobody", 0),
        ("?layer=app", 1),
        ("?state=healthy&state=degraded", 2),
        ("?stack=hub&layer=infra", 1),
        ("?source=docker", 5),
        ("?source=config", 0),
        ("?unknown=1", 5),
    ] {
        let answer = world.get(&format!("/api/services{query}")).await.json();
        assert_eq!(answer["count"], expected, "{query}");
        assert_eq!(
            answer["services"].as_array().unwrap().len(),
            expected,
            "{query}"
        );
    }
    for query in ["?layer=top", "?state=", "?source=x&stack=hub", "?state=%ff"] {
        let answer = world.get(&format!("/api/services{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let told = world.get("/api/services?layer=top").await.json();
    assert_eq!(
        told["detail"],
        "layer=top is not known; layer is one of edge, ui, app, data, infra"
    );
}

#[tokio::test]
async fn the_revision_is_the_etag() {
    let world = world();
    for path in [
        "/api/services",
        "/api/services?stack=hub",
        "/api/services/hub/db",
        "/api/architecture",
        "/api/incidents",
        "/api/layers",
        "/api/discovery",
    ] {
        let first = world.get(path).await;
        let etag = first.header("etag").to_owned();
        assert!(etag.ends_with("-7\""), "{path} has {etag}");
        for known in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
            let again = world
                .send(Method::GET, path, &[("if-none-match", &known)], "")
                .await;
            assert_eq!(
                (again.status, again.body.len()),
                (StatusCode::NOT_MODIFIED, 0),
                "{path} {known}"
            );
            assert_eq!(again.header("etag"), etag);
        }
        let other = world
            .send(Method::GET, path, &[("if-none-match", "\"7\"")], "")
            .await;
        assert_eq!(other.status, StatusCode::OK, "{path}");
    }
    let etag = world.get("/api/services").await.header("etag").to_owned();
    world.snapshots.send_replace(Arc::new(hub(8)));
    let newer = world
        .send(
            Method::GET,
            "/api/services",
            &[("if-none-match", &etag)],
            "",
        )
        .await;
    assert_eq!(newer.status, StatusCode::OK);
}

#[tokio::test]
async fn the_architecture_comes_in_every_form_and_unknown_ones_are_named() {
    let world = world();
    for (format, media, begin) in [
        ("text", "text/plain; charset=utf-8", ""),
        ("mermaid", "text/plain; charset=utf-8", "flowchart TB"),
        ("dot", "text/vnd.graphviz; charset=utf-8", "digraph"),
        ("svg", "image/svg+xml", "<svg"),
        ("json", "application/json", "{"),
    ] {
        let answer = world
            .get(&format!("/api/architecture?format={format}"))
            .await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::OK, media),
            "{format}"
        );
        let text = String::from_utf8(answer.body).unwrap();
        assert!(
            text.starts_with(begin) && !text.contains("hunter2"),
            "{format}: {text}"
        );
    }
    let answer = world.get("/api/architecture?format=png").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let text = answer.json().to_string();
    assert!(
        text.contains("format is one of text, mermaid, dot, svg, json"),
        "{text}"
    );
}

#[tokio::test]
async fn architecture_names_services_by_id() {
    let answer = world().get("/api/architecture").await.json();
    let layers: Vec<_> = answer["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["id"].clone())
        .collect();
    assert_eq!(layers, ["edge", "ui", "app", "data", "infra"]);
    assert_eq!(
        answer["layers"][0],
        json!({"id": "edge", "title": "Edge", "services": ["hub/proxy"]})
    );
    assert_eq!(
        answer["edges"][0],
        json!({"from": "hub/backend", "to": "hub/db", "kind": "hard", "provenance": "depends_on",
               "state": "healthy", "detail": "",
               "evidence": [{"kind": "hard", "provenance": "depends_on", "detail": ""}]})
    );
    assert_eq!(
        answer["services"][0],
        json!({"id": "hub/backend", "stack": "hub", "display_name": "backend", "kind": "python",
               "image": "python:3.12-alpine", "state": "unhealthy", "blocked_by": ["hub/db"], "layer": "app",
               "layer_reason": "image python:3.12-alpine", "layer_confidence": 95})
    );
    assert_eq!(
        answer["edges"][1]["state"],
        Value::Null,
        "an unknown service has no state"
    );
    assert_eq!(answer["generated_at"], "2026-05-01T12:00:00Z");
}

#[tokio::test]
async fn figures_are_counted_and_unknown_ones_are_null() {
    let world = world();
    let metrics = world.get("/api/metrics").await.json();
    for (name, expected) in [
        ("total_services", json!(5)),
        ("healthy_services", json!(1)),
        ("running_containers", json!(4)),
        ("services_with_errors", json!(2)),
        ("uptime_seconds", json!(90.0)),
        ("external", Value::Null),
        (
            "self",
            json!({"cpu_percent": null, "rss_bytes": null, "engine_calls_per_s": null}),
        ),
    ] {
        assert_eq!(metrics[name], expected, "{name}");
    }
    let layers = world.get("/api/layers").await.json();
    let app = &layers["layers"][2];
    assert_eq!(
        (&app["total"], &app["cpu_percent"], &app["memory_bytes"]),
        (&json!(1), &json!(1.5), &json!(31_457_280))
    );
    assert_eq!(
        layers["layers"][3]["cpu_percent"],
        Value::Null,
        "nothing was measured"
    );
    assert_eq!(layers["layers"][3]["states"]["healthy"], 1);
    assert_eq!(metrics["layers"]["app"], *app);
    let discovery = world.get("/api/discovery").await.json();
    assert_eq!(
        discovery["counts"],
        json!({"stacks": 1, "services": 5, "containers": 5, "running_containers": 4})
    );
    assert_eq!(discovery["engine"]["endpoint"], "tcp://***@engine:2376");
    assert_eq!(
        discovery["engine"]["host"],
        json!({
            "at": null, "cpus": 2, "cpu_percent": null, "memory_used_bytes": null,
            "memory_total_bytes": 8_589_934_592_u64, "disk_total_bytes": null, "disk_used_bytes": null,
            "disk_percent": null,
        }),
        "what the engine reports, while nothing was read"
    );
    assert_eq!(discovery["enabled"], true);
    assert_eq!(discovery["sources"]["docker"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn an_explanation_has_sentence_evidence_hint_and_what_to_try() {
    let world = world();
    let answer = world.get("/api/services/hub/backend/explain").await;
    assert_eq!(answer.status, StatusCode::OK);
    let told = answer.json();
    assert_eq!(told["service"], "hub/backend");
    let sentence = told["sentence"].as_str().unwrap();
    assert!(sentence.contains("; cause: db, which "), "{sentence}");
    assert!(
        told["evidence"]
            .as_array()
            .unwrap()
            .iter()
            .any(|each| each["source"] == "needs")
    );
    assert!(!told["try_next"].as_array().unwrap().is_empty());
    assert!(
        !String::from_utf8_lossy(&answer.body).contains("hunter2@"),
        "no secrets"
    );
    assert_eq!(
        world.get("/api/services/hub/nobody/explain").await.status,
        StatusCode::NOT_FOUND
    );
}
