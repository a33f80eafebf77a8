//! Why a TLS handshake fails.

use rustls::{AlertDescription, Error};

use super::certificate;
use crate::model::{Finding, HandshakeRefusal, ProbeKind};

/// What an error of the TLS library stands for.
pub fn finding(error: &Error) -> Finding {
    Finding::Handshake(match error {
        Error::InvalidCertificate(reason) => return certificate::finding(reason),
        Error::AlertReceived(alert) => return of_alert(*alert),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerSentOversizedRecord => {
            return Finding::Protocol {
                wanted: ProbeKind::Tls,
            };
        }
        Error::NoCertificatesPresented => HandshakeRefusal::NoCertificate,
        Error::PeerIncompatible(_) => HandshakeRefusal::NothingInCommon,
        Error::PeerMisbehaved(_) => HandshakeRefusal::Misbehaves,
        Error::DecryptError => HandshakeRefusal::Decryption,
        Error::NoApplicationProtocol => HandshakeRefusal::NoApplicationProtocol,
        other => HandshakeRefusal::Other {
            said: other.to_string(),
        },
    })
}

/// What the server said when it ended the handshake.
fn of_alert(alert: AlertDescription) -> Finding {
    use AlertDescription as Alert;
    Finding::Handshake(match alert {
        Alert::CloseNotify | Alert::UserCanceled => return Finding::Closed,
        Alert::UnrecognisedName => HandshakeRefusal::WantsServerName,
        Alert::InternalError => HandshakeRefusal::InternalError,
        Alert::HandshakeFailure => HandshakeRefusal::HandshakeFailure,
        Alert::AccessDenied => HandshakeRefusal::AccessDenied,
        // Servers of TLS 1.2 call a certificate bad that was not sent.
        Alert::CertificateRequired | Alert::BadCertificate | Alert::NoCertificate => {
            HandshakeRefusal::WantsClientCertificate
        }
        Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA => HandshakeRefusal::ClientCertificate,
        Alert::ProtocolVersion | Alert::InappropriateFallback => HandshakeRefusal::Version,
        Alert::InsufficientSecurity => HandshakeRefusal::WeakCiphers,
        Alert::NoApplicationProtocol => HandshakeRefusal::NoApplicationProtocol,
        Alert::Unknown(number) => HandshakeRefusal::Alert(number),
        _ => HandshakeRefusal::NotUnderstood,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_told_in_plain_words() {
        use AlertDescription as Alert;
        for (alert, words, may_want_name) in [
            (Alert::UnrecognisedName, "wants a server name", true),
            (
                Alert::InternalError,
                "internal error of the server; perhaps the server wants a server name",
                true,
            ),
            (
                Alert::HandshakeFailure,
                "no TLS version or cipher in common",
                true,
            ),
            (
                Alert::CertificateRequired,
                "wants a client certificate",
                false,
            ),
            (Alert::BadCertificate, "wants a client certificate", false),
            (
                Alert::UnknownCA,
                "does not accept the client's certificate",
                false,
            ),
            (Alert::ProtocolVersion, "hubdeck speaks 1.2 and 1.3", false),
            (
                Alert::DecodeError,
                "does not understand the handshake",
                false,
            ),
            (Alert::Unknown(200), "alert 200", false),
        ] {
            let finding = of_alert(alert);
            let told = crate::explain::finding(&finding);
            assert!(
                told.starts_with("TLS handshake refused: ") && told.contains(words),
                "{alert:?}: {told}"
            );
            assert!(
                matches!(finding, Finding::Handshake(why) if why.may_want_server_name() == may_want_name),
                "{alert:?}"
            );
            assert!(
                !told.contains("Alert") && !told.contains("alert:") && told.len() <= 200,
                "{told}"
            );
        }
    }
}
