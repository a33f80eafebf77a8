//! Log lines, once and followed.

mod clocks;
mod cut_streams;
mod many;
mod recording;

use std::time::Duration;

use futures_util::StreamExt as _;
use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::logs::{BlackBox, LogHub};
use hubdeck::engine::Engine;
use hubdeck::model::{InstanceFacts, LogBatch, LogLine, LogQuery, LogSource, LogStream, Timestamp};
use hubdeck::sim::Scenario;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::{Discovery, PATIENCE, Sim, find};

async fn tail(engine: &Engine, facts: &InstanceFacts, tty: Option<bool>) -> Vec<LogLine> {
    let source = LogSource {
        instance: facts.id.clone(),
        tty,
    };
    engine
        .logs(&source, Some(50), None, false)
        .map(Result::unwrap)
        .concat()
        .await
}

#[tokio::test]
async fn log_lines_of_every_kind() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let web = find(&engine, "shop-web-1").await;
    let lonely = find(&engine, "lonely 🦀").await;
    let long = vec![b'x'; 90_000];
    for (name, stream) in [
        ("shop-web-1", LogStream::Stderr),
        ("lonely 🦀", LogStream::Stdout),
    ] {
        sim.control
            .log(name, stream, b"\x1b[31mred\x1b[0m\x1b[2J")
            .unwrap();
        sim.control.log(name, stream, b"\xff\xfe\x00\x01").unwrap();
        sim.control.log(name, stream, &long).unwrap();
        sim.control.log(name, stream, "ünï 🦀".as_bytes()).unwrap();
    }
    for (facts, tty, stream) in [
        (web, false, LogStream::Stderr),
        (lonely, true, LogStream::Stdout),
    ] {
        let lines = tail(&engine, &facts, Some(tty)).await;
        // Where the inspection was refused, and where it is wrong, the content type decides.
        for unsure in [None, Some(!tty)] {
            assert_eq!(tail(&engine, &facts, unsure).await, lines, "{}", facts.name);
        }
        let last: Vec<&LogLine> = lines.iter().rev().take(4).rev().collect();
        let texts: Vec<_> = last.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts[0], "\x1b[31mred\x1b[0m", "{}", facts.name);
        assert_eq!(texts[1], "\u{fffd}\u{fffd}  ");
        assert_eq!((texts[2].len(), last[2].cut_bytes), (90_000, 0));
        assert_eq!(texts[3], "ünï 🦀");
        assert!(
            last.iter()
                .all(|line| line.at.is_some() && line.stream == stream)
        );
    }
}

pub fn query(facts: &InstanceFacts, follow: bool) -> LogQuery {
    let source = LogSource {
        instance: facts.id.clone(),
        tty: Some(facts.tty),
    };
    LogQuery {
        sources: vec![source],
        tail: Some(10),
        until: None,
        since: None,
        follow,
    }
}

/// No sources join the tail.
pub fn nothing_more() -> mpsc::Receiver<LogQuery> {
    mpsc::channel(1).1
}

/// Reads batches until a line with `text` came; gives all texts.
async fn lines_until(tail: &mut mpsc::Receiver<LogBatch>, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let read = async {
        while let Some(batch) = tail.recv().await {
            if let LogBatch::Lines { lines, .. } = batch {
                texts.extend(lines.into_iter().map(|line| line.text.clone()));
                if texts.iter().any(|each| each == text) {
                    return;
                }
            }
        }
        panic!("the tail ended without {text}");
    };
    timeout(PATIENCE, read)
        .await
        .unwrap_or_else(|_| panic!("no {text} in time"));
    texts
}

#[tokio::test]
async fn a_tail_survives_restarts_and_the_daemons_death_without_repeating_lines() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    let mut tail = LogHub::new(discovery.link.clone()).follow(query(&facts, true), nothing_more());
    let news = tokio::spawn(async move { while discovery.news.recv().await.is_some() {} });
    let log = |text: &str| {
        sim.control
            .log("lonely 🦀", LogStream::Stdout, text.as_bytes())
            .unwrap()
    };
    log("one");
    let mut seen = lines_until(&mut tail, "one").await;
    sim.control.cut_connections();
    tokio::time::sleep(Duration::from_millis(100)).await;
    log("two, while nobody could hear");
    sim.control.resume();
    seen.extend(lines_until(&mut tail, "two, while nobody could hear").await);
    sim.control.stop("lonely 🦀").unwrap();
    let ended = async {
        loop {
            if let Some(LogBatch::Ended(id)) = tail.recv().await {
                return id;
            }
        }
    };
    assert_eq!(timeout(PATIENCE, ended).await.unwrap(), facts.id);
    sim.control.start("lonely 🦀").unwrap();
    log("three");
    seen.extend(lines_until(&mut tail, "three").await);
    for text in ["one", "two, while nobody could hear", "three"] {
        assert_eq!(
            seen.iter().filter(|each| *each == text).count(),
            1,
            "{text}: {seen:?}"
        );
    }
    news.abort();
}

#[tokio::test]
async fn a_tail_without_follow_is_complete_and_ends() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let (web, db) = (
        find(&engine, "shop-web-1").await,
        find(&engine, "shop-db-1").await,
    );
    for turn in 0..20 {
        let name = if turn % 2 == 0 {
            "shop-web-1"
        } else {
            "shop-db-1"
        };
        sim.control
            .log(name, LogStream::Stdout, format!("line {turn}").as_bytes())
            .unwrap();
    }
    let mut both = query(&web, false);
    both.sources.extend(query(&db, false).sources);
    let (_sender, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(both, nothing_more());
    let (mut texts, mut ended) = (Vec::new(), 0);
    while let Some(batch) = timeout(PATIENCE, tail.recv()).await.unwrap() {
        match batch {
            LogBatch::Lines { lines, dropped } => {
                assert_eq!(dropped, 0);
                texts.extend(lines.into_iter().map(|line| line.text.clone()));
            }
            LogBatch::Ended(_) => ended += 1,
            LogBatch::Failed(_, reason) => panic!("{reason}"),
        }
    }
    let expected: Vec<String> = (0..20).map(|turn| format!("line {turn}")).collect();
    assert_eq!((texts, ended), (expected, 2));
}

#[tokio::test]
async fn a_dropped_tail_closes_its_streams_and_a_slow_one_drops_lines() {
    let sim = Sim::start(Scenario::sized(2, 0).with_log_rate(40_000.0, 2)).await;
    let (engine, _) = sim.connect().await;
    let facts = engine.list().await.unwrap();
    let (_sender, link) = watch::channel(Some(engine));
    let hub = LogHub::new(link);
    let mut all = query(&facts[0], true);
    all.sources.extend(query(&facts[1], true).sources);
    let mut tail = hub.follow(all, nothing_more());
    tokio::time::sleep(Duration::from_secs(4)).await;
    let mut lost = 0;
    let read = async {
        while lost == 0 {
            if let Some(LogBatch::Lines { dropped, lines }) = tail.recv().await {
                assert!(lines.is_sorted_by_key(|line| line.at));
                lost += dropped;
            }
        }
    };
    timeout(PATIENCE, read)
        .await
        .expect("lines are dropped and counted");
    drop(tail);
}

/// Everything that a tail gives until `done` holds for what came.
async fn until(
    tail: &mut mpsc::Receiver<LogBatch>,
    seen: &mut Vec<LogBatch>,
    done: impl Fn(&[LogBatch]) -> bool,
) {
    let read = async {
        while !done(seen) {
            seen.push(tail.recv().await.expect("the tail goes on"));
        }
    };
    let in_time = timeout(PATIENCE, read).await.is_ok();
    assert!(in_time, "{seen:#?}");
}

/// The texts of lines, marks in angle brackets.
fn texts(batches: &[LogBatch]) -> Vec<String> {
    let lines = batches.iter().filter_map(|batch| match batch {
        LogBatch::Lines { lines, .. } => Some(lines),
        _ => None,
    });
    let text = |line: &std::sync::Arc<LogLine>| match line.mark {
        Some(mark) => format!("<{mark:?}>"),
        None => line.text.clone(),
    };
    lines.flatten().map(text).collect()
}

fn has(text: &str) -> impl Fn(&[LogBatch]) -> bool {
    move |batches| texts(batches).iter().any(|each| each == text)
}

fn ended(batches: &[LogBatch]) -> bool {
    batches.iter().any(|it| matches!(it, LogBatch::Ended(_)))
}

#[tokio::test]
async fn followers_share_one_stream_without_a_gap_or_a_double_line() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let web = find(&engine, "shop-web-1").await;
    let log = |n: usize| {
        let text = format!("line {n}");
        let written = sim
            .control
            .log("shop-web-1", LogStream::Stdout, text.as_bytes());
        written.unwrap();
    };
    let (_sender, link) = watch::channel(Some(engine));
    let hub = LogHub::new(link);
    (0..5).for_each(log);
    let (mut first, mut seen) = (hub.follow(query(&web, true), nothing_more()), Vec::new());
    until(&mut first, &mut seen, has("line 4")).await;
    let calls = sim.calls("GET /containers/{id}/logs");
    let mut others = Vec::new();
    for n in 5..15 {
        others.push((
            hub.clone().follow(query(&web, true), nothing_more()),
            Vec::new(),
        ));
        log(n);
    }
    log(15);
    until(&mut first, &mut seen, has("line 15")).await;
    for (tail, seen) in &mut others {
        until(tail, seen, has("line 15")).await;
        let own: Vec<String> = texts(seen)
            .into_iter()
            .filter(|it| it.starts_with("line"))
            .collect();
        let begin: usize = own[0].split(' ').nth(1).unwrap().parse().unwrap();
        let expected: Vec<String> = (begin..16).map(|n| format!("line {n}")).collect();
        assert_eq!(own, expected);
    }
    assert_eq!(
        sim.calls("GET /containers/{id}/logs") - calls,
        10,
        "each reads what was before, once; what comes is shared"
    );
    drop((first, others));
    log(16);
    let (mut again, mut seen) = (hub.follow(query(&web, true), nothing_more()), Vec::new());
    until(&mut again, &mut seen, has("line 16")).await;
}

#[tokio::test]
async fn a_start_while_the_engine_was_away_is_marked_where_its_lines_begin() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    let hub = LogHub::new(discovery.link.clone());
    let (mut tail, mut seen) = (hub.follow(query(&facts, true), nothing_more()), Vec::new());
    let news = tokio::spawn(async move { while discovery.news.recv().await.is_some() {} });
    let log = |text: &str| {
        let written = sim
            .control
            .log("lonely 🦀", LogStream::Stdout, text.as_bytes());
        written.unwrap();
    };
    log("first run");
    until(&mut tail, &mut seen, has("first run")).await;
    sim.control.cut_connections();
    tokio::time::sleep(Duration::from_millis(100)).await;
    log("last words");
    sim.control.stop("lonely 🦀").unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    sim.control.start("lonely 🦀").unwrap();
    log("second run");
    sim.control.resume();
    until(&mut tail, &mut seen, has("second run")).await;
    let all = texts(&seen);
    let begin = all.iter().position(|it| it == "first run").unwrap();
    let expected = ["first run", "last words", "<Started>", "second run"];
    let ours: Vec<_> = all[begin..]
        .iter()
        .filter(|it| expected.contains(&it.as_str()))
        .collect();
    assert_eq!(ours, expected, "{all:?}");
    news.abort();
}

#[tokio::test]
async fn starts_and_replacements_are_marked_where_they_happened() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let facts = discovery.inspected("lonely 🦀", |_| true).await;
    let (published, snapshots) = watch::channel(discovery.store.snapshot(Timestamp::now()));
    let hub = LogHub::with(discovery.link.clone(), snapshots, BlackBox::default());
    let (more, added) = mpsc::channel(1);
    let (mut tail, mut seen) = (hub.follow(query(&facts, true), added), Vec::new());
    let log = |text: &str| {
        let written = sim
            .control
            .log("lonely 🦀", LogStream::Stdout, text.as_bytes());
        written.unwrap();
    };
    log("first run");
    until(&mut tail, &mut seen, has("first run")).await;
    sim.control.stop("lonely 🦀").unwrap();
    until(&mut tail, &mut seen, ended).await;
    sim.control.start("lonely 🦀").unwrap();
    discovery
        .inspected("lonely 🦀", |now| now.started_at > facts.started_at)
        .await;
    published.send_replace(discovery.store.snapshot(Timestamp::now()));
    log("second run");
    until(&mut tail, &mut seen, has("second run")).await;
    let all = texts(&seen);
    let at = |text: &str| all.iter().position(|each| each == text).unwrap();
    assert!(at("first run") < at("<Started>"), "{all:?}");
    assert!(at("<Started>") < at("second run"), "{all:?}");
    assert_eq!(all.iter().filter(|text| *text == "<Started>").count(), 1);

    sim.control.remove("lonely 🦀").unwrap();
    until(&mut tail, &mut seen, |batches| {
        batches
            .iter()
            .filter(|it| matches!(it, LogBatch::Ended(_)))
            .count()
            > 1
    })
    .await;
    // The simulator derives the id from the first name.
    sim.control.create("newcomer", "busybox:1.36").unwrap();
    sim.control.rename("newcomer", "lonely 🦀").unwrap();
    let other = discovery
        .inspected("lonely 🦀", |now| now.id != facts.id)
        .await;
    published.send_replace(discovery.store.snapshot(Timestamp::now()));
    more.send(query(&other, true)).await.unwrap();
    log("another container");
    until(&mut tail, &mut seen, has("another container")).await;
    let all = texts(&seen);
    let at = |text: &str| all.iter().position(|each| each == text).unwrap();
    assert!(at("second run") < at("<NewContainer>"), "{all:?}");
    assert!(at("<NewContainer>") < at("another container"), "{all:?}");
}
