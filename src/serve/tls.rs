//! TLS of the listeners: the certificate and its key, read from files and exchanged while running.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

use crate::model::encoding::without_mark;
use crate::model::{CERTIFICATE_ENDS_SOON, Timestamp};

/// Certificate and key that are in force; `None` where HTTP is spoken without TLS.
pub type TlsInForce = watch::Receiver<Option<ServerTls>>;

/// A certificate with its key, ready to be used.
#[derive(Clone)]
pub struct ServerTls {
    config: Arc<ServerConfig>,
    /// Where the certificate stands.
    file: PathBuf,
    ends_at: Timestamp,
}

/// Why a certificate and its key are not used.
#[derive(Debug, thiserror::Error)]
pub enum TlsRefusal {
    /// Only one of the two is set.
    #[error("serve.tls_cert and serve.tls_key belong together; set both or none")]
    Half,
    /// A file cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// A file holds something else.
    #[error("cannot use {}: {why}", file.display())]
    Unusable {
        /// The file.
        file: PathBuf,
        /// What is wrong, as a clause.
        why: String,
    },
    /// The certificate does not hold now.
    #[error("the certificate in {} {why}; renew it", file.display())]
    NotValid {
        /// The file.
        file: PathBuf,
        /// Since or until when, as a clause.
        why: String,
    },
    /// The two do not belong together.
    #[error("the key in {} does not belong to the certificate in {}: {error}", key.display(), certificate.display())]
    Mismatch {
        /// The certificate.
        certificate: PathBuf,
        /// The key.
        key: PathBuf,
        /// What the library says.
        error: rustls::Error,
    },
}

impl ServerTls {
    /// Reads the certificate and those that signed it, and the key, where they are set.
    ///
    /// # Errors
    /// Files that cannot be read or used, and a certificate that does not hold at `now`.
    pub fn load(
        certificate: Option<&Path>,
        key: Option<&Path>,
        now: Timestamp,
    ) -> Result<Option<Self>, TlsRefusal> {
        match (certificate, key) {
            (Some(certificate), Some(key)) => Self::of_files(certificate, key, now).map(Some),
            (None, None) => Ok(None),
            _ => Err(TlsRefusal::Half),
        }
    }

    fn of_files(certificate: &Path, key: &Path, now: Timestamp) -> Result<Self, TlsRefusal> {
        let chain = certificates(certificate)?;
        let ends_at = valid_until(certificate, chain.first(), now)?;
        let private = private_key(key)?;
        let provider = Arc::new(ring::default_provider());
        let mismatch = |error| TlsRefusal::Mismatch {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            error,
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(mismatch)?
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .map_err(mismatch)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self {
            config: Arc::new(config),
            file: certificate.to_owned(),
            ends_at,
        })
    }

    /// What shakes hands with clients.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// That it has ended or ends soon, in one sentence; `None` where there is time.
    #[must_use]
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let left = self.ends_at.duration_since(now);
        let file = self.file.display();
        if left.is_negative() {
            return Some(format!(
                "the certificate in {file} expired at {}; renew it",
                self.ends_at
            ));
        }
        let days = left.as_hours() / 24;
        (left < CERTIFICATE_ENDS_SOON)
            .then(|| format!("the certificate in {file} expires in {days} days; renew it"))
    }
}

/// Until when the first certificate of `file` holds, where it does now.
fn valid_until(
    file: &Path,
    first: Option<&CertificateDer<'_>>,
    now: Timestamp,
) -> Result<Timestamp, TlsRefusal> {
    let unusable = |why: String| TlsRefusal::Unusable {
        file: file.to_owned(),
        why,
    };
    let not_valid = |why: String| TlsRefusal::NotValid {
        file: file.to_owned(),
        why,
    };
    let der = first.ok_or_else(|| unusable("it holds no certificate".to_owned()))?;
    let read = Certificate::from_der(der).map_err(|error| unusable(error.to_string()))?;
    let validity = read.tbs_certificate().validity();
    let time = |time: &x509_cert::time::Time| {
        let seconds = i64::try_from(time.to_unix_duration().as_secs()).ok();
        let at = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        at.ok_or_else(|| unusable("its time is in no calendar".to_owned()))
    };
    let (begins_at, ends_at) = (time(&validity.not_before)?, time(&validity.not_after)?);
    if ends_at <= now {
        return Err(not_valid(format!("expired at {ends_at}")));
    }
    if begins_at > now {
        return Err(not_valid(format!("holds only from {begins_at} on")));
    }
    Ok(ends_at)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsRefusal> {
    let found: Result<Vec<_>, pem::Error> = CertificateDer::pem_slice_iter(&read(file)?).collect();
    found.map_err(|error| TlsRefusal::Unusable {
        file: file.to_owned(),
        why: error.to_string(),
    })
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, TlsRefusal> {
    PrivateKeyDer::from_pem_slice(&read(file)?).map_err(|error| TlsRefusal::Unusable {
        file: file.to_owned(),
        why: match error {
            pem::Error::NoItemsFound => {
                "it holds no private key; an encrypted one cannot be used".to_owned()
            }
            error => error.to_string(),
        },
    })
}

fn read(file: &Path) -> Result<Vec<u8>, TlsRefusal> {
    let bytes = std::fs::read(file).map_err(|error| TlsRefusal::Unreadable {
        file: file.to_owned(),
        error,
    })?;
    // A byte order mark would hide the first line of a PEM file.
    Ok(without_mark(&bytes).to_vec())
}

#[cfg(test)]
mod tests;
