//! Message brokers.

use std::time::Duration;

use hubdeck::model::ProbeOutcome::{Failure, Success, Warning};
use hubdeck::model::{Credentials, ProbeKind, SecretSource};
use tokio::time::sleep;

use super::{Secrets, Server, logged};
use crate::support::docker::{docker, live};

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
        hubdeck::explain::finding(&report.finding).starts_with("login refused: Login was refused"),
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
        hubdeck::explain::finding(&report.finding).starts_with("memory alarm on rabbit@"),
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
    open.says(None, Success, "accepts MQTT sessions").await;
    closed.comes_up().await;
    closed
        .says(None, Success, "answers, wants a password")
        .await;
    closed
        .says(secrets.of("u", "secret"), Success, "accepts MQTT sessions")
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
