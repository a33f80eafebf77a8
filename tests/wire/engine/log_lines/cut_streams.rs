//! Live streams that end while their container goes on.
#![allow(
    clippy::disallowed_types,
    reason = "the test reads what the proxy, a task of its own, has seen"
)]

use std::path::Path;
use std::sync::Arc;

use hubdeck::engine::ConnectRequest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

use super::*;

/// Stands before an engine and ends the streams that follow a log, as proxies do after a while.
struct Proxy {
    path: std::path::PathBuf,
    cuts: watch::Sender<u32>,
    /// Whether requests for logs that end are dropped.
    refuses: watch::Sender<bool>,
    /// The requests for logs that follow.
    requests: Arc<std::sync::Mutex<Vec<String>>>,
    _dir: tempfile::TempDir,
}

impl Proxy {
    fn before(engine: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("proxy.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let (cuts, requests) = (watch::Sender::new(0), Arc::default());
        let refuses = watch::Sender::new(false);
        let refused = refuses.clone();
        let (cut, seen) = (cuts.clone(), Arc::clone(&requests));
        let engine = engine.to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let upstream = UnixStream::connect(&engine).await.unwrap();
                tokio::spawn(pass(
                    client,
                    upstream,
                    cut.subscribe(),
                    refused.subscribe(),
                    Arc::clone(&seen),
                ));
            }
        });
        Self {
            path,
            cuts,
            refuses,
            requests,
            _dir: dir,
        }
    }

    async fn connect(&self) -> Engine {
        let request = ConnectRequest::to_host(format!("unix://{}", self.path.display()));
        request.connect().await.expect("the simulator answers").0
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn pass(
    mut client: UnixStream,
    mut engine: UnixStream,
    mut cut: watch::Receiver<u32>,
    refused: watch::Receiver<bool>,
    seen: Arc<std::sync::Mutex<Vec<String>>>,
) {
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut follows = false;
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(read @ 1..) = read else { return };
                let text = String::from_utf8_lossy(&up[..read]).into_owned();
                let line = text.lines().next().unwrap_or_default().to_owned();
                follows = line.contains("/logs?") && (line.contains("follow=true") || line.contains("follow=1"));
                if follows {
                    seen.lock().unwrap().push(line);
                    cut.mark_unchanged();
                }
                if !follows && text.contains("/logs?") && *refused.borrow() {
                    return;
                }
                engine.write_all(&up[..read]).await.unwrap();
            }
            read = engine.read(&mut down) => {
                let Ok(read @ 1..) = read else { return };
                if client.write_all(&down[..read]).await.is_err() {
                    return;
                }
            }
            // The last chunk: the end that a client takes for a proper one.
            Ok(()) = cut.changed(), if follows => {
                drop(client.write_all(b"0\r\n\r\n").await);
                return;
            }
        }
    }
}

/// What `hubdeck logs -f` follows after it has read what there was.
fn from_now(facts: &InstanceFacts) -> LogQuery {
    LogQuery {
        tail: None,
        since: Some(Timestamp::now()),
        ..query(facts, true)
    }
}

#[tokio::test]
async fn a_start_after_silence_does_not_bring_the_whole_log_again() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |text: &str| {
        let stream = LogStream::Stdout;
        sim.control
            .log("lonely 🦀", stream, text.as_bytes())
            .unwrap();
    };
    log("old");
    tokio::time::sleep(Duration::from_millis(10)).await;
    let (_sender, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(from_now(&facts), nothing_more());
    tokio::time::sleep(Duration::from_millis(100)).await;
    sim.control.stop("lonely 🦀").unwrap();
    let mut seen = Vec::new();
    until(&mut tail, &mut seen, ended).await;
    sim.control.start("lonely 🦀").unwrap();
    log("new");
    until(&mut tail, &mut seen, has("new")).await;
    assert!(!has("old")(&seen), "{seen:?}");
}

#[tokio::test]
async fn a_cut_stream_without_a_line_yet_brings_no_old_ones() {
    let sim = Sim::shop().await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |text: &str| {
        let stream = LogStream::Stdout;
        sim.control
            .log("lonely 🦀", stream, text.as_bytes())
            .unwrap();
    };
    log("old");
    tokio::time::sleep(Duration::from_millis(10)).await;
    let (_sender, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(from_now(&facts), nothing_more());
    tokio::time::sleep(Duration::from_millis(200)).await;
    proxy.cut();
    tokio::time::sleep(Duration::from_millis(200)).await;
    log("new");
    let mut seen = Vec::new();
    until(&mut tail, &mut seen, has("new")).await;
    assert_eq!(texts(&seen), ["new"]);
    let requests = proxy.requests();
    assert!(requests.len() > 1, "it was cut: {requests:?}");
}

#[tokio::test]
async fn a_cut_stream_of_a_talkative_container_goes_on_after_its_last_line() {
    let sim = Sim::shop().await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |n: usize| {
        let (stream, text) = (LogStream::Stdout, format!("line {n}"));
        sim.control
            .log("lonely 🦀", stream, text.as_bytes())
            .unwrap();
    };
    let (_sender, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(from_now(&facts), nothing_more());
    tokio::time::sleep(Duration::from_millis(200)).await;
    let mut seen = Vec::new();
    for round in 0..3 {
        let first = round * 1_500;
        log(first);
        until(&mut tail, &mut seen, has(&format!("line {first}"))).await;
        proxy.cut();
        // More than the longest tail, while nobody can hear.
        (first + 1..first + 1_500).for_each(log);
    }
    until(&mut tail, &mut seen, has("line 4499")).await;
    let expected: Vec<String> = (0..4_500).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(&seen), expected, "without a gap or a mark");
    let requests = proxy.requests();
    assert!((3..10).contains(&requests.len()), "{requests:?}");
}

#[tokio::test]
async fn a_follower_that_cannot_read_what_was_before_reads_it_later() {
    let sim = Sim::shop().await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    sim.control
        .log("lonely 🦀", LogStream::Stdout, b"before")
        .unwrap();
    let (_sender, link) = watch::channel(Some(engine));
    let hub = LogHub::new(link);
    let (mut first, mut seen) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    until(&mut first, &mut seen, has("before")).await;
    proxy.refuses.send_replace(true);
    let mut second = hub.follow(query(&facts, true), nothing_more());
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.refuses.send_replace(false);
    let mut seen = Vec::new();
    until(&mut second, &mut seen, has("before")).await;
}
