//! Live streams that end while their container goes on.
#![allow(
    clippy::disallowed_types,
    reason = "the test reads what the proxy, a task of its own, has seen"
)]

use std::path::Path;
use std::sync::Arc;

use hubdeck::engine::ConnectRequest;
use hubdeck::model::SignedDuration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use super::*;
use crate::engine::SCENARIO;
use crate::support::proxy::listen_before;

/// Stands before an engine and ends the streams that follow a log, as proxies do after a while.
struct Proxy {
    path: std::path::PathBuf,
    cuts: watch::Sender<u32>,
    trouble: watch::Sender<Trouble>,
    /// The requests for logs that follow.
    requests: Arc<std::sync::Mutex<Vec<String>>>,
    _dir: tempfile::TempDir,
}

/// What becomes of requests.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    None,
    /// Those for logs that end are dropped.
    Drops,
    /// Those for logs are answered with 503.
    Fails,
}

const UNAVAILABLE: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";

impl Proxy {
    fn before(engine: &Path) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (cuts, requests) = (watch::Sender::new(0), Arc::default());
        let trouble = watch::Sender::new(Trouble::None);
        let (cut, troubled, seen) = (cuts.clone(), trouble.clone(), Arc::clone(&requests));
        let path = listen_before(dir.path(), engine.to_owned(), move |client, engine| {
            let (cut, trouble) = (cut.subscribe(), troubled.subscribe());
            pass(client, engine, cut, trouble, Arc::clone(&seen))
        });
        Self {
            path,
            cuts,
            trouble,
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
    trouble: watch::Receiver<Trouble>,
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
                let trouble = *trouble.borrow();
                if text.contains("/logs?") && trouble == Trouble::Fails {
                    client.write_all(UNAVAILABLE).await.unwrap();
                    follows = false;
                    continue;
                }
                if !follows && text.contains("/logs?") && trouble == Trouble::Drops {
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

/// The container writes a line now.
fn write_line(sim: &Sim, text: &str) {
    let stream = LogStream::Stdout;
    sim.control
        .log("lonely 🦀", stream, text.as_bytes())
        .unwrap();
}

#[tokio::test]
async fn a_start_after_silence_does_not_bring_the_whole_log_again() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |text: &str| write_line(&sim, text);
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
    let log = |text: &str| write_line(&sim, text);
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
    proxy.trouble.send_replace(Trouble::Drops);
    let mut second = hub.follow(query(&facts, true), nothing_more());
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.trouble.send_replace(Trouble::None);
    let mut seen = Vec::new();
    until(&mut second, &mut seen, has("before")).await;
}

#[tokio::test]
async fn an_engine_that_fails_for_a_while_does_not_end_a_follower() {
    let sim = Sim::shop().await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |text: &str| write_line(&sim, text);
    let (_sender, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(from_now(&facts), nothing_more());
    tokio::time::sleep(Duration::from_millis(200)).await;
    log("one");
    let mut seen = Vec::new();
    until(&mut tail, &mut seen, has("one")).await;
    proxy.trouble.send_replace(Trouble::Fails);
    proxy.cut();
    log("two");
    tokio::time::sleep(Duration::from_millis(800)).await;
    proxy.trouble.send_replace(Trouble::None);
    until(&mut tail, &mut seen, has("two")).await;
    assert_eq!(texts(&seen), ["one", "two"]);
    assert!(!ended(&seen), "{seen:?}");
}

#[tokio::test]
async fn a_clock_that_steps_back_while_a_stream_is_cut_loses_and_repeats_nothing() {
    let sim = Sim::shop().await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let now = Timestamp::now();
    let log = |text: &str, minutes_ago: i64| {
        let at = now - SignedDuration::from_mins(minutes_ago);
        let (control, stream) = (&sim.control, LogStream::Stdout);
        control
            .log_at("lonely 🦀", at, stream, text.as_bytes())
            .unwrap();
    };
    log("an hour ago", 62);
    log("before", 1);
    let (_sender, link) = watch::channel(Some(engine));
    let hub = LogHub::new(link);
    let (mut tail, mut seen) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    until(&mut tail, &mut seen, has("before")).await;
    // The clock is set back by an hour, with the stream open, and while it is cut.
    log("back", 61);
    until(&mut tail, &mut seen, has("back")).await;
    for round in 0..3 {
        proxy.cut();
        log(&format!("round {round}"), 60 - round);
        until(&mut tail, &mut seen, has(&format!("round {round}"))).await;
    }
    // Somebody joins; the clock steps back further.
    let (mut other, mut also) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    until(&mut other, &mut also, has("round 2")).await;
    log("further back", 300);
    for (tail, seen) in [(&mut tail, &mut seen), (&mut other, &mut also)] {
        until(tail, seen, has("further back")).await;
        let own: Vec<String> = texts(seen);
        let begin = own.iter().position(|it| it == "an hour ago").unwrap();
        let expected = [
            "an hour ago",
            "before",
            "back",
            "round 0",
            "round 1",
            "round 2",
            "further back",
        ];
        assert_eq!(own[begin..], expected);
    }
}

#[tokio::test]
async fn a_difference_of_the_clocks_that_becomes_known_shifts_nothing() {
    let hour = SignedDuration::from_hours(1);
    let scenario = Scenario::parse(SCENARIO).unwrap();
    let sim = Sim::with_clock(scenario, || {
        Timestamp::now() + SignedDuration::from_hours(1)
    })
    .await;
    let proxy = Proxy::before(&sim.path);
    let engine = proxy.connect().await;
    let facts = find(&engine, "lonely 🦀").await;
    let log = |text: &str| write_line(&sim, text);
    let (_sender, link) = watch::channel(Some(engine.clone()));
    let hub = LogHub::new(link);
    let (mut tail, mut seen) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    log("one");
    until(&mut tail, &mut seen, has("one")).await;
    assert!(engine.update_clock(Timestamp::now()), "an hour ahead");
    for text in ["two", "three"] {
        proxy.cut();
        log(text);
        until(&mut tail, &mut seen, has(text)).await;
    }
    let (mut other, mut also) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    log("four");
    for (tail, seen) in [(&mut tail, &mut seen), (&mut other, &mut also)] {
        until(tail, seen, has("four")).await;
        let all = texts(seen);
        let begin = all.iter().position(|it| it == "one").unwrap();
        assert_eq!(all[begin..], ["one", "two", "three", "four"]);
    }
    let Some(LogBatch::Lines { lines, .. }) = also.last() else {
        panic!("no lines: {also:?}");
    };
    let off = lines
        .last()
        .unwrap()
        .at
        .unwrap()
        .duration_since(Timestamp::now());
    assert!(off.abs() < hour / 60, "by our clock: {off}");
}

#[tokio::test]
async fn what_follows_is_found_from_the_end_of_the_log() {
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
    (0..20).for_each(log);
    let (_sender, link) = watch::channel(Some(engine));
    let (mut tail, mut seen) = (
        LogHub::new(link).follow(query(&facts, true), nothing_more()),
        Vec::new(),
    );
    until(&mut tail, &mut seen, has("line 19")).await;
    proxy.cut();
    (20..40).for_each(log);
    until(&mut tail, &mut seen, has("line 39")).await;
    let expected: Vec<String> = (10..40).map(|n| format!("line {n}")).collect();
    assert_eq!(texts(&seen), expected);
    let requests = proxy.requests();
    let [_, again] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert!(
        again.contains("tail=1000") && !again.contains("since="),
        "{again}"
    );
}
