//! Figures from logs: which containers are read how often, and what comes of it.

use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::log_figures::{LogSamplingOptions, run};
use hubdeck::collect::logs::LogHub;
use hubdeck::model::{InstanceFacts, LogFigures, LogStream, Observation, Snapshot};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout, timeout_at};

use super::samples::snapshot_of;
use super::{PATIENCE, Sim, find};

const LOGS: &str = "GET /containers/{id}/logs";

/// A sampler that reads the logs of one container of a simulated engine.
struct Sampler {
    sim: Sim,
    news: mpsc::Receiver<Observation>,
    facts: InstanceFacts,
    logs: LogHub,
    snapshots: watch::Sender<Arc<Snapshot>>,
    options: watch::Sender<LogSamplingOptions>,
    _link: watch::Sender<Option<hubdeck::engine::Engine>>,
}

const EVERY: Duration = Duration::from_secs(1);

impl Sampler {
    async fn start(every: Option<Duration>) -> Self {
        let sim = Sim::shop().await;
        let (engine, _) = sim.connect().await;
        let id = find(&engine, "shop-web-1").await.id;
        let facts = engine.inspect(&id).await.unwrap().unwrap();
        let (link, engine_link) = watch::channel(Some(engine));
        let (snapshots, snapshot) = watch::channel(Arc::new(snapshot_of(&facts)));
        let (options, read_options) = watch::channel(LogSamplingOptions {
            every,
            tick: Duration::from_millis(20),
        });
        let (out, news) = mpsc::channel(16);
        let logs = LogHub::new(engine_link.clone());
        tokio::spawn(run(engine_link, logs.clone(), snapshot, read_options, out));
        Self {
            sim,
            news,
            facts,
            logs,
            snapshots,
            options,
            _link: link,
        }
    }

    fn log(&self, text: &str) {
        let control = &self.sim.control;
        control
            .log("shop-web-1", LogStream::Stderr, text.as_bytes())
            .unwrap();
    }

    async fn figures(&mut self) -> LogFigures {
        match timeout(PATIENCE, self.news.recv()).await.unwrap().unwrap() {
            Observation::LogFigures { service, figures } => {
                assert_eq!(service.as_str(), "shop/web");
                figures
            }
            other => panic!("{other:?}"),
        }
    }

    /// How often logs are read until `time` has passed.
    async fn calls_within(&mut self, time: Duration) -> u64 {
        let (before, end) = (self.sim.calls(LOGS), Instant::now() + time);
        while timeout_at(end, self.news.recv()).await.is_ok() {}
        self.sim.calls(LOGS) - before
    }
}

#[tokio::test]
async fn every_line_is_counted_once() {
    let mut sampler = Sampler::start(Some(EVERY)).await;
    let before = sampler.figures().await.last_quarter.rates;
    let mut errors = 0.0;
    for n in 0..3_i32 {
        sampler.log(&format!(r#"{{"level":"error","msg":"order {n} lost"}}"#));
        let figures = sampler.figures().await;
        let seconds = figures.history.iter().flatten().count();
        assert!(!figures.is_estimate, "{seconds}");
        errors = figures.last_quarter.rates.lines_per_s;
    }
    assert!(errors > 0.0 && before.errors_per_s == 0.0);
    let calls = sampler.calls_within(EVERY * 3).await;
    assert!((2..=4).contains(&calls), "one call a turn, not {calls}");
}

#[tokio::test]
async fn what_is_refused_or_off_is_left_alone() {
    let mut sampler = Sampler::start(None).await;
    assert_eq!(sampler.calls_within(EVERY * 2).await, 0, "off");
    sampler.sim.control.forbid("/containers/*/logs");
    sampler
        .options
        .send_modify(|options| options.every = Some(EVERY));
    // Tried at once, after two turns, and then not for four.
    let calls = sampler.calls_within(EVERY * 4).await;
    assert!((1..=2).contains(&calls), "{calls}");
}

#[tokio::test]
async fn what_a_container_wrote_at_its_end_is_counted() {
    let mut sampler = Sampler::start(Some(EVERY * 3)).await;
    sampler.figures().await;
    sampler.log(r#"{"level":"error","msg":"out of disk space"}"#);
    sampler.sim.control.stop("shop-web-1").unwrap();
    let mut ended = sampler.facts.clone();
    ended.state = hubdeck::model::InstanceState::Exited;
    let begin = Instant::now();
    sampler
        .snapshots
        .send_replace(Arc::new(snapshot_of(&ended)));
    sampler.figures().await;
    assert!(begin.elapsed() < EVERY, "at once");
    assert_eq!(sampler.calls_within(EVERY * 4).await, 0);
}

#[tokio::test]
async fn a_log_that_is_followed_is_read_more_often() {
    let mut sampler = Sampler::start(Some(Duration::from_secs(3_600))).await;
    assert_eq!(sampler.calls_within(EVERY).await, 0, "its turn comes later");
    let query = super::log_lines::query(&sampler.facts, true);
    let tail = sampler.logs.follow(query, super::log_lines::nothing_more());
    let begin = Instant::now();
    sampler.figures().await;
    assert!(begin.elapsed() < EVERY * 7, "{:?}", begin.elapsed());
    drop(tail);
}
