//! The contract of products that are asked over HTTP where something else, or nobody, answers.

use super::{Manner, answer, nowhere, probe, serve, spec};
use crate::model::{Credentials, ProbeKind, ProbeOutcome, ProbeSpec, SecretSource};
use crate::probe::Mismatch;

use ProbeOutcome::Failure;

fn products() -> impl Iterator<Item = ProbeKind> {
    ProbeKind::ALL
        .into_iter()
        .filter(|kind| kind.health_path().is_some())
}

#[tokio::test]
async fn every_product_is_told_from_others() {
    for kind in products() {
        for other in [
            answer("200 OK", "text/html", "<html>Welcome</html>"),
            answer(
                "404 Not Found",
                "application/json",
                r#"{"error":"no such path"}"#,
            ),
            "HTTP/1.1 302 Found\r\nLocation: https://id.example/\r\nContent-Length: 0\r\n\r\n",
        ] {
            let at = serve(Manner::Answers(other)).await.to_string();
            let report = probe(spec(kind), vec![at]).await.expect("a report");
            assert!(
                report.message().starts_with("the answer is not from "),
                "{kind:?}: {}",
                report.message()
            );
            assert_eq!(
                (report.outcome, report.mismatch),
                (Failure, Some(Mismatch::OtherProtocol)),
                "{kind:?} {other}"
            );
        }
    }
}

#[tokio::test]
async fn every_product_refuses_a_login_in_the_same_words() {
    for kind in products() {
        let password = SecretSource::Environment("PATH".to_owned());
        let login = Some(Credentials::Password {
            user: "ann".to_owned(),
            password,
        });
        let at = serve(Manner::Answers(answer(
            "401 Unauthorized",
            "text/plain",
            "",
        )))
        .await
        .to_string();
        let report = probe(
            ProbeSpec {
                credentials: login,
                ..spec(kind)
            },
            vec![at],
        )
        .await
        .expect("a report");
        assert_eq!(
            report.message(),
            "login refused: 401 Unauthorized",
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn every_product_fails_in_the_same_words() {
    for kind in products() {
        for (at, expected) in [
            (
                serve(Manner::ClosesAtOnce).await.to_string(),
                "connection closed without an answer",
            ),
            (
                serve(Manner::Garbage).await.to_string(),
                "the answer is not HTTP",
            ),
            (nowhere().await, "connection refused"),
        ] {
            let report = probe(spec(kind), vec![at]).await.expect("a report");
            assert_eq!(
                (report.outcome, report.message().as_str()),
                (Failure, expected),
                "{kind:?}"
            );
        }
        assert_eq!(probe(spec(kind), Vec::new()).await, None, "{kind:?}");
    }
}
