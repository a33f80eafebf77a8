use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::timeout;

use super::*;
use crate::model::{
    Contact, DockerStatus, HealthState, Healthcheck, InstanceFacts, InstanceState, ProbeKind,
    ProbeOrigin, ProbeOutcome, ProbeResult, ProbeSpec, Service, ServiceId, ServiceRule,
};
use crate::probe::Report;
use crate::probe::testing::{facts, service};
use crate::probing::DENSE_INTERVAL;
use crate::probing::testing::{published, snapshot};

mod commands;
mod holding;
mod network;

/// Serves `answer` to every connection.
async fn server(answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _request = stream.read(&mut [0; 4096]).await?;
                stream.write_all(answer.as_bytes()).await?;
                stream.read(&mut [0; 16]).await
            });
        }
    });
    address
}

const HEALTHY: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{\"status\":\"healthy\"}";

struct Running {
    snapshots: watch::Sender<Arc<Snapshot>>,
    options: watch::Sender<ProbeOptions>,
    refresh: Arc<Notify>,
    results: mpsc::Receiver<Observation>,
    task: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(services: Vec<Service>, options: ProbeOptions) -> Self {
        let (snapshots, seen) = watch::channel(snapshot(services));
        let (options, set) = watch::channel(options);
        let (out, results) = mpsc::channel(64);
        let refresh = Arc::new(Notify::new());
        let (_, link) = watch::channel(None);
        let task = tokio::spawn(run(
            link,
            seen,
            set,
            Arc::clone(&refresh),
            watch::Sender::new(false),
            out,
        ));
        Self {
            snapshots,
            options,
            refresh,
            results,
            task,
        }
    }

    async fn next(&mut self) -> Observation {
        let next = timeout(Duration::from_secs(20), self.results.recv()).await;
        next.expect("an observation in time")
            .expect("a running loop")
    }

    async fn result(&mut self) -> (ServiceId, ProbeResult) {
        match self.next().await {
            Observation::Probed {
                service, result, ..
            } => (service, result),
            other => panic!("{other:?} instead of a result"),
        }
    }
}

#[tokio::test]
async fn a_new_target_is_probed_at_once_and_again_on_refresh() {
    let at = server(HEALTHY).await;
    let mut running = Running::start(
        vec![service(published("hub/api", 8000, at.port()))],
        ProbeOptions::default(),
    );
    for _ in 0..3 {
        let (id, result) = running.result().await;
        assert_eq!(
            (id.as_str(), result.outcome),
            ("hub/api", ProbeOutcome::Success)
        );
        assert_eq!(
            (
                result.kind,
                crate::explain::finding(&result.finding).as_str()
            ),
            (ProbeKind::Http, "200 healthy")
        );
        assert!(result.latency_ms.is_some_and(|ms| ms > 0.0));
        running.refresh.notify_one();
    }
}

#[tokio::test]
async fn a_wrong_guess_is_corrected_in_one_go_and_remembered() {
    let at = server("-ERR unknown command\r\n").await;
    let mut running = Running::start(
        vec![service(published("hub/x", 8080, at.port()))],
        ProbeOptions::default(),
    );
    for _ in 0..2 {
        let (_, result) = running.result().await;
        assert_eq!(
            (result.kind, result.outcome),
            (ProbeKind::Tcp, ProbeOutcome::Success)
        );
        assert_eq!(result.target, format!("tcp://{at}"));
        running.refresh.notify_one();
    }
}

#[tokio::test]
async fn only_what_runs_and_may_be_probed_is_probed() {
    let at = server(HEALTHY).await;
    let mut paused = published("hub/paused", 80, at.port());
    paused.state = InstanceState::Paused;
    let listed = InstanceFacts {
        inspected: false,
        ..published("hub/listed", 80, at.port())
    };
    let mut labelled = published("hub/silenced", 80, at.port());
    labelled.labels = [("hubdeck.probe".to_owned(), "none".to_owned())].into();
    let services = vec![
        service(paused),
        service(listed),
        service(labelled),
        service(published("hub/ruled", 80, at.port())),
        service(published("hub/web", 80, at.port())),
    ];
    let rule = ServiceRule {
        no_probe: true,
        ..ServiceRule::of("ruled")
    };
    let off = ProbeOptions {
        enabled: false,
        rules: Arc::from([rule]),
        ..ProbeOptions::default()
    };
    let mut running = Running::start(services, off.clone());
    running.options.send_replace(ProbeOptions {
        enabled: true,
        ..off
    });
    for _ in 0..2 {
        assert_eq!(running.result().await.0.as_str(), "hub/web");
        running.refresh.notify_one();
    }
}

#[tokio::test]
async fn bad_labels_are_reported_once_and_the_loop_ends_with_its_channels() {
    let at = server(HEALTHY).await;
    let mut bad = published("hub/web", 80, at.port());
    bad.labels = [("hubdeck.probe".to_owned(), "http://evil/".to_owned())].into();
    let mut running = Running::start(vec![service(bad.clone())], ProbeOptions::default());
    let Observation::Own { text, .. } = running.next().await else {
        panic!("a warning first")
    };
    assert!(
        text.contains("hubdeck.probe of hub/web is ignored"),
        "{text}"
    );
    running.snapshots.send_replace(snapshot(vec![service(bad)]));
    for _ in 0..2 {
        assert_eq!(
            running.result().await.0.as_str(),
            "hub/web",
            "the warning does not come again"
        );
        running.refresh.notify_one();
    }
    drop(running.results);
    timeout(Duration::from_secs(20), running.task)
        .await
        .expect("the loop ends")
        .expect("without a panic");
}
