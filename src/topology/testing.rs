//! Short notation for graphs in tests.

use crate::model::{
    DockerHealth, DockerStatus, Edge, EdgeKind, InstanceFacts, InstanceId, InstanceState, Limits, Provenance,
    ServiceId, ServiceName, StackName,
};

/// `"api>db web-api"`: api needs db hard, web needs api softly.
pub(crate) fn edges(text: &str) -> Vec<Edge> {
    text.split_whitespace()
        .map(|word| {
            let at = word.find(['>', '-']).expect("an arrow");
            let kind = if word.as_bytes()[at] == b'>' { EdgeKind::Hard } else { EdgeKind::Soft };
            Edge {
                from: ServiceId::new(&word[..at]),
                to: ServiceId::new(&word[at + 1..]),
                kind,
                provenance: Provenance::DependsOn,
                detail: String::new(),
            }
        })
        .collect()
}

/// Ids from words.
pub(crate) fn ids(text: &str) -> Vec<ServiceId> {
    text.split_whitespace().map(ServiceId::new).collect()
}

/// Facts of a running container `hub-api-1` for `hub/api`, or of `solo` for `solo`.
pub(crate) fn facts(service: &str) -> InstanceFacts {
    let (stack, name) = match service.split_once('/') {
        Some((stack, name)) => (Some(StackName::new(stack)), name),
        None => (None, service),
    };
    let container = stack.as_ref().map_or_else(|| name.to_owned(), |stack| format!("{stack}-{name}-1"));
    InstanceFacts {
        id: InstanceId::from(format!("id-of-{container}")),
        name: container,
        number: stack.as_ref().map(|_| 1),
        stack,
        service: ServiceName::new(name),
        image: String::new(),
        image_id: String::new(),
        state: InstanceState::Running,
        exit_code: None,
        oom_killed: false,
        error: String::new(),
        created_at: None,
        started_at: None,
        finished_at: None,
        restarts: 0,
        restart_policy: "always".into(),
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
        network_mode: "default".into(),
        mounts: Vec::new(),
        environment: Vec::new(),
        command: Vec::new(),
        labels: std::collections::BTreeMap::new(),
        depends_on: Vec::new(),
        limits: Limits::default(),
        tty: false,
        inspected: true,
    }
}
