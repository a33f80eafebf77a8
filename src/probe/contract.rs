//! One contract for every kind of probe, on real sockets: whatever the other side does, a verdict
//! comes within the timeout, with one line an operator understands.

mod authored;
mod bodies;
mod certificates;
mod endings;
mod http;
mod names;
mod products;
mod protocols;
mod requests;
mod script;
mod starttls;
mod strangers;
mod timing;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::{Prober, Report};
use crate::model::{
    ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget, ServiceId, Timestamp,
};

/// How a server behaves once it has accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Manner {
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
    /// A header without end.
    EndlessHeader,
    /// Headers without end.
    EndlessHeaders,
    ClosesAtOnce,
    /// Promises more than it sends.
    Truncated,
    /// Redirects to itself for ever.
    Loops,
}

/// The answer of a server that works.
pub(super) const HEALTHY: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 39\r\n\r\n{\"status\":\"healthy\",\"version\":\"1.4.2\" }";

/// A server that behaves like `manner`; it ends with the test.
pub(super) async fn serve(manner: Manner) -> SocketAddr {
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
        Manner::Garbage => {
            stream
                .write_all(&[0xff, 0x00, 0x1b, 0x5b, 0x0a].repeat(4000))
                .await?
        }
        Manner::Truncated => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"status\":")
                .await?;
            return Ok(());
        }
        Manner::Loops => {
            stream
                .write_all(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
                .await?;
        }
        Manner::Endless => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                .await?;
            forever(&mut stream, &[b' '; 65_536]).await?;
        }
        Manner::EndlessHeader => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX-Long: ").await?;
            forever(&mut stream, &[b'x'; 65_536]).await?;
        }
        Manner::EndlessHeaders => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            forever(&mut stream, &b"X-Again: and again\r\n".repeat(1_000)).await?;
        }
        Manner::Greets(_) | Manner::Silent | Manner::ClosesAtOnce => {}
    }
    // Stay until the probe hangs up.
    while stream.read(&mut request).await? > 0 {}
    Ok(())
}

/// Sends `bytes` again and again.
async fn forever(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    loop {
        stream.write_all(bytes).await?;
    }
}

/// An HTTP answer with a body of a content type; it lives as long as the tests.
pub(super) fn answer(status: &str, kind: &str, body: &str) -> &'static str {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .leak()
}

/// A specification of `kind` that waits one second.
pub(super) fn spec(kind: ProbeKind) -> ProbeSpec {
    let usual = ProbeSpec::new(kind, 80, ProbeOrigin::Label);
    let path = if kind == ProbeKind::Http {
        "/health".to_owned()
    } else {
        usual.path.clone()
    };
    ProbeSpec {
        path,
        timeout: Duration::from_secs(1),
        ..usual
    }
}

/// Probes what `spec` says at `addresses`.
pub(super) async fn probe(spec: ProbeSpec, addresses: Vec<String>) -> Option<Report> {
    probe_with(&Prober::new().expect("a prober"), &target(spec, addresses)).await
}

/// A target at `addresses`.
pub(super) fn target(spec: ProbeSpec, addresses: Vec<String>) -> ProbeTarget {
    let service = ServiceId::new("x");
    ProbeTarget {
        service,
        instance: None,
        spec,
        addresses,
        certificate_addresses: Vec::new(),
    }
}

/// Probes `target`: whatever comes of it is in time and has a message that can be shown.
pub(super) async fn probe_with(prober: &Prober, target: &ProbeTarget) -> Option<Report> {
    let begun = Instant::now();
    let report = prober.check(target, Timestamp::now()).await;
    assert!(
        begun.elapsed() < target.spec.timeout + Duration::from_secs(2),
        "longer than its timeout"
    );
    if let Some(report) = &report {
        assert!(
            report.message().chars().count() <= 200 && !report.message().is_empty(),
            "{:?}",
            report.message()
        );
        assert!(
            !report.message().chars().any(char::is_control),
            "{:?}",
            report.message()
        );
    }
    report
}

/// How it ended, and in what words.
pub(super) fn told(report: Option<Report>) -> (ProbeOutcome, String) {
    let report = report.expect("a report");
    (report.outcome, report.message())
}

/// An address where nothing listens.
pub(super) async fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    listener.local_addr().expect("an address").to_string()
}

use ProbeOutcome::{Failure, Success};

#[tokio::test]
async fn tcp_says_what_the_server_does() {
    for (manner, outcome, message) in [
        (Manner::Answers(HEALTHY), Success, "accepts connections"),
        (
            Manner::Greets("220 hello\r\n"),
            Success,
            "accepts connections",
        ),
        (Manner::Silent, Success, "accepts connections"),
        (Manner::Garbage, Success, "accepts connections"),
        (
            Manner::ClosesAtOnce,
            Failure,
            "connection closed without an answer",
        ),
        (Manner::Endless, Success, "accepts connections"),
        (Manner::Loops, Success, "accepts connections"),
    ] {
        let address = serve(manner).await.to_string();
        let report = probe(spec(ProbeKind::Tcp), vec![address.clone()])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message),
            "{manner:?}"
        );
        assert_eq!(report.target, format!("tcp://{address}"));
        assert_eq!(report.is_answer(), outcome == Success, "{manner:?}");
    }
    let report = probe(spec(ProbeKind::Tcp), vec![nowhere().await])
        .await
        .expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Failure, "connection refused")
    );
}

#[tokio::test]
async fn dockers_verdict_asks_nobody() {
    assert_eq!(
        probe(spec(ProbeKind::Docker), vec![nowhere().await]).await,
        None
    );
}

#[tokio::test]
async fn every_kind_falls_back_to_the_next_address_and_needs_one() {
    for kind in [ProbeKind::Http, ProbeKind::Tcp] {
        assert_eq!(probe(spec(kind), Vec::new()).await, None, "{kind:?}");
        let good = serve(Manner::Answers(HEALTHY)).await.to_string();
        let report = probe(spec(kind), vec![nowhere().await, good.clone()])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.address),
            (Success, Some(good)),
            "{kind:?}"
        );
        let report = probe(spec(kind), vec![nowhere().await, nowhere().await])
            .await
            .expect("a report");
        assert_eq!(report.message(), "connection refused", "{kind:?}");
    }
}
