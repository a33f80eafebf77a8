//! Every route, shape and code of the HTTP side; once by oneshot, then over a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::support::snapshots::{at, hub, lost};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use hubdeck::model::{Focus, Part, PartDown, PartFailure, Shortage, ShortageView, Snapshot};
use hubdeck::operate::{CancelRefusal, Desk, OperatorHandle, PlanRefusal, SubmitRefusal};
use hubdeck::serve::{Limits, LiveOptions, Options, bind, router, run};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

const TOKEN: &str = "0123456789012345678901234567890123456789abc";

struct World {
    snapshots: watch::Sender<Arc<Snapshot>>,
    router: Router,
    cleared: Arc<AtomicU32>,
}

fn options() -> Options {
    Options {
        allow_hosts: vec!["hub.example.org".into()],
        allow_addresses: false,
        token: None,
        body_limit: Duration::from_secs(5),
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    }
}

fn world_of(snapshot: Snapshot, options: impl Into<LiveOptions>) -> World {
    let (snapshots, receiver) = watch::channel(Arc::new(snapshot));
    let cleared = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&cleared);
    let desk = Desk {
        plan: Box::new(|_, _| Err(PlanRefusal::NothingToDo("test".into()))),
        submit: Box::new(|_, _| Err(SubmitRefusal::Overloaded)),
        cancel: Box::new(|id, _| Err(CancelRefusal::Ended(id))),
        follow_logs: Box::new(|_| mpsc::channel(1).1),
        inspect: Box::new(|_| oneshot::channel().1),
        refresh: Box::new(move |clear| {
            count.fetch_add(u32::from(clear), Ordering::Relaxed);
        }),
        focus: watch::Sender::new(Focus::default()),
        read_only: watch::channel(false).1,
    };
    World {
        snapshots,
        router: router(receiver, OperatorHandle::new(desk), options),
        cleared,
    }
}

fn world() -> World {
    world_of(hub(7), options())
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl World {
    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header("host", "localhost:5003");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX)
            .await
            .unwrap()
            .to_vec();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], "").await
    }
}

const READS: [&str; 13] = [
    "/",
    "/livez",
    "/readyz",
    "/api/health",
    "/api/services",
    "/api/services/hub/backend",
    "/api/services/hub/backend/explain",
    "/api/architecture",
    "/api/incidents",
    "/api/layers",
    "/api/metrics",
    "/api/discovery",
    "/api/cache/info",
];

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
                "state": "unhealthy", "since": "2026-05-01T11:50:00Z",
                "reason": "connection refused by redis://***@cache [31m",
                "overlays": ["blocked"], "blocked_by": ["hub/db"],
                "docker": {"status": "unhealthy", "failing_streak": 4, "checked_at": "2026-05-01T11:59:55Z"},
                "probe": {"kind": "http", "target": "http://172.18.0.4:8000/health", "success": false,
                          "latency_ms": null,
                          "phases": {"dns_ms": null, "connect_ms": 0.5, "tls_ms": null, "first_byte_ms": null},
                          "certificate_until": "2026-07-01T00:00:00Z",
                          "checked_at": "2026-05-01T11:59:57Z", "message": "connection refused"},
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
async fn errors_are_problem_documents_with_the_correlation_id() {
    let answer = world()
        .send(
            Method::GET,
            "/nowhere",
            &[("x-correlation-id", "a.b-C_1")],
            "",
        )
        .await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("x-correlation-id"), "a.b-C_1");
    assert_eq!(
        answer.json(),
        json!({"type": "about:blank", "title": "Not Found", "status": 404,
               "detail": "there is nothing at /nowhere; GET / lists what there is", "correlation_id": "a.b-C_1"})
    );
    for bad in ["", "a b", "ü", &"x".repeat(65)] {
        let answer = world()
            .send(Method::GET, "/livez", &[("x-correlation-id", bad)], "")
            .await;
        assert_ne!(answer.header("x-correlation-id"), bad);
        assert_eq!(answer.header("x-correlation-id").len(), 16);
    }
}

#[tokio::test]
async fn wrong_methods_are_refused_with_what_is_allowed() {
    let world = world();
    for path in READS {
        let answer = world.send(Method::DELETE, path, &[], "").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.header("allow"), "GET,HEAD,OPTIONS", "{path}");
        assert_eq!(answer.json()["status"], 405);
    }
    let answer = world.get("/api/cache/clear").await;
    assert_eq!(
        (answer.status, answer.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "POST,OPTIONS")
    );
    assert_eq!(
        answer.header("content-length"),
        answer.body.len().to_string()
    );
}

#[tokio::test]
async fn options_tell_what_every_route_takes() {
    let world = world();
    let routes = READS.iter().map(|path| (*path, "GET,HEAD,OPTIONS"));
    for (path, allowed) in routes.chain([("/api/cache/clear", "POST,OPTIONS")]) {
        let answer = world.send(Method::OPTIONS, path, &[], "").await;
        assert_eq!(
            (answer.status, answer.header("allow")),
            (StatusCode::NO_CONTENT, allowed),
            "{path}"
        );
        assert_eq!(
            (answer.body.len(), answer.header("content-type")),
            (0, ""),
            "{path}"
        );
        assert_eq!(answer.header("x-correlation-id").len(), 16, "{path}");
    }
    assert_eq!(
        world
            .send(Method::OPTIONS, "/nowhere", &[], "")
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(world.cleared.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn public_health_answers_whatever_the_host_is_and_everything_else_does_not() {
    let world = world();
    for path in ["/livez", "/readyz", "/api/health"] {
        for host in ["10.244.0.5:5003", "[fd00::1]:5003", "evil.example", "", "ü"] {
            for (method, status) in [
                (Method::GET, 200),
                (Method::HEAD, 200),
                (Method::OPTIONS, 204),
            ] {
                let answer = world
                    .send(method.clone(), path, &[("host", host)], "")
                    .await;
                assert_eq!(
                    answer.status.as_u16(),
                    status,
                    "{method} {path} for {host:?}"
                );
            }
            let answer = world
                .send(Method::DELETE, path, &[("host", host)], "")
                .await;
            assert_eq!(
                answer.status,
                StatusCode::MISDIRECTED_REQUEST,
                "DELETE {path} for {host:?}"
            );
        }
    }
    for host in ["10.244.0.5:5003", "[fd00::1]:5003", "evil.example", "", "ü"] {
        let answer = world
            .send(Method::GET, "/api/services", &[("host", host)], "")
            .await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host:?}");
    }
}

#[tokio::test]
async fn beyond_loopback_with_a_token_addresses_are_hosts_and_names_have_to_be_listed() {
    let world = world_of(
        hub(7),
        Options {
            token: Some(TOKEN.into()),
            allow_addresses: true,
            ..options()
        },
    );
    let bearer = format!("Bearer {TOKEN}");
    for (host, status) in [
        ("10.244.0.5:5003", 200),
        ("[fd00::1]:5003", 200),
        ("127.0.0.1:5003", 200),
        ("hub.example.org", 200),
        ("evil.example", 421),
        ("10.244.0.5.evil.example", 421),
    ] {
        let headers = [("host", host), ("authorization", bearer.as_str())];
        let answer = world.send(Method::GET, "/api/services", &headers, "").await;
        assert_eq!(answer.status.as_u16(), status, "{host}");
        let options = world
            .send(Method::OPTIONS, "/api/services", &headers, "")
            .await;
        assert_eq!(
            options.status.as_u16(),
            if status == 200 { 204 } else { 421 },
            "OPTIONS for {host}"
        );
        let without = world
            .send(Method::GET, "/api/services", &[("host", host)], "")
            .await;
        assert_eq!(
            without.status.as_u16(),
            if status == 200 { 401 } else { 421 },
            "{host} without a token"
        );
    }
    // The origin of a change is compared with the address that was asked.
    for (origin, status) in [
        ("http://10.244.0.5:5003", 200),
        ("http://10.244.0.6:5003", 403),
    ] {
        let headers = [
            ("host", "10.244.0.5:5003"),
            ("authorization", bearer.as_str()),
            ("origin", origin),
        ];
        let answer = world
            .send(Method::POST, "/api/cache/clear", &headers, "")
            .await;
        assert_eq!(answer.status.as_u16(), status, "{origin}");
    }
}

#[tokio::test]
async fn a_part_that_is_down_is_named_by_every_health_answer() {
    let mut snapshot = hub(7);
    let since = at(-30);
    let failure = PartFailure::Panicked;
    snapshot.parts_down = vec![PartDown {
        part: Part::Probing,
        since,
        failures: 3,
        failure,
    }];
    let world = world_of(snapshot, options());
    let health = world.get("/api/health").await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.json()["status"], "unhealthy");
    assert_eq!(
        health.json()["parts_down"],
        json!([{"part": "probing", "since": "2026-05-01T11:59:30Z", "failures": 3, "failure": "panicked"}])
    );
    let ready = world.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        ready.json()["detail"],
        "not ready: probing has been down since 2026-05-01T11:59:30Z (3 failures)"
    );
    assert_eq!(
        world.get("/livez").await.status,
        StatusCode::OK,
        "a restart of the process is not asked for"
    );
}

#[tokio::test]
async fn a_shortage_is_named_and_makes_nothing_unready() {
    let mut snapshot = hub(7);
    snapshot.shortages = vec![ShortageView {
        shortage: Shortage::FileHandles { limit: Some(64) },
        since: at(-30),
        last: at(-1),
        failures: 12,
        told_at: at(-30),
    }];
    let world = world_of(snapshot, options());
    let health = world.get("/api/health").await;
    assert_eq!(health.status, StatusCode::OK);
    assert_eq!(
        health.json()["shortages"],
        json!([{"kind": "file_handles", "limit": 64, "since": "2026-05-01T11:59:30Z",
                "last": "2026-05-01T11:59:59Z", "failures": 12}])
    );
    assert_eq!(world.get("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_handler_that_panics_costs_its_request_only() {
    let desk = Desk {
        plan: Box::new(|_, _| Err(PlanRefusal::NothingToDo("test".into()))),
        submit: Box::new(|_, _| Err(SubmitRefusal::Overloaded)),
        cancel: Box::new(|id, _| Err(CancelRefusal::Ended(id))),
        follow_logs: Box::new(|_| mpsc::channel(1).1),
        inspect: Box::new(|_| oneshot::channel().1),
        refresh: Box::new(|_| panic!("on purpose")),
        focus: watch::Sender::new(Focus::default()),
        read_only: watch::channel(false).1,
    };
    let (snapshots, receiver) = watch::channel(Arc::new(hub(7)));
    let router = router(receiver, OperatorHandle::new(desk), options());
    let world = World {
        snapshots,
        router,
        cleared: Arc::default(),
    };
    let answer = world
        .send(
            Method::POST,
            "/api/cache/clear",
            &[("x-correlation-id", "a1")],
            "",
        )
        .await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json()["correlation_id"], "a1");
    assert_eq!(world.get("/livez").await.status, StatusCode::OK);
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
        "/api/metrics",
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
async fn our_own_health_does_not_depend_on_what_is_watched() {
    let world = world();
    let health = world.get("/api/health").await.json();
    assert_eq!(
        health,
        json!({"status": "healthy", "service": "hubdeck", "version": env!("CARGO_PKG_VERSION"),
               "uptime_seconds": 90.0, "timestamp": 1_777_636_800.0, "docker_available": true,
               "config": "in_force", "parts_down": [], "shortages": []})
    );
    world.snapshots.send_replace(Arc::new(lost(8)));
    let answer = world.get("/api/health").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["docker_available"], false);
    assert_eq!(world.get("/livez").await.status, StatusCode::OK);
    assert_eq!(
        world.get("/api/services").await.json()["count"],
        5,
        "the last picture is kept"
    );
}

#[tokio::test]
async fn what_became_of_a_changed_config_file_is_told() {
    let world = world();
    for (problem, waiting, status) in [
        (None, &[][..], "in_force"),
        (None, &["serve.port"][..], "restart_needed"),
        (
            Some("c.toml, line 1: unknown key x"),
            &["serve.port"],
            "refused",
        ),
    ] {
        let mut snapshot = hub(1);
        snapshot.config_problem = problem.map(str::to_owned);
        snapshot.config_waiting = waiting.to_vec();
        world.snapshots.send_replace(Arc::new(snapshot));
        let health = world.get("/api/health").await;
        assert_eq!(
            (health.status, &health.json()["config"]),
            (StatusCode::OK, &json!(status))
        );
        assert_eq!(
            world.get("/api/discovery").await.json()["config"],
            json!({"status": status, "problem": problem, "after_restart": waiting})
        );
    }
}

#[tokio::test]
async fn options_that_change_count_from_the_next_request_on() {
    let set = watch::Sender::new(Arc::new(Options {
        token: Some(TOKEN.into()),
        ..options()
    }));
    let world = world_of(hub(1), set.subscribe());
    let status = async |path: &str, headers: &[(&str, &str)]| {
        world
            .send(Method::GET, path, headers, "")
            .await
            .status
            .as_u16()
    };
    let (old, new) = (
        format!("Bearer {TOKEN}"),
        format!("Bearer {}", TOKEN.replace('0', "9")),
    );
    assert_eq!(
        status("/api/services", &[("authorization", &old)]).await,
        200
    );
    set.send_replace(Arc::new(Options {
        token: Some(TOKEN.replace('0', "9")),
        ..options()
    }));
    assert_eq!(
        status("/api/services", &[("authorization", &old)]).await,
        401
    );
    assert_eq!(
        status("/api/services", &[("authorization", &new)]).await,
        200
    );
    set.send_replace(Arc::new(Options {
        allow_hosts: vec!["other.example".into()],
        ..options()
    }));
    assert_eq!(
        status("/api/services", &[("host", "other.example")]).await,
        200
    );
    assert_eq!(
        status("/api/services", &[("host", "hub.example.org")]).await,
        421
    );
    let second = Duration::from_secs(1);
    set.send_replace(Arc::new(Options {
        ttl: second,
        poll_interval: second,
        ..options()
    }));
    assert_eq!(
        world.get("/api/cache/info").await.json()["ttl_seconds"],
        1.0
    );
    assert_eq!(
        status("/readyz", &[]).await,
        503,
        "the last poll is older than both together"
    );
}

#[tokio::test]
async fn ready_means_polled_connected_and_fresh() {
    let mut never = hub(1);
    never.engine.last_poll = None;
    let mut old = hub(1);
    old.engine.last_poll = Some(at(-61));
    let mut just = hub(1);
    just.engine.last_poll = Some(at(-60));
    for (snapshot, status, why) in [
        (hub(1), 200, ""),
        (just, 200, ""),
        (old, 503, "the last poll is too long ago"),
        (never, 503, "the first poll is not done"),
        (lost(1), 503, "the engine does not answer"),
        (Snapshot::empty(at(0)), 503, "the engine does not answer"),
    ] {
        let answer = world_of(snapshot, options()).get("/readyz").await;
        assert_eq!(answer.status.as_u16(), status, "{why}");
        assert!(String::from_utf8_lossy(&answer.body).contains(why));
    }
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
    assert_eq!(discovery["enabled"], true);
    assert_eq!(discovery["sources"]["docker"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn the_cache_can_be_cleared_and_tells_of_itself() {
    let world = world();
    for _ in 0..3 {
        world.get("/api/services").await;
    }
    let info = world.get("/api/cache/info").await.json();
    assert_eq!(
        info,
        json!({"ttl_seconds": 30.0, "age_seconds": 10.0, "expired": false, "entries": 1, "hits": 2, "misses": 1,
               "revision": 7})
    );
    let answer = world.send(Method::POST, "/api/cache/clear", &[], "").await;
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, json!({"status": "cleared", "revision": 7}))
    );
    assert_eq!(world.cleared.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn changes_are_taken_from_our_own_pages_and_tools_only() {
    let world = world();
    let big = "x".repeat(300_000);
    let json_type = ("content-type", "application/json; charset=utf-8");
    for (headers, body, status) in [
        (vec![], "", 200),
        (vec![("origin", "http://localhost:5003")], "", 200),
        (vec![("origin", "http://localhost:5004")], "", 403),
        (vec![("origin", "https://evil.example")], "", 403),
        (vec![("origin", "null")], "", 403),
        (vec![("sec-fetch-site", "cross-site")], "", 403),
        (vec![json_type, ("content-length", "2")], "{}", 200),
        (
            vec![("content-type", "text/plain"), ("content-length", "2")],
            "{}",
            415,
        ),
        (vec![("content-length", "2")], "{}", 415),
        (vec![json_type, ("content-length", "300000")], "", 413),
        (
            vec![json_type, ("transfer-encoding", "chunked")],
            big.as_str(),
            413,
        ),
    ] {
        let answer = world
            .send(Method::POST, "/api/cache/clear", &headers, body)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{headers:?}");
    }
    assert_eq!(world.cleared.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn foreign_host_names_are_misdirected_on_every_method() {
    let world = world();
    for method in [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::OPTIONS,
        Method::DELETE,
    ] {
        let answer = world
            .send(
                method.clone(),
                "/api/services",
                &[("host", "evil.example")],
                "",
            )
            .await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{method}");
    }
    for host in [
        "127.0.0.1:5003",
        "[::1]:1",
        "hub.example.org",
        "HUB.example.org:443",
    ] {
        assert_eq!(
            world
                .send(Method::GET, "/api/layers", &[("host", host)], "")
                .await
                .status,
            StatusCode::OK,
            "{host}"
        );
    }
    let absolute = world
        .send(Method::GET, "http://evil.example/api/layers", &[], "")
        .await;
    assert_eq!(absolute.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_token_is_demanded_except_for_public_health() {
    let world = world_of(
        hub(7),
        Options {
            token: Some(TOKEN.into()),
            ..options()
        },
    );
    for path in ["/livez", "/readyz", "/api/health"] {
        assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
    }
    let (right, lower) = (format!("Bearer {TOKEN}"), format!("bearer {TOKEN}"));
    let (short, basic) = (
        right[..right.len() - 1].to_owned(),
        format!("Basic {TOKEN}"),
    );
    for (value, status) in [
        (right, 200),
        (lower, 200),
        (short, 401),
        (basic, 401),
        ("Bearer".into(), 401),
        (String::new(), 401),
    ] {
        let answer = world
            .send(
                Method::GET,
                "/api/services",
                &[("authorization", &value)],
                "",
            )
            .await;
        assert_eq!(answer.status.as_u16(), status, "{value}");
    }
    let refused = world.get(&format!("/api/services?token={TOKEN}")).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(
        world.get("/nowhere").await.status,
        StatusCode::UNAUTHORIZED,
        "paths are not told to strangers"
    );
}

#[tokio::test]
async fn browsers_get_a_page_that_runs_nothing_and_escapes_everything() {
    let mut snapshot = hub(7);
    let evil = crate::support::snapshots::service(
        Some("hub"),
        "<script>alert(1)</script>",
        "a&b\"",
        hubdeck::model::Layer::Ui,
        hubdeck::model::HealthState::Healthy,
    );
    snapshot.services.push(Arc::new(evil));
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    let answer = world_of(snapshot, options())
        .send(Method::GET, "/", &[("accept", "text/html,*/*")], "")
        .await;
    let page = String::from_utf8(answer.body.clone()).unwrap();
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert!(
        answer
            .header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    assert!(
        page.contains("hub/backend")
            && page.contains("&lt;script&gt;")
            && page.contains("a&amp;b&quot;")
    );
    assert!(!page.contains("<script") && !page.contains("hunter2"));
    assert!(!page.contains("href=\"/"), "links are relative");
}

async fn talk(stream: &mut TcpStream, request: &str) -> String {
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    while !seen.ends_with(b"}") {
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(
            count > 0,
            "closed after {:?}",
            String::from_utf8_lossy(&seen)
        );
        seen.extend_from_slice(&buffer[..count]);
    }
    String::from_utf8(seen).unwrap()
}

#[tokio::test]
async fn over_a_socket_connections_are_kept_and_ended_in_order() {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = bind(address).await.unwrap_err().to_string();
    assert!(
        taken.contains("cannot listen on") && taken.contains("serve.port"),
        "{taken}"
    );

    let shutdown = CancellationToken::new();
    let server = tokio::spawn(run(
        listener,
        world().router,
        Limits::default(),
        shutdown.clone(),
        drop,
    ));
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /livez HTTP/1.1\r\nHost: {address}\r\n\r\n");
    for _ in 0..2 {
        assert!(
            talk(&mut stream, &request)
                .await
                .starts_with("HTTP/1.1 200 OK")
        );
    }
    shutdown.cancel();
    server.await.unwrap();
    assert_eq!(
        stream.read(&mut [0; 1]).await.unwrap(),
        0,
        "idle connections are closed"
    );
    assert!(
        TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_end() {
    let (reached, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, release) = (Arc::clone(&reached), Arc::clone(&go_on));
    let slow = Router::new().route(
        "/slow",
        axum::routing::get(move || async move {
            inside.notify_one();
            release.notified().await;
            "{done}"
        }),
    );
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(run(
        listener,
        slow,
        Limits::default(),
        shutdown.clone(),
        drop,
    ));
    stream
        .write_all(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    reached.notified().await;
    shutdown.cancel();
    go_on.notify_one();
    server.await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("{done}"),
        "{answer}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_ends_is_cut_after_the_grace() {
    let listener = bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let reached = Arc::new(Notify::new());
    let inside = Arc::clone(&reached);
    let endless = Router::new().route(
        "/endless",
        axum::routing::get(move || async move {
            inside.notify_one();
            std::future::pending::<()>().await;
        }),
    );
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(run(
        listener,
        endless,
        Limits::default(),
        shutdown.clone(),
        drop,
    ));
    stream
        .write_all(b"GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await
        .unwrap();
    reached.notified().await;
    let before = tokio::time::Instant::now();
    shutdown.cancel();
    server.await.unwrap();
    let waited = before.elapsed();
    let grace = Limits::default().grace;
    assert!(
        waited >= grace && waited < Duration::from_secs(2),
        "{waited:?}"
    );
}

#[tokio::test]
async fn an_explanation_has_sentence_evidence_hint_and_what_to_try() {
    let world = world();
    let answer = world.get("/api/services/hub/backend/explain").await;
    assert_eq!(answer.status, StatusCode::OK);
    let told = answer.json();
    assert_eq!(told["service"], "hub/backend");
    let sentence = told["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("; it is blocked by db, which "),
        "{sentence}"
    );
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
