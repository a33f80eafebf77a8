//! The contract of certificates: own addresses need no signature, names do, and an end is an end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::{HEALTHY, Manner, nowhere, probe, probe_with, serve, spec, target};
use crate::model::{ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, Timestamp};
use crate::probe::resolver::Resolver;
use crate::probe::tls_client::Tls;
use crate::probe::{Mismatch, Prober, Report};

use ProbeOutcome::{Failure, Success, Warning};

/// The name that the probes ask for.
const NAME: &str = "db.example";

/// Days from now, and half an hour more, so that "3 days" stays 3 days while the test runs.
fn days(count: i64) -> SystemTime {
    let span = Duration::from_secs(count.unsigned_abs() * 86_400 + 1_800);
    let now = SystemTime::from(Timestamp::now());
    if count < 0 { now - span } else { now + span }
}

/// A certificate with its key.
pub(super) struct Made {
    pub certificate: CertificateDer<'static>,
    pub key: PrivateKeyDer<'static>,
}

/// An issuer that only those know who were given its certificate.
pub(super) struct Root {
    certificate: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

impl Root {
    fn named(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params
            .self_signed(&key)
            .expect("a certificate")
            .der()
            .clone();
        Self {
            certificate,
            issuer: Issuer::new(params, key),
        }
    }
}

/// A certificate for `name`, valid between two days from now, signed by `root` or by itself.
pub(super) fn made(name: &str, (from, until): (i64, i64), root: Option<&Root>) -> Made {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
    (params.not_before, params.not_after) = (days(from).into(), days(until).into());
    let key = KeyPair::generate().expect("a key");
    let certificate = match root {
        Some(root) => params.signed_by(&key, &root.issuer),
        None => params.self_signed(&key),
    };
    let key_der = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    Made {
        certificate: certificate.expect("a certificate").der().clone(),
        key: key_der,
    }
}

/// What answers TLS handshakes with this certificate.
pub(super) fn acceptor(made: Made) -> tokio_rustls::TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.certificate], made.key)
        .expect("a configuration");
    tokio_rustls::TlsAcceptor::from(Arc::new(config))
}

/// An HTTPS server with this certificate; it ends with the test.
async fn https(made: Made) -> SocketAddr {
    let acceptor = acceptor(made);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let accepting = acceptor.accept(stream);
            tokio::spawn(async move {
                // A client that hangs up in the handshake is what some of the tests do.
                let mut stream = accepting.await?;
                let _request = stream.read(&mut [0; 4096]).await?;
                stream.write_all(HEALTHY.as_bytes()).await?;
                stream.flush().await
            });
        }
    });
    address
}

#[tokio::test]
async fn own_addresses_need_no_signature_but_an_end_is_an_end() {
    for (valid, http, tls, outcome) in [
        ((-1, 61), "200 healthy 1.4.2", "accepts TLS", Success),
        (
            (-1, 9),
            "200 healthy 1.4.2, certificate expires in 9 days",
            "accepts TLS, certificate expires in 9 days",
            Warning,
        ),
        (
            (-90, -3),
            "certificate expired 3 days ago",
            "certificate expired 3 days ago",
            Failure,
        ),
    ] {
        let at = https(made("anything.example", valid, None))
            .await
            .to_string();
        let secure = ProbeSpec {
            tls: true,
            ..spec(ProbeKind::Http)
        };
        let report = probe(secure, vec![at.clone()]).await.expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, http),
            "{valid:?}"
        );
        assert_eq!(report.target, format!("https://{at}/health"));
        let until = report.certificate_until.expect("an end").as_second();
        let report = probe(spec(ProbeKind::Tls), vec![at.clone()])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, tls),
            "{valid:?}"
        );
        assert_eq!(report.target, format!("tls://{at}"));
        assert_eq!(
            report.certificate_until.map(|end| end.as_second()),
            Some(until)
        );
        assert!(
            report
                .phases
                .is_some_and(|phases| phases.tls_ms.is_some() && phases.dns_ms.is_none())
        );
    }
}

/// A prober that accepts what `root` vouches for, and finds every name on this machine.
fn trusting(root: &Root) -> Prober {
    Prober::with(
        Tls::own().expect("TLS").believing(root.certificate.clone()),
        Resolver::of(|_, port| Ok(vec![SocketAddr::new([127, 0, 0, 1].into(), port)])),
    )
    .expect("a prober")
}

/// What comes of asking for [`NAME`] at `port` of this machine.
async fn named(prober: &Prober, kind: ProbeKind, scheme: &str, port: u16) -> Report {
    let url = Some(format!("{scheme}://ann:secret@{NAME}:{port}/health"));
    let spec = ProbeSpec {
        url,
        origin: ProbeOrigin::Config,
        ..spec(kind)
    };
    probe_with(prober, &target(spec, Vec::new()))
        .await
        .expect("a report")
}

#[tokio::test]
async fn names_are_proven_or_say_in_plain_words_why_not() {
    let root = Root::named("root");
    let prober = trusting(&root);
    let unknown = "certificate not accepted: self-signed or of an unknown issuer";
    for (made, outcome, message) in [
        (made(NAME, (-1, 61), Some(&root)), Success, ""),
        (
            made(NAME, (-1, 9), Some(&root)),
            Warning,
            ", certificate expires in 9 days",
        ),
        (
            made(NAME, (-90, -3), Some(&root)),
            Failure,
            "certificate expired 3 days ago",
        ),
        (
            made(NAME, (3, 61), Some(&root)),
            Failure,
            "certificate not accepted: not valid yet",
        ),
        (
            made("other.example", (-1, 61), Some(&root)),
            Failure,
            "certificate not accepted: it is for other.example (expected db.example)",
        ),
        (made(NAME, (-1, 61), None), Failure, unknown),
        (
            made(NAME, (-1, 61), Some(&Root::named("stranger"))),
            Failure,
            unknown,
        ),
    ] {
        let port = https(made).await.port();
        for (kind, scheme, works) in [
            (ProbeKind::Http, "https", "200 healthy 1.4.2"),
            (ProbeKind::Tls, "tls", "accepts TLS"),
        ] {
            let report = named(&prober, kind, scheme, port).await;
            let expected = if outcome == Failure {
                message.to_owned()
            } else {
                format!("{works}{message}")
            };
            assert_eq!(
                (report.outcome, report.message()),
                (outcome, expected),
                "{kind:?}"
            );
            assert_eq!(
                report.certificate_until.is_some(),
                outcome != Failure,
                "{kind:?}"
            );
            assert_eq!(report.mismatch, None, "{kind:?}");
            assert!(!report.target.contains("secret"), "{}", report.target);
        }
    }
}

#[tokio::test]
async fn the_systems_roots_vouch_for_no_stranger() {
    let port = https(made("localhost", (-1, 61), None)).await.port();
    let url = Some(format!("https://localhost:{port}/"));
    let named = ProbeSpec {
        url,
        timeout: Duration::from_secs(5),
        ..spec(ProbeKind::Http)
    };
    let report = probe(named, Vec::new()).await.expect("a report");
    assert_eq!(
        report.message(),
        "certificate not accepted: self-signed or of an unknown issuer"
    );
}

#[tokio::test]
async fn every_part_of_a_request_to_a_name_over_tls_is_timed() {
    let root = Root::named("root");
    let resolver = Resolver::of(|_, port| Ok(vec![SocketAddr::new([127, 0, 0, 1].into(), port)]));
    let prober = Prober::with(
        Tls::own().expect("TLS").believing(root.certificate.clone()),
        resolver,
    );
    let port = https(made(NAME, (-1, 61), Some(&root))).await.port();
    let url = Some(format!("https://{NAME}:{port}/"));
    let named = target(
        ProbeSpec {
            url,
            ..spec(ProbeKind::Http)
        },
        Vec::new(),
    );
    let report = probe_with(&prober.expect("a prober"), &named)
        .await
        .expect("a report");
    let phases = report.phases.expect("phases");
    let parts = [
        phases.dns_ms,
        phases.connect_ms,
        phases.tls_ms,
        phases.first_byte_ms,
    ];
    let sum: f32 = parts.iter().flatten().sum();
    let total = report.latency.expect("an answer").as_secs_f32() * 1_000.0;
    assert!(parts.iter().all(Option::is_some), "{phases:?}");
    assert!(sum <= total + 1.0, "{sum} is more than {total}");
}

#[tokio::test]
async fn what_speaks_no_tls_is_told_apart() {
    for (manner, message, mismatch) in [
        (
            Manner::Answers(HEALTHY),
            "the answer is not TLS",
            Some(Mismatch::OtherProtocol),
        ),
        (
            Manner::ClosesAtOnce,
            "connection closed without an answer",
            Some(Mismatch::OtherProtocol),
        ),
        (
            Manner::Garbage,
            "the answer is not TLS",
            Some(Mismatch::OtherProtocol),
        ),
        (
            Manner::Silent,
            "no end of the TLS handshake within 1 s",
            None,
        ),
    ] {
        let at = serve(manner).await.to_string();
        let report = probe(spec(ProbeKind::Tls), vec![at])
            .await
            .expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str(), report.mismatch),
            (Failure, message, mismatch),
            "{manner:?}"
        );
    }
    let report = probe(spec(ProbeKind::Tls), vec![nowhere().await])
        .await
        .expect("a report");
    assert_eq!(report.message(), "connection refused");
    let secure = https(made(NAME, (-1, 61), None)).await.to_string();
    let report = probe(spec(ProbeKind::Http), vec![secure])
        .await
        .expect("a report");
    assert_eq!(
        (report.outcome, report.mismatch),
        (Failure, Some(Mismatch::OtherProtocol))
    );
}

#[tokio::test]
async fn a_certificate_beside_the_check_counts_as_well() {
    let plain = serve(Manner::Greets("220 hello\r\n")).await.to_string();
    for (valid, outcome, message) in [
        (Some((-1, 61)), Success, "accepts connections"),
        (
            Some((-1, 9)),
            Warning,
            "accepts connections, certificate expires in 9 days",
        ),
        (Some((-90, -3)), Failure, "certificate expired 3 days ago"),
        // Where no certificate is shown, the check itself reports it.
        (None, Success, "accepts connections"),
    ] {
        let mut both = target(spec(ProbeKind::Tcp), vec![plain.clone()]);
        both.certificate_addresses = vec![nowhere().await];
        if let Some(valid) = valid {
            both.certificate_addresses
                .push(https(made(NAME, valid, None)).await.to_string());
        }
        let prober = Prober::new().expect("a prober");
        let report = probe_with(&prober, &both).await.expect("a report");
        assert_eq!(
            (report.outcome, report.message().as_str()),
            (outcome, message),
            "{valid:?}"
        );
        assert_eq!(report.certificate_until.is_some(), valid.is_some());
        // What does not work is reported by its own check.
        let mut broken = target(spec(ProbeKind::Tcp), vec![nowhere().await]);
        broken
            .certificate_addresses
            .clone_from(&both.certificate_addresses);
        let report = probe_with(&prober, &broken).await.expect("a report");
        assert_eq!(report.message(), "connection refused");
    }
}

#[tokio::test]
async fn a_port_that_says_nothing_does_not_hold_the_check_back() {
    let plain = serve(Manner::Greets("220 hello\r\n")).await.to_string();
    // The kernel accepts, and nobody answers.
    let mute = TcpListener::bind("127.0.0.1:0").await;
    let mute = mute.expect("a port");
    let mut both = target(spec(ProbeKind::Tcp), vec![plain]);
    both.spec.timeout = Duration::from_secs(60);
    both.certificate_addresses = vec![mute.local_addr().expect("its address").to_string()];
    let begun = Instant::now();
    let prober = Prober::new().expect("a prober");
    let report = probe_with(&prober, &both).await.expect("a report");
    assert_eq!(report.outcome, Success);
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "{:?}",
        begun.elapsed()
    );
}
