//! TLS to an engine as docker speaks it: which files count, whose certificate is accepted, what
//! went wrong.

mod verify;
mod words;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use rustls::client::ResolvesClientCert;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::peer::Peer;
use super::refused::{Refused, system_words};
use crate::model::authority::host_of;
use crate::model::encoding::without_mark;

/// The files that TLS to one engine uses. Without a CA the system's are accepted; with one nothing
/// of the system is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TlsFiles {
    /// Who may have signed the engine's certificate.
    pub ca: Option<PathBuf>,
    /// The client's certificate and its key; one without the other is not used.
    pub client: Option<(PathBuf, PathBuf)>,
    /// Whether the engine's certificate has to hold.
    pub verify: bool,
}

impl TlsFiles {
    /// `ca.pem`, `cert.pem` and `key.pem` in `directory`, as far as they are there.
    pub fn in_directory(directory: &Path, verify: bool) -> Self {
        // What is there and cannot be read is an error later, not a file that is missing.
        let file = |name: &str| {
            let path = directory.join(name);
            let missing = matches!(fs::metadata(&path), Err(error) if error.kind() == io::ErrorKind::NotFound);
            (!missing).then_some(path)
        };
        Self {
            ca: file("ca.pem"),
            client: file("cert.pem").zip(file("key.pem")),
            verify,
        }
    }

    /// The same where a CA has to be there.
    pub fn with_ca(directory: &Path, verify: bool) -> Self {
        Self {
            ca: Some(directory.join("ca.pem")),
            ..Self::in_directory(directory, verify)
        }
    }

    /// Whether there is no file at all.
    pub const fn is_empty(&self) -> bool {
        self.ca.is_none() && self.client.is_none()
    }
}

/// How to open TLS to one engine.
#[derive(Clone)]
pub(super) struct EngineTls {
    connector: TlsConnector,
    name: ServerName<'static>,
    client: Arc<ClientIdentity>,
}

impl EngineTls {
    /// For `peer` at `address` (`host:port`).
    ///
    /// # Errors
    /// One clause naming the file that cannot be used.
    pub fn new(address: &str, files: &TlsFiles, peer: Peer) -> Result<Self, String> {
        let host = host_of(address);
        let name = ServerName::try_from(host.to_owned())
            .map_err(|_| format!("{host:?} is not a name that TLS can ask for"))?;
        let provider = Arc::new(ring::default_provider());
        let client = Arc::new(ClientIdentity::read(files, &provider, peer)?);
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("TLS cannot be used: {error}"))?
            .dangerous()
            .with_custom_certificate_verifier(verifier(files, provider)?)
            .with_client_cert_resolver(client.clone());
        Ok(Self {
            connector: TlsConnector::from(Arc::new(config)),
            name,
            client,
        })
    }

    /// Shakes hands over `stream`.
    ///
    /// # Errors
    /// When either side does not accept the other, or the other speaks no TLS.
    pub async fn open(&self, stream: TcpStream) -> Result<Secured, Refused> {
        match self.connector.connect(self.name.clone(), stream).await {
            Ok(stream) => Ok(Secured {
                stream,
                client: self.client.clone(),
                received: false,
            }),
            Err(error) => Err(Refused::new(words::clause(&error, &self.client))),
        }
    }
}

fn verifier(
    files: &TlsFiles,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, String> {
    match &files.ca {
        _ if !files.verify => Ok(Arc::new(verify::Anybody::new(provider))),
        Some(path) => {
            let authorities = certificates(path)?;
            let given = verify::GivenCertificates::new(authorities, provider);
            given
                .map(|given| Arc::new(given) as _)
                .map_err(|error| unusable(path, &error))
        }
        None => match rustls_platform_verifier::Verifier::new(provider) {
            Ok(verifier) => Ok(Arc::new(verifier)),
            Err(error) => Err(format!(
                "the system's certificate authorities cannot be read ({}); put the engine's into ca.pem",
                words::without_links(&error.to_string())
            )),
        },
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = read(path)?;
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(&bytes).collect();
    match found {
        Ok(found) if found.is_empty() => Err(unusable(path, "it holds no certificate")),
        Ok(found) => Ok(found),
        Err(error) => Err(unusable(path, &error.to_string())),
    }
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    PrivateKeyDer::from_pem_slice(&read(path)?).map_err(|error| match error {
        pem::Error::NoItemsFound => unusable(
            path,
            "it holds no private key; an encrypted one cannot be used",
        ),
        error => unusable(path, &error.to_string()),
    })
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let bytes = fs::read(path);
    let bytes = bytes
        .map_err(|error| format!("cannot read {}: {}", path.display(), system_words(&error)))?;
    // A byte order mark would hide the first line of a PEM file.
    Ok(without_mark(&bytes).to_vec())
}

fn unusable(path: &Path, cause: &str) -> String {
    format!("{} cannot be used: {cause}", path.display())
}

/// Who we say we are, and whether the engine wanted to know.
#[derive(Debug)]
pub(super) struct ClientIdentity {
    /// Who asks for it.
    peer: Peer,
    key: Option<Arc<CertifiedKey>>,
    /// The file of the certificate.
    path: Option<PathBuf>,
    asked: AtomicBool,
}

impl ClientIdentity {
    fn read(files: &TlsFiles, provider: &CryptoProvider, peer: Peer) -> Result<Self, String> {
        let Some((certificate, key)) = &files.client else {
            return Ok(Self {
                peer,
                key: None,
                path: None,
                asked: AtomicBool::new(false),
            });
        };
        let chain = certificates(certificate)?;
        let private = private_key(key)?;
        let certified =
            CertifiedKey::from_der(chain, private, provider).map_err(|error| match error {
                rustls::Error::InconsistentKeys(_) => {
                    unusable(key, "it belongs to another certificate")
                }
                other => unusable(key, &words::without_links(&other.to_string())),
            })?;
        let path = Some(certificate.clone());
        Ok(Self {
            peer,
            key: Some(Arc::new(certified)),
            path,
            asked: AtomicBool::new(false),
        })
    }

    /// Whether the engine wanted a certificate and got none.
    fn is_missed(&self) -> bool {
        self.key.is_none() && self.asked.load(Ordering::Relaxed)
    }
}

impl ResolvesClientCert for ClientIdentity {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.asked.store(true, Ordering::Relaxed);
        self.key.clone()
    }

    fn has_certs(&self) -> bool {
        self.key.is_some()
    }
}

/// A connection over TLS. Whether the engine takes our certificate shows only when it is read from.
pub(super) struct Secured {
    stream: TlsStream<TcpStream>,
    client: Arc<ClientIdentity>,
    /// Whether anything came.
    received: bool,
}

impl Secured {
    fn explained(&self, error: io::Error) -> io::Error {
        if self.received {
            error
        } else {
            io::Error::other(Refused::new(words::clause(&error, &self.client)))
        }
    }
}

impl AsyncRead for Secured {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buf));
        match read {
            Err(error) => return Poll::Ready(Err(self.explained(error))),
            Ok(()) if buf.filled().len() > before => self.received = true,
            Ok(()) if self.client.is_missed() => {
                let ended = io::ErrorKind::UnexpectedEof.into();
                return Poll::Ready(Err(self.explained(ended)));
            }
            Ok(()) => {}
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Secured {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, buf));
        Poll::Ready(written.map_err(|error| self.explained(error)))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = ready!(Pin::new(&mut self.stream).poll_flush(cx));
        Poll::Ready(flushed.map_err(|error| self.explained(error)))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_does_not_hide_a_certificate() {
        let directory = tempfile::tempdir().expect("a directory");
        let file = directory.path().join("ca.pem");
        let pem = include_bytes!("../../tests/support/self-signed.pem");
        fs::write(&file, pem).expect("a file");
        let plain = certificates(&file).expect("a certificate");
        fs::write(&file, [b"\xef\xbb\xbf".as_slice(), pem].concat()).expect("a file");
        assert_eq!(certificates(&file), Ok(plain));
    }
}
