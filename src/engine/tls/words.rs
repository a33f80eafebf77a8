//! What the TLS library says, in words that say what to do.

use std::io;

use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use super::ClientIdentity;
use crate::engine::refused::{io_clause, system_words};

/// One clause for a handshake or a first read that failed.
pub(super) fn clause(error: &io::Error, client: &ClientIdentity) -> String {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    if client.is_missed() && hangs_up_on_strangers(error, inner) {
        return format!(
            "{} wants a client certificate; put cert.pem and key.pem beside ca.pem",
            client.peer.name()
        );
    }
    match inner {
        Some(error) => tls_clause(error, client),
        None if error.kind() == io::ErrorKind::UnexpectedEof => {
            format!("{} closed the connection during TLS", client.peer.name())
        }
        None => io_clause(error.kind(), client.peer)
            .map_or_else(|| without_links(&system_words(error)), str::to_owned),
    }
}

/// Whether an engine that wants a certificate and gets none may end so.
fn hangs_up_on_strangers(error: &io::Error, inner: Option<&Error>) -> bool {
    use AlertDescription::{
        AccessDenied, BadCertificate, CertificateRequired, CertificateUnknown, HandshakeFailure,
        NoCertificate, UnknownCA,
    };
    match inner {
        Some(Error::AlertReceived(alert)) => matches!(
            alert,
            CertificateRequired
                | HandshakeFailure
                | BadCertificate
                | NoCertificate
                | CertificateUnknown
                | UnknownCA
                | AccessDenied
        ),
        Some(_) => false,
        None => matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::BrokenPipe
        ),
    }
}

fn tls_clause(error: &Error, client: &ClientIdentity) -> String {
    let peer = client.peer.name();
    match error {
        Error::InvalidCertificate(error) => {
            format!("{peer}'s certificate {}", certificate_clause(error))
        }
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => format!("{peer} does not speak TLS there"),
        Error::PeerIncompatible(_) | Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            format!("{peer} and this one share no version or method of TLS (1.2 is the oldest)")
        }
        Error::AlertReceived(
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError,
        ) if client.path.is_some() => {
            let path = client
                .path
                .as_deref()
                .map(|path| path.display().to_string())
                .unwrap_or_default();
            format!("{peer} does not accept the client certificate {path}")
        }
        Error::AlertReceived(alert) => format!("{peer} refuses TLS ({alert:?})"),
        other => format!("TLS failed ({})", without_links(&other.to_string())),
    }
}

fn certificate_clause(error: &CertificateError) -> String {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "has expired".into(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet; compare the clocks".into()
        }
        CertificateError::UnknownIssuer => {
            "is signed by an authority that is not trusted; put that authority into ca.pem".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "was issued for another name than the one in the address".into()
        }
        CertificateError::Revoked => "was revoked".into(),
        other => format!("cannot be used ({})", without_links(&format!("{other:?}"))),
    }
}

/// `text` without the links to its documentation that the TLS library adds.
pub(super) fn without_links(text: &str) -> String {
    let kept: Vec<&str> = text
        .split_whitespace()
        .filter(|word| !word.contains("http://") && !word.contains("https://"))
        .collect();
    kept.join(" ")
        .trim_end_matches([':', ',', ';', ' '])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_left_out() {
        let text = "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/x#y";
        assert_eq!(
            without_links(text),
            "peer closed connection without sending TLS close_notify"
        );
    }
}
