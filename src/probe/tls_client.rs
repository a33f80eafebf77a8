//! TLS as a client speaks it: which certificates are accepted, and the handshake.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{
    ClientSessionStore, Resumption, Tls12ClientSessionValue, Tls12Resumption,
    Tls13ClientSessionValue,
};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, NamedGroup, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::timing::{self, ProbePhase};
use crate::model::{FailedRequest, Finding};
use crate::probe::failure;

/// The two ways to trust: a service's own addresses, and URLs that somebody wrote down.
#[derive(Clone)]
pub(super) struct Tls {
    /// For a service's own addresses, whose certificates cannot name them: who signed is not asked.
    own: Arc<ClientConfig>,
    /// For names from config: verified. Made on first use, as it reads the system's roots.
    named: Arc<OnceLock<Result<Arc<ClientConfig>, String>>>,
    /// Whether names are verified.
    verifies: bool,
    /// The protocol that is offered (ALPN); none is offered where it is empty.
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
        Ok(Self {
            own: Arc::new(forgetful(config)),
            named: Arc::default(),
            verifies: false,
            offers: b"",
        })
    }

    /// The same, where names are proven by `root` alone.
    #[cfg(test)]
    pub fn believing(self, root: CertificateDer<'static>) -> Self {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(root).expect("a root");
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            named: Arc::new(OnceLock::from(Ok(Arc::new(forgetful(config))))),
            ..self
        }
    }

    /// The same for names that have to be proven.
    pub fn verifying(&self) -> Self {
        Self {
            verifies: true,
            ..self.clone()
        }
    }

    /// The same with `protocol` offered (ALPN).
    pub fn offering(&self, protocol: &'static [u8]) -> Self {
        Self {
            offers: protocol,
            ..self.clone()
        }
    }

    /// The configuration for a service's own addresses.
    pub fn own_config(&self) -> &ClientConfig {
        &self.own
    }

    /// The configuration in force.
    ///
    /// # Errors
    /// When names are to be verified and the system's roots cannot be read.
    pub fn config(&self) -> Result<Arc<ClientConfig>, Finding> {
        let trust = self.trust()?;
        if self.offers.is_empty() {
            return Ok(trust);
        }
        let mut config = (*trust).clone();
        config.alpn_protocols = vec![self.offers.to_vec()];
        Ok(Arc::new(config))
    }

    fn trust(&self) -> Result<Arc<ClientConfig>, Finding> {
        if !self.verifies {
            return Ok(self.own.clone());
        }
        let made = self.named.get_or_init(|| {
            use rustls_platform_verifier::BuilderVerifierExt;
            let provider = Arc::new(ring::default_provider());
            let config = ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .and_then(BuilderVerifierExt::with_platform_verifier);
            config
                .map(|config| Arc::new(forgetful(config.with_no_client_auth())))
                .map_err(|error| error.to_string())
        });
        made.clone()
            .map_err(|said| Finding::Failed(FailedRequest::Verification { said }))
    }

    /// Shakes hands with `host` over `stream`.
    ///
    /// # Errors
    /// When the other side speaks no TLS, or its certificate is not accepted.
    pub async fn handshake<S>(&self, host: &str, stream: S) -> Result<TlsStream<S>, Finding>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let name =
            ServerName::try_from(host.trim_matches(['[', ']']).to_owned()).map_err(|_| {
                Finding::Failed(FailedRequest::TlsName {
                    name: host.to_owned(),
                })
            })?;
        TlsConnector::from(self.config()?)
            .connect(name, stream)
            .await
            .map_err(|error| failure::io(&error))
    }
}

/// The configuration that greets everybody as a stranger: a session that is resumed shows no
/// certificate.
fn forgetful(mut config: ClientConfig) -> ClientConfig {
    config.resumption =
        Resumption::store(Arc::new(Forgets)).tls12_resumption(Tls12Resumption::Disabled);
    config
}

/// Remembers nothing; its first call marks the begin of an HTTP probe's handshake.
#[derive(Debug)]
struct Forgets;

impl ClientSessionStore for Forgets {
    fn set_kx_hint(&self, _: ServerName<'static>, _: NamedGroup) {}

    fn kx_hint(&self, _: &ServerName<'_>) -> Option<NamedGroup> {
        timing::begin(ProbePhase::Tls);
        None
    }

    fn set_tls12_session(&self, _: ServerName<'static>, _: Tls12ClientSessionValue) {}

    fn tls12_session(&self, _: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        None
    }

    fn remove_tls12_session(&self, _: &ServerName<'static>) {}

    fn insert_tls13_ticket(&self, _: ServerName<'static>, _: Tls13ClientSessionValue) {}

    fn take_tls13_ticket(&self, _: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        None
    }
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
        verify_tls12_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signed,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
