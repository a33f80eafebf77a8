//! What HTTP clients do wrong, over a socket: old versions, odd paths, malformed queries and bodies,
//! far too many headers. Each gets an answer of its own, and the next client is served.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::serve::{ConnectionLimits, bind, router, run};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::routes::options;
use crate::support::fake_operations::FakeOperations;
use crate::support::snapshots::hub;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

async fn serve() -> SocketAddr {
    let snapshots = watch::channel(Arc::new(hub(7))).1;
    let router = router(snapshots, FakeOperations::inert(), options());
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits::default();
    tokio::spawn(run(
        listener,
        router,
        limits,
        CancellationToken::new(),
        drop,
    ));
    address
}

/// The whole answer to `request`, which has to end the connection.
async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that refuses what it has seen of a request may close before the rest is sent.
    let _ = stream.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends")
        .unwrap_or_default();
    String::from_utf8(answer).expect("text")
}

fn status(answer: &str) -> u16 {
    answer
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0)
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn http_1_0_is_answered_and_the_connection_closed() {
    let address = serve().await;
    let answer = ask(
        address,
        "GET /api/layers HTTP/1.0\r\nHost: localhost\r\n\r\n",
    )
    .await;
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    serde_json::from_str::<Value>(body(&answer)).expect("a whole body");
    // Public health needs no host at all; everything else does.
    assert_eq!(
        status(&ask(address, "GET /livez HTTP/1.0\r\n\r\n").await),
        200
    );
    assert_eq!(
        status(&ask(address, "GET /api/layers HTTP/1.0\r\n\r\n").await),
        421
    );
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let address = serve().await;
    for path in [
        "/api/services",
        "/api/openapi.json",
        "/api/services/hub/db",
        "/nowhere",
    ] {
        let head = ask(address, &get(path).replace("GET ", "HEAD ")).await;
        let whole = ask(address, &get(path)).await;
        assert_eq!((status(&head), body(&head)), (status(&whole), ""), "{path}");
        let length = format!("content-length: {}\r\n", body(&whole).len());
        assert!(head.contains(&length), "{path}: {head}");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_routes() {
    let address = serve().await;
    for path in [
        "/../../etc/passwd",
        "/api/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/api/services/../../../etc/passwd",
        "/api/services/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/api//services",
        "//api/services",
        "/api/services/",
        "/api/services/hub/backend/explain/",
        "/api/services/hub%00backend",
        "/./livez",
        "/livez/",
        "/LIVEZ",
    ] {
        let answer = ask(address, &get(path)).await;
        assert_eq!(status(&answer), 404, "{path}: {answer}");
        assert!(answer.contains("application/problem+json"), "{path}");
        assert!(!answer.contains("root:"), "{path}");
    }
}

#[tokio::test]
async fn an_id_may_be_encoded_in_every_way() {
    let address = serve().await;
    for id in [
        "hub/backend",
        "hub%2Fbackend",
        "hub%2fbackend",
        "%68ub/%62ackend",
    ] {
        for below in ["", "/explain", "/metrics"] {
            let path = format!("/api/services/{id}{below}");
            assert_eq!(status(&ask(address, &get(&path)).await), 200, "{path}");
        }
    }
    for id in ["%ff", "hub%2", "hub/%zz"] {
        let answer = ask(address, &get(&format!("/api/services/{id}"))).await;
        assert!([400, 404].contains(&status(&answer)), "{id}: {answer}");
    }
}

#[tokio::test]
async fn malformed_queries_are_told_in_one_sentence() {
    let address = serve().await;
    for query in [
        "state=",
        "state=%",
        "state=healthy%00",
        "layer=%ff",
        "source=docker,config",
        "state=healthy&state=ill",
    ] {
        let answer = ask(address, &get(&format!("/api/services?{query}"))).await;
        assert_eq!(status(&answer), 400, "{query}: {answer}");
        let problem: Value = serde_json::from_str(body(&answer)).unwrap();
        assert!(
            problem["detail"].as_str().unwrap().contains("is one of"),
            "{problem}"
        );
    }
    for query in ["&&&", "=", "?", "stack", "x=1&&y", "stack=a&stack=b"] {
        let answer = ask(address, &get(&format!("/api/services?{query}"))).await;
        assert_eq!(status(&answer), 200, "{query}: {answer}");
    }
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused_or_not_looked_at() {
    let address = serve().await;
    let post = |media: &str, body: &str| {
        format!(
            "POST /api/cache/clear HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    for (media, body, expected) in [
        ("text/plain", "{}", 415),
        ("application/x-www-form-urlencoded", "a=b", 415),
        ("application/jsonp", "{}", 415),
        // This route takes no body: what it is does not matter.
        ("application/json", "{", 200),
        ("application/json", "", 200),
    ] {
        let answer = ask(address, &post(media, body)).await;
        assert_eq!(status(&answer), expected, "{media} {body}: {answer}");
    }
    let both = "POST /api/cache/clear HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n";
    let answer = ask(address, &format!("{both}{}", get("/livez"))).await;
    assert!([200, 400].contains(&status(&answer)), "{answer}");
}

#[tokio::test]
async fn ten_thousand_headers_are_too_many_and_the_next_client_is_served() {
    let address = serve().await;
    let mut request = String::from("GET /livez HTTP/1.1\r\nHost: localhost\r\n");
    for index in 0..10_000 {
        request.push_str(&format!("X-{index}: {index}\r\n"));
    }
    request.push_str("\r\n");
    let answer = ask(address, &request).await;
    // The system may throw the answer away with what was sent too much.
    assert!([431, 0].contains(&status(&answer)), "{answer}");
    assert_eq!(status(&ask(address, &get("/livez")).await), 200);
}

#[tokio::test]
async fn garbage_is_answered_400_or_closed() {
    let address = serve().await;
    for request in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost localhost\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = String::new();
        tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer))
            .await
            .expect("the connection ends")
            .unwrap_or_default();
        assert!(
            [400, 505, 0].contains(&status(&answer)),
            "{request:?}: {answer}"
        );
    }
    assert_eq!(status(&ask(address, &get("/livez")).await), 200);
}
