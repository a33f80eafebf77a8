//! Scenarios of any size: stacks of ten services that share their descriptions.

use std::sync::Arc;

use super::scenario::Scenario;
use super::schema::{
    HealthSpec, ListenKind, LoadSpec, PortSpec, Restart, ServiceSpec, SimState, StackSpec,
};
use super::template::Template;

/// Name, image, port, what listens, dependencies.
type Row = (
    &'static str,
    &'static str,
    u16,
    Option<ListenKind>,
    &'static [&'static str],
);

const SERVICES: [Row; 10] = [
    (
        "db",
        "postgres:16-alpine",
        5432,
        Some(ListenKind::Postgres),
        &[],
    ),
    (
        "redis",
        "redis:7-alpine",
        6379,
        Some(ListenKind::Redis),
        &[],
    ),
    (
        "backend",
        "registry.example.org/shop/backend:2.8.1",
        8000,
        Some(ListenKind::Http),
        &["db:service_healthy", "redis:service_healthy:true"],
    ),
    (
        "frontend",
        "registry.example.org/shop/frontend:5.0.3",
        3000,
        Some(ListenKind::Http),
        &["backend:service_healthy"],
    ),
    (
        "proxy",
        "nginx:1.25-alpine",
        80,
        Some(ListenKind::Http),
        &["frontend", "backend:service_healthy"],
    ),
    (
        "worker",
        "registry.example.org/shop/worker:2.8.1",
        0,
        None,
        &["redis:service_healthy", "db:service_healthy"],
    ),
    (
        "nats",
        "nats:2.10-alpine",
        4222,
        Some(ListenKind::Nats),
        &[],
    ),
    (
        "aggregator",
        "registry.example.org/shop/aggregator:1.9.0",
        8001,
        Some(ListenKind::Http),
        &["nats", "db:service_healthy"],
    ),
    (
        "mqtt",
        "eclipse-mosquitto:2",
        1883,
        Some(ListenKind::Mqtt),
        &[],
    ),
    (
        "metrics",
        "prom/prometheus:v2.53.0",
        9090,
        Some(ListenKind::Http),
        &[],
    ),
];

impl Scenario {
    /// `containers` running containers in stacks of ten, and `stopped` ones: most outside of any
    /// project, some left by `docker compose run`, a few of old projects. Always the same for the
    /// same numbers. All services share one listener for each protocol, on 127.0.0.1.
    #[must_use]
    pub fn sized(containers: usize, stopped: usize) -> Self {
        let services: Vec<Arc<ServiceSpec>> =
            SERVICES.iter().map(|row| Arc::new(running(row))).collect();
        let mut scenario = Self {
            name: format!("sized-{containers}-{stopped}"),
            shared_listeners: true,
            ..Self::default()
        };
        scenario.engine.cpus = 16;
        scenario.engine.memory = 128 << 30;
        for first in (0..containers).step_by(services.len()) {
            let count = services.len().min(containers - first);
            let name = format!("stack-{:03}", first / services.len());
            scenario.stacks.push(StackSpec {
                name,
                services: trimmed(&services, count),
            });
        }
        scenario.add_stopped(stopped);
        scenario
    }

    fn add_stopped(&mut self, stopped: usize) {
        let old = stopped / 100;
        let has_stack = !self.stacks.is_empty();
        let oneoff = if has_stack { stopped / 25 } else { 0 };
        let plain = stopped - old - oneoff;
        if plain > 0 {
            self.add_plain(plain);
        }
        if let Some(stack) = self.stacks.first_mut().filter(|_| oneoff > 0) {
            let run = ServiceSpec {
                name: "backend-shell".into(),
                replicas: number(oneoff),
                oneoff: true,
                ..ended("registry.example.org/shop/backend:2.8.0", 0)
            };
            stack.services.push(Arc::new(run));
        }
        if old > 0 {
            self.stacks.push(retired(old));
        }
    }

    /// Containers outside of any project; half of them failed.
    fn add_plain(&mut self, count: usize) {
        let job = ServiceSpec {
            name: "job".into(),
            replicas: number(count - count / 2),
            ..ended("busybox:1.36", 0)
        };
        let failed = ServiceSpec {
            name: "tool".into(),
            replicas: number(count / 2),
            exit_code: 137,
            ..job.clone()
        };
        let jobs = [job, failed].into_iter();
        let some = jobs.filter(|spec| spec.replicas > 0);
        self.containers.extend(some.map(Arc::new));
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The first `count` services. Those of the last stack lose dependencies on what is not there.
fn trimmed(services: &[Arc<ServiceSpec>], count: usize) -> Vec<Arc<ServiceSpec>> {
    let kept = &services[..count];
    let there = |entry: &String| {
        kept.iter()
            .any(|service| entry.split(':').next() == Some(service.name.as_str()))
    };
    let trim = |service: &Arc<ServiceSpec>| {
        if service.depends_on.iter().all(there) {
            return Arc::clone(service);
        }
        let depends_on = service
            .depends_on
            .iter()
            .filter(|entry| there(entry))
            .cloned()
            .collect();
        Arc::new(ServiceSpec {
            depends_on,
            ..ServiceSpec::clone(service)
        })
    };
    kept.iter().map(trim).collect()
}

const ENVIRONMENT: [(&str, &str); 2] = [
    ("LOG_LEVEL", "info"),
    ("DATABASE_URL", "postgres://shop:s3cret@db:5432/shop"),
];

fn healthcheck(port: u16, listen: Option<ListenKind>) -> HealthSpec {
    let test = match listen {
        Some(ListenKind::Http) => format!("curl -fsS http://localhost:{port}/health"),
        Some(_) => format!("nc -z localhost {port}"),
        None => "pgrep -f worker".into(),
    };
    HealthSpec {
        test: vec!["CMD-SHELL".into(), test],
        interval: 10.0,
        timeout: 3.0,
        retries: 3,
        start_period: 10.0,
        ready_after: 2.0,
        output: "ok".into(),
        failing: false,
    }
}

fn usual_load() -> LoadSpec {
    LoadSpec {
        cpu: 2.0,
        memory: 90.0,
        receive: 12.0,
        send: 15.0,
        write: 4.0,
        ..LoadSpec::default()
    }
}

fn running(&(name, image, port, listen, depends_on): &Row) -> ServiceSpec {
    let ports = (port > 0).then(|| PortSpec {
        container: port,
        protocol: "tcp".into(),
        published: None,
        listen,
    });
    let line = format!(
        r#"{{"time":"$time","level":"info","service":"{name}","msg":"handled $path","status":$status,"duration_ms":$ms,"correlation_id":"$cid"}}"#
    );
    ServiceSpec {
        name: name.into(),
        image: image.into(),
        command: vec![format!("/bin/{name}")],
        age: 6.0 * 3600.0,
        env: ENVIRONMENT
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        depends_on: depends_on.iter().map(|entry| (*entry).to_owned()).collect(),
        ports: ports.into_iter().collect(),
        memory_limit: Some(512.0),
        healthcheck: Some(healthcheck(port, listen)),
        load: usual_load(),
        logs_per_second: 1.0,
        logs: Template::try_from(line).into_iter().collect(),
        ..ServiceSpec::default()
    }
}

fn ended(image: &str, exit_code: i64) -> ServiceSpec {
    ServiceSpec {
        image: image.into(),
        command: vec!["sh".into(), "-c".into(), "true".into()],
        state: SimState::Exited,
        exit_code,
        age: 20.0 * 86_400.0,
        restart: Restart::No,
        ..ServiceSpec::default()
    }
}

/// A stack that was stopped as a whole.
fn retired(replicas: usize) -> StackSpec {
    let spec = ServiceSpec {
        name: "api".into(),
        replicas: number(replicas),
        ..ended("registry.example.org/old/api:0.9", 143)
    };
    StackSpec {
        name: "retired".into(),
        services: vec![Arc::new(spec)],
    }
}
