//! What a guess learns of an answer in another protocol.

use super::*;
use crate::collect::probes::lesson::Lesson;

/// Something else is there, which may be asked over TLS as well.
const OTHER_OVER_TLS: Option<Lesson> = Some(Lesson::Other { over_tls: true });

/// Something else is there.
const OTHER: Option<Lesson> = Some(Lesson::Other { over_tls: false });

/// What was asked and why, how it did not fit, and what is learned of it.
const LESSONS: &[(ProbeOrigin, ProbeKind, Mismatch, Option<Lesson>)] = &[
    (
        ProbeOrigin::Port,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        OTHER_OVER_TLS,
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        Some(Lesson::WantsTls),
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Redis,
        Mismatch::OtherProtocol,
        OTHER_OVER_TLS,
    ),
    // PostgreSQL and MySQL agree on TLS by themselves.
    (
        ProbeOrigin::Port,
        ProbeKind::Postgres,
        Mismatch::OtherProtocol,
        OTHER,
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Mysql,
        Mismatch::OtherProtocol,
        OTHER,
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Dns,
        Mismatch::OtherProtocol,
        None,
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Tcp,
        Mismatch::OtherProtocol,
        None,
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        Some(Lesson::WantsTls),
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        OTHER_OVER_TLS,
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Mqtt,
        Mismatch::OtherProtocol,
        OTHER_OVER_TLS,
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        None,
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        Some(Lesson::WantsTls),
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Memcached,
        Mismatch::OtherProtocol,
        OTHER_OVER_TLS,
    ),
    (
        ProbeOrigin::Label,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        None,
    ),
    (
        ProbeOrigin::Label,
        ProbeKind::Redis,
        Mismatch::OtherProtocol,
        None,
    ),
    (
        ProbeOrigin::Config,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        None,
    ),
];

#[test]
fn only_guesses_learn() {
    for &(origin, kind, mismatch, lesson) in LESSONS {
        let spec = ProbeSpec::new(kind, 1, origin);
        let report = Report {
            mismatch: Some(mismatch),
            ..report(ProbeOutcome::Failure, "")
        };
        assert_eq!(
            Lesson::of(&spec, &report),
            lesson,
            "{origin:?} {kind:?} {mismatch:?}"
        );
        let silent = Report {
            mismatch: None,
            ..report
        };
        assert_eq!(Lesson::of(&spec, &silent), None, "silence teaches nothing");
    }
    let secure = ProbeSpec {
        tls: true,
        ..ProbeSpec::new(ProbeKind::Redis, 1, ProbeOrigin::Catalog)
    };
    let wrong = |mismatch| Report {
        mismatch: Some(mismatch),
        ..report(ProbeOutcome::Failure, "")
    };
    assert_eq!(Lesson::of(&secure, &wrong(Mismatch::OtherProtocol)), OTHER);
    assert_eq!(Lesson::of(&secure, &wrong(Mismatch::NeedsTls)), None);
}

#[tokio::test]
async fn who_hangs_up_at_once_teaches_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let at = listener.local_addr().expect("an address");
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    let mut running = Running::start(
        vec![service(published("hub/x", 8080, at.port()))],
        ProbeOptions::default(),
    );
    for _ in 0..2 {
        let (_, result) = running.result().await;
        assert_eq!(
            (result.kind, result.outcome),
            (ProbeKind::Http, ProbeOutcome::Failure)
        );
        running.refresh.notify_one();
    }
}
