//! Real sockets: connections that are kept, and an orderly end.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hubdeck::serve::{ConnectionLimits, bind, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::world;

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
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let taken = bind(&hubdeck::model::ListenAddress::Tcp(address))
        .await
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        taken.contains("cannot listen on") && taken.contains("serve.port"),
        "{taken}"
    );

    let shutdown = CancellationToken::new();
    let server = tokio::spawn(run(
        listener,
        world().router,
        ConnectionLimits::default(),
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
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap())
        .await
        .unwrap();
    let shutdown = CancellationToken::new();
    let server = tokio::spawn(run(
        listener,
        slow,
        ConnectionLimits::default(),
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
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
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
        ConnectionLimits::default(),
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
    let grace = ConnectionLimits::default().grace;
    assert!(
        waited >= grace && waited < Duration::from_secs(2),
        "{waited:?}"
    );
}
