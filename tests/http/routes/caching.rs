//! What is kept per revision: tags, compressed bodies, and results that are older than they may get.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use axum::http::{Method, StatusCode};
use hubdeck::serve::RouterOptions;
use serde_json::json;

use super::{World, options, world};
use crate::support::snapshots::{at, hub};

const GZIP: (&str, &str) = ("accept-encoding", "gzip");

/// GETs that are answered with a tag.
const TAGGED: [&str; 15] = [
    "/",
    "/api/services",
    "/api/services?stack=hub",
    "/api/services?stack=hub&state=healthy",
    "/api/services/hub/db",
    "/api/services/hub/db/explain",
    "/api/services/hub/db/metrics",
    "/api/services/hub/db/metrics?window=5m",
    "/api/architecture?format=svg",
    "/api/incidents",
    "/api/layers",
    "/api/discovery",
    "/api/operations",
    "/api/health/stack",
    "/api/openapi.json",
];

#[tokio::test]
async fn every_answer_that_can_has_a_tag_and_is_304_to_those_who_have_it() {
    let world = world();
    for path in TAGGED {
        let first = world.get(path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let etag = first.header("etag").to_owned();
        assert!(etag.starts_with("W/\""), "{path} has {etag}");
        assert!(first.header("vary").contains("Accept-Encoding"), "{path}");
        for method in [Method::GET, Method::HEAD] {
            let known = [("if-none-match", etag.as_str())];
            let again = world.send(method.clone(), path, &known, "").await;
            assert_eq!(
                (again.status, again.body.len(), again.header("etag")),
                (StatusCode::NOT_MODIFIED, 0, etag.as_str()),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_changes_with_the_clock_has_no_tag() {
    let world = world();
    for path in [
        "/livez",
        "/readyz",
        "/api/health",
        "/api/metrics",
        "/api/cache/info",
    ] {
        assert_eq!(world.get(path).await.header("etag"), "", "{path}");
    }
}

#[tokio::test]
async fn large_bodies_are_sent_compressed_to_those_who_take_that() {
    let world = world();
    let plain = world.get("/api/services").await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = world.send(Method::GET, "/api/services", &[GZIP], "").await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert_eq!(
        packed.header("content-length"),
        packed.body.len().to_string()
    );
    assert!(packed.body.len() * 2 < plain.body.len());
    assert_eq!(packed.header("etag"), plain.header("etag"));
    let inner = &packed.body[10..packed.body.len() - 8];
    let unpacked = miniz_oxide::inflate::decompress_to_vec(inner).unwrap();
    assert_eq!(unpacked, plain.body);
    let small = world.send(Method::GET, "/livez", &[GZIP], "").await;
    assert_eq!(small.header("content-encoding"), "");
    let refused = [("accept-encoding", "gzip;q=0, *")];
    let refused = world.send(Method::GET, "/api/services", &refused, "").await;
    assert_eq!(refused.body, plain.body);
}

#[tokio::test]
async fn a_body_is_made_once_for_each_service_and_each_simple_filter() {
    let world = world();
    for path in [
        "/api/services/hub/db",
        "/api/services?layer=data",
        "/api/services?state=healthy",
    ] {
        for _ in 0..3 {
            assert_eq!(world.get(path).await.status, StatusCode::OK, "{path}");
        }
    }
    let info = world.get("/api/cache/info").await.json();
    assert_eq!(
        (&info["entries"], &info["hits"], &info["misses"]),
        (&json!(3), &json!(6), &json!(3))
    );
    // A stack that does not exist has no place, and is answered all the same.
    let none = world.get("/api/services?stack=nothing").await.json();
    assert_eq!(none["count"], 0);
}

/// Seconds that the clock of these tests is ahead.
static AHEAD: AtomicI64 = AtomicI64::new(0);

#[tokio::test]
async fn a_result_older_than_the_ttl_is_marked_and_asked_for_again_once() {
    let refreshed = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&refreshed);
    let options = RouterOptions {
        ttl: Duration::from_secs(5),
        clock: || at(AHEAD.load(Ordering::Relaxed)),
        ..options()
    };
    let mut snapshot = hub(7);
    snapshot.engine.last_poll = Some(at(-1));
    snapshot.engine.next_poll = Some(at(29));
    let world = World::refreshing(snapshot, options, move |clear| {
        assert!(
            !clear,
            "what is known is kept until the new result is there"
        );
        count.fetch_add(1, Ordering::Relaxed);
    });
    let fresh = world.get("/api/services").await;
    assert_eq!(fresh.json().get("stale"), None);
    assert_eq!(refreshed.load(Ordering::Relaxed), 0);

    AHEAD.store(10, Ordering::Relaxed);
    let stale = world.get("/api/services").await;
    assert_eq!(stale.json()["stale"], true);
    assert_ne!(
        stale.header("etag"),
        fresh.header("etag"),
        "the mark is news"
    );
    let backend = world.get("/api/services/hub/backend").await.json();
    assert_eq!(backend["health"]["probe"]["stale"], true);
    for _ in 0..10 {
        world.get("/api/services").await;
    }
    assert_eq!(
        refreshed.load(Ordering::Relaxed),
        1,
        "one refresh at a time"
    );
    let info = world.get("/api/cache/info").await.json();
    assert_eq!(
        (&info["expired"], &info["refreshes"]),
        (&json!(true), &json!(1))
    );

    let mut newer = hub(8);
    newer.engine.last_poll = Some(at(9));
    for service in &mut newer.services {
        let service = Arc::make_mut(service);
        if let Some(probe) = &mut service.health.probe {
            probe.checked_at = at(9);
        }
    }
    world.snapshots.send_replace(Arc::new(newer));
    let again = world.get("/api/services").await.json();
    assert_eq!(again.get("stale"), None);
    assert_eq!(again["services"][0]["health"]["probe"].get("stale"), None);
}

#[tokio::test]
async fn the_regular_poll_is_not_hurried() {
    let options = RouterOptions {
        ttl: Duration::from_secs(5),
        ..options()
    };
    let mut snapshot = hub(7);
    snapshot.engine.last_poll = Some(at(-30));
    snapshot.engine.next_poll = Some(at(0));
    let world = World::refreshing(snapshot, options, |_| panic!("the poll is due anyway"));
    assert_eq!(world.get("/api/services").await.json()["stale"], true);
}

#[tokio::test]
async fn looking_at_the_cache_refreshes_nothing() {
    let options = RouterOptions {
        ttl: Duration::from_secs(1),
        ..options()
    };
    let world = World::refreshing(hub(7), options, |_| panic!("nobody wanted a result"));
    let info = world.get("/api/cache/info").await.json();
    assert!(info["stale_results"].as_u64() > Some(0), "{info}");
    for path in ["/livez", "/readyz", "/api/health"] {
        world.get(path).await;
    }
}
