//! The real client against an engine whose answers are odd: one odd container, value or line costs
//! itself only, and what could not be read is said.

mod events;
mod inspections;
mod lists;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{EngineGap, HealthState, InstanceFacts, Observation, Snapshot, Timestamp};
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};
use hubdeck::store::Store;
use serde_json::{Value, json};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

const SCENARIO: &str = r#"
name = "odd"
[[stack]]
name = "shop"
[[stack.service]]
name = "web"
image = "nginx:1.25-alpine"
port = [{ container = 80, published = 8080 }]
[[stack.service]]
name = "db"
image = "shop/db:1"
healthcheck = { test = ["CMD", "check"], interval = 3600, output = "ok" }
[[container]]
name = "odd"
image = "busybox:1.36"
"#;

const PATIENCE: Duration = Duration::from_secs(20);

struct Sim {
    control: Control,
    path: PathBuf,
    _dir: tempfile::TempDir,
}

impl Sim {
    async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
        let scenario = Scenario::parse(SCENARIO).unwrap();
        tokio::spawn(serve(scenario, Listen::Unix(path.clone()), control.clone()));
        assert_eq!(control.ready().await, Bound::Unix(path.clone()));
        Self {
            control,
            path,
            _dir: dir,
        }
    }

    fn request(&self) -> ConnectRequest {
        ConnectRequest::to_host(format!("unix://{}", self.path.display()))
    }

    async fn engine(&self) -> Engine {
        self.request()
            .connect()
            .await
            .expect("the simulator answers")
            .0
    }

    async fn id(&self, name: &str) -> String {
        let list = self.engine().await.list().await.unwrap();
        list.iter()
            .find(|facts| facts.name == name)
            .expect("a container")
            .id
            .as_str()
            .to_owned()
    }

    /// Changes the entry of `odd` in every list.
    fn bend_entry(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.control.rewrite("/containers/json", move |text| {
            let mut list: Value = serde_json::from_str(text).unwrap();
            for entry in list.as_array_mut().unwrap() {
                if entry["Names"] == json!(["/odd"]) {
                    change(entry);
                }
            }
            list.to_string()
        });
    }

    /// Changes every inspection of `odd`.
    async fn bend_inspection(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.control.rewrite(
            &format!("/containers/{}/json", self.id("odd").await),
            move |text| {
                let mut inspection: Value = serde_json::from_str(text).unwrap();
                change(&mut inspection);
                inspection.to_string()
            },
        );
    }

    fn calls(&self, endpoint: &str) -> u64 {
        self.control.calls().get(endpoint).copied().unwrap_or(0)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.control.shutdown();
    }
}

/// Discovery with a store behind it, as the program has it.
struct World {
    news: mpsc::Receiver<Observation>,
    refresh: Arc<Notify>,
    store: Store,
    _options: watch::Sender<DiscoveryOptions>,
}

impl World {
    fn start(request: ConnectRequest) -> Self {
        let (out, news) = mpsc::channel(64);
        let (options, wishes) = watch::channel(DiscoveryOptions::default());
        let (link_in, _) = watch::channel(None);
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
            refresh,
            store: Store::new(Timestamp::now()),
            _options: options,
        }
    }

    /// Takes news in until `pick` finds something in what came.
    async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&Observation) -> Option<T>) -> T {
        let wait = async {
            loop {
                let news = self.news.recv().await.expect("discovery goes on");
                let found = pick(&news);
                let _ = self.store.apply(news, Timestamp::now());
                if let Some(found) = found {
                    return found;
                }
            }
        };
        timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("no {what} in time"))
    }

    async fn gap(&mut self) -> EngineGap {
        self.until("gap", |news| match news {
            Observation::Gap { gap, .. } if *gap != EngineGap::Containers(0) => Some(*gap),
            _ => None,
        })
        .await
    }

    /// Waits until the snapshot is as wanted; gives it.
    async fn sees(&mut self, what: &str, wanted: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let end = Instant::now() + PATIENCE;
        loop {
            let snapshot = self.store.snapshot(Timestamp::now());
            if wanted(&snapshot) {
                return snapshot;
            }
            assert!(Instant::now() < end, "never seen: {what}");
            if let Ok(Some(news)) = timeout(Duration::from_millis(200), self.news.recv()).await {
                let _ = self.store.apply(news, Timestamp::now());
            }
        }
    }
}

fn facts<'a>(snapshot: &'a Snapshot, name: &str) -> &'a InstanceFacts {
    let instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    instances
        .map(|instance| &*instance.facts)
        .find(|facts| facts.name == name)
        .expect("a container")
}

fn state(snapshot: &Snapshot, name: &str) -> (HealthState, String) {
    let service = snapshot
        .services
        .iter()
        .find(|service| service.name.as_str() == name)
        .expect("a service");
    (service.health.state, hubdeck::explain::short(service))
}

fn all_inspected(snapshot: &Snapshot) -> bool {
    let mut instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    snapshot.services.len() == 3 && instances.all(|instance| instance.facts.inspected)
}

#[tokio::test]
async fn odd_statistics_are_absent_figure_by_figure() {
    let sim = Sim::start().await;
    let engine = sim.engine().await;
    let id = sim.id("odd").await.as_str().into();
    let bent = |change: fn(&mut Value)| {
        sim.control.clear_rewrites();
        sim.control.rewrite("/containers/*/stats", move |text| {
            let mut stats: Value = serde_json::from_str(text).unwrap();
            change(&mut stats);
            stats.to_string()
        });
    };
    let read = async || {
        engine
            .read_stats_by_api(&id, Timestamp::now())
            .await
            .unwrap()
            .expect("a reading")
    };
    bent(|stats| stats["cpu_stats"] = Value::Null);
    let stats = read().await;
    assert!(
        stats.cpu_ns.is_none() && stats.memory_bytes.is_some() && stats.network_rx_bytes.is_some()
    );
    bent(|stats| {
        stats["memory_stats"] = json!({
            "usage": 18_446_744_073_709_551_612u64, "stats": { "inactive_file": 10_485_760 }, "limit": 104_857_600
        });
    });
    let stats = read().await;
    assert!(stats.cpu_ns.is_some() && stats.memory_bytes.is_none());
    assert_eq!(stats.memory_limit_bytes, Some(104_857_600));
    sim.control.clear_rewrites();
    sim.control
        .rewrite("/containers/*/stats", |_| "[]".to_owned());
    let error = engine
        .read_stats_by_api(&id, Timestamp::now())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("it is no JSON object"),
        "{error}"
    );
}
