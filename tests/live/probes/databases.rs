//! Databases and caches.

use std::time::Duration;

use hubdeck::model::ProbeKind;
use hubdeck::model::ProbeOutcome::{Failure, Starting, Success};

use super::{Secrets, Server, logged};
use crate::support::docker::{docker, live};

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
        hubdeck::explain::finding(&report.finding)
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
