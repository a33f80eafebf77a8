//! Log lines and events.

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use hubdeck::model::{DockerStatus, LogStream};
use serde_json::Value;
use tower::ServiceExt as _;

use super::Sim;

#[tokio::test]
async fn logs_are_framed_or_raw() {
    let sim = Sim::new();
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"out")
        .unwrap();
    sim.control
        .log("shop-db-1", LogStream::Stderr, b"err \xff")
        .unwrap();
    sim.control
        .log("lonely 🦀", LogStream::Stdout, b"raw")
        .unwrap();
    let (_, headers, body) = sim
        .send("GET", "/containers/shop-db-1/logs?stdout=1&stderr=1")
        .await;
    assert_eq!(
        headers["content-type"],
        "application/vnd.docker.multiplexed-stream"
    );
    assert_eq!(
        &body[..],
        b"\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x06err \xff\n"
    );
    let (_, _, body) = sim
        .send(
            "GET",
            "/containers/shop-db-1/logs?stderr=1&tail=1&timestamps=1",
        )
        .await;
    assert_eq!((body[0], body[7], body[8 + 30]), (2, 31 + 6, b' '));
    let (_, headers, body) = sim
        .send("GET", "/containers/lonely%20%F0%9F%A6%80/logs?stdout=1")
        .await;
    assert_eq!(
        (&headers["content-type"], &body[..]),
        (
            &"application/vnd.docker.raw-stream".parse().unwrap(),
            &b"raw\r\n"[..]
        )
    );
    assert_eq!(
        sim.refusal("GET", "/containers/shop-db-1/logs").await.0,
        400
    );
    let (_, _, body) = sim
        .send(
            "GET",
            "/containers/shop-db-1/logs?stdout=1&since=4000000000",
        )
        .await;
    assert!(body.is_empty());
}

#[tokio::test]
async fn a_followed_log_ends_with_its_container() {
    let sim = Sim::new();
    let request = Request::get("/containers/shop-db-1/logs?stdout=1&follow=1")
        .body(Body::empty())
        .unwrap();
    let mut stream = sim
        .router
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"one")
        .unwrap();
    assert_eq!(&stream.next().await.unwrap().unwrap()[8..], b"one\n");
    sim.control
        .log("shop-db-1", LogStream::Stdout, b"two")
        .unwrap();
    assert_eq!(&stream.next().await.unwrap().unwrap()[8..], b"two\n");
    sim.control.stop("shop-db-1").unwrap();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn events_tell_what_happened_and_what_happens() {
    let sim = Sim::new();
    sim.control.kill("shop-db-1", 137).unwrap();
    let filters = "filters=%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22die%22%2C%22start%22%2C%22health_status%22%5D%7D";
    let request = Request::get(format!("/events?since=1&{filters}"))
        .body(Body::empty())
        .unwrap();
    let mut stream = sim
        .router
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .into_body()
        .into_data_stream();
    sim.control.start("shop-db-1").unwrap();
    sim.control
        .set_health("shop-web-1", DockerStatus::Unhealthy)
        .unwrap();
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(serde_json::from_slice::<Value>(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    let actions: Vec<_> = seen
        .iter()
        .map(|event| event["Action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["die", "start", "health_status: unhealthy"]);
    let die = &seen[0];
    assert_eq!(
        (&die["status"], &die["Type"], &die["from"]),
        (
            &"die".into(),
            &"container".into(),
            &"postgres:16-alpine".into()
        )
    );
    let attributes = &die["Actor"]["Attributes"];
    assert_eq!(
        (&attributes["exitCode"], &attributes["name"]),
        (&"137".into(), &"shop-db-1".into())
    );
    assert_eq!(attributes["com.docker.compose.service"], "db");
    assert_eq!(
        die["time"].as_i64().unwrap(),
        die["timeNano"].as_i64().unwrap() / 1_000_000_000
    );
}

#[tokio::test]
async fn events_with_an_end_in_the_past_end() {
    let sim = Sim::new();
    sim.control.stop("shop-db-1").unwrap();
    let (status, _, body) = sim.send("GET", "/events?since=1&until=1").await;
    assert_eq!((status.as_u16(), body.len()), (200, 0));
}
