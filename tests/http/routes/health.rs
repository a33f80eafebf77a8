//! Health, readiness and what hubdeck says of itself.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::{Method, StatusCode};
use hubdeck::model::{Part, PartDown, PartFailure, Shortage, ShortageView, Snapshot};
use serde_json::json;

use super::{options, world, world_of};
use crate::support::snapshots::{at, hub, lost};

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
        "not ready: probing has failed 3 times since 2026-05-01T11:59:30Z"
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
        "the last known state is kept"
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
        snapshot.config_waiting = waiting.iter().map(ToString::to_string).collect();
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

/// The same where nothing is looked for.
fn without_discovery(mut snapshot: Snapshot) -> Snapshot {
    snapshot.engine.discovery = false;
    snapshot
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
        (without_discovery(hub(1)), 200, "\"discovery\":false"),
        (without_discovery(lost(1)), 200, "\"discovery\":false"),
    ] {
        let answer = world_of(snapshot, options()).get("/readyz").await;
        assert_eq!(answer.status.as_u16(), status, "{why}");
        assert!(String::from_utf8_lossy(&answer.body).contains(why));
    }
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
        json!({"ttl_seconds": 30.0, "age_seconds": 10.0, "expired": false, "stale_results": 0, "entries": 1, "hits": 2,
               "misses": 1, "refreshes": 0,
               "revision": 7})
    );
    let answer = world.send(Method::POST, "/api/cache/clear", &[], "").await;
    assert_eq!(
        (answer.status, answer.json()),
        (StatusCode::OK, json!({"status": "cleared", "revision": 7}))
    );
    assert_eq!(world.cleared.load(Ordering::Relaxed), 1);
}
