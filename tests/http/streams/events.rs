//! `GET /api/events`: begin, changes, resuming, bounds and the end.

use std::time::{Duration, Instant};

use hubdeck::model::HealthState;
use hubdeck::serve::{ConnectionLimits, bind, run};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::{PATIENCE, world};

#[tokio::test]
async fn changes_follow_the_revision_and_are_resumed_behind_any_of_them() {
    let world = world();
    let mut stream = world.open("/api/events", &[]).await;
    assert_eq!(stream.status, 200);
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(stream.header("x-accel-buffering"), "no");
    let begin = stream.event().await.unwrap();
    assert_eq!(
        (begin.name.as_str(), &begin.data["revision"]),
        ("revision", &7.into())
    );
    world.publish(8, HealthState::Unhealthy);
    let broken = stream.event().await.unwrap();
    assert_eq!(broken.name, "service");
    assert_eq!(broken.data["service"], "hub/db");
    assert_eq!(broken.data["revision"], 8);
    assert_eq!(broken.data["before"]["state"], "healthy");
    assert_eq!(broken.data["after"]["state"], "unhealthy");
    world.publish(9, HealthState::Healthy);
    let healed = stream.event().await.unwrap();
    assert_eq!(healed.data["after"]["state"], "healthy");
    // The same again for who comes back, by header and by query.
    let missed = world
        .open("/api/events", &[("last-event-id", &begin.id)])
        .await;
    let by_query = format!("/api/events?last_event_id={}", broken.id);
    for (mut again, expected) in [
        (missed, vec![&broken.id, &healed.id]),
        (world.open(&by_query, &[]).await, vec![&healed.id]),
    ] {
        assert_eq!(again.event().await.unwrap().data["revision"], 9);
        for id in expected {
            assert_eq!(again.event().await.unwrap().id, *id);
        }
    }
    // Somebody who is there all the time sees nothing twice.
    world.closing.cancel();
    assert!(stream.event().await.is_none());
}

#[tokio::test]
async fn a_gap_is_gone_and_an_odd_id_is_refused() {
    let world = world();
    for (id, status, text) in [
        ("0-1", 410, "read /api/services and open the stream without"),
        ("x", 400, "the last event id is not one of this stream"),
    ] {
        let mut answer = world.open("/api/events", &[("last-event-id", id)]).await;
        assert_eq!(answer.status, status, "{id}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let body = answer.rest().await;
        assert!(body.contains(text), "{body}");
    }
    let empty = world.open("/api/events?last_event_id=", &[]).await;
    assert_eq!(empty.status, 200);
}

#[tokio::test]
async fn a_reader_that_is_too_slow_loses_its_stream_alone() {
    let world = world();
    let mut slow = world.open("/api/events", &[]).await;
    let begin = slow.event().await.unwrap();
    let mut attentive = world.open("/api/events", &[]).await;
    attentive.event().await.unwrap();
    for revision in 8..3_000 {
        let state = match revision % 2 {
            0 => HealthState::Unhealthy,
            _ => HealthState::Healthy,
        };
        world.publish(revision, state);
        assert_eq!(attentive.event().await.unwrap().data["revision"], revision);
    }
    let overflow = slow.event().await.unwrap();
    assert_eq!(
        (overflow.name.as_str(), overflow.id.as_str()),
        ("overflow", "")
    );
    assert_eq!(overflow.data["revision"], 2_999);
    assert!(slow.event().await.is_none(), "it is closed");
    let again = world
        .open("/api/events", &[("last-event-id", &begin.id)])
        .await;
    assert_eq!(again.status, 410);
}

#[tokio::test]
async fn there_are_places_for_so_many_streams() {
    let world = world();
    let mut open = Vec::new();
    for _ in 0..256 {
        open.push(world.open("/api/events", &[]).await);
    }
    assert!(open.iter().all(|stream| stream.status == 200));
    let mut refused = world.open("/api/events", &[]).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("retry-after"), "5");
    assert!(refused.rest().await.contains("256 streams are open"));
    open.pop();
    assert_eq!(world.open("/api/events", &[]).await.status, 200);
}

#[tokio::test]
async fn the_head_of_a_stream_ends_and_takes_no_place() {
    let world = world();
    for _ in 0..300 {
        let mut request = axum::http::Request::head("/api/events");
        request = request.header("host", "localhost");
        let request = request.body(axum::body::Body::empty()).unwrap();
        let answer = world.router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        let body = axum::body::to_bytes(answer.into_body(), 1).await.unwrap();
        assert!(body.is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_has_a_heartbeat() {
    let world = world();
    let mut stream = world.open("/api/events", &[]).await;
    stream.event().await.unwrap();
    let begun = tokio::time::Instant::now();
    assert!(stream.more().await);
    assert_eq!(stream.text, ": heartbeat\n\n");
    let waited = begun.elapsed();
    assert!(
        waited >= Duration::from_secs(14) && waited < Duration::from_secs(16),
        "{waited:?}"
    );
}

#[tokio::test]
async fn streams_end_in_order_with_the_program() {
    let world = world();
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown: CancellationToken = world.closing.clone();
    let (router, limits) = (world.router.clone(), ConnectionLimits::default());
    let served = tokio::spawn(run(listener, router, limits, shutdown.clone(), drop));
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = format!("GET /api/events HTTP/1.1\r\nHost: {address}\r\n\r\n");
    client.write_all(request.as_bytes()).await.unwrap();
    let mut seen = vec![0; 4096];
    let mut text = String::new();
    while !text.contains("event: revision") {
        let read = tokio::time::timeout(PATIENCE, client.read(&mut seen)).await;
        let count = read.unwrap().unwrap();
        assert!(count > 0, "{text}");
        text.push_str(std::str::from_utf8(&seen[..count]).unwrap());
    }
    let begun = Instant::now();
    shutdown.cancel();
    let mut rest = Vec::new();
    let read = tokio::time::timeout(PATIENCE, client.read_to_end(&mut rest)).await;
    read.unwrap().unwrap();
    // The last chunk is there: it was not cut off.
    assert!(rest.ends_with(b"0\r\n\r\n"), "{rest:?}");
    tokio::time::timeout(PATIENCE, served)
        .await
        .unwrap()
        .unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
