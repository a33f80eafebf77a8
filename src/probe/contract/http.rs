//! The contract of HTTP: what a server may do, what is asked of its answer, and what the parts took.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{HEALTHY, Manner, answer, nowhere, probe, probe_with, serve, spec, target};
use crate::model::{
    Credentials, Expect, JsonCondition, ProbeKind, ProbeOrigin, ProbeOutcome, ProbePhases, ProbeSpec,
    SecretSource,
};
use crate::probe::names::Names;
use crate::probe::tls::Tls;
use crate::probe::{Mismatch, Prober, Report};

use ProbeOutcome::{Failure, Inconclusive, Starting, Success, Warning};

const JSON: &str = "application/json";

/// A server that gives one answer after another and keeps what it was asked.
async fn recorded(answers: &'static [&'static str]) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = requests.clone();
    tokio::spawn(async move {
        for text in answers {
            let (mut stream, _) = listener.accept().await?;
            let mut request = [0; 4096];
            let count = stream.read(&mut request).await?;
            kept.lock().expect("a list").push(String::from_utf8_lossy(&request[..count]).into_owned());
            stream.write_all(text.as_bytes()).await?;
        }
        std::io::Result::Ok(())
    });
    (address, requests)
}

fn asked(requests: &Mutex<Vec<String>>) -> Vec<String> {
    requests.lock().expect("a list").clone()
}

fn told(report: Option<Report>) -> (ProbeOutcome, String) {
    let report = report.expect("a report");
    (report.outcome, report.message)
}

/// A secret in a file of its own.
fn secret(folder: &tempfile::TempDir, text: &str) -> SecretSource {
    let path = folder.path().join("secret");
    std::fs::write(&path, text).expect("a file");
    SecretSource::File(path)
}

#[tokio::test]
async fn http_says_what_the_server_does() {
    let cases = [
        (Manner::Answers(HEALTHY), Success, "200 healthy 1.4.2"),
        (Manner::Answers("HTTP/1.1 204 No Content\r\n\r\n"), Success, "204 No Content"),
        (
            Manner::Answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
            Failure,
            "503 Service Unavailable",
        ),
        (Manner::Answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), Failure, "404 Not Found"),
        (
            Manner::Answers("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"),
            Warning,
            "429 Too Many Requests",
        ),
        (
            Manner::Answers(
                "HTTP/1.1 503 X\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{\"status\":\"starting\"}",
            ),
            Starting,
            "503 starting",
        ),
        (
            Manner::Answers(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 67\r\n\r\n{\"status\":\"down\",\"detail\":\"no route to redis://u:p@cache\\u001b[2J\"}",
            ),
            Failure,
            "200 down: no route to redis://***@cache [2J",
        ),
        (
            Manner::Answers(
                "HTTP/1.1 302 Found\r\nLocation: https://id.example/login\r\nContent-Length: 0\r\n\r\n",
            ),
            Success,
            "302 to https://id.example/login",
        ),
        (Manner::Silent, Failure, "no answer within 1.0 s"),
        (Manner::Garbage, Failure, "the answer is not HTTP"),
        (Manner::Greets("-ERR unknown command\r\n"), Failure, "the answer is not HTTP"),
        (Manner::ClosesAtOnce, Failure, "connection closed without an answer"),
        (Manner::Truncated, Success, "200 OK"),
        (Manner::Loops, Failure, "redirected more than 5 times"),
        (Manner::Endless, Success, "200 OK"),
    ];
    for (manner, outcome, message) in cases {
        let address = serve(manner).await.to_string();
        let report = probe(spec(ProbeKind::Http), vec![address.clone()]).await.expect("a report");
        assert_eq!((report.outcome, report.message.as_str()), (outcome, message), "{manner:?}");
        assert_eq!(report.target, format!("http://{address}/health"));
        assert_eq!(report.address, Some(address));
        let wrong = matches!(manner, Manner::Garbage | Manner::Greets(_) | Manner::ClosesAtOnce);
        assert_eq!(report.mismatch == Some(Mismatch::OtherProtocol), wrong, "{manner:?}");
        assert_eq!(
            report.latency.is_some(),
            outcome != Failure || message.starts_with(char::is_numeric),
            "{manner:?}"
        );
    }
    let report = probe(spec(ProbeKind::Http), vec![nowhere().await]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Failure, "connection refused"));
    assert_eq!(report.mismatch, None, "nobody there proves no protocol");
}

#[tokio::test]
async fn a_slow_answer_is_a_warning() {
    let address = serve(Manner::Late(300)).await.to_string();
    let slow = ProbeSpec { slow_after: Some(Duration::from_millis(200)), ..spec(ProbeKind::Http) };
    let report = probe(slow, vec![address]).await.expect("a report");
    assert_eq!(report.outcome, Warning);
    assert!(report.message.starts_with("200 healthy 1.4.2, slow: 0."), "{}", report.message);
    assert!(report.latency.is_some_and(|latency| latency >= Duration::from_millis(300)));
}

#[tokio::test]
async fn tls_and_plain_text_are_told_apart() {
    let nginx = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>The plain HTTP request was sent to HTTPS port</h1>";
    let go = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";
    for text in [nginx, go] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await?;
            let _request = stream.read(&mut [0; 4096]).await?;
            stream.write_all(text.as_bytes()).await
        });
        let report = probe(spec(ProbeKind::Http), vec![address]).await.expect("a report");
        assert_eq!((report.outcome, report.mismatch), (Failure, Some(Mismatch::NeedsTls)), "{text}");
    }
    let plain =
        serve(Manner::Answers("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")).await.to_string();
    let report =
        probe(ProbeSpec { tls: true, ..spec(ProbeKind::Http) }, vec![plain]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Failure, "the answer is not TLS"));
}

#[tokio::test]
async fn the_guessed_path_is_no_health_endpoint() {
    let text = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"status\":\"error\"}";
    let address = serve(Manner::Answers(text)).await.to_string();
    let guess = ProbeSpec { origin: ProbeOrigin::Port, status: (200, 499), ..spec(ProbeKind::Http) };
    let report = probe(guess, vec![address]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Success, "404 error"));
}

#[tokio::test]
async fn answers_of_every_shape_are_read_or_told_of() {
    for (manner, outcome, message) in [
        (Manner::EndlessHeader, Failure, "the head of the answer is too large"),
        (Manner::EndlessHeaders, Failure, "the head of the answer is too large"),
        (
            Manner::Answers(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
            ),
            Failure,
            "no complete answer within 1.0 s",
        ),
        // Nobody wants to know what is in a page.
        (
            Manner::Answers("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n"),
            Success,
            "200 OK",
        ),
        (Manner::Answers("HTTP/1.0 200 OK\r\n\r\nfine"), Failure, "no complete answer within 1.0 s"),
        (Manner::Answers("HTTP/1.0 200 Fine\r\nContent-Length: 4\r\n\r\nfine"), Success, "200 OK"),
        (Manner::Answers("HTTP/1.0 503\r\nContent-Length: 0\r\n\r\n"), Failure, "503 Service Unavailable"),
        (
            Manner::Answers(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x0b\x08",
            ),
            Success,
            "200 OK",
        ),
    ] {
        let address = serve(manner).await.to_string();
        assert_eq!(
            told(probe(spec(ProbeKind::Http), vec![address]).await),
            (outcome, message.to_owned()),
            "{manner:?}"
        );
    }
    // A guessed path may be a stream of events.
    let stream = serve(Manner::Answers("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ntick")).await;
    let guess = ProbeSpec { origin: ProbeOrigin::Port, ..spec(ProbeKind::Http) };
    assert_eq!(told(probe(guess, vec![stream.to_string()]).await), (Success, "200 OK".to_owned()));
}

#[tokio::test]
async fn nothing_is_asked_for_but_the_answer_itself() {
    let (address, requests) = recorded(&[HEALTHY]).await;
    assert!(probe(spec(ProbeKind::Http), vec![address.to_string()]).await.is_some());
    let request = asked(&requests).concat();
    assert!(request.starts_with("GET /health HTTP/1.1\r\n"), "{request}");
    let headers = request.to_lowercase();
    assert!(headers.contains("host: localhost:80\r\n"), "{request}");
    for header in ["accept-encoding", "authorization", "cookie", "referer"] {
        assert!(!headers.contains(header), "{header} in {request}");
    }
}

#[tokio::test]
async fn conditions_are_met_or_say_what_was_found() {
    let text = |text: &str| Expect { text: Some(text.to_owned()), json: None };
    let json = |pointer: &str, equals: Option<&str>| {
        let equals = equals.map(str::to_owned);
        Expect { text: None, json: Some(JsonCondition { pointer: pointer.to_owned(), equals }) }
    };
    let page = answer("200 OK", "text/html", "<h1>All systems ready</h1>");
    let state = answer("200 OK", JSON, r#"{"status":"up","checks":{"db":"gone","mail":false}}"#);
    let gzip = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x0b\x08";
    let broken = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
    for (manner, expect, outcome, message) in [
        (Manner::Answers(page), text("systems ready"), Success, "200 OK"),
        (Manner::Answers(page), text("r\u{1b}eady"), Failure, "the answer does not hold \"r eady\""),
        (Manner::Endless, text("x"), Failure, "the first 256 KiB of the answer do not hold \"x\""),
        (Manner::Endless, text(" "), Success, "200 OK"),
        (Manner::Answers(gzip), text("x"), Failure, "the answer is encoded, which nobody asked for"),
        (Manner::Answers(state), json("/status", Some("up")), Success, "200 up"),
        (
            Manner::Answers(state),
            json("/checks/db", Some("ok")),
            Failure,
            "/checks/db is \"gone\" instead of \"ok\"",
        ),
        (Manner::Answers(state), json("/checks/mail", None), Failure, "/checks/mail is false"),
        (Manner::Answers(state), json("/checks/disk", None), Failure, "/checks/disk is not in the answer"),
        (Manner::Answers(page), json("/status", None), Failure, "the answer is not JSON"),
        (Manner::Truncated, json("/status", None), Failure, "the answer is not JSON"),
        (Manner::Endless, json("/status", None), Failure, "the answer is longer than 256 KiB"),
        // The status comes first.
        (Manner::Answers(broken), text("x"), Failure, "503 Service Unavailable"),
    ] {
        let address = serve(manner).await.to_string();
        let asked = ProbeSpec { expect: expect.clone(), ..spec(ProbeKind::Http) };
        let report = probe(asked, vec![address]).await.expect("a report");
        assert_eq!((report.outcome, report.message.as_str()), (outcome, message), "{expect:?}");
        assert!(report.is_answer() && report.mismatch.is_none(), "{expect:?}");
    }
}

#[tokio::test]
async fn credentials_go_to_the_service_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let source = secret(&folder, "hunter2\n");
    let password = Credentials::Password { user: "ann".to_owned(), password: source.clone() };
    let with =
        |credentials: Credentials| ProbeSpec { credentials: Some(credentials), ..spec(ProbeKind::Http) };
    for (credentials, header) in [
        (password.clone(), "authorization: basic yw5uomh1bnrlcji=\r\n"),
        (Credentials::Token(source.clone()), "authorization: bearer hunter2\r\n"),
    ] {
        // Over a redirect on the same host as well.
        let moved = "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n";
        let (address, requests) = recorded(Vec::from([moved, HEALTHY]).leak()).await;
        let report = probe(with(credentials), vec![address.to_string()]).await;
        assert_eq!(told(report), (Success, "200 healthy 1.4.2".to_owned()));
        let requests = asked(&requests);
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().all(|request| request.to_lowercase().contains(header)), "{requests:?}");
    }
    let (elsewhere, requests) = recorded(&[HEALTHY]).await;
    let away = format!("HTTP/1.1 307 X\r\nLocation: http://{elsewhere}/\r\nContent-Length: 0\r\n\r\n");
    let address = serve(Manner::Answers(away.leak())).await.to_string();
    let report = probe(with(Credentials::Token(source)), vec![address]).await;
    assert_eq!(told(report), (Success, format!("307 to http://{elsewhere}/")));
    assert_eq!(asked(&requests), [""; 0], "a redirect to another port is the answer");

    for (status, expected) in [
        ("401 Unauthorized", "login refused: 401 Unauthorized"),
        ("403 Forbidden", "login refused: 403 Forbidden"),
    ] {
        let address = serve(Manner::Answers(answer(status, JSON, "{}"))).await.to_string();
        let report = probe(with(password.clone()), vec![address.clone()]).await.expect("a report");
        assert!(report.is_answer(), "refusing is an answer");
        assert_eq!((report.outcome, report.message.as_str()), (Failure, expected));
        assert_eq!(
            told(probe(spec(ProbeKind::Http), vec![address.clone()]).await),
            (Failure, status.to_owned())
        );
        let url = Some(format!("http://ann:hunter2@{address}/health"));
        let report = probe(ProbeSpec { url, ..spec(ProbeKind::Http) }, Vec::new()).await.expect("a report");
        assert_eq!(report.message, expected);
        assert_eq!(report.target, format!("http://***@{address}/health"));
    }
    let token = Credentials::Token(secret(&folder, "one\ntwo"));
    let report = probe(with(token), vec![nowhere().await]).await;
    assert_eq!(
        told(report),
        (Inconclusive, "not checked: the token holds characters that no header can".to_owned())
    );
}

#[tokio::test]
async fn redirects_stay_on_their_host_and_end() {
    for (location, expected) in [
        ("/again", "redirected more than 5 times"),
        ("https://id.example/login", "302 to https://id.example/login"),
        ("ftp://id.example/", "302 to ftp://id.example/"),
        ("//", "302 to //"),
    ] {
        let text = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let address = serve(Manner::Answers(text.leak())).await.to_string();
        assert_eq!(told(probe(spec(ProbeKind::Http), vec![address]).await).1, expected);
    }
}

fn milliseconds(phases: Option<ProbePhases>) -> [Option<f32>; 4] {
    let phases = phases.expect("phases");
    [phases.dns_ms, phases.connect_ms, phases.tls_ms, phases.first_byte_ms]
}

#[tokio::test]
async fn the_parts_are_timed_as_far_as_they_go() {
    let late = serve(Manner::Late(200)).await;
    let report = probe(spec(ProbeKind::Http), vec![late.to_string()]).await.expect("a report");
    let [None, Some(connect), None, Some(first_byte)] = milliseconds(report.phases) else {
        panic!("an address has no look-up, plain HTTP no TLS: {:?}", report.phases);
    };
    assert!(connect < 150.0 && first_byte >= 199.0, "{:?}", report.phases);

    let names = Names::of(|_, port| {
        std::thread::sleep(Duration::from_millis(150));
        Ok(vec![SocketAddr::new([127, 0, 0, 1].into(), port)])
    });
    let prober = Prober::with(Tls::own().expect("TLS"), names).expect("a prober");
    let url = Some(format!("http://slow.example:{}/", late.port()));
    let named = target(ProbeSpec { url, ..spec(ProbeKind::Http) }, Vec::new());
    let report = probe_with(&prober, &named).await.expect("a report");
    assert_eq!(report.outcome, Success, "{}", report.message);
    let [Some(dns), Some(connect), None, Some(first_byte)] = milliseconds(report.phases) else {
        panic!("no look-up in {:?}", report.phases);
    };
    assert!(dns >= 149.0 && connect < 150.0 && first_byte >= 199.0, "{:?}", report.phases);
    let total = report.latency.map(|latency| latency.as_secs_f32() * 1_000.0).unwrap_or_default();
    assert!(
        (total - dns - connect - first_byte).abs() < 100.0,
        "{total} is not the sum of {:?}",
        report.phases
    );

    let silent = serve(Manner::Silent).await.to_string();
    let report = probe(spec(ProbeKind::Http), vec![silent.clone()]).await.expect("a report");
    assert!(matches!(milliseconds(report.phases), [None, Some(_), None, None]), "{:?}", report.phases);
    let report =
        probe(ProbeSpec { tls: true, ..spec(ProbeKind::Http) }, vec![silent]).await.expect("a report");
    assert_eq!(report.message, "no answer within 1.0 s");
    assert!(matches!(milliseconds(report.phases), [None, Some(_), None, None]), "{:?}", report.phases);
    let report = probe(spec(ProbeKind::Http), vec![nowhere().await]).await.expect("a report");
    assert_eq!(milliseconds(report.phases), [None; 4], "nothing came to its end");
}

#[tokio::test]
async fn a_name_that_is_not_found_is_told_from_a_server_that_is_silent() {
    let prober = |names| Prober::with(Tls::own().expect("TLS"), names).expect("a prober");
    let (_free, hangs) = std::sync::mpsc::channel::<()>();
    let hangs = Mutex::new(hangs);
    let hanging = prober(Names::of(move |_, _| {
        let _end = hangs.lock().map(|hangs| hangs.recv_timeout(Duration::from_secs(3)));
        Ok(Vec::new())
    }));
    let absent = prober(Names::of(|_, _| Err(std::io::Error::other("failed to lookup address information"))));
    for (kind, url) in [
        (ProbeKind::Http, "http://db.example/health"),
        (ProbeKind::Http, "https://db.example/health"),
        (ProbeKind::Grafana, "http://db.example:3000"),
        (ProbeKind::Tcp, "tcp://db.example:5432"),
        (ProbeKind::Tls, "tls://db.example"),
    ] {
        let named = target(ProbeSpec { url: Some(url.to_owned()), ..spec(kind) }, Vec::new());
        let report = probe_with(&hanging, &named).await;
        assert_eq!(told(report), (Failure, "name not resolved within 1.0 s".to_owned()), "{url}");
        let report = probe_with(&absent, &named).await;
        assert_eq!(told(report), (Failure, "name not resolved".to_owned()), "{url}");
    }
}

#[tokio::test]
async fn urls_from_config_are_asked_where_they_lead_or_refused() {
    let good = serve(Manner::Answers(HEALTHY)).await;
    for (kind, url, outcome, message) in [
        (ProbeKind::Http, format!("http://{good}/health"), Success, "200 healthy 1.4.2"),
        (ProbeKind::Tcp, format!("tcp://ann:secret@{good}"), Success, "accepts connections"),
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
        (ProbeKind::Http, "http://".to_owned(), Inconclusive, "not checked: the URL names no host and port"),
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
        let report = probe(ProbeSpec { url: Some(url.clone()), ..spec(kind) }, Vec::new()).await;
        let report = report.expect("a report");
        assert_eq!((report.outcome, report.message.as_str()), (outcome, message), "{url}");
        assert!(!report.target.contains("secret"), "{}", report.target);
    }
    let (address, requests) =
        recorded(&["HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"version\":\"0.5.1\" }"]).await;
    let url = Some(format!("http://{address}"));
    let report = probe(ProbeSpec { url, ..spec(ProbeKind::Ollama) }, Vec::new()).await.expect("a report");
    assert_eq!((report.outcome, report.version.as_deref()), (Success, Some("0.5.1")));
    assert!(asked(&requests).concat().starts_with("GET /api/version "), "the product's own call");
}
