//! Log lines, once and followed.

use std::time::Duration;

use futures_util::StreamExt as _;
use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::logs::LogHub;
use hubdeck::engine::Engine;
use hubdeck::model::{InstanceFacts, LogBatch, LogLine, LogQuery, LogSource, LogStream};
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
    tokio::time::sleep(Duration::from_millis(1_500)).await;
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
