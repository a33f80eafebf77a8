//! The contract of bodies over HTTP: what is wanted of an answer, what is compressed, and what a
//! guessed port says of itself.

use super::authored::bytes;
use super::{Manner, answer, probe, serve, spec, told};
use crate::model::{Expect, JsonCondition, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec};

use ProbeOutcome::{Failure, Success, Warning};

const JSON: &str = "application/json";

/// What comes of asking a server for an answer with `expect` in it.
async fn holds(manner: Manner, expect: Expect, outcome: ProbeOutcome, message: &str) {
    let address = serve(manner).await.to_string();
    let asked = ProbeSpec {
        expect: expect.clone(),
        ..spec(ProbeKind::Http)
    };
    let report = probe(asked, vec![address]).await.expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (outcome, message),
        "{expect:?}"
    );
    assert!(
        report.is_answer() && report.mismatch.is_none(),
        "{expect:?}"
    );
}

fn text(text: &str) -> Expect {
    Expect {
        text: Some(text.to_owned()),
        json: None,
    }
}

fn json(pointer: &str, equals: Option<&str>) -> Expect {
    let equals = equals.map(str::to_owned);
    Expect {
        text: None,
        json: Some(JsonCondition {
            pointer: pointer.to_owned(),
            equals,
        }),
    }
}

/// A page of a server that works.
fn page() -> &'static str {
    answer("200 OK", "text/html", "<h1>All systems ready</h1>")
}

#[tokio::test]
async fn a_text_is_in_the_answer_or_it_is_said_that_it_is_not() {
    let page = page();
    let gzip = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x0b\x08";
    let broken = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
    for (manner, expect, outcome, message) in [
        (
            Manner::Answers(page),
            text("systems ready"),
            Success,
            "200 OK",
        ),
        (
            Manner::Answers(page),
            text("r\u{1b}eady"),
            Failure,
            "response body does not contain \"r eady\"",
        ),
        (
            Manner::Endless,
            text("x"),
            Failure,
            "the first 256 KiB of the response body do not contain \"x\"",
        ),
        (Manner::Endless, text(" "), Success, "200 OK"),
        (
            Manner::Answers(gzip),
            text("x"),
            Failure,
            "the answer is compressed (gzip), but cannot be unpacked",
        ),
        // The status comes first.
        (
            Manner::Answers(broken),
            text("x"),
            Failure,
            "503 Service Unavailable",
        ),
    ] {
        holds(manner, expect, outcome, message).await;
    }
}

#[tokio::test]
async fn a_value_of_json_is_as_it_is_wanted_or_it_is_said_what_was_found() {
    let page = page();
    let state = answer(
        "200 OK",
        JSON,
        r#"{"status":"up","checks":{"db":"gone","mail":false}}"#,
    );
    for (manner, expect, outcome, message) in [
        (
            Manner::Answers(state),
            json("/status", Some("up")),
            Success,
            "200 up",
        ),
        (
            Manner::Answers(state),
            json("/checks/db", Some("ok")),
            Failure,
            "/checks/db is \"gone\" instead of \"ok\"",
        ),
        (
            Manner::Answers(state),
            json("/checks/mail", None),
            Failure,
            "/checks/mail is false",
        ),
        (
            Manner::Answers(state),
            json("/checks/disk", None),
            Failure,
            "/checks/disk is not in the answer",
        ),
        (
            Manner::Answers(page),
            json("/status", None),
            Failure,
            "the answer is not JSON",
        ),
        (
            Manner::Truncated,
            json("/status", None),
            Failure,
            "the answer is not JSON",
        ),
        (
            Manner::Endless,
            json("/status", None),
            Failure,
            "the answer is longer than 256 KiB",
        ),
    ] {
        holds(manner, expect, outcome, message).await;
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    [
        &head[..],
        &miniz_oxide::deflate::compress_to_vec(text, 6),
        &[0; 8],
    ]
    .concat()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec_zlib(text, 6)
}

/// A check whose answer has to say that it is well.
fn wants_ok() -> ProbeSpec {
    ProbeSpec {
        expect: json("/status", Some("ok")),
        ..spec(ProbeKind::Http)
    }
}

/// What comes of asking a server that sends `body`, JSON in this coding.
async fn encoded(
    asked: ProbeSpec,
    coding: &str,
    body: Vec<u8>,
    outcome: ProbeOutcome,
    message: &str,
) {
    let head = format!("Content-Type: application/json\r\nContent-Encoding: {coding}");
    let at = bytes(&head, body).await;
    assert_eq!(
        told(probe(asked, vec![at]).await),
        (outcome, message.to_owned())
    );
}

#[tokio::test]
async fn a_compressed_answer_is_read_like_any_other() {
    let (up, down) = (&br#"{"status":"ok"}"#[..], &br#"{"status":"down"}"#[..]);
    let fine = gzip(br#"{"status":"fine"}"#);
    let other = "/status is \"fine\" instead of \"ok\"";
    let plain = || spec(ProbeKind::Http);
    encoded(wants_ok(), "gzip", gzip(up), Success, "200 ok").await;
    encoded(wants_ok(), "deflate", zlib(up), Success, "200 ok").await;
    encoded(wants_ok(), "gzip", fine, Failure, other).await;
    encoded(plain(), "gzip", gzip(down), Failure, "200 down").await;
    encoded(plain(), "gzip", gzip(up), Success, "200 ok").await;
}

#[tokio::test]
async fn a_coding_that_is_not_known_matters_where_the_body_does() {
    let body = b"\x0b".to_vec();
    let unknown = "the answer is compressed (br) in a way that hubdeck does not know";
    let plain = spec(ProbeKind::Http);
    encoded(plain, "br", body.clone(), Success, "200 OK").await;
    encoded(wants_ok(), "br", body, Failure, unknown).await;
}

#[tokio::test]
async fn a_few_bytes_that_stand_for_many_are_read_as_far_as_any_other_answer() {
    let bomb = [
        br#"{"status":"ok","#.to_vec(),
        vec![b' '; 64 << 20],
        b"\"x\":1}".to_vec(),
    ]
    .concat();
    let long = "the answer is longer than 256 KiB";
    encoded(wants_ok(), "gzip", gzip(&bomb), Failure, long).await;
}

/// Bodies of a guessed port, their content types, and what comes of them.
const STATUSES: &[(&str, &str, ProbeOutcome, &str)] = &[
    (
        r#"{"status":"down"}"#,
        "application/json",
        Warning,
        "200, but it says status: down",
    ),
    (
        r#"{"status":"DOWN"}"#,
        "application/vnd.spring-boot.actuator.v3+json",
        Warning,
        "200, but it says status: DOWN",
    ),
    (
        r#"{"status":"OUT_OF_SERVICE"}"#,
        "application/json",
        Warning,
        "200, but it says status: OUT_OF_SERVICE",
    ),
    (
        r#"{"status":"warn","version":"1"}"#,
        "application/health+json",
        Warning,
        "200, but it says status: warn",
    ),
    (
        r#"{"status":"unhealthy","detail":"no database"}"#,
        "application/json",
        Warning,
        "200, but it says status: unhealthy: no database",
    ),
    (
        r#"{"healthy":false}"#,
        "application/json",
        Warning,
        "200, but it says healthy: false",
    ),
    (
        r#"{"ok":false,"error":"disk full"}"#,
        "application/json",
        Warning,
        "200, but it says ok: false: disk full",
    ),
    (r#"{"status":"ok"}"#, "application/json", Success, "200 ok"),
    (
        r#"{"status":"starting"}"#,
        "application/json",
        Success,
        "200 starting",
    ),
    (
        r#"{"items":[{"status":"down"}]}"#,
        "application/json",
        Success,
        "200 OK",
    ),
    (
        r#"[{"status":"down"}]"#,
        "application/json",
        Success,
        "200 OK",
    ),
    ("status: down", "text/plain", Success, "200 OK"),
    (
        "<p>{\"status\":\"down\"}</p>",
        "text/html",
        Success,
        "200 OK",
    ),
];

#[tokio::test]
async fn a_guessed_port_that_says_it_is_down_is_a_warning() {
    for &(body, kind, outcome, message) in STATUSES {
        let at = serve(Manner::Answers(answer("200 OK", kind, body)))
            .await
            .to_string();
        let guess = ProbeSpec {
            origin: ProbeOrigin::Port,
            status: (200, 499),
            ..spec(ProbeKind::Http)
        };
        assert_eq!(
            told(probe(guess, vec![at]).await),
            (outcome, message.to_owned()),
            "{body}"
        );
    }
    let at = serve(Manner::Answers(answer(
        "200 OK",
        "application/json",
        r#"{"healthy":false}"#,
    )))
    .await;
    let report = told(probe(spec(ProbeKind::Http), vec![at.to_string()]).await);
    assert_eq!(
        report,
        (Failure, "200, but it says healthy: false".to_owned()),
        "a path that its authors chose"
    );
}
