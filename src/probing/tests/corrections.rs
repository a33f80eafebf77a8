//! What a guess suggests where the answer is in another protocol.

use super::*;
use ProtocolCorrection::{Tcp, Tls};

/// Origin and kind of a probe, how the answer did not fit, and the suggested corrections.
const SUGGESTED: &[(ProbeOrigin, ProbeKind, Mismatch, &[ProtocolCorrection])] = &[
    (
        ProbeOrigin::Port,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        &[Tcp, Tls],
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        &[Tls],
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Redis,
        Mismatch::OtherProtocol,
        &[Tcp, Tls],
    ),
    // PostgreSQL and MySQL agree on TLS by themselves.
    (
        ProbeOrigin::Port,
        ProbeKind::Postgres,
        Mismatch::OtherProtocol,
        &[Tcp],
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Mysql,
        Mismatch::OtherProtocol,
        &[Tcp],
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Dns,
        Mismatch::OtherProtocol,
        &[],
    ),
    (
        ProbeOrigin::Port,
        ProbeKind::Tcp,
        Mismatch::OtherProtocol,
        &[],
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        &[Tls],
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        &[Tcp, Tls],
    ),
    (
        ProbeOrigin::Catalog,
        ProbeKind::Mqtt,
        Mismatch::OtherProtocol,
        &[Tcp, Tls],
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        &[],
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Http,
        Mismatch::NeedsTls,
        &[Tls],
    ),
    (
        ProbeOrigin::Healthcheck,
        ProbeKind::Memcached,
        Mismatch::OtherProtocol,
        &[Tcp, Tls],
    ),
    (ProbeOrigin::Label, ProbeKind::Http, Mismatch::NeedsTls, &[]),
    (
        ProbeOrigin::Label,
        ProbeKind::Redis,
        Mismatch::OtherProtocol,
        &[],
    ),
    (
        ProbeOrigin::Config,
        ProbeKind::Http,
        Mismatch::OtherProtocol,
        &[],
    ),
];

#[test]
fn only_guesses_are_corrected() {
    for &(origin, kind, mismatch, corrections) in SUGGESTED {
        let spec = ProbeSpec::new(kind, 1, origin);
        let report = Report {
            mismatch: Some(mismatch),
            ..report(ProbeOutcome::Failure, "")
        };
        assert_eq!(
            ProtocolCorrection::suggested_by(&spec, &report),
            corrections,
            "{origin:?} {kind:?} {mismatch:?}"
        );
        let silent = Report {
            mismatch: None,
            ..report
        };
        assert_eq!(
            ProtocolCorrection::suggested_by(&spec, &silent),
            [],
            "silence suggests nothing"
        );
    }
    let secure = ProbeSpec {
        tls: true,
        ..ProbeSpec::new(ProbeKind::Redis, 1, ProbeOrigin::Catalog)
    };
    let wrong = |mismatch| Report {
        mismatch: Some(mismatch),
        ..report(ProbeOutcome::Failure, "")
    };
    assert_eq!(
        ProtocolCorrection::suggested_by(&secure, &wrong(Mismatch::OtherProtocol)),
        [Tcp]
    );
    assert_eq!(
        ProtocolCorrection::suggested_by(&secure, &wrong(Mismatch::NeedsTls)),
        []
    );
}
