//! Snapshots, containers and reports for tests.

use std::sync::Arc;

use crate::model::{
    Contact, EngineFlavour, EngineInfo, InstanceFacts, Port, ProbeKind, ProbeOrigin, ProbeOutcome,
    Service, SignedDuration, Snapshot, Timestamp,
};
use crate::probe::testing::facts;
use crate::probe::{Location, Report};

/// A snapshot of a local engine, taken an hour after hubdeck's start, with `services`.
pub(crate) fn snapshot(services: Vec<Service>) -> Arc<Snapshot> {
    let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
    let mut snapshot = Snapshot::empty(start);
    snapshot.taken_at = start + SignedDuration::from_hours(1);
    snapshot.engine.info = Some(EngineInfo {
        endpoint: "unix:///var/run/docker.sock".into(),
        chosen_by: "default socket".into(),
        id: None,
        host_name: None,
        version: "26".into(),
        api_version: "1.45".into(),
        flavour: EngineFlavour::Docker,
        cpus: None,
        memory_bytes: None,
        local: true,
    });
    snapshot.services = services.into_iter().map(Arc::new).collect();
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    Arc::new(snapshot)
}

/// A container whose port `container` is published at `published` of the loopback.
pub(crate) fn published(name: &str, container: u16, published: u16) -> InstanceFacts {
    let mut facts = facts(name);
    let address = Some("127.0.0.1".to_owned());
    facts.ports = vec![Port {
        container,
        protocol: "tcp".into(),
        published: Some(published),
        address,
    }];
    facts
}

/// hubdeck beside a local engine.
pub(crate) fn local() -> Location {
    Location {
        local: true,
        ..Location::default()
    }
}

/// A report of `address`, which answered.
pub(crate) fn report(outcome: ProbeOutcome, address: &str) -> Report {
    Report {
        outcome,
        contact: Contact::Answered,
        kind: ProbeKind::Http,
        origin: ProbeOrigin::Port,
        target: String::new(),
        address: Some(address.into()),
        phases: None,
        certificate_until: None,
        latency: None,
        finding: crate::model::Finding::default(),
        version: None,
        mismatch: None,
        writes_log_line: false,
        shows_no_certificate: false,
        shortage: None,
    }
}
