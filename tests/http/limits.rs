//! What clients may cost, over real sockets with short limits: late heads and bodies, answers that
//! nobody reads, too many connections, and an end while all of them are open.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::support::fake_operations::FakeOperations;
use axum::Router;
use axum::routing::get;
use hubdeck::serve::{ConnectionLimits, RouterOptions, bind, router, run};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::support::snapshots::{at, hub};

/// Limits that a test need not wait long for.
const SHORT: ConnectionLimits = ConnectionLimits {
    head: Duration::from_millis(300),
    body: Duration::from_millis(300),
    write: Duration::from_millis(300),
    connections: 2_048,
    grace: Duration::from_millis(300),
};
/// How long anything may take on a busy machine beyond its limit.
const PATIENCE: Duration = Duration::from_secs(10);
const UNFINISHED: &str = "POST /api/cache/clear HTTP/1.1\r\nHost: localhost\r\n\
                          Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

fn routes(limits: ConnectionLimits) -> Router {
    let options = RouterOptions {
        allow_hosts: Vec::new(),
        allow_addresses: false,
        tokens: None,
        actions: false,
        behind_proxy: false,
        allow_origins: Vec::new(),
        base_path: None,
        body_limit: limits.body,
        ttl: Duration::from_secs(30),
        poll_interval: Duration::from_secs(30),
        clock: || at(0),
    };
    router(
        watch::channel(Arc::new(hub(7))).1,
        FakeOperations::inert(),
        options,
    )
}

struct Served {
    address: SocketAddr,
    shutdown: CancellationToken,
    task: JoinHandle<()>,
}

async fn serve(router: Router, limits: ConnectionLimits) -> Served {
    let listener = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let (address, shutdown) = (listener.local_addr().unwrap(), CancellationToken::new());
    let task = tokio::spawn(run(listener, router, limits, shutdown.clone(), drop));
    Served {
        address,
        shutdown,
        task,
    }
}

impl Served {
    /// Sends `bytes` on a new connection, and nothing more.
    async fn send(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(bytes.as_bytes()).await.unwrap();
        stream
    }

    /// Status of `GET /livez`, and how long it took.
    async fn livez(&self) -> (String, Duration) {
        let begun = Instant::now();
        let answer = rest(self.send("GET /livez HTTP/1.0\r\n\r\n").await).await;
        (status(&answer).to_owned(), begun.elapsed())
    }
}

/// Everything until the other side closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8(answer).unwrap()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("closed")
}

#[tokio::test]
async fn a_thousand_unfinished_bodies_are_answered_408_and_others_are_served_meanwhile() {
    let served = serve(routes(SHORT), ConnectionLimits { ..SHORT }).await;
    let begun = Instant::now();
    let mut waiting = JoinSet::new();
    // Half of the handles of this process are the server's.
    let count = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    let count = count.map_or(1_000, |handles| (handles / 3).min(1_000));
    for _ in 0..count {
        waiting.spawn(rest(served.send(UNFINISHED).await));
    }
    assert_eq!(served.livez().await.0, "200");
    while let Some(answer) = waiting.join_next().await {
        let answer = answer.unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 408 Request Timeout"),
            "{answer}"
        );
        assert!(
            answer.contains("connection: close") && answer.contains("application/problem+json"),
            "{answer}"
        );
        assert!(
            answer.contains("the body was not complete within 0.3 s"),
            "{answer}"
        );
    }
    assert!(
        begun.elapsed() < SHORT.body + PATIENCE,
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(served.livez().await.0, "200");
}

#[tokio::test]
async fn bodies_that_drip_end_with_the_same_limit() {
    let served = serve(routes(SHORT), SHORT).await;
    let mut stream = served.send(UNFINISHED).await;
    let (mut read, mut write) = stream.split();
    let drip = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            // Fails once the server has left.
            if write.write_all(b" ").await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let mut answer = [0; 12];
    tokio::select! {
        read = read.read_exact(&mut answer) => drop(read.unwrap()),
        () = drip => {}
        () = tokio::time::sleep(PATIENCE) => {}
    }
    assert_eq!(&answer, b"HTTP/1.1 408");
}

#[tokio::test]
async fn late_heads_are_answered_408_and_silent_connections_closed() {
    let served = serve(routes(SHORT), SHORT).await;
    for (sent, expected) in [
        ("GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ", "408"),
        ("G", "408"),
        ("", "closed"),
    ] {
        let begun = Instant::now();
        let answer = rest(served.send(sent).await).await;
        assert_eq!(status(&answer), expected, "{sent:?}: {answer}");
        assert!(begun.elapsed() >= SHORT.head, "{sent:?} was given its time");
    }
}

#[tokio::test]
async fn heads_that_drip_end_with_the_same_limit() {
    let served = serve(routes(SHORT), SHORT).await;
    let mut stream = served.send("GET /livez HTTP/1.1\r\n").await;
    let begun = Instant::now();
    // Every header line comes in time, the head as a whole does not.
    while stream.write_all(b"X: y\r\n").await.is_ok() && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut answer = [0; 12];
        if let Ok(count) = stream.try_read(&mut answer) {
            assert_eq!(&answer[..count], b"HTTP/1.1 408");
            return;
        }
    }
    unreachable!("the head was read for {:?}", begun.elapsed());
}

#[tokio::test]
async fn heads_and_bodies_that_are_too_large_have_their_own_answers() {
    let served = serve(routes(SHORT), SHORT).await;
    let head = format!(
        "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n",
        "x".repeat(400_000)
    );
    assert_eq!(status(&rest(served.send(&head).await).await), "431");
    assert_eq!(
        status(&rest(served.send("nonsense\r\n\r\n").await).await),
        "400"
    );
    let post =
        "POST /api/cache/clear HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    // The length alone is enough; what was sent of the body meanwhile does not cost the answer.
    let body = format!(
        "{post}Content-Length: 300000\r\n\r\n{}",
        "x".repeat(300_000)
    );
    assert_eq!(status(&rest(served.send(&body).await).await), "413");
    let chunked = format!(
        "{post}Transfer-Encoding: chunked\r\n\r\n493E0\r\n{}\r\n0\r\n\r\n",
        "x".repeat(300_000)
    );
    assert_eq!(status(&rest(served.send(&chunked).await).await), "413");
    let broken = format!("{post}Transfer-Encoding: chunked\r\n\r\nzz\r\n");
    assert_eq!(status(&rest(served.send(&broken).await).await), "400");
    let whole = format!("{post}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}");
    assert_eq!(status(&rest(served.send(&whole).await).await), "200");
}

#[tokio::test]
async fn ten_megabytes_are_refused_before_they_are_read_and_cost_nobody_else() {
    const SIZE: usize = 10 << 20;
    let served = serve(routes(SHORT), SHORT).await;
    let post = "POST /api/plans HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    for head in [
        format!("{post}Content-Length: {SIZE}\r\n\r\n"),
        format!("{post}Transfer-Encoding: chunked\r\n\r\n{SIZE:X}\r\n"),
    ] {
        let body = "x".repeat(SIZE);
        let stream = TcpStream::connect(served.address).await.unwrap();
        let (mut read, mut write) = stream.into_split();
        let sent = tokio::spawn(async move {
            write.write_all(head.as_bytes()).await.unwrap();
            // The server may close before all of it was sent.
            drop(write.write_all(body.as_bytes()).await);
        });
        let mut answer = [0; 12];
        let begin = tokio::time::timeout(PATIENCE, read.read_exact(&mut answer)).await;
        begin.expect("an answer in time").unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
        assert_eq!(served.livez().await.0, "200");
        sent.abort();
    }
}

#[tokio::test]
async fn of_three_thousand_connections_none_keeps_others_from_an_answer() {
    let handles = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    // Both ends are this process's.
    let count = handles.map_or(3_000, |handles| (handles / 3).min(3_000));
    let count = usize::try_from(count).unwrap();
    let limits = ConnectionLimits {
        head: Duration::from_secs(60),
        connections: count * 2 / 3,
        ..SHORT
    };
    let served = serve(routes(limits), limits).await;
    let mut open = Vec::new();
    for _ in 0..count {
        open.push(TcpStream::connect(served.address).await.unwrap());
    }
    // Those beyond the limit were answered and left.
    let last = rest(open.pop().unwrap()).await;
    assert_eq!(status(&last), "503", "{last}");
    open.truncate(10);
    let begun = Instant::now();
    while served.livez().await.0 != "200" {
        assert!(begun.elapsed() < PATIENCE, "no place becomes free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(open.len(), 10);
}

#[tokio::test]
async fn a_client_that_does_not_read_its_answer_is_left_without_costing_anything() {
    const SIZE: usize = 64 << 20;
    let large = axum::body::Bytes::from(vec![b'x'; SIZE]);
    let router = routes(SHORT).route("/large", get(move || async move { large }));
    let served = serve(router, SHORT).await;
    let mut idle = served
        .send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .await;
    tokio::time::sleep(SHORT.write * 4).await;
    assert_eq!(served.livez().await.0, "200");
    let mut got = 0;
    let mut part = vec![0; 1 << 20];
    // What the system had buffered still comes; a reset may follow instead of the end.
    while let Ok(count @ 1..) = tokio::time::timeout(PATIENCE, idle.read(&mut part))
        .await
        .unwrap()
    {
        got += count;
    }
    assert!(got < SIZE, "{got} bytes: the answer was cut");
    // One that reads slowly, but reads, gets all of it.
    let mut slow = served
        .send("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    let mut got = 0;
    loop {
        let count = tokio::time::timeout(PATIENCE, slow.read(&mut part))
            .await
            .unwrap()
            .unwrap();
        if count == 0 {
            break;
        }
        if got == 0 {
            tokio::time::sleep(SHORT.write / 2).await;
        }
        got += count;
    }
    assert!(got > SIZE, "{got} bytes with the head");
}

#[tokio::test]
async fn connections_beyond_the_limit_are_told_and_left_and_those_that_end_make_room() {
    let limits = ConnectionLimits {
        connections: 3,
        head: PATIENCE,
        ..SHORT
    };
    let served = serve(routes(limits), limits).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(served.send("GET /").await);
    }
    let refused = TcpStream::connect(served.address).await.unwrap();
    let answer = rest(refused).await;
    assert!(
        answer.starts_with("HTTP/1.1 503 Service Unavailable"),
        "{answer}"
    );
    assert!(
        answer.contains("as many connections as hubdeck takes"),
        "{answer}"
    );
    held.pop();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        let request = stream.write_all(b"GET /livez HTTP/1.0\r\n\r\n").await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        if request.is_ok() && read.is_ok() && answer.starts_with(b"HTTP/1.0 200") {
            break;
        }
        assert!(Instant::now() < deadline, "no place became free");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn an_end_does_not_wait_for_clients_that_do_not_go_on() {
    let large = axum::body::Bytes::from(vec![b'x'; 64 << 20]);
    let limits = ConnectionLimits {
        grace: SHORT.grace,
        ..ConnectionLimits::default()
    };
    let router = routes(limits).route("/large", get(move || async move { large }));
    let served = serve(router, limits).await;
    let mut open = Vec::new();
    for bytes in [
        UNFINISHED,
        "GET /livez HT",
        "",
        "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        for _ in 0..10 {
            open.push(served.send(bytes).await);
        }
    }
    assert_eq!(served.livez().await.0, "200");
    let begun = Instant::now();
    served.shutdown.cancel();
    served.task.await.unwrap();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
}
