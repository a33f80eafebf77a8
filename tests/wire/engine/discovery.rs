//! The collector of containers: list, events, loss and return of the engine.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::logs::LogHub;
use hubdeck::engine::ConnectRequest;
use hubdeck::model::{
    EngineEventKind, EngineStatus, Feature, InstanceState, LogBatch, Observation, Timestamp,
};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use tokio::time::timeout;

use super::log_lines::{nothing_more, query};
use super::{Discovery, PATIENCE, SCENARIO, Sim, find, named};

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
    discovery.listed().await;
    assert!(
        named(&discovery.known(), "shop-web-1").inspected,
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
    let facts = discovery
        .inspected("shop-web-1", |facts| facts.state == InstanceState::Exited)
        .await;
    assert_eq!((&facts.id, facts.exit_code), (&died.instance, Some(137)));
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
        named(&discovery.known(), "shop-web-1").inspected,
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

impl Discovery {
    /// The next two features that are `refused`, or permitted again.
    async fn two_features(&mut self, refused: bool) -> BTreeSet<Feature> {
        let mut features = BTreeSet::new();
        while features.len() < 2 {
            features.insert(
                self.until("two features", |news| match news {
                    Observation::Refused { feature, reason } if reason.is_some() == refused => {
                        assert!(
                            reason.iter().all(|it| it.contains("not permitted")),
                            "{reason:?}"
                        );
                        Some(*feature)
                    }
                    _ => None,
                })
                .await,
            );
        }
        features
    }
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
    let refused = discovery.two_features(true).await;
    assert_eq!(refused, [Feature::Events, Feature::Info].into());
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
    let mut tail = hub.follow(query(&web, true), nothing_more());
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
    discovery.two_features(false).await;
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
