use super::*;

#[test]
fn gateway_errors_are_told_by_clients_in_healthchecks() {
    for (text, expected) in [
        ("502 bad gateway", false),
        ("curl: (22) the requested url returned error: 502", true),
        ("curl: (22) the requested url returned error: 404", false),
        (
            "wget: server returned error: http/1.1 504 gateway time-out",
            true,
        ),
    ] {
        assert_eq!(is_gateway_error(text), expected, "{text}");
    }
}

#[test]
fn gateway_errors_are_told_by_probes() {
    use crate::model::{HttpAnswer, ServiceName, Timestamp};
    for (status, expected) in [(502, true), (503, true), (504, true), (500, false)] {
        let mut proxy = Service::unknown(None, ServiceName::new("web"), Timestamp::UNIX_EPOCH);
        let answer = HttpAnswer::of(status, "Bad Gateway".to_owned());
        proxy.health.probe = Some(failed(Finding::Http(answer)));
        assert_eq!(
            ErrorTexts::of(&proxy).is_gateway_error,
            expected,
            "{status}"
        );
    }
    // What a command in the container says of the answer it got.
    let mut proxy = Service::unknown(None, ServiceName::new("web"), Timestamp::UNIX_EPOCH);
    proxy.health.probe = Some(failed(Finding::Exited {
        code: 22,
        line: "curl: (22) The requested URL returned error: 503".to_owned(),
    }));
    assert!(ErrorTexts::of(&proxy).is_gateway_error);
}

#[test]
fn what_a_probe_found_blames_by_the_words_of_the_service() {
    use crate::model::{HttpAnswer, ServiceName, Timestamp};
    let detail = Some("connection to server at \"db\" failed: Connection refused".to_owned());
    for (finding, expected) in [
        (
            Finding::Http(HttpAnswer {
                detail,
                ..HttpAnswer::of(503, String::new())
            }),
            true,
        ),
        (
            Finding::Login {
                said: "password authentication failed for user \"db\"".to_owned(),
            },
            true,
        ),
        (Finding::Refused, false),
    ] {
        let mut api = Service::unknown(None, ServiceName::new("api"), Timestamp::UNIX_EPOCH);
        api.health.probe = Some(failed(finding.clone()));
        let blamed = ErrorTexts::of(&api).report_unreachable(&["db".to_owned()]);
        assert_eq!(blamed, expected, "{finding}");
    }
}

fn failed(finding: Finding) -> crate::model::ProbeVerdict {
    use crate::model::{Contact, ProbeKind, Timestamp};
    crate::model::ProbeVerdict {
        kind: ProbeKind::Http,
        target: String::new(),
        success: false,
        contact: Contact::Answered,
        latency_ms: None,
        phases: None,
        certificate_until: None,
        checked_at: Timestamp::UNIX_EPOCH,
        finding,
        counts: true,
    }
}

/// A line, a name, and whether the line blames that name.
const CALLS: &[(&str, &str, bool)] = &[
    (
        "connection to server at \"db\" (172.18.0.3), port 5432 failed: connection refused",
        "db",
        true,
    ),
    (
        "connection to server at \"db\" (172.18.0.3), port 5432 failed: connection refused",
        "172.18.0.3",
        true,
    ),
    (
        "connection to server at \"db\" (172.18.0.3), port 5432 failed: connection refused",
        "172.18.0.30",
        false,
    ),
    (
        "connection to server at \"db\", port 5432 failed: connection refused",
        "server",
        false,
    ),
    (
        "error: connect econnrefused 172.18.0.4:6379",
        "172.18.0.4",
        true,
    ),
    (
        "dial tcp: lookup postgres on 127.0.0.11:53: no such host",
        "postgres",
        true,
    ),
    ("getaddrinfo enotfound redis", "redis", true),
    (
        "redis.exceptions.connectionerror: error 111 connecting to cache:6379. connection refused.",
        "cache",
        true,
    ),
    (
        "redis.exceptions.connectionerror: error 111 connecting to cache:6379. connection refused.",
        "redis",
        false,
    ),
    (
        "host not found in upstream \"backend\" in /etc/nginx/conf.d/default.conf:3",
        "backend",
        true,
    ),
    (
        "could not translate host name \"db\" to address: name or service not known",
        "db",
        true,
    ),
    (
        "could not translate host name \"my-db\" to address: name or service not known",
        "db",
        false,
    ),
    (
        "can't connect to mysql server on 'mysql' (115)",
        "mysql",
        true,
    ),
    ("java.net.unknownhostexception: kafka", "kafka", true),
    ("postgres://***@db/hub: connection refused", "db", true),
    ("database db:5432: [errno -3] try again", "db", true),
    ("get /db 200", "db", false),
    ("connected to db:5432", "db", false),
    (
        "upstream timed out while connecting to upstream, upstream: \"http://172.18.0.5:8000/api\"",
        "172.18.0.5",
        true,
    ),
];

#[test]
fn hosts_are_called_in_many_ways() {
    for &(line, name, expected) in CALLS {
        assert_eq!(
            reports_unreachable(line, &[name.to_owned()]),
            expected,
            "{name} in {line}"
        );
    }
}
