//! Which engine is connected to, how slow one may be, and whose clock counts: the real client and
//! discovery against simulated engines on sockets.

mod choice;
mod clocks;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{
    EngineInfo, EngineStatus, EngineTiming, InstanceFacts, Observation, Timestamp,
};
use hubdeck::sim::{Control, Listen, Scenario, serve};
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
            tokio::sync::broadcast::Sender::new(64),
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
