//! Which engine is connected to, how slow one may be, and whose clock counts: the real client and
//! discovery against simulated engines on sockets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{
    DockerStatus, EngineEventKind, EngineInfo, EngineStatus, EngineTiming, HealthState,
    InstanceFacts, LogSource, Observation, SignedDuration, Snapshot, Timestamp,
};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use hubdeck::store::Store;
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// An engine with one stack whose only service is called `service`.
fn scenario(name: &str, service: &str) -> Scenario {
    let text = format!(
        r#"
name = "{name}"
[[stack]]
name = "{name}"
[[stack.service]]
name = "{service}"
image = "nginx:1.25-alpine"
healthcheck = {{ test = ["CMD", "true"], interval = 1, output = "ok" }}
"#
    );
    Scenario::parse(&text).unwrap()
}

/// A simulated engine; it ends with the test.
struct Sim(Control);

impl Sim {
    async fn start(scenario: Scenario, path: &Path, clock: fn() -> Timestamp) -> Self {
        let control = Control::new(clock);
        tokio::spawn(serve(
            scenario,
            Listen::Unix(path.to_owned()),
            control.clone(),
        ));
        control.ready().await;
        Self(control)
    }

    async fn end(self, path: &Path) {
        self.0.shutdown();
        while path.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.0.shutdown();
    }
}

/// Discovery running against what a request names.
struct Discovery {
    news: mpsc::Receiver<Observation>,
    link: watch::Receiver<Option<Engine>>,
    refresh: Arc<Notify>,
    _options: watch::Sender<DiscoveryOptions>,
}

impl Discovery {
    fn start(request: ConnectRequest) -> Self {
        let (out, news) = mpsc::channel(64);
        let (options, wishes) = watch::channel(DiscoveryOptions::default());
        let (link_in, link) = watch::channel(None);
        let refresh = Arc::new(Notify::new());
        tokio::spawn(hubdeck::collect::engine::run(
            Connector::new(request),
            wishes,
            out,
            link_in,
            Arc::clone(&refresh),
            watch::Sender::new(false),
        ));
        Self {
            news,
            link,
            refresh,
            _options: options,
        }
    }

    /// The first news that `pick` takes; what comes before is passed over.
    async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&Observation) -> Option<T>) -> T {
        let wait = async {
            loop {
                let news = self.news.recv().await.expect("discovery goes on");
                if let Some(found) = pick(&news) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("no {what} in time"))
    }

    async fn connected(&mut self) {
        self.until("connection", |news| {
            matches!(
                news,
                Observation::Engine {
                    status: EngineStatus::Connected { .. },
                    ..
                }
            )
            .then_some(())
        })
        .await;
    }

    /// Why the engine is lost, and the addresses that were tried.
    async fn lost(&mut self) -> (String, Vec<String>) {
        self.until("loss", |news| match news {
            Observation::Engine {
                status: EngineStatus::Lost { error, .. },
                attempts,
            } => Some((
                error.clone(),
                attempts
                    .iter()
                    .map(|attempt| attempt.endpoint.clone())
                    .collect(),
            )),
            _ => None,
        })
        .await
    }

    async fn described(&mut self) -> Arc<EngineInfo> {
        self.until("description", |news| match news {
            Observation::EngineInfo(info) if info.host_name.is_some() => Some(Arc::clone(info)),
            _ => None,
        })
        .await
    }

    async fn inspected(&mut self) -> Arc<InstanceFacts> {
        self.until("inspection", |news| match news {
            Observation::Inspected { facts, .. } => Some(Arc::clone(facts)),
            _ => None,
        })
        .await
    }

    async fn timing(&mut self, wanted: impl Fn(&EngineTiming) -> bool) -> EngineTiming {
        self.until("timing", |news| match news {
            Observation::EngineTiming(timing) if wanted(timing) => Some(*timing),
            _ => None,
        })
        .await
    }
}

/// The names of the services that the linked engine has.
async fn services(link: &watch::Receiver<Option<Engine>>) -> Vec<String> {
    let engine = link.borrow().clone().expect("an engine is linked");
    engine
        .list()
        .await
        .unwrap()
        .iter()
        .map(|facts| facts.service.to_string())
        .collect()
}

fn sockets(paths: &[&PathBuf]) -> Vec<(String, PathBuf)> {
    paths
        .iter()
        .map(|path| ("default socket".to_owned(), (*path).clone()))
        .collect()
}

#[tokio::test]
async fn where_nothing_is_named_the_engine_found_first_is_the_only_one_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (
        dir.path().join("first.sock"),
        dir.path().join("second.sock"),
    );
    let found = Sim::start(scenario("mine", "web"), &second, Timestamp::now).await;
    let request = ConnectRequest {
        sockets: sockets(&[&first, &second]),
        ..ConnectRequest::default()
    };
    let mut discovery = Discovery::start(request);
    discovery.connected().await;
    assert_eq!(services(&discovery.link).await, ["web"]);

    // Another engine comes up at the address that comes first, and the one that was found goes.
    let _other = Sim::start(scenario("foreign", "payroll"), &first, Timestamp::now).await;
    found.end(&second).await;
    let (error, _) = discovery.lost().await;
    assert!(!error.is_empty());
    for _ in 0..3 {
        discovery.refresh.notify_one();
        let (error, attempts) = discovery.lost().await;
        assert_eq!(attempts, [format!("unix://{}", second.display())]);
        assert_eq!(
            error,
            format!(
                "no container engine answers at unix://{} (default socket): no such file",
                second.display()
            )
        );
        assert!(discovery.link.borrow().is_none(), "nothing can act");
    }
    let _back = Sim::start(scenario("mine", "web"), &second, Timestamp::now).await;
    discovery.refresh.notify_one();
    discovery.connected().await;
    assert_eq!(services(&discovery.link).await, ["web"]);
}

#[tokio::test]
async fn a_named_engine_that_goes_is_not_replaced_by_another() {
    let dir = tempfile::tempdir().unwrap();
    let (named, usual) = (dir.path().join("p.sock"), dir.path().join("docker.sock"));
    let _usual = Sim::start(scenario("foreign", "payroll"), &usual, Timestamp::now).await;
    let proxy = Sim::start(scenario("mine", "web"), &named, Timestamp::now).await;
    let request = ConnectRequest {
        docker_host: Some(format!("unix://{}", named.display())),
        sockets: sockets(&[&usual]),
        ..ConnectRequest::default()
    };
    let mut discovery = Discovery::start(request);
    discovery.connected().await;
    proxy.end(&named).await;
    discovery.lost().await;
    let mut told = 0;
    while told < 3 {
        discovery.refresh.notify_one();
        let heard = discovery.news.recv().await.unwrap();
        match heard {
            Observation::Engine {
                status: EngineStatus::Lost { .. },
                attempts,
            } => {
                assert_eq!(attempts.len(), 1);
                assert_eq!(
                    (attempts[0].source.as_str(), attempts[0].error.as_str()),
                    ("DOCKER_HOST", "no such file")
                );
                told += 1;
            }
            other => panic!("news of an engine that is gone: {other:?}"),
        }
    }
    assert!(discovery.link.borrow().is_none());
}

#[tokio::test]
async fn another_engine_at_the_same_address_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    let first = Sim::start(scenario("mine", "web"), &path, Timestamp::now).await;
    let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
        "unix://{}",
        path.display()
    )));
    let before = discovery.described().await;
    assert!(before.id.is_some());
    first.end(&path).await;
    discovery.lost().await;
    let again = Sim::start(scenario("mine", "web"), &path, Timestamp::now).await;
    let mut said = Vec::new();
    let mut described = async |discovery: &mut Discovery| {
        discovery.refresh.notify_one();
        discovery
            .until("description", |news| match news {
                Observation::Own { text, .. } => {
                    said.push(text.clone());
                    None
                }
                Observation::EngineInfo(info) if info.host_name.is_some() => Some(()),
                _ => None,
            })
            .await;
        said.clone()
    };
    assert!(
        described(&mut discovery).await.is_empty(),
        "the same engine came back"
    );
    again.end(&path).await;
    discovery.lost().await;
    let _other = Sim::start(scenario("foreign", "payroll"), &path, Timestamp::now).await;
    let said = described(&mut discovery).await;
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with(&format!(
            "another engine answers at unix://{} now: ",
            path.display()
        )),
        "{said:?}"
    );
}

#[tokio::test]
async fn an_engine_may_be_slow() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("engine.sock");
    let sim = Sim::start(scenario("mine", "web"), &path, Timestamp::now).await;
    sim.0.set_latency(Duration::from_secs(3));
    let begun = Instant::now();
    let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
        "unix://{}",
        path.display()
    )));
    let mut statuses = Vec::new();
    let mut timings = Vec::new();
    while begun.elapsed() < Duration::from_secs(32) {
        if begun.elapsed() > Duration::from_secs(12) {
            sim.0.set_latency(Duration::from_secs(6));
        }
        match timeout(Duration::from_secs(1), discovery.news.recv()).await {
            Ok(Some(Observation::Engine { status, .. })) => statuses.push(status),
            Ok(Some(Observation::EngineTiming(timing))) => timings.push(timing),
            _ => {}
        }
    }
    assert!(
        matches!(statuses.as_slice(), [EngineStatus::Connected { .. }]),
        "connected once and never lost: {statuses:?}"
    );
    let slow: Vec<bool> = timings.iter().map(EngineTiming::is_slow).collect();
    assert!(
        !slow.is_empty() && slow.iter().all(|slow| *slow),
        "slow all the time: {timings:?}"
    );
    assert!(
        (3_000.0..4_500.0).contains(&timings[0].answer_ms),
        "{timings:?}"
    );
    let last = timings.last().unwrap().answer_ms;
    assert!((6_000.0..7_500.0).contains(&last), "{timings:?}");

    sim.0.set_latency(Duration::ZERO);
    // Quick again after a few quick answers: an inspection each.
    sim.0.stop("mine-web-1").unwrap();
    sim.0.start("mine-web-1").unwrap();
    discovery.refresh.notify_one();
    let quick = discovery.timing(|timing| !timing.is_slow()).await;
    assert!(quick.answer_ms < 1_000.0);
}

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
            tty: false,
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

/// What the store makes of the news, by our clock, until `is_right` takes a snapshot.
async fn snapshot(
    discovery: &mut Discovery,
    store: &mut Store,
    what: &str,
    is_right: impl Fn(&Snapshot) -> bool,
) -> Arc<Snapshot> {
    let begun = Instant::now();
    loop {
        if let Ok(news) = timeout(Duration::from_millis(100), discovery.news.recv()).await {
            let _ = store.apply(news.expect("discovery goes on"), Timestamp::now());
        }
        let _ = store.tick(Timestamp::now());
        let snapshot = store.snapshot(Timestamp::now());
        if is_right(&snapshot) {
            return snapshot;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "no {what} in time: {:#?}",
            snapshot.services
        );
    }
}

#[tokio::test]
async fn states_and_ages_do_not_follow_the_engines_clock() {
    for clock in [hour_ahead as fn() -> Timestamp, hour_behind, Timestamp::now] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let sim = Sim::start(scenario("mine", "web"), &path, clock).await;
        let mut discovery = Discovery::start(ConnectRequest::to_host(format!(
            "unix://{}",
            path.display()
        )));
        let mut store = Store::new(Timestamp::now());
        let state = |snapshot: &Snapshot| {
            snapshot
                .services
                .first()
                .map(|service| service.health.state)
        };
        let is = |wanted: HealthState| move |snapshot: &Snapshot| state(snapshot) == Some(wanted);
        snapshot(
            &mut discovery,
            &mut store,
            "health",
            is(HealthState::Healthy),
        )
        .await;

        // A service that fails is not taken for one that has just started.
        sim.0
            .set_health("mine-web-1", DockerStatus::Unhealthy)
            .unwrap();
        snapshot(
            &mut discovery,
            &mut store,
            "failure",
            is(HealthState::Unhealthy),
        )
        .await;

        // One that was stopped on purpose is stopped, without an incident, and as of now.
        sim.0.stop("mine-web-1").unwrap();
        let stopped = snapshot(&mut discovery, &mut store, "stop", is(HealthState::Stopped)).await;
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
        snapshot(&mut discovery, &mut store, "start", |snapshot| {
            matches!(
                state(snapshot),
                Some(HealthState::Starting | HealthState::Healthy)
            )
        })
        .await;
        snapshot(
            &mut discovery,
            &mut store,
            "health again",
            is(HealthState::Healthy),
        )
        .await;
    }
}

/// Nothing happens in the future.
fn near_or_before(at: Timestamp) -> bool {
    at.duration_since(Timestamp::now()) < SignedDuration::from_secs(2)
}
