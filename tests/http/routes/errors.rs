//! Problem documents, wrong methods and handlers that panic.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::{Method, StatusCode};
use hubdeck::serve::router;
use serde_json::json;
use tokio::sync::watch;

use super::{READS, World, options, world};
use crate::support::fake_operations::FakeOperations;
use crate::support::snapshots::hub;

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
async fn a_handler_that_panics_costs_its_request_only() {
    let operations = FakeOperations::refreshing(|_| panic!("on purpose"));
    let (snapshots, receiver) = watch::channel(Arc::new(hub(7)));
    let router = router(receiver, operations, options());
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
