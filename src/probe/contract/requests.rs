//! The contract of requests: what is sent where, and names and URLs that lead nowhere.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, channel};

use super::{HEALTHY, Manner, answer, nowhere, probe, probe_with, serve, spec, target, told};
use crate::model::{Credentials, ProbeKind, ProbeOutcome, ProbeSpec, SecretSource};
use crate::probe::resolver::Resolver;
use crate::probe::tls_client::Tls;
use crate::probe::{Prober, Report};

use ProbeOutcome::{Failure, Inconclusive, Success};

/// A server that gives one answer after another and keeps what it was asked.
async fn recorded(answers: &'static [&'static str]) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let (keep, requests) = channel(8);
    tokio::spawn(async move {
        for text in answers {
            let (mut stream, _) = listener.accept().await?;
            let mut request = [0; 4096];
            let count = stream.read(&mut request).await?;
            let _ = keep
                .send(String::from_utf8_lossy(&request[..count]).into_owned())
                .await;
            stream.write_all(text.as_bytes()).await?;
        }
        std::io::Result::Ok(())
    });
    (address, requests)
}

/// What it was asked until now.
fn asked(requests: &mut Receiver<String>) -> Vec<String> {
    std::iter::from_fn(|| requests.try_recv().ok()).collect()
}

/// A secret in a file of its own.
fn secret(folder: &tempfile::TempDir, text: &str) -> SecretSource {
    let path = folder.path().join("secret");
    std::fs::write(&path, text).expect("a file");
    SecretSource::File(path)
}

#[tokio::test]
async fn nothing_is_asked_for_but_the_answer_itself() {
    let (address, mut requests) = recorded(&[HEALTHY]).await;
    assert!(
        probe(spec(ProbeKind::Http), vec![address.to_string()])
            .await
            .is_some()
    );
    let request = asked(&mut requests).concat();
    assert!(request.starts_with("GET /health HTTP/1.1\r\n"), "{request}");
    let headers = request.to_lowercase();
    assert!(headers.contains("host: localhost\r\n"), "{request}");
    for header in ["accept-encoding", "authorization", "cookie", "referer"] {
        assert!(!headers.contains(header), "{header} in {request}");
    }
}

/// An HTTP check with these credentials.
fn with(credentials: Credentials) -> ProbeSpec {
    ProbeSpec {
        credentials: Some(credentials),
        ..spec(ProbeKind::Http)
    }
}

fn password(source: SecretSource) -> Credentials {
    Credentials::Password {
        user: "ann".to_owned(),
        password: source,
    }
}

#[tokio::test]
async fn credentials_go_to_the_service_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = secret(&folder, "hunter2\n");
    for (credentials, header) in [
        (
            password(source.clone()),
            "authorization: basic yw5uomh1bnrlcji=\r\n",
        ),
        (
            Credentials::Token(source.clone()),
            "authorization: bearer hunter2\r\n",
        ),
    ] {
        // Over a redirect on the same host as well.
        let moved = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        let (address, mut requests) = recorded(Vec::from([moved, HEALTHY]).leak()).await;
        let report = probe(with(credentials), vec![address.to_string()]).await;
        assert_eq!(told(report), (Success, "200 healthy 1.4.2".to_owned()));
        let requests = asked(&mut requests);
        assert_eq!(requests.len(), 2);
        assert!(
            requests
                .iter()
                .all(|request| request.to_lowercase().contains(header)),
            "{requests:?}"
        );
    }
    let (elsewhere, mut requests) = recorded(&[HEALTHY]).await;
    let away =
        format!("HTTP/1.1 307 X\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let address = serve(Manner::Answers(away.leak())).await.to_string();
    let report = probe(with(Credentials::Token(source)), vec![address]).await;
    assert_eq!(
        told(report),
        (Success, format!("307 to http://{elsewhere}/"))
    );
    assert_eq!(
        asked(&mut requests),
        [""; 0],
        "a redirect to another port is the answer"
    );
}

#[tokio::test]
async fn a_refused_login_is_told_without_its_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = secret(&folder, "hunter2\n");
    for (status, expected) in [
        ("401 Unauthorized", "login refused: 401 Unauthorized"),
        ("403 Forbidden", "login refused: 403 Forbidden"),
    ] {
        let address = serve(Manner::Answers(answer(status, "application/json", "{}")))
            .await
            .to_string();
        let report = probe(with(password(source.clone())), vec![address.clone()])
            .await
            .expect("a report");
        assert!(report.is_answer(), "refusing is an answer");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Failure, expected)
        );
        assert_eq!(
            told(probe(spec(ProbeKind::Http), vec![address.clone()]).await),
            (Failure, status.to_owned())
        );
        let url = Some(format!("http://ann:hunter2@{address}/health"));
        let report = probe(
            ProbeSpec {
                url,
                ..spec(ProbeKind::Http)
            },
            Vec::new(),
        )
        .await
        .expect("a report");
        assert_eq!(report.message(), expected);
        assert_eq!(report.target, format!("http://***@{address}/health"));
    }
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_not_sent() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = Credentials::Token(secret(&folder, "one\ntwo"));
    let report = probe(with(token), vec![nowhere().await]).await;
    assert_eq!(
        told(report),
        (
            Inconclusive,
            "not checked: the token holds characters that no header can".to_owned()
        )
    );
}

#[tokio::test]
async fn a_name_that_is_not_found_is_told_from_a_server_that_is_silent() {
    let prober = |resolver| Prober::with(Tls::own().expect("TLS"), resolver).expect("a prober");
    let gate = Arc::new(Semaphore::new(0));
    let hanging = prober(Resolver::behind(gate.clone()));
    let absent = prober(Resolver::of(|_, _| {
        Err(std::io::Error::other(
            "failed to lookup address information",
        ))
    }));
    for (kind, url) in [
        (ProbeKind::Http, "http://db.example/health"),
        (ProbeKind::Http, "https://db.example/health"),
        (ProbeKind::Grafana, "http://db.example:3000"),
        (ProbeKind::Tcp, "tcp://db.example:5432"),
        (ProbeKind::Tls, "tls://db.example"),
    ] {
        let timeout = Duration::from_millis(200);
        let named = target(
            ProbeSpec {
                url: Some(url.to_owned()),
                timeout,
                ..spec(kind)
            },
            Vec::new(),
        );
        let report = probe_with(&hanging, &named).await;
        assert_eq!(
            told(report),
            (Failure, "name not resolved within 0.20 s".to_owned()),
            "{url}"
        );
        let report = probe_with(&absent, &named).await;
        assert_eq!(
            told(report),
            (Failure, "name not resolved".to_owned()),
            "{url}"
        );
    }
    gate.close();
}

/// What comes of asking what this URL from config names.
async fn at_url(kind: ProbeKind, url: String) -> Report {
    let named = ProbeSpec {
        url: Some(url),
        ..spec(kind)
    };
    probe(named, Vec::new()).await.expect("a report")
}

#[tokio::test]
async fn urls_from_config_are_asked_where_they_lead_or_refused() {
    let good = serve(Manner::Answers(HEALTHY)).await;
    for (kind, url, outcome, message) in [
        (
            ProbeKind::Http,
            format!("http://{good}/health"),
            Success,
            "200 healthy 1.4.2",
        ),
        (
            ProbeKind::Tcp,
            format!("tcp://ann:secret@{good}"),
            Success,
            "accepts connections",
        ),
        (
            ProbeKind::Http,
            format!("tcp://{good}"),
            Inconclusive,
            "not checked: http is asked over http:// or https://, not tcp://",
        ),
        (
            ProbeKind::Tcp,
            "tcp://db.example".to_owned(),
            Inconclusive,
            "not checked: the URL names no host and port",
        ),
        (
            ProbeKind::Http,
            "http://".to_owned(),
            Inconclusive,
            "not checked: the URL names no host and port",
        ),
        (
            ProbeKind::Http,
            format!("http://[::1/{good}"),
            Inconclusive,
            "not checked: the URL is none: invalid IPv6 address",
        ),
        (
            ProbeKind::Vault,
            format!("vault://{good}"),
            Inconclusive,
            "not checked: vault is asked over http:// or https://, not vault://",
        ),
    ] {
        let report = at_url(kind, url.clone()).await;
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message),
            "{url}"
        );
        assert!(!report.target.contains("secret"), "{}", report.target);
    }
}

#[tokio::test]
async fn a_url_without_a_path_is_asked_for_the_products_own() {
    let (address, mut requests) =
        recorded(&["HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"version\":\"0.5.1\" }"]).await;
    let report = at_url(ProbeKind::Ollama, format!("http://{address}")).await;
    assert_eq!(
        (report.outcome, report.version.as_deref()),
        (Success, Some("0.5.1"))
    );
    assert!(
        asked(&mut requests)
            .concat()
            .starts_with("GET /api/version "),
        "the product's own call"
    );
}
