//! Native probes against the real servers; asked for by `HUBDECK_LIVE=1`.

use std::time::{Duration, Instant};

use crate::support::docker::{Container, docker, live, unique};
use hubdeck::model::{
    Credentials, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget, SecretSource,
    ServiceId, Timestamp,
};
use hubdeck::probe::{Prober, Report};
use tokio::time::sleep;

use ProbeOutcome::{Failure, Starting, Success, Warning};

const PATIENCE: Duration = Duration::from_secs(60);

/// A real server and how to ask it.
struct Server {
    container: Container,
    address: String,
    spec: ProbeSpec,
}

impl Server {
    /// `docker run OPTIONS IMAGE COMMAND`; `port` is asked within 2 s.
    fn run(kind: ProbeKind, port: u16, options: &[&str], image: &[&str]) -> Self {
        let name = unique("hubdeck-probes");
        let container = Container::run(&name, &[options, image].concat());
        let address = address(&container, port);
        let timeout = Duration::from_secs(2);
        let spec = ProbeSpec {
            timeout,
            ..ProbeSpec::new(kind, port, ProbeOrigin::Catalog)
        };
        Self {
            container,
            address,
            spec,
        }
    }

    async fn ask(&self, credentials: Option<Credentials>) -> Report {
        let target = ProbeTarget {
            service: ServiceId::new("x"),
            instance: None,
            spec: ProbeSpec {
                credentials,
                ..self.spec.clone()
            },
            addresses: vec![self.address.clone()],
            certificate_addresses: Vec::new(),
        };
        Prober::new()
            .unwrap()
            .check(&target, Timestamp::now())
            .await
            .expect("a report")
    }

    /// Asks until the server works; gives what it said last, and everything it said before.
    async fn comes_up(&self) -> (Report, Vec<(ProbeOutcome, String)>) {
        let deadline = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        loop {
            let report = self.ask(None).await;
            if report.outcome == Success {
                return (report, before);
            }
            assert!(
                Instant::now() < deadline,
                "{} does not come up: {before:?}",
                self.address
            );
            let said = (report.outcome, report.message);
            if before.last() != Some(&said) {
                before.push(said);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts it again; gives everything it said until it worked, or within `patience`.
    async fn starts_again(&mut self, patience: Duration) -> Vec<(ProbeOutcome, String)> {
        docker(&["restart", "-t", "5", self.container.name()]);
        self.address = address(&self.container, self.spec.port);
        let deadline = Instant::now() + patience;
        let mut said = Vec::new();
        while Instant::now() < deadline && !said.iter().any(|(outcome, _)| *outcome == Success) {
            let report = self.ask(None).await;
            said.push((report.outcome, report.message));
            sleep(Duration::from_millis(20)).await;
        }
        said
    }

    async fn says(
        &self,
        credentials: Option<Credentials>,
        outcome: ProbeOutcome,
        message: &str,
    ) -> Report {
        let report = self.ask(credentials).await;
        assert_eq!(
            (report.outcome, report.message.as_str()),
            (outcome, message),
            "{}",
            report.target
        );
        report
    }

    async fn is_silent_while_paused(&self) {
        docker(&["pause", self.container.name()]);
        let report = self.ask(None).await;
        docker(&["unpause", self.container.name()]);
        assert_eq!(
            (report.outcome, report.message.as_str()),
            (Failure, "no answer within 2.0 s")
        );
        let (report, _) = self.comes_up().await;
        assert!(report.latency.is_some());
    }
}

fn address(container: &Container, port: u16) -> String {
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    format!(
        "{}:{port}",
        docker(&["inspect", "-f", format, container.name()])
    )
}

/// What `docker ARGS` printed on both of its outputs.
fn logged(arguments: &[&str]) -> String {
    let output = std::process::Command::new("docker")
        .args(arguments)
        .output()
        .unwrap();
    [output.stdout, output.stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat()
}

/// A password in a file, as config names it.
struct Secrets(tempfile::TempDir);

impl Secrets {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["secret", "wrong"] {
            std::fs::write(folder.path().join(name), format!("{name}\n")).unwrap();
        }
        Self(folder)
    }

    #[allow(clippy::unnecessary_wraps)] // as a specification wants it
    fn of(&self, user: &str, name: &str) -> Option<Credentials> {
        let password = SecretSource::File(self.0.path().join(name));
        Some(Credentials::Password {
            user: user.to_owned(),
            password,
        })
    }
}

#[tokio::test]
async fn postgres() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    let image = ["postgres:16-alpine", "postgres"];
    let server = Server::run(
        ProbeKind::Postgres,
        5432,
        &["-e", "POSTGRES_PASSWORD=secret"],
        &image,
    );
    server.comes_up().await;
    server.says(None, Success, "accepting connections").await;
    let report = server
        .says(
            secrets.of("postgres", "secret"),
            Success,
            "answers SELECT 1",
        )
        .await;
    assert!(
        report
            .version
            .is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
    );
    let refused = "login refused: password authentication failed for user \"postgres\"";
    server
        .says(secrets.of("postgres", "wrong"), Failure, refused)
        .await;
    server.is_silent_while_paused().await;
}

#[tokio::test]
async fn mysql() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    let image = ["mariadb:10.11", "mariadbd"];
    let server = Server::run(
        ProbeKind::Mysql,
        3306,
        &["-e", "MARIADB_ROOT_PASSWORD=secret"],
        &image,
    );
    server.comes_up().await;
    let sql = "set global max_connect_errors = 3; create or replace user probe@'%' identified by 'secret'";
    docker(&[
        "exec",
        server.container.name(),
        "mariadb",
        "-uroot",
        "-psecret",
        "-e",
        sql,
    ]);
    for _ in 0..8 {
        let report = server
            .says(None, Success, "answers, wants a password")
            .await;
        assert!(
            report
                .version
                .is_some_and(|version| version.starts_with("10.11."))
        );
    }
    let name = server.container.name();
    let lines = logged(&["logs", name]).lines().count();
    for _ in 0..3 {
        server
            .says(secrets.of("probe", "secret"), Success, "answers ping")
            .await;
    }
    assert_eq!(
        logged(&["logs", name]).lines().count(),
        lines,
        "a login leaves nothing in the log"
    );
    let report = server.ask(secrets.of("probe", "wrong")).await;
    assert_eq!(report.outcome, Failure);
    assert!(
        report
            .message
            .starts_with("login refused: Access denied for user 'probe'"),
        "{report:?}"
    );
    server.is_silent_while_paused().await;
}

#[tokio::test]
async fn redis() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    let open = Server::run(ProbeKind::Redis, 6379, &[], &["redis:7-alpine"]);
    let closed = Server::run(
        ProbeKind::Redis,
        6379,
        &[],
        &["redis:7-alpine", "redis-server", "--requirepass", "secret"],
    );
    let image = ["redis:7-alpine", "redis-server", "--protected-mode", "yes"];
    let protected = Server::run(ProbeKind::Redis, 6379, &[], &image);
    open.comes_up().await;
    open.says(None, Success, "PONG").await;
    protected.comes_up().await;
    protected
        .says(
            None,
            Success,
            "answers, but protected mode keeps hubdeck out",
        )
        .await;
    closed.comes_up().await;
    closed
        .says(None, Success, "answers, wants a password")
        .await;
    closed.says(secrets.of("", "secret"), Success, "PONG").await;
    closed
        .says(secrets.of("default", "secret"), Success, "PONG")
        .await;
    let refused = "login refused: invalid username-password pair or user is disabled.";
    closed.says(secrets.of("", "wrong"), Failure, refused).await;
    open.is_silent_while_paused().await;
}

#[tokio::test]
async fn nats() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    let open = Server::run(ProbeKind::Nats, 4222, &[], &["nats:2.10-alpine"]);
    let closed = Server::run(
        ProbeKind::Nats,
        4222,
        &[],
        &["nats:2.10-alpine", "--user", "u", "--pass", "secret"],
    );
    let token = Server::run(
        ProbeKind::Nats,
        4222,
        &[],
        &["nats:2.10-alpine", "--auth", "secret"],
    );
    let (report, _) = open.comes_up().await;
    assert!(
        report
            .version
            .is_some_and(|version| version.starts_with("2."))
    );
    open.says(None, Success, "PONG").await;
    closed.comes_up().await;
    closed
        .says(None, Success, "answers, wants a password")
        .await;
    closed
        .says(secrets.of("u", "secret"), Success, "PONG")
        .await;
    closed
        .says(
            secrets.of("u", "wrong"),
            Failure,
            "login refused: Authorization Violation",
        )
        .await;
    token.comes_up().await;
    let by = |name: &str| {
        Some(Credentials::Token(SecretSource::File(
            secrets.0.path().join(name),
        )))
    };
    token.says(by("secret"), Success, "PONG").await;
    token
        .says(
            by("wrong"),
            Failure,
            "login refused: Authorization Violation",
        )
        .await;
    open.is_silent_while_paused().await;
}

#[tokio::test]
async fn amqp() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    std::fs::write(secrets.0.path().join("guest"), "guest").unwrap();
    let server = Server::run(
        ProbeKind::Amqp,
        5672,
        &[],
        &["rabbitmq:3-management-alpine", "rabbitmq-server"],
    );
    let (report, _) = server.comes_up().await;
    assert!(
        report
            .version
            .is_some_and(|version| version.starts_with("3."))
    );
    server.says(None, Success, "answers").await;
    let log = [
        "exec",
        server.container.name(),
        "sh",
        "-c",
        "cat /var/log/rabbitmq/rabbit@*.log",
    ];
    let warnings =
        || logged(&log).matches("[warning]").count() + logged(&log).matches("[error]").count();
    // The broker writes its log a little later.
    sleep(Duration::from_secs(2)).await;
    let before = warnings();
    server
        .says(secrets.of("guest", "guest"), Success, "accepts the login")
        .await;
    sleep(Duration::from_secs(2)).await;
    assert_eq!(warnings(), before, "a login leaves no warning in the log");
    let report = server.ask(secrets.of("guest", "wrong")).await;
    assert_eq!(report.outcome, Failure);
    assert!(
        report
            .message
            .starts_with("login refused: Login was refused"),
        "{report:?}"
    );
    let name = server.container.name();
    docker(&[
        "exec",
        name,
        "rabbitmqctl",
        "-q",
        "set_vm_memory_high_watermark",
        "0.00001",
    ]);
    let report = server.ask(secrets.of("guest", "guest")).await;
    assert_eq!(report.outcome, Warning, "{report:?}");
    assert!(
        report.message.starts_with("memory alarm on rabbit@"),
        "{report:?}"
    );
    server.is_silent_while_paused().await;
}

#[tokio::test]
async fn mqtt() {
    if !live() {
        return;
    }
    let secrets = Secrets::new();
    let open = Server::run(ProbeKind::Mqtt, 1883, &[], &["eclipse-mosquitto:2"]);
    let script = "mosquitto_passwd -b -c /tmp/users u secret && chmod 644 /tmp/users && \
        printf 'listener 1883\\nallow_anonymous false\\npassword_file /tmp/users\\n' >/tmp/closed.conf && \
        exec mosquitto -c /tmp/closed.conf";
    let closed = Server::run(
        ProbeKind::Mqtt,
        1883,
        &[],
        &["eclipse-mosquitto:2", "sh", "-c", script],
    );
    open.comes_up().await;
    open.says(None, Success, "accepts sessions").await;
    closed.comes_up().await;
    closed
        .says(None, Success, "answers, wants a password")
        .await;
    closed
        .says(secrets.of("u", "secret"), Success, "accepts sessions")
        .await;
    closed
        .says(
            secrets.of("u", "wrong"),
            Failure,
            "login refused: not authorised",
        )
        .await;
    open.is_silent_while_paused().await;
}

#[tokio::test]
async fn memcached() {
    if !live() {
        return;
    }
    let server = Server::run(ProbeKind::Memcached, 11211, &[], &["memcached:1.6-alpine"]);
    let (report, _) = server.comes_up().await;
    assert!(
        report
            .version
            .is_some_and(|version| version.starts_with("1.6."))
    );
    server.says(None, Success, "answers").await;
    server.is_silent_while_paused().await;
}

#[tokio::test]
async fn a_database_that_starts_says_so() {
    if !live() {
        return;
    }
    let image = ["postgres:16-alpine", "postgres", "-c", "hot_standby=off"];
    let mut postgres = Server::run(
        ProbeKind::Postgres,
        5432,
        &["-e", "POSTGRES_PASSWORD=secret"],
        &image,
    );
    let slowly = [
        "--enable-debug-command",
        "yes",
        "--key-load-delay",
        "20000",
        "--loading-process-events-interval-bytes",
        "1024",
    ];
    let image = [
        "redis:7-alpine",
        "redis-server",
        "--protected-mode",
        "no",
        "--dir",
        "/tmp",
    ];
    let mut redis = Server::run(ProbeKind::Redis, 6379, &[], &[&image[..], &slowly].concat());
    redis.comes_up().await;
    for command in [&["debug", "populate", "200", "key", "100"][..], &["save"]] {
        docker(&[&["exec", redis.container.name(), "redis-cli"], command].concat());
    }
    let said = redis.starts_again(Duration::from_secs(15)).await;
    let loads = (
        Starting,
        "Redis is loading the dataset in memory".to_owned(),
    );
    assert!(said.contains(&loads), "{said:?}");
    assert_eq!(said.last(), Some(&(Success, "PONG".to_owned())), "{said:?}");

    // A standby that answers no questions stays in recovery.
    postgres.comes_up().await;
    let touch = [
        "exec",
        postgres.container.name(),
        "touch",
        "/var/lib/postgresql/data/standby.signal",
    ];
    docker(&touch);
    let said = postgres.starts_again(Duration::from_secs(3)).await;
    let recovers = |(outcome, message): &(_, String)| {
        *outcome == Starting && message.starts_with("the database system is ")
    };
    assert!(said.last().is_some_and(recovers), "{said:?}");
}
