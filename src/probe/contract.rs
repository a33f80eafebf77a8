//! One contract for every kind of probe, on real sockets: whatever the other side does, a verdict
//! comes within the timeout, with one line an operator understands.

mod protocols;
mod script;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{Mismatch, Prober, Report};
use crate::model::{ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget, ServiceId, Timestamp};

/// How a server behaves once it has accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    /// Answers with this text after the request.
    Answers(&'static str),
    /// Sends this at once, without waiting for a request, and stays.
    Greets(&'static str),
    Silent,
    /// Answers healthy after this many milliseconds.
    Late(u64),
    Garbage,
    /// A body without end.
    Endless,
    ClosesAtOnce,
    /// Promises more than it sends.
    Truncated,
    /// Redirects to itself for ever.
    Loops,
}

const HEALTHY: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 39\r\n\r\n{\"status\":\"healthy\",\"version\":\"1.4.2\" }";

async fn serve(manner: Manner) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(behave(stream, manner));
        }
    });
    address
}

/// Plays `manner`; errors mean that the probe has hung up, which is its right.
async fn behave(mut stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut request = [0; 4096];
    match manner {
        Manner::ClosesAtOnce => return Ok(()),
        Manner::Greets(text) => stream.write_all(text.as_bytes()).await?,
        _ => {}
    }
    if stream.read(&mut request).await? == 0 {
        return Ok(());
    }
    match manner {
        Manner::Answers(text) => stream.write_all(text.as_bytes()).await?,
        Manner::Late(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            stream.write_all(HEALTHY.as_bytes()).await?;
        }
        Manner::Garbage => stream.write_all(&[0xff, 0x00, 0x1b, 0x5b, 0x0a].repeat(4000)).await?,
        Manner::Truncated => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":").await?;
            return Ok(());
        }
        Manner::Loops => {
            stream.write_all(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n").await?;
        }
        Manner::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await?;
            let chunk = vec![b' '; 65_536];
            loop {
                stream.write_all(&chunk).await?;
            }
        }
        Manner::Greets(_) | Manner::Silent | Manner::ClosesAtOnce => {}
    }
    // Stay until the probe hangs up.
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}

fn spec(kind: ProbeKind) -> ProbeSpec {
    let path = if kind == ProbeKind::Http { "/health".into() } else { String::new() };
    ProbeSpec { path, timeout: Duration::from_secs(1), ..ProbeSpec::new(kind, 80, ProbeOrigin::Label) }
}

async fn probe(spec: ProbeSpec, addresses: Vec<String>) -> Option<Report> {
    let target = ProbeTarget {
        service: ServiceId::new("x"),
        instance: None,
        spec,
        addresses,
        certificate_addresses: Vec::new(),
    };
    let begun = Instant::now();
    let report = Prober::new().expect("a prober").check(&target, Timestamp::UNIX_EPOCH).await;
    assert!(begun.elapsed() < target.spec.timeout + Duration::from_secs(2), "longer than its timeout");
    if let Some(report) = &report {
        assert!(report.message.chars().count() <= 200 && !report.message.is_empty(), "{:?}", report.message);
        assert!(!report.message.chars().any(char::is_control), "{:?}", report.message);
    }
    report
}

/// An address where nothing listens.
async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    listener.local_addr().expect("an address").to_string()
}

use ProbeOutcome::{Failure, Starting, Success, Warning};

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
async fn tcp_says_what_the_server_does() {
    for (manner, outcome, message) in [
        (Manner::Answers(HEALTHY), Success, "accepts connections"),
        (Manner::Greets("220 hello\r\n"), Success, "accepts connections"),
        (Manner::Silent, Success, "accepts connections"),
        (Manner::Garbage, Success, "accepts connections"),
        (Manner::ClosesAtOnce, Failure, "connection closed without an answer"),
        (Manner::Endless, Success, "accepts connections"),
        (Manner::Loops, Success, "accepts connections"),
    ] {
        let address = serve(manner).await.to_string();
        let report = probe(spec(ProbeKind::Tcp), vec![address.clone()]).await.expect("a report");
        assert_eq!((report.outcome, report.message.as_str()), (outcome, message), "{manner:?}");
        assert_eq!(report.target, format!("tcp://{address}"));
        assert_eq!(report.is_answer(), outcome == Success, "{manner:?}");
    }
    let report = probe(spec(ProbeKind::Tcp), vec![nowhere().await]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Failure, "connection refused"));
}

#[tokio::test]
async fn dockers_verdict_asks_nobody() {
    assert_eq!(probe(spec(ProbeKind::Docker), vec![nowhere().await]).await, None);
}

#[tokio::test]
async fn every_kind_falls_back_to_the_next_address_and_needs_one() {
    for kind in [ProbeKind::Http, ProbeKind::Tcp] {
        assert_eq!(probe(spec(kind), Vec::new()).await, None, "{kind:?}");
        let good = serve(Manner::Answers(HEALTHY)).await.to_string();
        let report = probe(spec(kind), vec![nowhere().await, good.clone()]).await.expect("a report");
        assert_eq!((report.outcome, report.address), (Success, Some(good)), "{kind:?}");
        let report = probe(spec(kind), vec![nowhere().await, nowhere().await]).await.expect("a report");
        assert_eq!(report.message, "connection refused", "{kind:?}");
    }
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

/// An HTTPS server with a certificate that nobody vouches for; it ends with the test's process.
fn self_signed() -> SocketAddr {
    use std::io::{Read, Write};

    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};

    let pem = include_bytes!("contract/self-signed.pem");
    let certificate = CertificateDer::from_pem_slice(pem).expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(pem).expect("a key");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .expect("a configuration");
    let config = std::sync::Arc::new(config);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(config.clone()).expect("a connection");
            let mut stream = rustls::StreamOwned::new(connection, stream);
            // A client that hangs up in the handshake is what some of the tests do.
            if stream.read(&mut [0; 4096]).is_ok() {
                let _ = stream.write_all(HEALTHY.as_bytes()).and_then(|()| stream.flush());
            }
        }
    });
    address
}

#[tokio::test]
async fn own_addresses_need_no_certificate_but_urls_do() {
    let at = self_signed();
    let own = ProbeSpec { tls: true, ..spec(ProbeKind::Http) };
    let report = probe(own.clone(), vec![at.to_string()]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Success, "200 healthy 1.4.2"));
    assert_eq!(report.target, format!("https://{at}/health"));
    let url = Some(format!("https://user:secret@{at}/health"));
    let named = ProbeSpec { url, timeout: Duration::from_secs(5), origin: ProbeOrigin::Config, ..own };
    let report = probe(named, Vec::new()).await.expect("a report");
    assert_eq!(report.outcome, Failure);
    assert!(report.message.starts_with("certificate not accepted: "), "{}", report.message);
    assert_eq!(report.target, format!("https://***@{at}/health"));
    let report = probe(spec(ProbeKind::Http), vec![at.to_string()]).await.expect("a report");
    assert_eq!(
        (report.outcome, report.mismatch),
        (Failure, Some(Mismatch::OtherProtocol)),
        "{}",
        report.message
    );
}

#[tokio::test]
async fn the_guessed_path_is_no_health_endpoint() {
    let text = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"status\":\"error\"}";
    let address = serve(Manner::Answers(text)).await.to_string();
    let guess = ProbeSpec { origin: ProbeOrigin::Port, status: (200, 499), ..spec(ProbeKind::Http) };
    let report = probe(guess, vec![address]).await.expect("a report");
    assert_eq!((report.outcome, report.message.as_str()), (Success, "404 error"));
}
