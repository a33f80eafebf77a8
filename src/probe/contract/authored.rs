//! The contract of healthchecks: what is sent is what their authors send, and nobody reads their
//! secrets.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, channel};

use super::{Manner, answer, probe, serve, told};
use crate::model::{Healthcheck, InstanceFacts, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec};
use crate::probe::derive;
use crate::probe::testing::{facts, service};

use ProbeOutcome::{Failure, Success};

/// A server that answers 200 to requests that hold all of `wanted`, and `refusal` to all others.
async fn wants(
    wanted: &'static [&'static str],
    refusal: &'static str,
) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address").to_string();
    let (keep, requests) = channel(8);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let mut text = String::new();
            // The body may come in a piece of its own.
            while let Ok(Ok(count)) =
                tokio::time::timeout(Duration::from_millis(50), stream.read(&mut request)).await
            {
                text.push_str(&String::from_utf8_lossy(&request[..count]));
                if count == 0 || wanted.iter().all(|part| text.contains(part)) {
                    break;
                }
            }
            let good = wanted.iter().all(|part| text.contains(part));
            let said = if good {
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            } else {
                refusal
            };
            stream.write_all(said.as_bytes()).await?;
            let _ = keep.send(text).await;
        }
        std::io::Result::Ok(())
    });
    (address, requests)
}

const BAD: &str = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
const UNTAKEN: &str = "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";

/// A container whose healthcheck is `script`.
fn checked(script: &str) -> InstanceFacts {
    let test = vec!["CMD-SHELL".to_owned(), script.to_owned()];
    let healthcheck = Some(Healthcheck {
        test: test.into(),
        interval: None,
        start_period: None,
        retries: None,
    });
    InstanceFacts {
        healthcheck,
        ..facts("hub/web")
    }
}

fn derived(facts: InstanceFacts) -> ProbeSpec {
    derive(&service(facts), Duration::from_secs(1), None)
        .spec
        .expect("a probe")
}

#[tokio::test]
async fn a_healthcheck_is_asked_as_its_authors_ask() {
    for (script, wanted, refusal) in [
        (
            "curl -f -H 'Host: app.example' http://localhost:8080/",
            &["GET / ", "host: app.example\r\n"][..],
            BAD,
        ),
        (
            "curl -f http://localhost:8080/",
            &["host: localhost:8080\r\n"],
            BAD,
        ),
        ("curl -f http://localhost/", &["host: localhost\r\n"], BAD),
        (
            "curl -f http://127.0.0.1:8080/",
            &["host: 127.0.0.1:8080\r\n"],
            BAD,
        ),
        ("curl -fI http://localhost:8080/x", &["HEAD /x "], BAD),
        (
            "curl -f -u ann:hunter2 http://localhost/",
            &["authorization: Basic YW5uOmh1bnRlcjI=\r\n"],
            BAD,
        ),
        (
            "curl -f -A probe/1 -H 'X-A: b' http://localhost/",
            &["user-agent: probe/1\r\n", "x-a: b\r\n"],
            BAD,
        ),
        (
            "curl -f -X POST -H 'Content-Type: application/json' -d '{\"a\":1}' http://localhost/rpc",
            &[
                "POST /rpc ",
                "content-type: application/json\r\n",
                "content-length: 7\r\n",
                "\r\n\r\n{\"a\":1}",
            ],
            BAD,
        ),
        (
            "wget -qO- --post-data=a=1 http://localhost/rpc",
            &[
                "POST /rpc ",
                "content-type: application/x-www-form-urlencoded\r\n",
                "\r\n\r\na=1",
            ],
            BAD,
        ),
        // It knows the head of its page only, which is what this asks for first.
        ("wget -q --spider http://localhost/", &["HEAD / "], UNTAKEN),
    ] {
        let (address, mut requests) = wants(wanted, refusal).await;
        let spec = derived(checked(script));
        let report = probe(spec, vec![address]).await.expect("a report");
        let requests: Vec<String> = std::iter::from_fn(|| requests.try_recv().ok()).collect();
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Success, "200 OK"),
            "{script}: {requests:?}"
        );
    }
}

#[tokio::test]
async fn a_label_that_names_the_port_is_asked_as_the_healthcheck_asks_it() {
    let mut labelled =
        checked("curl -f -H 'Host: app.example' -H 'X-Key: k3y' http://localhost:8080/up");
    labelled.labels = [("hubdeck.probe".to_owned(), "http://:8080/".to_owned())].into();
    let (address, _) = wants(&["GET / ", "host: app.example\r\n", "x-key: k3y\r\n"], BAD).await;
    let spec = derived(labelled.clone());
    assert_eq!(spec.origin, ProbeOrigin::Label);
    assert_eq!(
        told(probe(spec, vec![address]).await),
        (Success, "200 OK".to_owned())
    );
    // Another port is another server.
    labelled.labels = [("hubdeck.probe".to_owned(), "http://:9090/".to_owned())].into();
    let (address, _) = wants(&["host: app.example\r\n"], BAD).await;
    let hinted = "400 Bad Request; the server may want a host name";
    assert_eq!(
        told(probe(derived(labelled), vec![address]).await),
        (Failure, hinted.to_owned())
    );

    let mut told_by_labels = facts("hub/web");
    let labels = [
        ("", "http://:80/"),
        (".host", "app.example"),
        (".method", "head"),
        (".header.X-A", "b"),
    ];
    let labels = labels.map(|(key, value)| (format!("hubdeck.probe{key}"), value.to_owned()));
    told_by_labels.labels = labels.into();
    let (address, _) = wants(&["HEAD / ", "host: app.example\r\n", "x-a: b\r\n"], BAD).await;
    assert_eq!(
        told(probe(derived(told_by_labels), vec![address]).await),
        (Success, "200 OK".to_owned())
    );
}

#[test]
fn labels_take_no_secrets_and_nothing_that_changes_anything() {
    for (key, value, reason) in [
        (
            "header.Authorization",
            "Bearer hunter2",
            "credentials are taken from hubdeck's config file only",
        ),
        (
            "header.Cookie",
            "hunter2",
            "credentials are taken from hubdeck's config file only",
        ),
        (
            "header.X-Api-Key",
            "hunter2",
            "credentials are taken from hubdeck's config file only",
        ),
        (
            "header.Content-Length",
            "hunter2",
            "credentials are taken from hubdeck's config file only",
        ),
        (
            "method",
            "DELETE",
            "\"DELETE\" is none of GET, HEAD, OPTIONS",
        ),
        ("host", "a b", "\"a b\" is no host name"),
        (
            "password",
            "hunter2",
            "there are host, method, server_name and header.NAME",
        ),
    ] {
        let mut own = facts("hub/web");
        own.labels = [
            ("hubdeck.probe", "http://:80/"),
            (&format!("hubdeck.probe.{key}"), value),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let derived = derive(&service(own), Duration::from_secs(1), None);
        let warning = derived.warning.expect("a warning");
        let begin = format!("label hubdeck.probe.{key} of hub/web is ignored: ");
        assert!(
            warning.starts_with(&begin) && warning.contains(reason),
            "{warning}"
        );
        assert!(!warning.contains("hunter2"), "{warning}");
        assert_eq!(
            derived.spec.expect("a probe").request,
            crate::model::HttpRequest::default()
        );
    }
}

#[tokio::test]
async fn secrets_of_a_healthcheck_are_sent_and_shown_nowhere() {
    for script in [
        "curl -f -u ann:hunter2 http://localhost:8000/health",
        "curl -f http://ann:hunter2@localhost:8000/health",
        "curl -f -H 'Authorization: Bearer hunter2' http://localhost:8000/health",
        "curl -f -H 'X-Api-Key: hunter2' http://localhost:8000/health",
        "curl -f -H 'X-Api-Key: hunter2' -d 'password=hunter2' http://localhost:8000/health",
    ] {
        let spec = derived(checked(script));
        assert!(!format!("{spec:?}").contains("hunter2"), "{spec:?}");
        let echo =
            r#"{"status":"down","detail":"ann:hunter2 and Basic YW5uOmh1bnRlcjI= are unknown"}"#;
        let at = serve(Manner::Answers(answer("503 X", "application/json", echo)))
            .await
            .to_string();
        let report = probe(spec, vec![at]).await.expect("a report");
        assert_eq!(report.outcome, Failure);
        assert!(
            !format!("{report:?}").contains("hunter2"),
            "{script}: {report:?}"
        );
    }
    let spec = derived(checked(
        "curl -f 'http://localhost:8000/health?full=1&api_key=hunter2&x'",
    ));
    let (at, mut requests) = wants(&["GET /health?full=1&api_key=hunter2&x "], BAD).await;
    let report = probe(spec, vec![at.clone()]).await.expect("a report");
    assert_eq!(
        report.target,
        format!("http://{at}/health?full=1&api_key=***&x")
    );
    assert!(requests.recv().await.is_some() && report.outcome == Success);
    let spec = derived(checked(
        "curl -f -u ann:hunter2 http://localhost:8000/health",
    ));
    let at = serve(Manner::Answers(answer(
        "401 Unauthorized",
        "text/plain",
        "",
    )))
    .await
    .to_string();
    assert_eq!(
        told(probe(spec, vec![at]).await).1,
        "login refused: 401 Unauthorized"
    );
}

#[test]
fn a_database_is_asked_as_the_user_that_it_was_made_with() {
    let variables = [
        ("POSTGRES_USER", "app"),
        ("POSTGRES_DB", "shop"),
        ("POSTGRES_PASSWORD", "hunter2"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    for (script, set, user, database) in [
        ("pg_isready -U app -d shop", false, "app", "shop"),
        ("pg_isready", true, "app", "shop"),
        (
            "pg_isready -U $POSTGRES_USER -d $POSTGRES_DB",
            true,
            "app",
            "shop",
        ),
        ("pg_isready -U other", true, "other", "shop"),
        ("nc -z localhost 5432", true, "app", "shop"),
        ("nc -z localhost 5432", false, "", ""),
    ] {
        let environment = if set { variables.to_vec() } else { Vec::new() };
        let spec = derived(InstanceFacts {
            environment: environment.into(),
            ..checked(script)
        });
        assert_eq!(spec.kind, ProbeKind::Postgres);
        assert_eq!(
            (spec.user.as_str(), spec.subject.as_str()),
            (user, database),
            "{script}"
        );
        assert_eq!(
            spec.credentials, None,
            "a password that nobody gave hubdeck is not used"
        );
    }
}

/// A server that gives this answer, byte by byte as it is.
pub(super) async fn bytes(head: &str, body: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address").to_string();
    let head = format!(
        "HTTP/1.1 200 OK\r\n{head}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let whole: Arc<[u8]> = [head.into_bytes(), body].concat().into();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _request = stream.read(&mut [0; 4096]).await?;
            stream.write_all(&whole).await?;
        }
        std::io::Result::Ok(())
    });
    address
}
