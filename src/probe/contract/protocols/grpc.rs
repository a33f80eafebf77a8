//! gRPC: HTTP/2 frames, written out.

use super::super::script::{Turn, hears, says};
use super::{Case, case, hold};
use crate::model::ProbeKind::Grpc;
use crate::model::ProbeOutcome::{Failure, Success};
use crate::model::{ProbeOrigin, ProbeOutcome};

const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u8, body: &[u8]) -> Vec<u8> {
    let [.., a, b, c] = u32::try_from(body.len()).expect("short").to_be_bytes();
    [&[a, b, c, kind, flags, 0, 0, 0, stream], body].concat()
}

/// A header that no table holds (HPACK, RFC 7541, 6.2.2).
fn header(name: &str, value: &str) -> Vec<u8> {
    let length = |text: &str| [u8::try_from(text.len()).expect("short")];
    [
        &[0][..],
        &length(name),
        name.as_bytes(),
        &length(value),
        value.as_bytes(),
    ]
    .concat()
}

/// `:status: 200` and the kind of what follows.
fn head(kind: &str) -> Vec<u8> {
    [vec![0x88], header("content-type", kind)].concat()
}

fn settled() -> Vec<Turn> {
    let settings = [frame(4, 0, 0, &[]), frame(4, 1, 0, &[])].concat();
    vec![hears(PREFACE), says(settings), Turn::Reads, Turn::Reads]
}

/// Answers a health in gRPC's own frame.
fn serves(status: u8, outcome: ProbeOutcome, message: &'static str) -> Case {
    let answer = [
        frame(1, END_HEADERS, 1, &head("application/grpc")),
        frame(0, 0, 1, &[0, 0, 0, 0, 2, 8, status]),
        frame(1, END_HEADERS | END_STREAM, 1, &header("grpc-status", "0")),
    ];
    case(
        Grpc,
        &[settled(), vec![says(answer.concat())]].concat(),
        outcome,
        message,
    )
}

/// Answers gRPC's own status alone.
fn fails(status: &str, words: &str, outcome: ProbeOutcome, message: &'static str) -> Case {
    let headers = [
        head("application/grpc"),
        header("grpc-status", status),
        header("grpc-message", words),
    ]
    .concat();
    let answer = frame(1, END_HEADERS | END_STREAM, 1, &headers);
    case(
        Grpc,
        &[settled(), vec![says(answer)]].concat(),
        outcome,
        message,
    )
}

pub(super) fn up() -> Case {
    serves(1, Success, "SERVING")
}

#[tokio::test]
async fn grpc_tells_its_health() {
    let page = frame(1, END_HEADERS | END_STREAM, 1, &head("text/html"));
    let page = [settled(), vec![says(page)]].concat();
    let guess = |case: Case| Case {
        origin: ProbeOrigin::Catalog,
        ..case
    };
    let config = |case: Case| Case {
        origin: ProbeOrigin::Config,
        ..case
    };
    hold(vec![
        serves(0, Failure, "health UNKNOWN"),
        serves(2, Failure, "NOT_SERVING"),
        Case {
            subject: "shop",
            ..serves(3, Failure, "knows no service \"shop\"")
        },
        serves(9, Failure, "the answer is not gRPC"),
        Case {
            subject: "shop",
            ..fails("5", "", Failure, "knows no service \"shop\"")
        },
        guess(fails(
            "12",
            "",
            Success,
            "answers, but has no health service",
        )),
        config(fails("12", "", Failure, "has no health service")),
        fails("16", "no token", Success, "answers, wants a password"),
        // What the server repeats of a secret is not shown.
        fails(
            "16",
            "no such token: hunter2",
            Failure,
            "login refused: no such token: ***",
        )
        .by("", "hunter2"),
        fails("14", "draining", Failure, "UNAVAILABLE: draining"),
        fails("2", "", Failure, "gRPC status 2"),
        case(Grpc, &page, Failure, "the answer is not gRPC"),
    ])
    .await;
}
