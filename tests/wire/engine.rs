//! The real client against the simulated engine on a unix socket.

mod discovery;
mod log_figures;
mod log_lines;
mod samples;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{
    EngineEvent, EngineFlavour, EngineInfo, EngineStatus, InstanceFacts, InstanceState,
    Observation, Timestamp,
};
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};
use hubdeck::store::Store;
use tokio::sync::{Notify, broadcast, mpsc, watch};
use tokio::time::timeout;

const SCENARIO: &str = r#"
name = "wire"
[[stack]]
name = "shop"
[[stack.service]]
name = "web"
image = "nginx:1.25-alpine"
depends_on = ["db:service_healthy:true"]
env = { API_KEY = "k", EMPTY = "" }
port = [{ container = 80, published = 8080 }]
healthcheck = { test = ["CMD-SHELL", "wget -qO- http://localhost/health"], interval = 3600, output = "ok" }
load = { cpu = 50.0, memory = 64 }
[[stack.service]]
name = "db"
image = "postgres:16-alpine"
replicas = 2
[[stack.service]]
name = "job"
image = "shop/job:1"
oneoff = true
[[container]]
name = "lonely 🦀"
image = "busybox:1.36"
tty = true
"#;

const PATIENCE: Duration = Duration::from_secs(10);

/// A simulated engine on a socket of its own; it ends with the test.
struct Sim {
    control: Control,
    path: PathBuf,
    _dir: tempfile::TempDir,
}

impl Sim {
    async fn start(scenario: Scenario) -> Self {
        Self::with_clock(scenario, Timestamp::now).await
    }

    async fn with_clock(scenario: Scenario, clock: fn() -> Timestamp) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let control = Control::new(clock);
        tokio::spawn(serve(scenario, Listen::Unix(path.clone()), control.clone()));
        assert_eq!(control.ready().await, Bound::Unix(path.clone()));
        Self {
            control,
            path,
            _dir: dir,
        }
    }

    async fn shop() -> Self {
        Self::start(Scenario::parse(SCENARIO).unwrap()).await
    }

    fn request(&self) -> ConnectRequest {
        ConnectRequest::to_host(format!("unix://{}", self.path.display()))
    }

    async fn connect(&self) -> (Engine, EngineInfo) {
        self.request()
            .connect()
            .await
            .expect("the simulator answers")
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

/// Discovery running against an engine.
struct Discovery {
    news: mpsc::Receiver<Observation>,
    /// Takes in the news that were read.
    store: Store,
    link: watch::Receiver<Option<Engine>>,
    options: watch::Sender<DiscoveryOptions>,
    refresh: Arc<Notify>,
    events: broadcast::Sender<EngineEvent>,
}

impl Discovery {
    fn start(request: ConnectRequest, options: DiscoveryOptions) -> Self {
        let (out, news) = mpsc::channel(64);
        let (options, wishes) = watch::channel(options);
        let (link_in, link) = watch::channel(None);
        let refresh = Arc::new(Notify::new());
        let events = broadcast::Sender::new(64);
        tokio::spawn(hubdeck::collect::engine::run(
            Connector::new(request),
            wishes,
            out,
            link_in,
            Arc::clone(&refresh),
            watch::Sender::new(false),
            events.clone(),
        ));
        Self {
            news,
            store: Store::new(Timestamp::now()),
            link,
            options,
            refresh,
            events,
        }
    }

    /// The first news that `pick` takes; what comes before is passed over.
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

    /// What is known of every container after the news that were read.
    fn known(&mut self) -> Vec<Arc<InstanceFacts>> {
        let snapshot = self.store.snapshot(Timestamp::now());
        let instances = snapshot.services.iter().flat_map(|each| &each.instances);
        instances.map(|each| Arc::clone(&each.facts)).collect()
    }

    async fn listed(&mut self) -> Vec<Arc<InstanceFacts>> {
        self.until("list", |news| match news {
            Observation::Listed { instances, .. } => Some(instances.clone()),
            _ => None,
        })
        .await
    }

    async fn inspection(&mut self) -> Arc<InstanceFacts> {
        self.until("inspection", |news| match news {
            Observation::Inspected { facts, .. } => Some(Arc::clone(facts)),
            _ => None,
        })
        .await
    }

    async fn inspected(
        &mut self,
        name: &str,
        wanted: impl Fn(&InstanceFacts) -> bool,
    ) -> Arc<InstanceFacts> {
        self.until(&format!("inspection of {name}"), |news| match news {
            Observation::Inspected { facts, .. } if facts.name == name && wanted(facts) => {
                Some(Arc::clone(facts))
            }
            _ => None,
        })
        .await
    }

    async fn status(&mut self, wanted: impl Fn(&EngineStatus) -> bool) -> EngineStatus {
        self.until("status", |news| match news {
            Observation::Engine { status, .. } if wanted(status) => Some(status.clone()),
            _ => None,
        })
        .await
    }
}

fn named<'a>(facts: &'a [Arc<InstanceFacts>], name: &str) -> &'a Arc<InstanceFacts> {
    facts
        .iter()
        .find(|each| each.name == name)
        .unwrap_or_else(|| panic!("{name} is not in the list"))
}

async fn find(engine: &Engine, name: &str) -> InstanceFacts {
    engine
        .list()
        .await
        .unwrap()
        .into_iter()
        .find(|facts| facts.name == name)
        .expect("a container")
}

#[tokio::test]
async fn the_version_is_agreed_on_with_engines_old_and_new() {
    let sim = Sim::shop().await;
    for (min, max, agreed) in [
        ((1, 24), (1, 41), "1.41"),
        ((1, 44), (1, 52), "1.52"),
        ((1, 44), (1, 60), "1.53"),
    ] {
        sim.control.set_api_versions(min, max);
        let (engine, info) = sim.connect().await;
        assert_eq!(
            (info.api_version.as_str(), info.flavour),
            (agreed, EngineFlavour::Simulated)
        );
        assert!(info.local && info.chosen_by == "--host");
        assert!(
            engine.list().await.is_ok(),
            "the version is spoken, not only told"
        );
    }
    let asked = sim.calls("GET /version");
    assert_eq!(
        asked, 1,
        "only an engine newer than hubdeck is asked for the oldest version it speaks"
    );
    sim.control.set_api_versions((2, 0), (2, 1));
    let attempts = sim.request().connect().await.map(|_| ()).unwrap_err();
    assert!(attempts[0].error.contains("update hubdeck"), "{attempts:?}");
}

#[tokio::test]
async fn headers_and_version_tell_the_same_of_an_engine() {
    let sim = Sim::shop().await;
    let (_, by_headers) = sim.connect().await;
    assert_eq!(sim.calls("GET /version"), 0);
    sim.control.forbid("/_ping");
    let (_, by_version) = sim.connect().await;
    assert_eq!((sim.calls("GET /version"), by_version), (1, by_headers));
}

#[tokio::test]
async fn list_inspection_and_host_tell_the_same_story() {
    let sim = Sim::shop().await;
    let (engine, info) = sim.connect().await;
    let list = engine.list().await.unwrap();
    assert_eq!(list.len(), 4, "the one-off container is left out: {list:?}");
    let web = find(&engine, "shop-web-1").await;
    assert_eq!(
        (
            web.service_id().as_str(),
            web.depends_on.len(),
            web.inspected
        ),
        ("shop/web", 1, false)
    );
    let web = engine.inspect(&web.id).await.unwrap().unwrap();
    assert!(
        web.inspected
            && web
                .environment
                .reveal()
                .contains(&("EMPTY".into(), String::new()))
    );
    let known = hubdeck::model::secrets::KnownSecrets::default();
    let raw = engine.inspect_raw(&web.id, &known).await.unwrap().masked;
    assert!(
        raw.contains("API_KEY=***") && !raw.contains("API_KEY=k"),
        "{raw}"
    );
    assert_eq!(engine.inspect(&"0123456789ab".into()).await.unwrap(), None);
    assert!(
        engine
            .inspect_raw(&"0123456789ab".into(), &known)
            .await
            .is_err()
    );
    let host = engine.describe(&info).await.unwrap();
    assert!(host.host_name.is_some() && host.cpus > Some(0) && host.memory_bytes > Some(0));
    assert!(find(&engine, "lonely 🦀").await.stack.is_none());
}

#[tokio::test]
async fn operations_and_their_refusals() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let id = find(&engine, "shop-web-1").await.id;
    let state = async || engine.inspect(&id).await.unwrap().unwrap().state;
    engine.pause(&id).await.unwrap();
    assert_eq!(state().await, InstanceState::Paused);
    assert!(
        engine
            .pause(&id)
            .await
            .unwrap_err()
            .to_string()
            .starts_with("cannot pause container")
    );
    engine.unpause(&id).await.unwrap();
    engine.stop(&id).await.unwrap();
    engine
        .stop(&id)
        .await
        .expect("stopping what is stopped is no error");
    assert_eq!(state().await, InstanceState::Exited);
    engine.start(&id).await.unwrap();
    engine.restart(&id).await.unwrap();
    assert_eq!(state().await, InstanceState::Running);
    let missing = engine.restart(&"0123456789ab".into()).await.unwrap_err();
    assert_eq!(
        missing.to_string(),
        "cannot restart container 0123456789ab: the engine has no such container"
    );
}

#[tokio::test]
async fn calls_are_counted() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let before = engine.calls();
    let clone = engine.clone();
    clone.list().await.unwrap();
    clone.ping().await.unwrap();
    assert_eq!(engine.calls() - before, 2);
}
