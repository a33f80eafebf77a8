//! The listeners of simulated services, asked by hubdeck's own probes.

use std::time::Duration;

use hubdeck::model::{
    Contact, InstanceId, PortProtocol, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec,
    ProbeTarget, ServiceId, Timestamp,
};
use hubdeck::probe::{Links, Location, Prober, Report, addresses};

use crate::sim::Sim;

/// One service of each protocol: kind, port, the version that its probe finds.
const SERVICES: [(ProbeKind, u16, Option<&str>); 5] = [
    (ProbeKind::Postgres, 5432, Some("16.4")),
    (ProbeKind::Redis, 6379, None),
    (ProbeKind::Nats, 4222, Some("2.10.18")),
    (ProbeKind::Mqtt, 1883, None),
    (ProbeKind::Http, 8000, Some("3.1.4")),
];

/// A scenario with these services, called as their kinds are, each as slow as told.
fn scenario(latency: u32) -> String {
    let versions = |version: Option<&str>| version.unwrap_or("9.9.9").to_owned();
    SERVICES
        .iter()
        .map(|(kind, port, version)| {
            let (name, version) = (kind.id(), versions(*version));
            format!(
                "[[container]]\nname = \"{name}\"\nimage = \"x:1\"\nversion = \"{version}\"\nlatency = {latency}\n\
                 port = [{{ container = {port}, listen = \"{name}\" }}]\nload = {{ swing = 0.0 }}\n"
            )
        })
        .collect()
}

/// Asks the service of `kind` as a probe does.
async fn ask(sim: &Sim, kind: ProbeKind, port: u16, timeout: Duration) -> Report {
    let facts = sim.engine.inspect(&InstanceId::new(kind.id())).await;
    let facts = facts.expect("an inspection").expect("the container");
    let here = Location {
        local: true,
        links: Some(Links::default()),
        ..Location::default()
    };
    let target = ProbeTarget {
        service: ServiceId::new(kind.id()),
        instance: None,
        spec: ProbeSpec {
            timeout,
            ..ProbeSpec::new(kind, port, ProbeOrigin::Label)
        },
        addresses: addresses(&facts, None, port, &PortProtocol::Tcp, &here),
        certificate_addresses: Vec::new(),
    };
    let prober = Prober::new().expect("a prober");
    prober
        .check(&target, Timestamp::now())
        .await
        .expect("an address to ask")
}

#[tokio::test]
async fn each_speaks_its_protocol_and_tells_its_version() {
    let sim = Sim::start(&scenario(0)).await;
    for (kind, port, version) in SERVICES {
        let report = ask(&sim, kind, port, Duration::from_secs(5)).await;
        assert_eq!(report.outcome, ProbeOutcome::Success, "{report:?}");
        assert!(report.latency.is_some(), "{kind:?}");
        assert_eq!(report.version.as_deref(), version, "{kind:?}");
    }
}

#[tokio::test]
async fn each_takes_as_long_as_its_service() {
    let sim = Sim::start(&scenario(200)).await;
    for (kind, port, ..) in SERVICES {
        let report = ask(&sim, kind, port, Duration::from_secs(5)).await;
        let took = report.latency.expect("a latency");
        assert!(took >= Duration::from_millis(140), "{kind:?} {took:?}");
    }
}

#[tokio::test]
async fn none_answers_while_its_service_is_paused_or_stopped() {
    let sim = Sim::start(&scenario(0)).await;
    for (kind, port, ..) in SERVICES {
        sim.control.pause(kind.id()).unwrap();
        let paused = ask(&sim, kind, port, Duration::from_millis(300)).await;
        assert_eq!(paused.contact, Contact::NoAnswer, "{kind:?}");
        sim.control.unpause(kind.id()).unwrap();
        let again = ask(&sim, kind, port, Duration::from_secs(5)).await;
        assert_eq!(again.outcome, ProbeOutcome::Success, "{kind:?}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_replaced_by_a_free_one() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let scenario = scenario(0).replace(
        "container = 6379,",
        &format!("container = 6379, published = {port},"),
    );
    let first = Sim::start(&scenario).await;
    let asked = ask(&first, ProbeKind::Redis, 6379, Duration::from_secs(5)).await;
    assert_eq!(asked.outcome, ProbeOutcome::Success);
    assert_ne!(asked.address, Some(format!("127.0.0.1:{port}")));
    drop(taken);
    let second = Sim::start(&scenario).await;
    let asked = ask(&second, ProbeKind::Redis, 6379, Duration::from_secs(5)).await;
    assert_eq!(asked.address, Some(format!("127.0.0.1:{port}")));
}
