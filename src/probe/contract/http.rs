//! The contract of HTTP: whatever a server does, and what is asked of its answer.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{HEALTHY, Manner, nowhere, probe, serve, spec, told};
use crate::model::{ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec};
use crate::probe::Mismatch;

use ProbeOutcome::{Failure, Starting, Success, Warning};

/// What a server does, and what comes of asking it.
const SERVERS: &[(Manner, ProbeOutcome, &str)] = &[
    (Manner::Answers(HEALTHY), Success, "200 healthy 1.4.2"),
    (
        Manner::Answers("HTTP/1.1 204 No Content\r\n\r\n"),
        Success,
        "204 No Content",
    ),
    (
        Manner::Answers("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"),
        Failure,
        "503 Service Unavailable",
    ),
    (
        Manner::Answers("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        Failure,
        "404 Not Found",
    ),
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
    (Manner::Silent, Failure, "no first byte within 1 s"),
    (Manner::Garbage, Failure, "the answer is not HTTP"),
    (
        Manner::Greets("-ERR unknown command\r\n"),
        Failure,
        "the answer is not HTTP",
    ),
    (
        Manner::ClosesAtOnce,
        Failure,
        "connection closed without an answer",
    ),
    (Manner::Truncated, Success, "200 OK"),
    (Manner::Loops, Failure, "redirected more than 5 times"),
    (Manner::Endless, Success, "200 OK"),
];

#[tokio::test]
async fn http_says_what_the_server_does() {
    for &(manner, outcome, message) in SERVERS {
        let address = serve(manner).await.to_string();
        let report = probe(spec(ProbeKind::Http), vec![address.clone()])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message),
            "{manner:?}"
        );
        assert_eq!(report.target, format!("http://{address}/health"));
        assert_eq!(report.address, Some(address));
        let wrong = matches!(
            manner,
            Manner::Garbage | Manner::Greets(_) | Manner::ClosesAtOnce
        );
        assert_eq!(
            report.mismatch == Some(Mismatch::OtherProtocol),
            wrong,
            "{manner:?}"
        );
        assert_eq!(
            report.latency.is_some(),
            outcome != Failure || message.starts_with(char::is_numeric),
            "{manner:?}"
        );
    }
    let report = probe(spec(ProbeKind::Http), vec![nowhere().await])
        .await
        .expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Failure, "connection refused")
    );
    assert_eq!(report.mismatch, None, "nobody there proves no protocol");
}

#[tokio::test]
async fn a_slow_answer_is_a_warning() {
    let address = serve(Manner::Late(300)).await.to_string();
    let slow = ProbeSpec {
        slow_after: Some(Duration::from_millis(200)),
        ..spec(ProbeKind::Http)
    };
    let report = probe(slow, vec![address]).await.expect("a report");
    assert_eq!(report.outcome, Warning);
    assert!(
        report.message().starts_with("200 healthy 1.4.2, slow: 0.")
            && report.message().ends_with(", limit 0.20 s"),
        "{}",
        report.message()
    );
    assert!(
        report
            .latency
            .is_some_and(|latency| latency >= Duration::from_millis(300))
    );
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
        let report = probe(spec(ProbeKind::Http), vec![address])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.mismatch),
            (Failure, Some(Mismatch::NeedsTls)),
            "{text}"
        );
    }
    let plain = serve(Manner::Answers(
        "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    ))
    .await
    .to_string();
    let report = probe(
        ProbeSpec {
            tls: true,
            ..spec(ProbeKind::Http)
        },
        vec![plain],
    )
    .await
    .expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Failure, "the answer is not TLS")
    );
}

#[tokio::test]
async fn the_guessed_path_is_no_health_endpoint() {
    let text = "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 18\r\n\r\n{\"status\":\"error\"}";
    let address = serve(Manner::Answers(text)).await.to_string();
    let guess = ProbeSpec {
        origin: ProbeOrigin::Port,
        status: (200, 499),
        ..spec(ProbeKind::Http)
    };
    let report = probe(guess, vec![address]).await.expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Success, "404 error")
    );
}

/// Answers of odd shapes, and what comes of them.
const SHAPES: &[(Manner, ProbeOutcome, &str)] = &[
    (
        Manner::EndlessHeader,
        Failure,
        "the head of the answer is too large",
    ),
    (
        Manner::EndlessHeaders,
        Failure,
        "the head of the answer is too large",
    ),
    (
        Manner::Answers(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
        ),
        Failure,
        "no complete answer within 1 s",
    ),
    // Nobody wants to know what is in a page.
    (
        Manner::Answers("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n"),
        Success,
        "200 OK",
    ),
    (
        Manner::Answers("HTTP/1.0 200 OK\r\n\r\nfine"),
        Failure,
        "no complete answer within 1 s",
    ),
    (
        Manner::Answers("HTTP/1.0 200 Fine\r\nContent-Length: 4\r\n\r\nfine"),
        Success,
        "200 OK",
    ),
    (
        Manner::Answers("HTTP/1.0 503\r\nContent-Length: 0\r\n\r\n"),
        Failure,
        "503 Service Unavailable",
    ),
    (
        Manner::Answers(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x0b\x08",
        ),
        Success,
        "200 OK",
    ),
];

#[tokio::test]
async fn answers_of_every_shape_are_read_or_told_of() {
    for &(manner, outcome, message) in SHAPES {
        let address = serve(manner).await.to_string();
        assert_eq!(
            told(probe(spec(ProbeKind::Http), vec![address]).await),
            (outcome, message.to_owned()),
            "{manner:?}"
        );
    }
    // A guessed path may be a stream of events.
    let stream = serve(Manner::Answers(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\ntick",
    ))
    .await;
    let guess = ProbeSpec {
        origin: ProbeOrigin::Port,
        ..spec(ProbeKind::Http)
    };
    assert_eq!(
        told(probe(guess, vec![stream.to_string()]).await),
        (Success, "200 OK".to_owned())
    );
}

#[tokio::test]
async fn redirects_stay_on_their_host_and_end() {
    for (location, expected) in [
        ("/again", "redirected more than 5 times"),
        (
            "https://id.example/login",
            "302 to https://id.example/login",
        ),
        ("ftp://id.example/", "302 to ftp://id.example/"),
        ("//", "302 to //"),
    ] {
        let text =
            format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        let address = serve(Manner::Answers(text.leak())).await.to_string();
        assert_eq!(
            told(probe(spec(ProbeKind::Http), vec![address]).await).1,
            expected
        );
    }
}
