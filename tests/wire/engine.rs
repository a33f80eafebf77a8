//! The real client against the simulated engine on a unix socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::logs::LogHub;
use hubdeck::collect::stats::SamplingOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine, LINE_LIMIT};
use hubdeck::model::{
    EngineEventKind, EngineFlavour, EngineInfo, EngineStatus, Feature, Focus, InstanceFacts,
    InstanceState, LogBatch, LogLine, LogQuery, LogSource, LogStream, Observation, Snapshot,
    Timestamp,
};
use hubdeck::sim::{Bound, Control, Listen, Scenario, serve};
use tokio::sync::{Notify, mpsc, watch};
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
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("engine.sock");
        let control = Control::new(Timestamp::now);
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
    link: watch::Receiver<Option<Engine>>,
    options: watch::Sender<DiscoveryOptions>,
    refresh: Arc<Notify>,
}

impl Discovery {
    fn start(request: ConnectRequest, options: DiscoveryOptions) -> Self {
        let (out, news) = mpsc::channel(64);
        let (options, wishes) = watch::channel(options);
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
            options,
            refresh,
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

async fn tail(engine: &Engine, facts: &InstanceFacts, tty: bool) -> Vec<LogLine> {
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
        let lines = tail(&engine, &facts, tty).await;
        let last: Vec<&LogLine> = lines.iter().rev().take(4).rev().collect();
        let texts: Vec<_> = last.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts[0], "\x1b[31mred\x1b[0m", "{}", facts.name);
        assert_eq!(texts[1], "\u{fffd}\u{fffd}  ");
        assert_eq!(
            (texts[2].len(), last[2].cut_bytes),
            (LINE_LIMIT, 90_000 - LINE_LIMIT as u64)
        );
        assert_eq!(texts[3], "ünï 🦀");
        assert!(
            last.iter()
                .all(|line| line.at.is_some() && line.stream == stream)
        );
    }
}

#[tokio::test]
async fn discovery_shows_the_list_first_then_the_details() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let cheap = discovery.listed().await;
    assert_eq!(cheap.len(), 4);
    assert!(cheap.iter().all(|facts| !facts.inspected));
    let mut inspected = Vec::new();
    while inspected.len() < 4 {
        inspected.push(discovery.inspection().await);
    }
    let web = named(&inspected, "shop-web-1");
    assert!(web.inspected && !web.environment.reveal().is_empty());
    let before = sim.calls("GET /containers/{id}/json");
    discovery.refresh.notify_one();
    let known = discovery.listed().await;
    assert!(
        named(&known, "shop-web-1").inspected,
        "a poll forgets nothing"
    );
    discovery.refresh.notify_one();
    discovery.listed().await;
    let more = sim.calls("GET /containers/{id}/json") - before;
    assert!(
        more <= 4,
        "only what has a healthcheck is inspected again: {more}"
    );
}

#[tokio::test]
async fn an_event_is_seen_at_once_and_followed_by_an_inspection() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    discovery.inspected("shop-web-1", |_| true).await;
    let begin = Instant::now();
    sim.control.kill("shop-web-1", 137).unwrap();
    let died = discovery
        .until("die", |news| match news {
            Observation::Event(event) if matches!(event.kind, EngineEventKind::Die { .. }) => {
                Some(event.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(
        (died.name.as_str(), died.service.as_str()),
        ("shop-web-1", "web")
    );
    let facts = discovery
        .inspected("shop-web-1", |facts| facts.state == InstanceState::Exited)
        .await;
    assert_eq!(facts.exit_code, Some(137));
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "far from the poll: {:?}",
        begin.elapsed()
    );

    sim.control.create("newcomer", "busybox:1.36").unwrap();
    let id = discovery.inspected("newcomer", |_| true).await.id.clone();
    sim.control.remove("newcomer").unwrap();
    discovery
        .until("end", |news| {
            matches!(news, Observation::Gone { instance, .. } if *instance == id).then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_daemon_that_dies_is_lost_and_found_again() {
    let sim = Sim::shop().await;
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    discovery.status(EngineStatus::is_connected).await;
    discovery.inspected("shop-web-1", |_| true).await;
    let begin = Instant::now();
    sim.control.cut_connections();
    let lost = discovery.status(|status| !status.is_connected()).await;
    assert!(
        begin.elapsed() < Duration::from_secs(2),
        "noticed by the closed stream: {:?}",
        begin.elapsed()
    );
    assert!(
        matches!(lost, EngineStatus::Lost { ref error, since, retry_at } if !error.is_empty() && retry_at > since)
    );
    assert!(discovery.link.borrow().is_none());

    sim.control.resume();
    sim.control.stop("shop-db-1").unwrap();
    discovery.status(EngineStatus::is_connected).await;
    let again = discovery.listed().await;
    assert_eq!(named(&again, "shop-db-1").state, InstanceState::Exited);
    assert!(
        named(&again, "shop-web-1").inspected,
        "details survive the gap"
    );
    assert!(discovery.link.borrow().is_some());
}

#[tokio::test]
async fn an_absent_engine_is_lost_with_its_attempts_and_retried() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("none.sock");
    let request = ConnectRequest::to_host(format!("unix://{}", path.display()));
    let mut discovery = Discovery::start(request, DiscoveryOptions::default());
    let attempts = discovery
        .until("loss", |news| match news {
            Observation::Engine {
                status: EngineStatus::Lost { error, .. },
                attempts,
            } => {
                assert!(error.contains("no such file"), "{error}");
                Some(attempts.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(attempts.len(), 1);
    let control = Control::new(Timestamp::now);
    tokio::spawn(serve(
        Scenario::parse(SCENARIO).unwrap(),
        Listen::Unix(path),
        control.clone(),
    ));
    discovery.status(EngineStatus::is_connected).await;
    control.shutdown();
}

#[tokio::test]
async fn only_wanted_projects_and_only_when_wanted() {
    let sim = Sim::shop().await;
    let options = DiscoveryOptions {
        projects: vec!["shop".into()],
        ..DiscoveryOptions::default()
    };
    let mut discovery = Discovery::start(sim.request(), options.clone());
    assert_eq!(discovery.listed().await.len(), 3);
    discovery.options.send_replace(DiscoveryOptions {
        projects: Vec::new(),
        ..options.clone()
    });
    assert_eq!(discovery.listed().await.len(), 4);
    drop(discovery);

    let mut quiet = Discovery::start(
        sim.request(),
        DiscoveryOptions {
            enabled: false,
            ..options
        },
    );
    let lists = sim.calls("GET /containers/json");
    quiet.status(EngineStatus::is_connected).await;
    quiet
        .until("host", |news| {
            matches!(news, Observation::EngineInfo(info) if info.host_name.is_some()).then_some(())
        })
        .await;
    assert_eq!(sim.calls("GET /containers/json"), lists);
}

#[tokio::test]
async fn a_proxy_that_refuses_features_leaves_the_rest() {
    let sim = Sim::shop().await;
    for path in [
        "/containers/*/stats",
        "/containers/*/logs",
        "/info",
        "/events",
    ] {
        sim.control.forbid(path);
    }
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let mut refused = Vec::new();
    for _ in 0..2 {
        refused.push(
            discovery
                .until("refusal", |news| match news {
                    Observation::Refused {
                        feature,
                        reason: Some(reason),
                    } => {
                        assert!(reason.contains("not permitted"), "{reason}");
                        Some(*feature)
                    }
                    _ => None,
                })
                .await,
        );
    }
    refused.sort();
    assert_eq!(refused, [Feature::Events, Feature::Info]);
    let (engine, _) = sim.connect().await;
    let web = find(&engine, "shop-web-1").await;
    assert!(
        engine
            .read_stats(&web.id, Timestamp::now())
            .await
            .unwrap_err()
            .refusal()
            .is_some()
    );

    let hub = LogHub::new(discovery.link.clone());
    let mut tail = hub.follow(query(&web, true));
    match timeout(PATIENCE, tail.recv()).await.unwrap() {
        Some(LogBatch::Failed(id, reason)) => {
            assert_eq!(id, web.id);
            assert!(reason.contains("not permitted"), "{reason}");
        }
        other => panic!("not refused: {other:?}"),
    }
    discovery.refresh.notify_one();
    assert_eq!(discovery.listed().await.len(), 4);

    // The proxy is set up anew: what it permits now is no longer shown as refused.
    sim.control.allow_all();
    sim.control.cut_connections();
    discovery.refresh.notify_one();
    discovery.status(|status| !status.is_connected()).await;
    sim.control.resume();
    let mut back = std::collections::BTreeSet::new();
    while back.len() < 2 {
        back.insert(
            discovery
                .until("permission", |news| match news {
                    Observation::Refused {
                        feature,
                        reason: None,
                    } => Some(*feature),
                    _ => None,
                })
                .await,
        );
    }
}

fn query(facts: &InstanceFacts, follow: bool) -> LogQuery {
    let source = LogSource {
        instance: facts.id.clone(),
        tty: facts.tty,
    };
    LogQuery {
        sources: vec![source],
        tail: 10,
        since: None,
        follow,
    }
}

/// Reads batches until a line with `text` came; gives all texts.
async fn lines_until(tail: &mut mpsc::Receiver<LogBatch>, text: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let read = async {
        while let Some(batch) = tail.recv().await {
            if let LogBatch::Lines { lines, .. } = batch {
                texts.extend(lines.into_iter().map(|line| line.text));
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
    let mut tail = LogHub::new(discovery.link.clone()).follow(query(&facts, true));
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
    let mut tail = LogHub::new(link).follow(both);
    let (mut texts, mut ended) = (Vec::new(), 0);
    while let Some(batch) = timeout(PATIENCE, tail.recv()).await.unwrap() {
        match batch {
            LogBatch::Lines { lines, dropped } => {
                assert_eq!(dropped, 0);
                texts.extend(lines.into_iter().map(|line| line.text));
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
    let mut tail = hub.follow(all);
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

#[tokio::test]
async fn thirty_thousand_stopped_containers_do_not_hurt() {
    let sim = Sim::start(Scenario::sized(30, 30_000)).await;
    let begin = Instant::now();
    let mut discovery = Discovery::start(sim.request(), DiscoveryOptions::default());
    let list = discovery.listed().await;
    assert_eq!(list.iter().filter(|facts| facts.is_running()).count(), 30);
    assert!(
        list.len() < 500,
        "what is stopped is bounded: {}",
        list.len()
    );
    let mut left = list.len();
    while left > 0 {
        discovery
            .until("inspection", |news| {
                matches!(news, Observation::Inspected { .. }).then_some(())
            })
            .await;
        left -= 1;
    }
    assert!(sim.calls("GET /containers/json") <= 4);
    assert!(sim.calls("GET /containers/{id}/json") <= list.len() as u64);
    assert!(begin.elapsed() < PATIENCE);
}

#[tokio::test]
async fn samples_come_with_rates_and_refusals_once() {
    let sim = Sim::shop().await;
    let (engine, _) = sim.connect().await;
    let web = engine
        .inspect(&find(&engine, "shop-web-1").await.id)
        .await
        .unwrap()
        .unwrap();
    let (link, engine_link) = watch::channel(Some(engine));
    let (_snapshots, snapshot) = watch::channel(Arc::new(snapshot_of(&web)));
    let (_focus, focus) = watch::channel(Focus {
        instances: vec![web.id.clone()],
    });
    let (_options, options) = watch::channel(SamplingOptions::default());
    let (out, mut news) = mpsc::channel(16);
    tokio::spawn(hubdeck::collect::stats::run(
        engine_link,
        snapshot,
        focus,
        options,
        watch::Sender::new(false),
        out,
    ));
    let mut next = async || timeout(PATIENCE, news.recv()).await.unwrap().unwrap();
    let Observation::Sampled { instance, sample } = next().await else {
        panic!("no sample")
    };
    assert_eq!((instance, sample.cpu_percent), (web.id.clone(), None));
    assert!(sample.memory_bytes > Some(1 << 20));
    let Observation::Sampled { sample, .. } = next().await else {
        panic!("no second sample")
    };
    let cpu = sample.cpu_percent.expect("the second reading gives a rate");
    assert!((1.0..400.0).contains(&cpu), "{cpu}");
    assert!(sample.network_rx_bytes_per_s.is_some());

    sim.control.forbid("/containers/*/stats");
    let refused = loop {
        if let Observation::Refused { feature, reason } = next().await {
            break (feature, reason.is_some());
        }
    };
    assert_eq!(refused, (Feature::Stats, true));
    let before = sim.calls("GET /containers/{id}/stats");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(
        sim.calls("GET /containers/{id}/stats"),
        before,
        "what is refused is not asked again"
    );
    drop(link);
}

fn snapshot_of(facts: &InstanceFacts) -> Snapshot {
    use hubdeck::model::*;
    let now = Timestamp::now();
    let service = Service {
        layer: LayerAssignment::of(Layer::App, LayerOrigin::Default, 50, ""),
        health: Health {
            state: HealthState::Healthy,
            since: now,
            reason: String::new(),
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            missed_by: Vec::new(),
            docker: None,
            probe: None,
        },
        instances: vec![Instance {
            facts: Arc::new(facts.clone()),
            sample: None,
            series: Arc::default(),
        }],
        ..Service::unknown(facts.stack.clone(), facts.service.clone(), now)
    };
    Snapshot {
        services: vec![Arc::new(service)],
        ..Snapshot::empty(now)
    }
}
