//! The contract of names: what TLS asks for, and what is reported of servers that want another name.

use std::sync::Arc;
use std::time::Duration;

use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::certificates::{self, Made};
use super::script::{Turn, play, says};
use super::{HEALTHY, answer, probe, probe_with, serve, spec, target, told};
use crate::model::{HttpRequest, ProbeKind, ProbeOutcome, ProbeSpec};
use crate::probe::Prober;
use crate::probe::contract::Manner;

use ProbeOutcome::{Failure, Inconclusive, Success};

/// Who was asked for, connection by connection, and how each ended.
type Asked = Receiver<(Option<String>, String)>;

/// Shows its certificate to those who ask for a name that it knows, and to nobody else.
#[derive(Debug)]
struct Picky {
    key: Arc<CertifiedKey>,
    knows: &'static [&'static str],
    seen: Sender<Option<String>>,
}

impl ResolvesServerCert for Picky {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_owned);
        self.seen.try_send(name.clone()).expect("a server");
        let known = name
            .as_deref()
            .is_some_and(|name| self.knows.contains(&name));
        known.then(|| self.key.clone())
    }
}

/// A server over TLS that `knows` these names.
async fn picky(knows: &'static [&'static str]) -> (String, Asked) {
    let Made { certificate, key } = certificates::made("app.example", (-1, 61), None);
    let provider = rustls::crypto::ring::default_provider();
    let key = provider.key_provider.load_private_key(key).expect("a key");
    let (seen, mut names) = channel(8);
    let resolver = Picky {
        key: Arc::new(CertifiedKey::new(vec![certificate], key)),
        knows,
        seen,
    };
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(resolver));
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address").to_string();
    let (keep, asked) = channel(8);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let end = match acceptor.accept(stream).await {
                Err(error) => error.to_string(),
                Ok(mut stream) => {
                    let mut request = [0; 4096];
                    // An end without the good-bye of TLS is an error here.
                    match stream.read(&mut request).await {
                        Ok(0) => "left".to_owned(),
                        Ok(_) => {
                            let sent = stream.write_all(HEALTHY.as_bytes()).await;
                            let flushed = stream.flush().await;
                            let end = stream.read(&mut request).await;
                            format!("answered {:?} {:?} {:?}", sent.ok(), flushed.ok(), end.ok())
                        }
                        Err(error) => error.to_string(),
                    }
                }
            };
            let _ = keep.try_send((names.try_recv().ok().flatten(), end));
        }
    });
    (address, asked)
}

/// What a server was asked for until now, once it is done with the last connection.
async fn seen(asked: &mut Asked) -> Vec<(Option<String>, String)> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    std::iter::from_fn(|| asked.try_recv().ok()).collect()
}

fn https(server_name: Option<&str>, host: &str) -> ProbeSpec {
    let request = HttpRequest {
        host: host.to_owned(),
        ..HttpRequest::default()
    };
    ProbeSpec {
        tls: true,
        server_name: server_name.map(str::to_owned),
        request,
        ..spec(ProbeKind::Http)
    }
}

const WANTS: &str = "TLS handshake refused: access denied; perhaps the server wants a server name that it knows (server_name)";

/// The names that the server knows.
const OWN: &[&str] = &["localhost", "app.example"];

#[tokio::test]
async fn tls_asks_for_the_name_that_is_set_or_localhost() {
    let well = "answered Some(()) Some(()) Some(0)";
    for (spec, name, outcome) in [
        (https(None, ""), Some("localhost"), Success),
        (https(Some("app.example"), ""), Some("app.example"), Success),
        (
            https(None, "app.example:8443"),
            Some("app.example"),
            Success,
        ),
        (
            https(Some("localhost"), "app.example"),
            Some("localhost"),
            Success,
        ),
        // An address asks for no name; that is what the authors do then.
        (https(Some(""), ""), None, Inconclusive),
        (
            https(None, "other.example"),
            Some("other.example"),
            Inconclusive,
        ),
        // Somebody has set it: its result is reported of the service.
        (
            https(Some("other.example"), ""),
            Some("other.example"),
            Failure,
        ),
    ] {
        let (address, mut asked) = picky(OWN).await;
        let report = probe(spec.clone(), vec![address.clone()])
            .await
            .expect("a report");
        let outcome = if spec.server_name.as_deref() == Some("") {
            Failure
        } else {
            outcome
        };
        assert_eq!(report.outcome, outcome, "{report:?}");
        assert_eq!(
            report.target,
            format!("https://{address}/health"),
            "the address is what is shown"
        );
        let seen = seen(&mut asked).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0.as_deref(), name);
        if outcome == Success {
            assert_eq!(seen[0].1, well, "it ends as TLS wants it");
        } else {
            assert_eq!(
                (report.message().as_str(), report.writes_log_line),
                (WANTS, true)
            );
        }
        let native = ProbeSpec {
            kind: ProbeKind::Tls,
            ..spec
        };
        let report = probe(native, vec![address]).await.expect("a report");
        assert_eq!(report.outcome, outcome, "{}", report.message());
    }
}

#[tokio::test]
async fn refusals_of_tls_are_told_in_plain_words() {
    for (alert, outcome, message) in [
        (
            112,
            Inconclusive,
            "TLS handshake refused: the server wants a server name that it knows (server_name)",
        ),
        (
            116,
            Inconclusive,
            "TLS handshake refused: the server wants a client certificate",
        ),
        (
            70,
            Failure,
            "TLS handshake refused: no TLS version in common; hubdeck speaks 1.2 and 1.3",
        ),
    ] {
        for kind in [ProbeKind::Http, ProbeKind::Tls, ProbeKind::Redis] {
            let server = play(vec![Turn::Reads, says([21, 3, 3, 0, 2, 2, alert])]).await;
            let secure = ProbeSpec {
                tls: true,
                ..spec(kind)
            };
            let report = probe(secure, vec![server.address]).await.expect("a report");
            assert_eq!(
                (report.outcome, report.message().as_str()),
                (outcome, message),
                "{kind:?}"
            );
            assert!(report.mismatch.is_none(), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_is_not_blamed() {
    use rustls::server::WebPkiClientVerifier;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    for version in [&rustls::version::TLS12, &rustls::version::TLS13] {
        let Made { certificate, key } = certificates::made("app.example", (-1, 61), None);
        let mut roots = rustls::RootCertStore::empty();
        roots.add(certificate.clone()).expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
        let config = rustls::ServerConfig::builder_with_provider(provider.clone())
            .with_protocol_versions(&[version])
            .expect("versions")
            .with_client_cert_verifier(verifier.build().expect("a verifier"))
            .with_single_cert(vec![certificate], key)
            .expect("a configuration");
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _refused = acceptor.accept(stream).await;
            }
        });
        for kind in [ProbeKind::Http, ProbeKind::Tcp, ProbeKind::Redis] {
            let report = probe(
                ProbeSpec {
                    tls: true,
                    ..spec(kind)
                },
                vec![address.clone()],
            )
            .await;
            let expected = "TLS handshake refused: the server wants a client certificate";
            assert_eq!(
                told(report),
                (Inconclusive, expected.to_owned()),
                "{kind:?} {version:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_certificate_is_looked_at_by_a_client_that_greets_and_leaves() {
    let plain = serve(Manner::Answers(HEALTHY)).await.to_string();
    let prober = Prober::new().expect("a prober");
    for (knows, name, end, shown) in [
        (&["localhost"][..], None, Some("left"), true),
        (&["app.example"], Some("app.example"), Some("left"), true),
        (&["app.example"], None, None, false),
    ] {
        let (address, mut asked) = picky(knows).await;
        let server_name = name.map(str::to_owned);
        let mut both = target(
            ProbeSpec {
                server_name,
                ..spec(ProbeKind::Http)
            },
            vec![plain.clone()],
        );
        both.certificate_addresses = vec![address];
        let report = probe_with(&prober, &both).await.expect("a report");
        assert_eq!(
            report.message(),
            "200 healthy 1.4.2",
            "the check itself tells"
        );
        assert_eq!(
            (
                report.certificate_until.is_some(),
                report.shows_no_certificate
            ),
            (shown, !shown)
        );
        let seen = seen(&mut asked).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0.as_deref(), Some(name.unwrap_or("localhost")));
        if let Some(end) = end {
            assert_eq!(seen[0].1, end);
        }
    }
}

/// What comes of this answer, with and without a host name that somebody chose; `hinted` says
/// whether the host name is named as a cause.
async fn refused(text: &'static str, path: &str, message: &str, hinted: bool) {
    let hint = "; the server may want a host name";
    let at = serve(Manner::Answers(text)).await.to_string();
    let asked = ProbeSpec {
        path: path.to_owned(),
        ..spec(ProbeKind::Http)
    };
    let expected = format!("{message}{}", if hinted { hint } else { "" });
    assert_eq!(
        told(probe(asked.clone(), vec![at.clone()]).await),
        (Failure, expected)
    );
    let request = HttpRequest {
        host: "app.example".to_owned(),
        ..HttpRequest::default()
    };
    let chosen = ProbeSpec { request, ..asked };
    assert_eq!(told(probe(chosen, vec![at]).await).1, message, "{text}");
}

#[tokio::test]
async fn an_answer_that_may_be_about_the_host_says_so_unless_somebody_chose_it() {
    let rails = answer("403 Forbidden", "text/plain", "Blocked hosts: localhost:80");
    for (text, path, message, hinted) in [
        (
            answer("400 Bad Request", "text/html", "<h1>Bad Request</h1>"),
            "/",
            "400 Bad Request",
            true,
        ),
        (
            answer("421 Misdirected Request", "text/html", ""),
            "/health",
            "421 Misdirected Request",
            true,
        ),
        (
            answer("404 Not Found", "text/html", ""),
            "/",
            "404 Not Found",
            true,
        ),
        (
            answer("404 Not Found", "text/html", ""),
            "/health",
            "404 Not Found",
            false,
        ),
        (rails, "/health", "403 Forbidden", true),
        (
            answer("403 Forbidden", "text/plain", "no"),
            "/health",
            "403 Forbidden",
            false,
        ),
        (
            answer("500 Internal Server Error", "text/html", ""),
            "/",
            "500 Internal Server Error",
            false,
        ),
        (
            answer(
                "400 Bad Request",
                "application/json",
                r#"{"detail":"q is missing"}"#,
            ),
            "/",
            "400 Bad Request: q is missing",
            false,
        ),
    ] {
        refused(text, path, message, hinted).await;
    }
}
