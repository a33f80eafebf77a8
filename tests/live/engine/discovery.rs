//! The collector of containers.

use std::sync::Arc;
use std::time::Instant;

use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::engine::{ConnectRequest, Connector, Engine};
use hubdeck::model::{
    DockerStatus, EngineEventKind, InstanceFacts, InstanceId, InstanceState, Observation,
};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::timeout;

use super::{PATIENCE, busybox};
use crate::support::docker::{docker, live};

/// Discovery on the real engine, seen through one container's name.
struct Discovery {
    news: mpsc::Receiver<Observation>,
    _link: watch::Receiver<Option<Engine>>,
    _options: watch::Sender<DiscoveryOptions>,
}

impl Discovery {
    fn start() -> Self {
        let (out, news) = mpsc::channel(256);
        let (options, wishes) = watch::channel(DiscoveryOptions::default());
        let (link_in, link) = watch::channel(None);
        let request = ConnectRequest::from_environment(None, None);
        tokio::spawn(hubdeck::collect::engine::run(
            Connector::new(request),
            wishes,
            out,
            link_in,
            Arc::new(Notify::new()),
            watch::Sender::new(false),
            tokio::sync::broadcast::Sender::new(64),
        ));
        Self {
            news,
            _link: link,
            _options: options,
        }
    }

    async fn until<T>(&mut self, what: &str, pick: impl Fn(&Observation) -> Option<T>) -> T {
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

    async fn inspected(
        &mut self,
        name: &str,
        wanted: impl Fn(&InstanceFacts) -> bool,
    ) -> Arc<InstanceFacts> {
        self.until(name, |news| match news {
            Observation::Inspected { facts, .. } if facts.name == name && wanted(facts) => {
                Some(Arc::clone(facts))
            }
            _ => None,
        })
        .await
    }
}

impl Discovery {
    /// Waits for the death of a killed container: the event, and the facts that are read then.
    async fn killed(&mut self, id: &InstanceId) {
        // Its leaving the network is an event as well, so that the facts may come before the death.
        let mut left = vec!["event", "facts"];
        while !left.is_empty() {
            let seen = self
                .until("death", |news| match news {
                    Observation::Event(event) if event.instance == *id => (event.kind
                        == EngineEventKind::Die {
                            exit_code: Some(137),
                        })
                    .then_some("event"),
                    Observation::Inspected { facts, .. } if facts.id == *id => {
                        (facts.state == InstanceState::Exited).then_some("facts")
                    }
                    _ => None,
                })
                .await;
            left.retain(|each| *each != seen);
        }
    }
}

/// Fails twice as soon as there is a file `/ill`.
const HEALTHCHECK: [&str; 8] = [
    "--health-cmd",
    "test ! -e /ill || { echo so ill; exit 1; }",
    "--health-interval",
    "500ms",
    "--health-retries",
    "2",
    "--stop-signal",
    "KILL",
];

#[tokio::test]
async fn discovery_sees_health_death_and_removal_without_a_poll() {
    if !live() {
        return;
    }
    let mut discovery = Discovery::start();
    discovery
        .until("list", |news| {
            matches!(news, Observation::Listed { .. }).then_some(())
        })
        .await;
    let container = busybox(&HEALTHCHECK, &["sleep", "600"]);
    let name = container.name().to_owned();
    let first = discovery
        .inspected(&name, |facts| facts.docker.status == DockerStatus::Healthy)
        .await;
    assert!(
        first
            .healthcheck
            .as_ref()
            .is_some_and(|check| check.retries == Some(2))
    );
    docker(&["exec", &name, "touch", "/ill"]);
    let ill = discovery
        .inspected(&name, |facts| {
            facts.docker.status == DockerStatus::Unhealthy
        })
        .await;
    assert_eq!(
        (ill.docker.output.as_str(), ill.docker.failing_streak),
        ("so ill", 2)
    );

    let begin = Instant::now();
    docker(&["kill", &name]);
    discovery.killed(&first.id).await;
    println!(
        "death to facts, with the docker command itself: {:?}",
        begin.elapsed()
    );
    drop(container);
    let id = ill.id.clone();
    discovery
        .until("removal", |news| {
            matches!(news, Observation::Gone { instance, .. } if *instance == id).then_some(())
        })
        .await;
}
