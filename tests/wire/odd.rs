//! The real client against an engine whose answers are odd: one odd container, value or line costs
//! itself only, and what could not be read is said.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{
    DockerStatus, EngineEventKind, EngineGap, Feature, HealthState, InstanceFacts, InstanceState,
    Observation, Snapshot, Timestamp,
};
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
        self.control.bend("/containers/json", move |text| {
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
        self.control.bend(
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

    /// Waits until the picture is as wanted; gives it.
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
    (service.health.state, service.health.reason.clone())
}

fn all_inspected(snapshot: &Snapshot) -> bool {
    let mut instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    snapshot.services.len() == 3 && instances.all(|instance| instance.facts.inspected)
}

#[tokio::test]
async fn an_odd_entry_of_the_list_keeps_the_engine_and_the_others() {
    for (change, unread) in [
        (
            (|entry| entry["Ports"] = json!([{ "PrivatePort": null }])) as fn(&mut Value),
            "Ports.PrivatePort",
        ),
        (|entry| entry["Ports"] = json!([null]), "Ports"),
        (|entry| entry["Ports"] = json!("80"), "Ports"),
        (|entry| entry["Labels"] = json!({ "a": null }), "Labels.a"),
        (|entry| entry["Created"] = json!("yesterday"), "Created"),
        (|entry| entry["Command"] = json!(["sh"]), "Command"),
    ] {
        let sim = Sim::start().await;
        sim.bend_entry(change);
        let mut world = World::start(sim.request());
        let list = world
            .until("list", |news| match news {
                Observation::Listed { instances, .. } => Some(instances.clone()),
                _ => None,
            })
            .await;
        let odd = list
            .iter()
            .find(|facts| facts.name == "odd")
            .expect("the odd one stays");
        assert_eq!(
            (list.len(), odd.unread.fields.join(" ")),
            (3, unread.to_owned())
        );
        // The inspection tells the rest.
        let snapshot = world.sees("every inspection", all_inspected).await;
        assert!(snapshot.engine.status.is_connected() && facts(&snapshot, "odd").unread.is_empty());
    }
}

#[tokio::test]
async fn an_entry_without_an_id_is_counted_and_said() {
    let sim = Sim::start().await;
    sim.bend_entry(|entry| entry["Id"] = Value::Null);
    let mut world = World::start(sim.request());
    assert_eq!(world.gap().await, EngineGap::Containers(1));
    let snapshot = world.store.snapshot(Timestamp::now());
    assert_eq!(snapshot.services.len(), 2);
    let sentence = "one container in the engine's list could not be read and is not shown";
    assert_eq!(snapshot.engine.gaps.sentences(), [sentence]);
    assert!(snapshot.timeline.iter().any(|event| event.text == sentence));
    sim.control.unbend();
    world.refresh.notify_one();
    let snapshot = world
        .sees("the third container", |snapshot| {
            snapshot.services.len() == 3
        })
        .await;
    world
        .sees("no gap", |snapshot| {
            snapshot.engine.gaps.unreadable_containers == 0
        })
        .await;
    assert_eq!(
        snapshot
            .timeline
            .iter()
            .filter(|event| event.text == sentence)
            .count(),
        1,
        "said once"
    );
}

#[tokio::test]
async fn a_refused_inspection_costs_its_container_and_is_tried_again() {
    let sim = Sim::start().await;
    sim.control
        .forbid(&format!("/containers/{}/json", sim.id("odd").await));
    let mut world = World::start(sim.request());
    let snapshot = world
        .sees("a refusal", |snapshot| {
            snapshot.services.len() == 3
                && facts(snapshot, "odd").unread.inspection.is_some()
                && facts(snapshot, "shop-db-1").inspected
                && facts(snapshot, "shop-web-1").inspected
        })
        .await;
    let (health, reason) = state(&snapshot, "odd");
    assert_eq!(health, HealthState::Unknown);
    assert!(
        reason.starts_with("details could not be read: not permitted by the engine or its proxy"),
        "{reason}"
    );
    let odd = snapshot
        .services
        .iter()
        .find(|service| service.name.as_str() == "odd")
        .unwrap();
    assert_eq!(odd.health.docker, None, "nothing is said of a healthcheck");
    assert!(
        snapshot.engine.refused.is_empty(),
        "the others are answered: {:?}",
        snapshot.engine.refused
    );
    assert_eq!(state(&snapshot, "db").0, HealthState::Healthy);
    assert!(
        !snapshot.awaits_inspection(facts(&snapshot, "odd")),
        "nobody waits for it"
    );

    sim.control.allow_all();
    world.refresh.notify_one();
    let snapshot = world.sees("the inspection", all_inspected).await;
    assert!(facts(&snapshot, "odd").unread.is_empty());
}

#[tokio::test]
async fn inspections_refused_for_all_are_told_and_taken_back() {
    let sim = Sim::start().await;
    sim.control.forbid("/containers/*/json");
    let mut world = World::start(sim.request());
    let snapshot = world
        .sees("the refusal", |snapshot| {
            snapshot
                .engine
                .refused
                .iter()
                .any(|(feature, _)| *feature == Feature::Inspect)
        })
        .await;
    for name in ["odd", "shop-db-1", "shop-web-1"] {
        assert!(facts(&snapshot, name).unread.inspection.is_some(), "{name}");
    }
    assert_eq!(state(&snapshot, "web").0, HealthState::Unknown);
    assert_eq!(state(&snapshot, "odd").0, HealthState::Unknown);
    let (health, reason) = state(&snapshot, "db");
    assert_eq!(
        health,
        HealthState::Healthy,
        "the list tells Docker's verdict"
    );
    assert!(
        reason.starts_with("docker: healthy; details could not be read: "),
        "{reason}"
    );
    let asked = sim.calls("GET /containers/{id}/json");
    world.refresh.notify_one();
    world
        .until("list", |news| {
            matches!(news, Observation::Listed { .. }).then_some(())
        })
        .await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        sim.calls("GET /containers/{id}/json") <= asked + 1,
        "one is tried for all"
    );

    sim.control.allow_all();
    world.refresh.notify_one();
    let snapshot = world.sees("every inspection", all_inspected).await;
    assert!(snapshot.engine.refused.is_empty());
}

#[tokio::test]
async fn odd_values_of_an_inspection_are_said_and_nothing_is_asserted_of_them() {
    for (change, unread) in [
        (
            (|raw| raw["RestartCount"] = json!(-1)) as fn(&mut Value),
            "RestartCount",
        ),
        (
            |raw| raw["Config"]["Healthcheck"] = json!({ "Test": "curl x" }),
            "Config.Healthcheck.Test",
        ),
        (
            |raw| raw["Config"]["Healthcheck"] = json!({ "Test": ["CMD", "x"], "Interval": "30s" }),
            "Config.Healthcheck.Interval",
        ),
        (
            |raw| raw["Config"]["Env"] = json!({ "A": "b" }),
            "Config.Env",
        ),
        (
            |raw| {
                raw["NetworkSettings"]["Ports"] =
                    json!({ "80/tcp": [{ "HostIp": "", "HostPort": 8080 }] })
            },
            "NetworkSettings.Ports.80/tcp.HostPort",
        ),
        (|raw| raw["Config"]["Labels"] = json!([]), "Config.Labels"),
        (|raw| raw["State"] = json!("running"), "State"),
    ] {
        let sim = Sim::start().await;
        sim.bend_inspection(change).await;
        let mut world = World::start(sim.request());
        let snapshot = world.sees("every inspection", all_inspected).await;
        let odd = facts(&snapshot, "odd");
        assert_eq!(odd.unread.fields.first().map(String::as_str), Some(unread));
        assert_eq!(
            (odd.state, odd.service.as_str()),
            (InstanceState::Running, "odd"),
            "the list tells it: {unread}"
        );
        let (health, reason) = state(&snapshot, "odd");
        assert_ne!(health, HealthState::Healthy, "{unread}");
        assert!(
            reason.contains(&format!("details could not be read: {unread}")),
            "{reason}"
        );
        assert_eq!(state(&snapshot, "db").0, HealthState::Healthy);
    }
}

#[tokio::test]
async fn an_inspection_that_is_none_or_of_another_container_is_a_failure_of_this_one() {
    let other = json!({ "Id": "f".repeat(64), "State": { "Status": "exited" }, "Config": {}, "HostConfig": {} });
    for answer in [
        other.to_string(),
        "[]".to_owned(),
        "<html>".to_owned(),
        String::new(),
    ] {
        let sim = Sim::start().await;
        let text = answer.clone();
        sim.control.bend(
            &format!("/containers/{}/json", sim.id("odd").await),
            move |_| text.clone(),
        );
        let mut world = World::start(sim.request());
        let snapshot = world
            .sees("the failure", |snapshot| {
                snapshot.services.len() == 3 && facts(snapshot, "odd").unread.inspection.is_some()
            })
            .await;
        let odd = facts(&snapshot, "odd");
        assert_eq!(
            (odd.state, odd.inspected),
            (InstanceState::Running, false),
            "{answer}"
        );
        assert_eq!(snapshot.services.len(), 3, "no container is invented");
    }
}

#[tokio::test]
async fn an_odd_line_of_the_event_stream_costs_that_line() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    let streams = sim.calls("GET /events");
    let huge = "x".repeat(2 << 20);
    for line in [r#"{"Type":7}"#, "null", "\0\0", "<html>", &huge] {
        sim.control.event_line(line);
    }
    let begin = Instant::now();
    sim.control.kill("odd", 137).unwrap();
    let died = world
        .until("death", |news| match news {
            Observation::Event(event) if matches!(event.kind, EngineEventKind::Die { .. }) => {
                Some(event.name.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(died, "odd");
    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "at once: {:?}",
        begin.elapsed()
    );
    assert_eq!(sim.calls("GET /events"), streams, "the stream goes on");
    let snapshot = world
        .sees("the count", |snapshot| {
            snapshot.engine.gaps.unreadable_events == 4
        })
        .await;
    assert_eq!(facts(&snapshot, "odd").state, InstanceState::Exited);
    let listed = sim.calls("GET /containers/json");
    let lists = world.sees("a list", |_| sim.calls("GET /containers/json") > listed);
    lists.await;
}

#[tokio::test]
async fn changes_that_no_event_announced_are_said_once() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    sim.control.mute_events(true);
    sim.control.kill("odd", 137).unwrap();
    world.refresh.notify_one();
    assert_eq!(world.gap().await, EngineGap::Unannounced(1));
    sim.control.start("odd").unwrap();
    world.refresh.notify_one();
    assert_eq!(world.gap().await, EngineGap::Unannounced(1));
    let snapshot = world.store.snapshot(Timestamp::now());
    let sentence =
        "changes were found by polling that no event announced; the event stream may be filtered";
    assert_eq!(snapshot.engine.gaps.sentences(), [sentence]);
    assert_eq!(snapshot.engine.gaps.unannounced_changes, 2);
    assert_eq!(
        snapshot
            .timeline
            .iter()
            .filter(|event| event.text == sentence)
            .count(),
        1
    );
    assert_eq!(facts(&snapshot, "odd").state, InstanceState::Running);
}

#[tokio::test]
async fn announced_changes_are_no_gap() {
    let sim = Sim::start().await;
    let mut world = World::start(sim.request());
    world.sees("every inspection", all_inspected).await;
    for _ in 0..3 {
        sim.control.kill("odd", 137).unwrap();
        world.refresh.notify_one();
        tokio::time::sleep(Duration::from_millis(200)).await;
        sim.control.start("odd").unwrap();
        world.refresh.notify_one();
    }
    let end = Instant::now() + Duration::from_secs(7);
    while Instant::now() < end {
        let snapshot = world.store.snapshot(Timestamp::now());
        assert_eq!(snapshot.engine.gaps, Default::default());
        if let Ok(Some(news)) = timeout(Duration::from_millis(200), world.news.recv()).await {
            let _ = world.store.apply(news, Timestamp::now());
        }
    }
}

#[tokio::test]
async fn odd_statistics_are_absent_figure_by_figure() {
    let sim = Sim::start().await;
    let engine = sim.engine().await;
    let id = sim.id("odd").await.as_str().into();
    let bent = |change: fn(&mut Value)| {
        sim.control.unbend();
        sim.control.bend("/containers/*/stats", move |text| {
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
    sim.control.unbend();
    sim.control.bend("/containers/*/stats", |_| "[]".to_owned());
    let error = engine
        .read_stats_by_api(&id, Timestamp::now())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("it is no JSON object"),
        "{error}"
    );
}

#[tokio::test]
async fn a_list_entry_says_docker_verdicts_but_no_absence_of_a_healthcheck() {
    let sim = Sim::start().await;
    let list = sim.engine().await.list().await.unwrap();
    let knows = |name: &str| {
        list.iter()
            .find(|facts| facts.name == name)
            .unwrap()
            .knows_healthcheck()
    };
    assert!(knows("shop-db-1") && !knows("odd"));
    let db = list.iter().find(|facts| facts.name == "shop-db-1").unwrap();
    assert_eq!(db.docker.status, DockerStatus::Healthy);
}
