//! Engines whose clock differs from ours.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use hubdeck::engine::ConnectRequest;
use hubdeck::model::{
    DockerStatus, EngineEventKind, HealthState, LogSource, Observation, SignedDuration, Snapshot,
    Timestamp,
};
use hubdeck::store::Store;
use tokio::time::timeout;

use super::{Discovery, PATIENCE, Sim, scenario};

/// By how many seconds the clock of an engine whose clock is set is ahead.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn set_clock() -> Timestamp {
    Timestamp::now() + SignedDuration::from_secs(AHEAD.load(Ordering::Relaxed))
}

fn hour_ahead() -> Timestamp {
    Timestamp::now() + SignedDuration::from_hours(1)
}

fn hour_behind() -> Timestamp {
    Timestamp::now() - SignedDuration::from_hours(1)
}

fn near(time: Option<Timestamp>, now: Timestamp) -> bool {
    time.is_some_and(|time| time.duration_since(now).abs() < SignedDuration::from_secs(3))
}

#[tokio::test]
async fn times_of_an_engine_with_another_clock_are_told_by_ours() {
    for (clock, ahead_ms) in [
        (hour_ahead as fn() -> Timestamp, 3_600_000),
        (hour_behind, -3_600_000),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let sim = Sim::start(scenario("mine", "web"), &path, clock).await;
        let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
            "unix://{}",
            path.display()
        )));
        let timing = discovery.timing(|_| true).await;
        let told = timing.clock_ahead_ms.expect("a difference");
        assert!(
            (told - ahead_ms).abs() < 200,
            "the description makes it exact: {told}"
        );
        discovery.inspected().await;

        // What happens now is told as of now: events, facts and log lines.
        let now = Timestamp::now();
        sim.0.stop("mine-web-1").unwrap();
        let died = discovery
            .until("end", |news| match news {
                Observation::Event(event) if matches!(event.kind, EngineEventKind::Die { .. }) => {
                    Some(event.at)
                }
                _ => None,
            })
            .await;
        assert!(near(Some(died), now), "{died} at {now}");
        let facts = discovery.inspected().await;
        assert!(near(facts.finished_at, now), "{facts:?}");
        sim.0.start("mine-web-1").unwrap();
        sim.0
            .log("mine-web-1", hubdeck::model::LogStream::Stdout, b"here")
            .unwrap();
        let engine = discovery.link.borrow().clone().unwrap();
        let source = LogSource {
            instance: facts.id.clone(),
            tty: Some(false),
        };
        let since = Some(now - SignedDuration::from_secs(5));
        let mut lines = engine.logs(&source, None, since, false);
        let mut found = None;
        while let Some(batch) = futures_util::StreamExt::next(&mut lines).await {
            found = batch
                .unwrap()
                .into_iter()
                .find(|line| line.text == "here")
                .or(found);
        }
        assert!(near(
            found
                .expect("the line is there, as `since` is asked in the engine's time")
                .at,
            now
        ));
    }
}

#[tokio::test]
async fn a_clock_that_is_set_while_running_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    let _sim = Sim::start(scenario("mine", "web"), &path, set_clock).await;
    let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
        "unix://{}",
        path.display()
    )));
    let first = discovery.timing(|_| true).await;
    assert_eq!(first.clock_ahead_ms, None);
    let before = discovery.inspected().await;
    AHEAD.store(600, Ordering::Relaxed);
    discovery.refresh.notify_one();
    let moved = discovery
        .timing(|timing| timing.clock_ahead_ms.is_some())
        .await;
    assert!(
        (moved.clock_ahead_ms.unwrap() - 600_000).abs() < 1_200,
        "{moved:?}"
    );
    // The container was started before: the same moment is told by another difference now.
    let after = discovery.inspected().await;
    let shift = before
        .started_at
        .unwrap()
        .duration_since(after.started_at.unwrap());
    assert!((shift.as_secs() - 600).abs() <= 1, "{shift}");
    AHEAD.store(0, Ordering::Relaxed);
    discovery.refresh.notify_one();
    let back = discovery
        .timing(|timing| timing.clock_ahead_ms.is_none())
        .await;
    assert_eq!(back.clock_ahead_ms, None);
    while discovery.inspected().await.started_at != before.started_at {}
}

/// What the collector reports, folded by our clock.
struct Folded {
    discovery: Discovery,
    store: Store,
}

impl Folded {
    /// The first snapshot in which the service is in `wanted`.
    async fn is(&mut self, wanted: HealthState) -> Arc<Snapshot> {
        self.until(|state| state == wanted).await
    }

    /// The first snapshot in which the service is in a state that `is_right` takes.
    async fn until(&mut self, is_right: impl Fn(HealthState) -> bool) -> Arc<Snapshot> {
        let begun = Instant::now();
        loop {
            let news = timeout(Duration::from_millis(100), self.discovery.news.recv()).await;
            if let Ok(news) = news {
                let news = news.expect("discovery goes on");
                let _ = self.store.apply(news, Timestamp::now());
            }
            let _ = self.store.tick(Timestamp::now());
            let snapshot = self.store.snapshot(Timestamp::now());
            let first = snapshot.services.first();
            if first.is_some_and(|service| is_right(service.health.state)) {
                return snapshot;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "not in time: {:#?}",
                snapshot.services
            );
        }
    }
}

#[tokio::test]
async fn states_and_ages_do_not_follow_the_engines_clock() {
    for clock in [hour_ahead as fn() -> Timestamp, hour_behind, Timestamp::now] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let sim = Sim::start(scenario("mine", "web"), &path, clock).await;
        let request = ConnectRequest::to_host(format!("unix://{}", path.display()));
        let mut folded = Folded {
            discovery: Discovery::start(request),
            store: Store::new(Timestamp::now()),
        };
        folded.is(HealthState::Healthy).await;

        // A service that fails is not taken for one that has just started.
        sim.0
            .set_health("mine-web-1", DockerStatus::Unhealthy)
            .unwrap();
        folded.is(HealthState::Unhealthy).await;

        // One that was stopped on purpose is stopped, without an incident, and as of now.
        sim.0.stop("mine-web-1").unwrap();
        let stopped = folded.is(HealthState::Stopped).await;
        let facts = &stopped.services[0].instances[0].facts;
        assert!(
            near(
                facts.finished_at.or(Some(stopped.taken_at)),
                Timestamp::now()
            ),
            "{facts:?}"
        );
        assert!(
            stopped
                .open_incidents()
                .all(|incident| incident.root.service().is_none()),
            "{stopped:?}"
        );
        assert!(
            stopped
                .timeline
                .iter()
                .all(|event| near_or_before(event.at)),
            "{:#?}",
            stopped.timeline
        );
        // A new start has its start period, and no more than that.
        sim.0.start("mine-web-1").unwrap();
        folded
            .until(|state| matches!(state, HealthState::Starting | HealthState::Healthy))
            .await;
        folded.is(HealthState::Healthy).await;
    }
}

/// Nothing happens in the future.
fn near_or_before(at: Timestamp) -> bool {
    at.duration_since(Timestamp::now()) < SignedDuration::from_secs(2)
}
