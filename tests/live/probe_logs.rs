//! What probes leave in the logs of the real servers at their default levels; asked for by
//! `HUBDECK_LIVE=1`.

use std::time::{Duration, Instant};

use ProbeOutcome::Success;
use hubdeck::model::{
    ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget, ServiceId, Timestamp,
};
use hubdeck::probe::{Prober, Report};
use tokio::time::sleep;

use crate::support::docker::{Container, docker, live, unique};

const PATIENCE: Duration = Duration::from_secs(60);
/// Probes in a row.
const PROBES: usize = 10;

/// A real server, and the question to it.
struct Server {
    container: Container,
    spec: ProbeSpec,
}

impl Server {
    fn run(kind: ProbeKind, port: u16, options: &[&str], image: &[&str]) -> Self {
        let container = Container::run(&unique("hubdeck-logs"), &[options, image].concat());
        let timeout = Duration::from_secs(2);
        Self {
            container,
            spec: ProbeSpec {
                timeout,
                ..ProbeSpec::new(kind, port, ProbeOrigin::Catalog)
            },
        }
    }

    async fn ask(&self, spec: &ProbeSpec) -> Report {
        let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
        let address = docker(&["inspect", "-f", format, self.container.name()]);
        let target = ProbeTarget {
            service: ServiceId::new("x"),
            instance: None,
            spec: spec.clone(),
            addresses: vec![format!("{address}:{}", spec.port)],
            certificate_addresses: Vec::new(),
        };
        Prober::new()
            .unwrap()
            .check(&target, Timestamp::now())
            .await
            .expect("a report")
    }

    async fn comes_up(&self) {
        let deadline = Instant::now() + PATIENCE;
        while self.ask(&self.spec).await.outcome != Success {
            assert!(
                Instant::now() < deadline,
                "{:?} does not come up",
                self.spec.kind
            );
            sleep(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_secs(1)).await;
    }

    /// Lines of its log that probes as `spec` leave; servers write a little later.
    async fn lines(&self, log: &[&str], spec: &ProbeSpec) -> (usize, Report) {
        let before = printed(log).lines().count();
        let mut last = self.ask(spec).await;
        for _ in 1..PROBES {
            assert_eq!(
                last.outcome,
                Success,
                "{}",
                hubdeck::explain::finding(&last.finding)
            );
            last = self.ask(spec).await;
        }
        sleep(Duration::from_secs(1)).await;
        (printed(log).lines().count() - before, last)
    }
}

/// What `docker ARGS` printed on both of its outputs.
fn printed(arguments: &[&str]) -> String {
    let output = std::process::Command::new("docker")
        .args(arguments)
        .output()
        .unwrap();
    [output.stdout, output.stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat()
}

/// PostgreSQL with the user `app` and the database `shop`.
fn postgres() -> Server {
    let options = [
        "-e",
        "POSTGRES_USER=app",
        "-e",
        "POSTGRES_DB=shop",
        "-e",
        "POSTGRES_PASSWORD=secret",
    ];
    Server::run(
        ProbeKind::Postgres,
        5432,
        &options,
        &["postgres:16-alpine", "postgres"],
    )
}

#[tokio::test]
async fn postgres_writes_nothing_about_the_user_that_it_knows() {
    if !live() {
        return;
    }
    let server = postgres();
    server.comes_up().await;
    let name = server.container.name();
    let log = ["logs", name];
    let known = ProbeSpec {
        user: "app".into(),
        subject: "shop".into(),
        ..server.spec.clone()
    };
    assert_eq!(server.lines(&log, &known).await.0, 0, "a login is wanted");

    let trust = "sed -i s/scram-sha-256/trust/ /var/lib/postgresql/data/pg_hba.conf; kill -HUP 1";
    docker(&["exec", name, "sh", "-c", trust]);
    sleep(Duration::from_secs(1)).await;
    for subject in ["shop", ""] {
        let spec = ProbeSpec {
            subject: subject.into(),
            ..known.clone()
        };
        let (lines, report) = server.lines(&log, &spec).await;
        assert_eq!(
            (lines, report.writes_log_line),
            (0, false),
            "everybody is trusted: {subject:?}"
        );
    }
    let absent = ProbeSpec {
        subject: "missing".into(),
        ..known
    };
    let (lines, report) = server.lines(&log, &absent).await;
    assert_eq!(
        (lines, report.writes_log_line),
        (PROBES, true),
        "one FATAL for each"
    );
    let (lines, _) = server
        .lines(
            &log,
            &ProbeSpec {
                quiet: true,
                ..absent
            },
        )
        .await;
    assert_eq!(
        lines, 0,
        "what is asked after the first complaint leaves none"
    );
}

#[tokio::test]
async fn rabbitmq_writes_nothing_once_it_is_known_to_warn() {
    if !live() {
        return;
    }
    let server = Server::run(
        ProbeKind::Amqp,
        5672,
        &[],
        &["rabbitmq:3-management-alpine", "rabbitmq-server"],
    );
    server.comes_up().await;
    let log = [
        "exec",
        server.container.name(),
        "sh",
        "-c",
        "cat /var/log/rabbitmq/rabbit@*.log",
    ];
    assert!(server.ask(&server.spec).await.writes_log_line);
    sleep(Duration::from_secs(2)).await;
    let (lines, report) = server
        .lines(
            &log,
            &ProbeSpec {
                quiet: true,
                ..server.spec.clone()
            },
        )
        .await;
    assert_eq!(
        (lines, hubdeck::explain::finding(&report.finding).as_str()),
        (0, "accepts connections")
    );
}

#[tokio::test]
async fn servers_of_simple_protocols_write_nothing() {
    if !live() {
        return;
    }
    for (kind, port, image) in [
        (ProbeKind::Redis, 6379, "redis:7-alpine"),
        (ProbeKind::Nats, 4222, "nats:2.10-alpine"),
        (ProbeKind::Memcached, 11211, "memcached:1.6-alpine"),
    ] {
        let server = Server::run(kind, port, &[], &[image]);
        server.comes_up().await;
        let log = ["logs", server.container.name()];
        let plain = ProbeSpec {
            kind: ProbeKind::Tcp,
            ..server.spec.clone()
        };
        for spec in [&server.spec, &plain] {
            assert_eq!(
                server.lines(&log, spec).await.0,
                0,
                "{kind:?} asked as {:?}",
                spec.kind
            );
        }
    }
}
