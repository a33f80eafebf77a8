//! The contract of every protocol: what is reported of a server that works, starts or refuses a login,
//! and what comes of everything else that may sit behind a port.

mod databases;
mod dns;
mod grpc;
mod messaging;
mod stores;

use std::io::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::script::{Turn, floods, play, says};
use super::{nowhere, probe, spec};
use crate::model::{Credentials, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, SecretSource};
use crate::probe::Mismatch;

use ProbeOutcome::{Failure, Inconclusive, Success, Warning};

/// Kinds that speak a protocol of their own over TCP.
const NATIVE: [ProbeKind; 10] = [
    ProbeKind::Postgres,
    ProbeKind::Mysql,
    ProbeKind::Redis,
    ProbeKind::Nats,
    ProbeKind::Kafka,
    ProbeKind::Amqp,
    ProbeKind::Mqtt,
    ProbeKind::Memcached,
    ProbeKind::Mongodb,
    ProbeKind::Grpc,
];

/// One server, and what has to come of asking it.
struct Case {
    kind: ProbeKind,
    /// User and password; the user is empty for a token.
    login: Option<(&'static str, &'static str)>,
    subject: &'static str,
    tls: bool,
    origin: ProbeOrigin,
    turns: Vec<Turn>,
    outcome: ProbeOutcome,
    message: &'static str,
    version: Option<&'static str>,
}

/// A case without a login.
fn case(kind: ProbeKind, turns: &[Turn], outcome: ProbeOutcome, message: &'static str) -> Case {
    Case {
        kind,
        login: None,
        subject: "",
        tls: false,
        origin: ProbeOrigin::Label,
        turns: turns.to_vec(),
        outcome,
        message,
        version: None,
    }
}

impl Case {
    fn by(self, user: &'static str, password: &'static str) -> Self {
        Self {
            login: Some((user, password)),
            ..self
        }
    }

    fn of_version(self, version: &'static str) -> Self {
        Self {
            version: Some(version),
            ..self
        }
    }
}

/// Asks the server of every case, one after the other.
async fn hold(cases: Vec<Case>) {
    for case in cases {
        let server = play(case.turns).await;
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        let credentials = case.login.map(|(user, secret)| {
            file.write_all(secret.as_bytes()).expect("written");
            let source = SecretSource::File(file.path().to_owned());
            match user {
                "" => Credentials::Token(source),
                user => Credentials::Password {
                    user: user.to_owned(),
                    password: source,
                },
            }
        });
        let subject = case.subject.to_owned();
        let asked = ProbeSpec {
            credentials,
            subject,
            tls: case.tls,
            origin: case.origin,
            ..spec(case.kind)
        };
        let report = probe(asked, vec![server.address.clone()])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (case.outcome, case.message),
            "{:?}",
            case.kind
        );
        assert_eq!(report.version.as_deref(), case.version, "{}", case.message);
        let secure = if case.tls { "s" } else { "" };
        assert_eq!(
            report.target,
            format!("{}{secure}://{}", case.kind.id(), server.address)
        );
        assert_eq!(
            report.is_answer(),
            report.mismatch.is_none() && case.outcome != Inconclusive
        );
        if case.outcome.works() {
            assert!(
                report
                    .phases
                    .is_some_and(|phases| phases.connect_ms.is_some())
            );
        }
    }
}

/// What `kind` is called where something else answers.
fn name(kind: ProbeKind) -> &'static str {
    match kind {
        ProbeKind::Postgres => "PostgreSQL",
        ProbeKind::Mysql => "MySQL",
        ProbeKind::Redis => "Redis",
        ProbeKind::Nats => "NATS",
        ProbeKind::Kafka => "Kafka",
        ProbeKind::Amqp => "AMQP",
        ProbeKind::Mqtt => "MQTT",
        ProbeKind::Mongodb => "MongoDB",
        ProbeKind::Grpc => "gRPC",
        ProbeKind::Tls => "TLS",
        kind if kind.is_http() => "HTTP",
        kind => kind.id(),
    }
}

/// The kinds that are asked over TCP and say more than that something listens.
fn kinds() -> impl Iterator<Item = ProbeKind> {
    let others = [
        ProbeKind::Exec,
        ProbeKind::Docker,
        ProbeKind::Tcp,
        ProbeKind::Dns,
    ];
    ProbeKind::ALL
        .into_iter()
        .filter(move |kind| !others.contains(kind))
}

fn with_login(kind: ProbeKind) -> ProbeSpec {
    let password = SecretSource::Environment("HUBDECK_NO_SUCH_VARIABLE".to_owned());
    let credentials = Some(Credentials::Password {
        user: "u".to_owned(),
        password,
    });
    ProbeSpec {
        credentials,
        ..spec(kind)
    }
}

#[tokio::test]
async fn nobody_there_is_a_refusal_that_proves_no_protocol() {
    for kind in kinds() {
        let report = probe(spec(kind), vec![nowhere().await])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Failure, "connection refused"),
            "{kind:?}"
        );
        assert_eq!(
            (report.mismatch, report.is_answer()),
            (None, false),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_variable_that_is_not_set_tells_nothing_of_the_service() {
    for kind in kinds().chain([ProbeKind::Dns, ProbeKind::Tcp]) {
        let report = probe(with_login(kind), vec![nowhere().await])
            .await
            .expect("a report");
        let message = "not checked: the variable HUBDECK_NO_SUCH_VARIABLE is not set";
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Inconclusive, message),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn silence_is_no_first_byte_within_the_timeout() {
    let asked = kinds().map(|kind| async move {
        let server = play(Vec::new()).await;
        let report = probe(spec(kind), vec![server.address])
            .await
            .expect("a report");
        let message = match kind {
            ProbeKind::Tls => "no end of the TLS handshake within 1 s",
            _ => "no first byte within 1 s",
        };
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Failure, message),
            "{kind:?}"
        );
        assert_eq!(
            (report.mismatch, report.is_answer()),
            (None, false),
            "{kind:?}"
        );
    });
    futures_util::future::join_all(asked).await;
}

#[tokio::test]
async fn another_protocol_is_named_as_what_it_is_not() {
    let http = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n400 Bad Request";
    let servers: [(&str, Vec<Turn>); 4] = [
        ("http", vec![Turn::Reads, says(http), Turn::HangsUp]),
        ("http that stays", vec![Turn::Reads, says(http)]),
        ("ssh", vec![says("SSH-2.0-OpenSSH_9.6\r\n")]),
        (
            "garbage",
            vec![
                Turn::Reads,
                says([0xff, 0x00, 0x1b, 0x5b, 0x0a].repeat(4000)),
            ],
        ),
    ];
    for (server, turns) in servers {
        for kind in kinds().filter(|kind| !(kind.is_http() && server.starts_with("http"))) {
            let server_at = play(turns.clone()).await;
            let report = probe(spec(kind), vec![server_at.address])
                .await
                .expect("a report");
            let message = format!("the answer is not {}", name(kind));
            assert_eq!(
                (report.outcome, report.message()),
                (Failure, message),
                "{kind:?} at {server}"
            );
            assert_eq!(
                report.mismatch,
                Some(Mismatch::OtherProtocol),
                "{kind:?} at {server}"
            );
        }
    }
}

#[tokio::test]
async fn hanging_up_at_once_is_no_answer() {
    for kind in kinds() {
        let server = play(vec![Turn::HangsUp]).await;
        let report = probe(spec(kind), vec![server.address])
            .await
            .expect("a report");
        let message = "connection closed without an answer";
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Failure, message),
            "{kind:?}"
        );
        assert_eq!(report.mismatch, Some(Mismatch::OtherProtocol), "{kind:?}");
    }
}

#[tokio::test]
async fn a_flood_is_left_after_a_bounded_read() {
    for kind in kinds() {
        let server = play(vec![Turn::Reads, floods([b' '])]).await;
        let report = probe(spec(kind), vec![server.address])
            .await
            .expect("a report");
        assert_eq!(report.outcome, Failure, "{kind:?}");
        assert_eq!(
            report.mismatch,
            Some(Mismatch::OtherProtocol),
            "{kind:?}: {}",
            report.message()
        );
        // What the kernel keeps on both sides is all that was sent beyond.
        let said = server.said.load(Ordering::Relaxed);
        assert!(said < 32 << 20, "{kind:?} took {said} bytes");
    }
}

#[tokio::test]
async fn a_flood_in_the_right_words_is_left_as_well() {
    let too_much = "no valid response in the first 256 KiB";
    let notice = [&b"N\0\0\0\x0a"[..], b"Mwait\0"].concat();
    hold(vec![
        case(
            ProbeKind::Postgres,
            &[Turn::Reads, floods(notice)],
            Failure,
            too_much,
        ),
        case(
            ProbeKind::Redis,
            &[Turn::Reads, says("+"), floods("PONG")],
            Failure,
            too_much,
        ),
        case(
            ProbeKind::Nats,
            &[says("INFO {"), floods("\"a\":1,")],
            Failure,
            too_much,
        ),
        case(
            ProbeKind::Memcached,
            &[Turn::Reads, says("VERSION "), floods("1.6.")],
            Failure,
            too_much,
        ),
    ])
    .await;
}

/// A server of `kind` that works.
fn up(kind: ProbeKind) -> Case {
    match kind {
        ProbeKind::Postgres => databases::postgres_up(),
        ProbeKind::Mysql => databases::mysql_up(),
        ProbeKind::Redis => stores::redis_up(),
        ProbeKind::Memcached => stores::memcached_up(),
        ProbeKind::Mongodb => stores::mongodb_up(),
        ProbeKind::Nats => messaging::nats_up(),
        ProbeKind::Kafka => messaging::kafka_up(),
        ProbeKind::Amqp => messaging::amqp_up(),
        ProbeKind::Mqtt => messaging::mqtt_up(),
        ProbeKind::Grpc => grpc::up(),
        kind => panic!("{kind:?} has no script"),
    }
}

#[tokio::test]
async fn a_server_that_works_is_well() {
    hold(NATIVE.into_iter().map(up).collect()).await;
}

#[tokio::test]
async fn a_server_that_works_late_is_a_warning() {
    for kind in NATIVE {
        let case = up(kind);
        let late = [vec![Turn::Waits(Duration::from_millis(150))], case.turns].concat();
        let server = play(late).await;
        let slow_after = Some(Duration::from_millis(100));
        let asked = ProbeSpec {
            slow_after,
            timeout: Duration::from_secs(5),
            ..spec(kind)
        };
        let report = probe(asked, vec![server.address]).await.expect("a report");
        assert_eq!(report.outcome, Warning, "{kind:?}: {}", report.message());
        let begin = format!("{}, slow: 0.", case.message);
        assert!(
            report.message().starts_with(&begin),
            "{kind:?}: {}",
            report.message()
        );
    }
}
