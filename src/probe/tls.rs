//! The TLS check, and everything about certificates: whom we believe, and until when they hold.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::model::{ProbeOutcome, SignedDuration, Timestamp};

use super::fault::certificate_words;
use super::protocol::{Answer, Ask};
use super::wire::Wire;
use super::{Fault, Report};

/// A certificate that ends sooner than this is a warning.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The two ways to trust: a service's own addresses, and URLs that somebody wrote down.
#[derive(Clone)]
pub(super) struct Tls {
    /// For a service's own addresses, whose certificates cannot name them: who signed is not asked.
    own: Arc<ClientConfig>,
    /// For names from config: verified. Made on first use, as it reads the system's roots.
    named: Arc<OnceLock<Result<Arc<ClientConfig>, String>>>,
    /// Whether names are verified.
    verifies: bool,
    /// The protocol that is offered (ALPN); none is said where it is empty.
    offers: &'static [u8],
}

impl Tls {
    /// For a service's own addresses.
    ///
    /// # Errors
    /// When the cryptography in use does not know the protocol versions that are asked for.
    pub fn own() -> Result<Self, rustls::Error> {
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Anybody(provider)))
            .with_no_client_auth();
        Ok(Self { own: Arc::new(config), named: Arc::default(), verifies: false, offers: b"" })
    }

    /// The same for names that have to be proven.
    pub fn verifying(&self) -> Self {
        Self { verifies: true, ..self.clone() }
    }

    /// The same with `protocol` offered (ALPN).
    pub fn offering(&self, protocol: &'static [u8]) -> Self {
        Self { offers: protocol, ..self.clone() }
    }

    /// The configuration in force.
    ///
    /// # Errors
    /// When names are to be verified and the system's roots cannot be read.
    pub fn config(&self) -> Result<Arc<ClientConfig>, Fault> {
        let trust = self.trust()?;
        if self.offers.is_empty() {
            return Ok(trust);
        }
        let mut config = (*trust).clone();
        config.alpn_protocols = vec![self.offers.to_vec()];
        Ok(Arc::new(config))
    }

    fn trust(&self) -> Result<Arc<ClientConfig>, Fault> {
        if !self.verifies {
            return Ok(self.own.clone());
        }
        let made = self.named.get_or_init(|| {
            use rustls_platform_verifier::BuilderVerifierExt;
            let provider = Arc::new(ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(BuilderVerifierExt::with_platform_verifier);
            config.map(|config| Arc::new(config.with_no_client_auth())).map_err(|error| error.to_string())
        });
        made.clone().map_err(|error| Fault::Other(format!("cannot verify certificates: {error}")))
    }

    /// Shakes hands with `host` over `stream`.
    ///
    /// # Errors
    /// When the other side speaks no TLS, or its certificate is not accepted.
    pub async fn handshake<S>(&self, host: &str, stream: S) -> Result<TlsStream<S>, Fault>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
            .map_err(|_| Fault::Other(format!("{host:?} is no name that TLS can ask for")))?;
        TlsConnector::from(self.config()?).connect(name, stream).await.map_err(|error| Fault::io(&error))
    }
}

/// The TLS check of `ask`: a handshake, and how long the certificate still holds.
pub(super) async fn check(ask: &Ask<'_>, tls: &Tls) -> Report {
    let target = format!("tls://{}", ask.address);
    let begun = tokio::time::Instant::now();
    match connect(ask, tls).await {
        Ok(wire) => {
            let answer = Answer::works("accepts TLS");
            Report::answer(ask.spec, &target, answer, begun.elapsed())
                .at(ask.address)
                .phased(wire.phases)
                .certified(wire.certificate_until, ask.now)
        }
        Err(fault) => Report::fault(ask.spec, &target, &fault).at(ask.address),
    }
}

async fn connect(ask: &Ask<'_>, tls: &Tls) -> Result<Wire, Fault> {
    tokio::time::timeout(ask.limit, open(ask.address, ask.host(), tls))
        .await
        .unwrap_or(Err(Fault::Silent(ask.spec.timeout)))
}

async fn open(address: &str, host: &str, tls: &Tls) -> Result<Wire, Fault> {
    let mut wire = Wire::connect(address).await?;
    wire.over_tls(tls, host).await?;
    Ok(wire)
}

/// When the certificate at `address` ends; `None` when none is shown within `limit`.
pub(super) async fn end_at(address: &str, tls: &Tls, limit: Duration) -> Option<Timestamp> {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    tokio::time::timeout(limit, open(address, host, tls)).await.ok()?.ok()?.certificate_until
}

/// When the certificate that the other side of `connection` showed ends.
pub(super) fn end_of(connection: &ClientConnection) -> Option<Timestamp> {
    end_of_der(connection.peer_certificates()?.first()?)
}

/// When the certificate in `der` ends; `None` when it is none.
pub(super) fn end_of_der(der: &[u8]) -> Option<Timestamp> {
    let certificate = Certificate::from_der(der).ok()?;
    let end = certificate.tbs_certificate().validity().not_after.to_unix_duration();
    Timestamp::from_second(i64::try_from(end.as_secs()).ok()?).ok()
}

/// What a certificate that ends at `end` means at `now`; `None` while it holds for long.
pub(super) fn judge(end: Timestamp, now: Timestamp) -> Option<(ProbeOutcome, String)> {
    if end <= now {
        return Some((ProbeOutcome::Failure, certificate_words::expired(now.duration_since(end))));
    }
    let left = end.duration_since(now);
    (left < SOON).then(|| (ProbeOutcome::Warning, certificate_words::ends_in(left)))
}

/// Believes everybody: an address cannot be proven by a certificate that names something else.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
