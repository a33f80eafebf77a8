//! Words of findings, and the clauses that are made of them.

use std::time::Duration;

use super::*;
use crate::model::HttpAnswer;
use crate::model::{
    CertificateRejection, FailedRequest, HandshakeRefusal, NotAsked, OutOfReach, ReplicaRole,
    Shortage, SignedDuration,
};

const SECONDS: Duration = Duration::from_secs(5);

fn text(words: &str) -> String {
    words.to_owned()
}

/// Findings, their words, and the clause that is made of each.
#[allow(clippy::too_many_lines)] // a table
fn all() -> Vec<(Finding, &'static str, &'static str)> {
    let detailed = HttpAnswer {
        version: Some(text("1.4.2")),
        detail: Some(text("database is down")),
        ..HttpAnswer::of(503, text("unhealthy"))
    };
    let says = Finding::Says;
    vec![
        (
            Finding::Refused,
            "connection refused",
            "refuses connections",
        ),
        (Finding::Unreachable, "host unreachable", "is unreachable"),
        (
            Finding::NotResolved {
                within: Some(SECONDS),
            },
            "name not resolved within 5 s",
            "cannot be found by its name within 5 s",
        ),
        (
            Finding::NotResolved { within: None },
            "name not resolved",
            "cannot be found by its name",
        ),
        (
            Finding::Closed,
            "connection closed without an answer",
            "closes connections without an answer",
        ),
        (
            Finding::NoAnswer { within: SECONDS },
            "no answer within 5 s",
            "does not answer within 5 s",
        ),
        (
            Finding::Hung {
                phase: HungPhase::Connect,
                within: SECONDS,
            },
            "no connection within 5 s",
            "does not answer within 5 s",
        ),
        (
            Finding::Hung {
                phase: HungPhase::Tls,
                within: SECONDS,
            },
            "no end of the TLS handshake within 5 s",
            "does not answer within 5 s",
        ),
        (
            Finding::Hung {
                phase: HungPhase::FirstByte,
                within: SECONDS,
            },
            "no first byte within 5 s",
            "does not answer within 5 s",
        ),
        (
            Finding::Incomplete { within: SECONDS },
            "no complete answer within 5 s",
            "does not answer completely within 5 s",
        ),
        (
            Finding::Redirects { limit: 5 },
            "redirected more than 5 times",
            "redirects more than 5 times",
        ),
        (
            Finding::CertificateExpired {
                ago: SignedDuration::from_hours(72),
            },
            "certificate expired 3 days ago",
            "has a certificate that expired 3 days ago",
        ),
        (
            Finding::CertificateRejected(CertificateRejection::OtherName {
                names: Some(vec![text("a"), text("b")]),
                more: 0,
                wanted: text("c"),
            }),
            "certificate not accepted: it is for a, b (expected c)",
            "has a certificate that is not accepted: it is for a, b (expected c)",
        ),
        (
            Finding::CertificateEnds {
                left: SignedDuration::from_hours(9 * 24),
                answer: Box::new(Finding::Http(HttpAnswer::of(200, text("OK")))),
            },
            "200 OK, certificate expires in 9 days",
            "answers 200 OK, certificate expires in 9 days",
        ),
        (
            Finding::Login {
                said: text("401 Unauthorized"),
            },
            "login refused: 401 Unauthorized",
            "refuses the login: 401 Unauthorized",
        ),
        (
            Finding::Http(detailed),
            "503 unhealthy 1.4.2: database is down",
            "answers 503 unhealthy 1.4.2: database is down",
        ),
        (
            Finding::Slow {
                took: Duration::from_millis(2_500),
                limit: Duration::from_secs(2),
                answer: Box::new(says(Statement::Pong)),
            },
            "PONG, slow: 2.5 s, limit 2 s",
            "is slow (2.5 s)",
        ),
        (
            Finding::Unmet(Unmet::Value {
                place: text("/status"),
                got: text("down"),
                wanted: Some(text("ok")),
                is_text: true,
            }),
            "/status is \"down\" instead of \"ok\"",
            "answers that /status is \"down\" instead of \"ok\"",
        ),
        (
            Finding::Unmet(Unmet::Text {
                wanted: text("ready"),
                cut: false,
            }),
            "response body does not contain \"ready\"",
            "answers without \"ready\"",
        ),
        (
            says(Statement::Vault(VaultState::Sealed)),
            "sealed",
            "is sealed",
        ),
        (
            says(Statement::Vault(VaultState::NotInitialised)),
            "not initialised",
            "is not initialised",
        ),
        (
            says(Statement::Vault(VaultState::RemovedFromCluster)),
            "removed from its cluster",
            "was removed from its cluster",
        ),
        (
            says(Statement::Vault(VaultState::IsolatedStandby)),
            "standby that cannot reach the active node",
            "is a standby that cannot reach the active node",
        ),
        (says(Statement::NoLeader), "no leader", "has no leader"),
        (
            says(Statement::Cluster {
                colour: ClusterColour::Red,
                nodes: None,
                unassigned: Some(12),
            }),
            "red, 12 unassigned shards",
            "is red, 12 unassigned shards",
        ),
        (
            says(Statement::Cluster {
                colour: ClusterColour::Yellow,
                nodes: None,
                unassigned: Some(1),
            }),
            "yellow, 1 unassigned shard",
            "is yellow, 1 unassigned shard",
        ),
        (
            says(Statement::Unhealthy {
                said: Some(text("ALARM NOSPACE")),
            }),
            "unhealthy: ALARM NOSPACE",
            "reports that it is unhealthy: ALARM NOSPACE",
        ),
        (
            says(Statement::Database {
                state: text("failing"),
            }),
            "database failing",
            "reports that its database is failing",
        ),
        (
            says(Statement::Member {
                role: ReplicaRole::None,
                set: Some(text("rs0")),
            }),
            "neither primary nor secondary of rs0 yet",
            "fails its probe: neither primary nor secondary of rs0 yet",
        ),
        (
            Finding::HeadTooLarge,
            "the head of the answer is too large",
            "fails its probe: the head of the answer is too large",
        ),
        (
            Finding::Protocol {
                wanted: ProbeKind::Http,
            },
            "the answer is not HTTP",
            "fails its probe: the answer is not HTTP",
        ),
        (
            Finding::Handshake(HandshakeRefusal::Alert(200)),
            "TLS handshake refused: alert 200",
            "fails its probe: TLS handshake refused: alert 200",
        ),
        (
            Finding::OutOfReach(OutOfReach::NotPublished { port: 80 }),
            "cannot be reached from here: port 80 is not published",
            "fails its probe: cannot be reached from here: port 80 is not published",
        ),
        (
            Finding::NotAsked(NotAsked::ReadOnly),
            "not checked: hubdeck is read-only and runs no commands",
            "fails its probe: not checked: hubdeck is read-only and runs no commands",
        ),
        (
            Finding::NotMeasured(Shortage::Memory),
            "not measured: this host is out of memory",
            "fails its probe: not measured: this host is out of memory",
        ),
        (
            Finding::Failed(FailedRequest::Header { name: text("a b") }),
            "\"a b\" is no header",
            "fails its probe: \"a b\" is no header",
        ),
        (
            Finding::NotTried {
                found: Box::new(Finding::Refused),
                paused: PausedTrial {
                    kind: ProbeKind::Postgres,
                    failures: 5,
                    left: Duration::from_millis(27_001),
                },
            },
            "connection refused (login not tried: it failed 5 times, next in 28 s)",
            "refuses connections; login not tried: it failed 5 times, next in 28 s",
        ),
    ]
}

#[test]
fn findings_have_words_and_clauses() {
    for (found, words, expected) in all() {
        assert_eq!(finding(&found), words);
        assert_eq!(clause(&found).now(), expected);
    }
}

#[test]
fn words_are_one_line_without_secrets_and_not_too_long() {
    let said = |said: &str| finding(&Finding::Error { said: text(said) });
    assert_eq!(said("a\u{1b}[31m\nb"), "a [31m b");
    assert_eq!(said("password=hunter2"), "password=***");
    assert_eq!(said(&"x".repeat(900)).chars().count(), MESSAGE);
}
