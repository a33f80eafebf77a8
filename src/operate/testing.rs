//! Short notation for pictures of services in tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    DockerHealth, DockerStatus, Edge, EdgeKind, Health, HealthState, Instance, InstanceFacts, InstanceId,
    InstanceState, Layer, LayerAssignment, LayerOrigin, Limits, Provenance, Service, ServiceId, ServiceName,
    Snapshot, Source, Timestamp,
};

/// `"db++ old- job=done x=external"` with edges `"api>db web-api"` (hard, soft): one sign for each
/// instance: `+` running, `-` exited, `p` paused.
pub(crate) fn world(services: &str, edges: &str) -> Snapshot {
    let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
    snapshot.services = services.split_whitespace().map(|text| Arc::new(service(text))).collect();
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    snapshot.edges = edges.split_whitespace().map(edge).collect();
    snapshot
}

fn edge(text: &str) -> Edge {
    let at = text.find(['>', '-']).expect("an arrow");
    Edge {
        from: ServiceId::new(&text[..at]),
        to: ServiceId::new(&text[at + 1..]),
        kind: if text.as_bytes()[at] == b'>' { EdgeKind::Hard } else { EdgeKind::Soft },
        provenance: Provenance::DependsOn,
        detail: String::new(),
    }
}

fn service(text: &str) -> Service {
    let (name, states, health, source) = match text.split_once('=') {
        Some((name, "done")) => (name, vec![InstanceState::Exited], HealthState::Completed, Source::Docker),
        Some((name, "external")) => (name, vec![], HealthState::Healthy, Source::Config),
        Some((name, _)) => (name, vec![InstanceState::Exited], HealthState::Stopped, Source::Docker),
        None => {
            let name = text.trim_end_matches(['+', '-', 'p']);
            let states = text[name.len()..].chars().map(|sign| match sign {
                '+' => InstanceState::Running,
                'p' => InstanceState::Paused,
                _ => InstanceState::Exited,
            });
            (name, states.collect(), HealthState::Healthy, Source::Docker)
        }
    };
    let instances = states.iter().enumerate().map(|(index, state)| Instance {
        facts: Arc::new(facts(name, index + 1, *state)),
        sample: None,
        series: Arc::default(),
    });
    Service {
        id: ServiceId::new(name),
        stack: None,
        name: ServiceName::new(name),
        source,
        layer: LayerAssignment { layer: Layer::App, origin: LayerOrigin::Default, reason: String::new() },
        hint: None,
        probe_rule: None,
        health: Health {
            state: health,
            since: Timestamp::UNIX_EPOCH,
            reason: String::new(),
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            docker: None,
            probe: None,
        },
        version: None,
        instances: instances.collect(),
        probe_log: Arc::default(),
        latency: Arc::default(),
        depends_on: Vec::new(),
        needed_by: Vec::new(),
    }
}

/// Container `name-number`.
pub(crate) fn facts(name: &str, number: usize, state: InstanceState) -> InstanceFacts {
    InstanceFacts {
        id: InstanceId::from(format!("id-{name}-{number}")),
        name: format!("{name}-{number}"),
        stack: None,
        service: ServiceName::new(name),
        number: u32::try_from(number).ok(),
        image: "image:1".into(),
        image_id: String::new(),
        state,
        exit_code: None,
        oom_killed: false,
        error: String::new(),
        created_at: None,
        started_at: Some(Timestamp::UNIX_EPOCH),
        finished_at: None,
        restarts: 0,
        restart_policy: String::new(),
        docker: DockerHealth {
            status: DockerStatus::None,
            failing_streak: 0,
            checked_at: None,
            output: String::new(),
        },
        health_log: Vec::new(),
        healthcheck: None,
        ports: Vec::new(),
        networks: Vec::new(),
        network_mode: String::new(),
        mounts: Vec::new(),
        environment: Vec::new(),
        command: Vec::new(),
        labels: BTreeMap::new(),
        depends_on: Vec::new(),
        limits: Limits::default(),
        tty: false,
        inspected: true,
    }
}
