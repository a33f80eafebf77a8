//! Probes of real sockets: what a guess meets, what no interface leads to, what starts to listen.

use super::*;
use crate::model::NetworkAddress;

#[tokio::test]
async fn who_hangs_up_at_once_teaches_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let mut running = Running::start(
        vec![service(published("hub/x", 8080, at.port()))],
        ProbeOptions::default(),
    );
    for _ in 0..2 {
        let (_, result) = running.result().await;
        assert_eq!(
            (result.kind, result.outcome),
            (ProbeKind::Http, ProbeOutcome::Failure)
        );
        running.refresh.notify_one();
    }
}

#[tokio::test]
async fn what_no_interface_leads_to_is_reported_and_not_probed() {
    // TEST-NET-3: no machine has an interface in it, and a default route leads there.
    let mut labelled = facts("hub/lan");
    labelled.networks = vec![NetworkAddress {
        network: "lan".into(),
        address: Some([203, 0, 113, 9].into()),
        aliases: Vec::new(),
    }];
    labelled.labels = [("hubdeck.probe".to_owned(), "http://:80/".to_owned())].into();
    let mut running = Running::start(vec![service(labelled)], ProbeOptions::default());
    for _ in 0..2 {
        let (_, result) = running.result().await;
        let message = "cannot be reached from here: this machine has no interface in network lan";
        assert_eq!(
            (
                result.outcome,
                crate::explain::finding(&result.finding).as_str()
            ),
            (ProbeOutcome::Inconclusive, message)
        );
        assert_eq!(
            (result.target.as_str(), result.latency_ms),
            ("http://:80/", None)
        );
        running.refresh.notify_one();
    }
}

#[tokio::test]
async fn a_service_that_refused_is_probed_again_when_docker_finds_it_healthy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let at = listener.local_addr().expect("an address");
    drop(listener);
    let with = |status| {
        let mut facts = published("hub/api", 8000, at.port());
        facts.started_at = Some(Timestamp::UNIX_EPOCH);
        facts.healthcheck = Some(Healthcheck {
            test: vec!["CMD".into(), "true".into()].into(),
            interval: None,
            start_period: None,
            retries: None,
        });
        facts.docker.status = status;
        let mut service = service(facts);
        (service.health.state, service.health.since) =
            (HealthState::Healthy, Timestamp::UNIX_EPOCH);
        snapshot(vec![service])
    };
    // An hour: what comes sooner comes for the news alone.
    let hourly = ProbeOptions {
        interval: Duration::from_hours(1),
        ..ProbeOptions::default()
    };
    let mut running = Running::start(Vec::new(), hourly);
    running.snapshots.send_replace(with(DockerStatus::Starting));
    assert_eq!(running.result().await.1.contact, Contact::Refused);
    let _listener = TcpListener::bind(at).await.expect("the same socket");
    running.snapshots.send_replace(with(DockerStatus::Healthy));
    let (_, result) = running.result().await;
    assert_ne!(
        result.contact,
        Contact::Refused,
        "{}",
        crate::explain::finding(&result.finding)
    );
}
