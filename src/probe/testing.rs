//! Short ways to make services in tests.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    DockerHealth, DockerStatus, Health, HealthState, Instance, InstanceFacts, InstanceId, InstanceState,
    Layer, LayerAssignment, LayerOrigin, Limits, Service, ServiceName, Source, Timestamp,
};

/// A running container of service `name` (`name`, or `stack/name`).
pub(crate) fn facts(name: &str) -> InstanceFacts {
    let (stack, service) =
        name.split_once('/').map_or((None, name), |(stack, name)| (Some(stack.into()), name));
    InstanceFacts {
        id: InstanceId::from(format!("id-{name}")),
        name: format!("{service}-1"),
        stack,
        service: ServiceName::new(service),
        number: Some(1),
        image: "image:1".into(),
        image_id: String::new(),
        state: InstanceState::Running,
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
        network_mode: "bridge".into(),
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

/// The service of one container, healthy since the epoch.
pub(crate) fn service(facts: InstanceFacts) -> Service {
    Service {
        id: facts.service_id(),
        stack: facts.stack.clone(),
        name: facts.service.clone(),
        source: Source::Docker,
        layer: LayerAssignment { layer: Layer::App, origin: LayerOrigin::Graph, reason: String::new() },
        hint: None,
        probe_rule: None,
        health: Health {
            state: HealthState::Healthy,
            since: Timestamp::UNIX_EPOCH,
            reason: String::new(),
            overlays: Vec::new(),
            blocked_by: Vec::new(),
            docker: None,
            probe: None,
        },
        version: None,
        instances: vec![Instance { facts: Arc::new(facts), sample: None, series: Arc::default() }],
        probe_log: Arc::default(),
        latency: Arc::default(),
        depends_on: Vec::new(),
        needed_by: Vec::new(),
    }
}
