//! A hand-made snapshot: a small hub with something of everything.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::store::reasons;
use hubdeck::model::{
    Contact, DockerHealth, DockerStatus, Edge, EdgeKind, EngineFlavour, EngineInfo, EngineStatus,
    Health, HealthState, ImageHint, Instance, InstanceFacts, InstanceId, InstanceState, Layer,
    LayerAssignment, LayerOrigin, Limits, Overlay, Port, ProbeKind, ProbePhases, ProbeVerdict,
    Provenance, Sample, Service, ServiceName, Snapshot, Stack, StackName, Timestamp, Totals,
};

/// `seconds` after noon.
pub fn at(seconds: i64) -> Timestamp {
    let noon: Timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
    Timestamp::from_second(noon.as_second() + seconds).unwrap()
}

fn health(state: HealthState, reason: &str) -> Health {
    Health {
        state,
        reason: reasons::verbatim(reason),
        ..Health::unknown(at(-600))
    }
}

fn facts(stack: Option<&str>, name: &str, image: &str, state: InstanceState) -> InstanceFacts {
    let container = format!(
        "{}{name}-1",
        stack.map_or(String::new(), |stack| format!("{stack}-"))
    );
    let id = InstanceId::from(format!("{name}-0123456789abcdef"));
    InstanceFacts {
        number: Some(1),
        image: image.into(),
        image_id: "sha256:00".into(),
        state,
        exit_code: Some(0),
        created_at: Some(at(-7200)),
        started_at: Some(at(-3600)),
        restart_policy: "unless-stopped".into(),
        network_mode: "bridge".into(),
        environment: vec![("DB_PASSWORD".into(), "hunter2".into())].into(),
        labels: BTreeMap::from([("api.token".to_owned(), "hunter2".to_owned())]).into(),
        limits: Limits {
            memory_bytes: Some(268_435_456),
            ..Limits::default()
        },
        inspected: true,
        ..InstanceFacts::unknown(
            id,
            &container,
            stack.map(StackName::from),
            ServiceName::from(name),
        )
    }
}

/// A service with one running container.
pub fn service(
    stack: Option<&str>,
    name: &str,
    image: &str,
    layer: Layer,
    state: HealthState,
) -> Service {
    let instance_state = match state {
        HealthState::Completed | HealthState::Stopped => InstanceState::Exited,
        _ => InstanceState::Running,
    };
    Service {
        layer: LayerAssignment::of(layer, LayerOrigin::Catalog, 95, format!("image {image}")),
        health: health(state, state.id()),
        instances: vec![Instance {
            facts: Arc::new(facts(stack, name, image, instance_state)),
            sample: None,
            series: Arc::default(),
            probe: None,
        }],
        ..Service::unknown(stack.map(StackName::from), ServiceName::from(name), at(0))
    }
}

fn backend() -> Service {
    let mut backend = service(
        Some("hub"),
        "backend",
        "python:3.12-alpine",
        Layer::App,
        HealthState::Unhealthy,
    );
    backend.health.reason =
        reasons::verbatim("connection refused by redis://:hunter2@cache\u{1b}[31m");
    backend.health.overlays = vec![Overlay::Blocked];
    backend.health.blocked_by = vec!["hub/db".into()];
    backend.health.docker = Some(DockerHealth {
        status: DockerStatus::Unhealthy,
        failing_streak: 4,
        checked_at: Some(at(-5)),
        output: "***".into(), // as the store masks it
    });
    backend.health.probe = Some(ProbeVerdict {
        kind: ProbeKind::Http,
        target: "http://172.18.0.4:8000/health".into(),
        success: false,
        contact: Contact::Refused,
        latency_ms: None,
        phases: Some(ProbePhases {
            connect_ms: Some(0.5),
            ..ProbePhases::default()
        }),
        certificate_until: "2026-07-01T00:00:00Z".parse().ok(),
        checked_at: at(-3),
        finding: reasons::finding("connection refused"),
        counts: true,
    });
    backend.hint = Some(Arc::new(ImageHint {
        kind: "python".into(),
        layer: Layer::App,
        probe: None,
    }));
    backend.version = Some("1.4.2".into());
    backend.depends_on = vec!["hub/db".into()];
    backend.needed_by = vec!["hub/proxy".into()];
    backend.instances[0].sample = Some(Sample {
        cpu_percent: Some(1.5),
        memory_bytes: Some(31_457_280),
        ..Sample::empty(at(-1))
    });
    backend
}

fn proxy() -> Service {
    let mut proxy = service(
        Some("hub"),
        "proxy",
        "nginx:1.25-alpine",
        Layer::Edge,
        HealthState::Degraded,
    );
    let mut facts = (*proxy.instances[0].facts).clone();
    let port = |address: &str| Port {
        container: 80,
        protocol: "tcp".into(),
        published: Some(8080),
        address: Some(address.into()),
    };
    facts.ports = vec![port("0.0.0.0"), port("::")];
    proxy.instances[0].facts = Arc::new(facts);
    proxy.depends_on = vec!["hub/backend".into()];
    proxy
}

fn info() -> EngineInfo {
    EngineInfo {
        endpoint: "tcp://me:hunter2@engine:2376".into(),
        chosen_by: "--host".into(),
        id: None,
        host_name: Some("box".into()),
        version: "26.1.5".into(),
        api_version: "1.45".into(),
        flavour: EngineFlavour::Docker,
        cpus: Some(2),
        memory_bytes: Some(1 << 33),
        local: true,
    }
}

fn edge(from: &str, to: &str, kind: EdgeKind) -> Edge {
    Edge::new(from.into(), to.into(), kind, Provenance::DependsOn, "")
}

/// The hub: proxy → backend → db, a finished migration, and a container outside every stack.
pub fn hub(revision: u64) -> Snapshot {
    let mut db = service(
        Some("hub"),
        "db",
        "postgres:16-alpine",
        Layer::Data,
        HealthState::Healthy,
    );
    db.needed_by = vec!["hub/backend".into()];
    let migrate = service(
        Some("hub"),
        "migrate",
        "python:3.12-alpine",
        Layer::Infra,
        HealthState::Completed,
    );
    let mut services: Vec<Service> = vec![
        backend(),
        db,
        migrate,
        proxy(),
        service(
            None,
            "só lo🦀",
            "busybox:1.36",
            Layer::Infra,
            HealthState::Unknown,
        ),
    ];
    services.sort_by(|a, b| a.id.cmp(&b.id));
    let mut snapshot = Snapshot::empty(at(0));
    snapshot.revision = revision;
    snapshot.started_at = at(-90);
    snapshot.engine.status = EngineStatus::Connected { since: at(-90) };
    snapshot.engine.info = Some(info());
    snapshot.engine.last_poll = Some(at(-10));
    snapshot.engine.next_poll = Some(at(20));
    let states = services
        .iter()
        .filter(|service| service.stack.is_some())
        .map(|service| service.health.shown_state());
    snapshot.stacks = vec![Stack {
        name: "hub".into(),
        totals: Totals::count(states),
        working_dir: None,
    }];
    snapshot.services = services.into_iter().map(Arc::new).collect();
    snapshot.edges = Arc::from([
        edge("hub/backend", "hub/db", EdgeKind::Hard),
        edge("hub/backend", "hub/ghost", EdgeKind::Soft),
        edge("hub/proxy", "hub/backend", EdgeKind::Hard),
    ]);
    snapshot
}

/// The hub after the engine was lost.
pub fn lost(revision: u64) -> Snapshot {
    let mut snapshot = hub(revision);
    snapshot.engine.status = EngineStatus::Lost {
        since: at(-4),
        error: "connection refused on tcp://me:hunter2@engine:2376".into(),
        retry_at: at(4),
    };
    snapshot
}
