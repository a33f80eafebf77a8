//! DNS, over UDP.

use std::time::Duration;

use tokio::net::UdpSocket;

use super::super::{probe, spec};
use super::{Failure, Inconclusive, Success, Warning};
use crate::model::{ProbeKind, ProbeOutcome, ProbeSpec};
use crate::probe::Mismatch;
use crate::probe::Report;

/// How a server behaves.
#[derive(Clone, Copy, Debug)]
enum Manner {
    /// Answers with a code, and so many answers.
    Answers(u8, u8),
    /// Misses the first question.
    LosesOne,
    /// Answers the first question only after this many milliseconds.
    Late(u64),
    Silent,
    /// Sends this whatever is asked.
    Says(&'static [u8]),
    /// Answers another question than the one that was asked.
    OfAnother,
}

async fn serve(manner: Manner) -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    let address = socket.local_addr().expect("an address").to_string();
    tokio::spawn(async move {
        let mut question = [0; 512];
        let mut lost = false;
        loop {
            let (count, from) = socket.recv_from(&mut question).await?;
            let mut answer = question[..count].to_vec();
            let (code, answers) = match manner {
                Manner::Answers(code, answers) => (code, answers),
                _ => (0, 1),
            };
            // A response, with recursion, in which one question is repeated; nobody reads the
            // answers.
            answer[2..8].copy_from_slice(&[0x81, 0x80 | code, 0, 1, 0, answers]);
            match manner {
                Manner::Silent => continue,
                Manner::LosesOne if !std::mem::replace(&mut lost, true) => continue,
                Manner::Late(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                Manner::Says(bytes) => answer = bytes.to_vec(),
                Manner::OfAnother => answer[0] ^= 0xff,
                _ => {}
            }
            socket.send_to(&answer, from).await?;
        }
        #[allow(unreachable_code)] // names the error
        Ok::<(), std::io::Error>(())
    });
    address
}

async fn ask(manner: Manner, subject: &str) -> Report {
    let asked = ProbeSpec {
        subject: subject.to_owned(),
        ..spec(ProbeKind::Dns)
    };
    probe(asked, vec![serve(manner).await])
        .await
        .expect("a report")
}

/// What a server does, the name it is asked for, and what comes of it.
const ANSWERS: &[(Manner, &str, ProbeOutcome, &str)] = &[
    (Manner::Answers(0, 13), "", Success, "answers"),
    (Manner::Answers(0, 0), ".", Success, "answers"),
    (Manner::Answers(3, 0), "", Success, "answers"),
    (
        Manner::Answers(5, 0),
        "",
        Success,
        "answers, recursion refused",
    ),
    (
        Manner::Answers(2, 0),
        "",
        Failure,
        "SERVFAIL: cannot resolve the root",
    ),
    (
        Manner::Answers(0, 1),
        "db.example.",
        Success,
        "resolves db.example",
    ),
    (
        Manner::Answers(0, 0),
        "db.example",
        Failure,
        "db.example has no address",
    ),
    (
        Manner::Answers(3, 0),
        "db.example",
        Failure,
        "NXDOMAIN: db.example does not exist",
    ),
    (
        Manner::Answers(5, 0),
        "db.example",
        Failure,
        "REFUSED: does not tell about db.example",
    ),
    (
        Manner::Answers(4, 0),
        "",
        Failure,
        "NOTIMP: does not answer such questions",
    ),
    (Manner::LosesOne, "", Success, "answers"),
    (
        Manner::Answers(0, 1),
        "a..example",
        Inconclusive,
        "not checked: \"a..example\" is no name that DNS can ask for",
    ),
];

#[tokio::test]
async fn a_server_answers_in_its_codes() {
    for &(manner, subject, outcome, message) in ANSWERS {
        let report = ask(manner, subject).await;
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message),
            "{manner:?} {subject}"
        );
        assert!(report.target.starts_with("dns://127.0.0.1:"));
        assert_eq!(
            report.is_answer(),
            outcome != Inconclusive,
            "{manner:?} {subject}"
        );
    }
}

#[tokio::test]
async fn anything_else_is_no_dns() {
    for (manner, message) in [
        (
            Manner::Says(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            "the answer is not DNS",
        ),
        (
            Manner::Says(b"SSH-2.0-OpenSSH_9.6\r\n"),
            "the answer is not DNS",
        ),
        (Manner::Says(&[0xff; 4000]), "the answer is not DNS"),
        (Manner::Says(b""), "the answer is not DNS"),
        (Manner::OfAnother, "the answer is not DNS"),
        (Manner::Silent, "no answer within 1 s"),
    ] {
        let report = ask(manner, "").await;
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (Failure, message),
            "{manner:?}"
        );
        let other = !matches!(manner, Manner::Silent);
        assert_eq!(
            report.mismatch == Some(Mismatch::OtherProtocol),
            other,
            "{manner:?}"
        );
    }
    let gone = serve_nobody().await;
    let report = probe(spec(ProbeKind::Dns), vec![gone])
        .await
        .expect("a report");
    assert_eq!(
        (report.outcome, report.message().as_str()),
        (Failure, "connection refused")
    );
}

/// An address where nothing listens.
async fn serve_nobody() -> String {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a socket");
    socket.local_addr().expect("an address").to_string()
}

#[tokio::test]
async fn a_late_answer_is_a_warning() {
    let slow_after = Some(Duration::from_millis(100));
    let asked = ProbeSpec {
        slow_after,
        ..spec(ProbeKind::Dns)
    };
    let report = probe(asked, vec![serve(Manner::Late(200)).await])
        .await
        .expect("a report");
    assert_eq!(report.outcome, Warning);
    assert!(
        report.message().starts_with("answers, slow: 0.2"),
        "{}",
        report.message()
    );
}
