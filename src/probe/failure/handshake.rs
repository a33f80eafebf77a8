//! Why a TLS handshake fails, in plain words instead of the library's.

use rustls::{AlertDescription, Error};

use super::{Fault, Lack, certificate};

const SERVER_NAME: &str = "the server wants a server name that it knows (server_name)";
const CLIENT_CERTIFICATE: &str = "the server wants a client certificate";
const NOTHING_IN_COMMON: &str = "no TLS version or cipher in common";

/// What an error of the TLS library tells.
pub fn fault(error: &Error) -> Fault {
    let words = match error {
        Error::InvalidCertificate(reason) => return certificate::fault(reason),
        Error::AlertReceived(alert) => return of_alert(*alert),
        Error::InvalidMessage(_)
        | Error::InappropriateMessage { .. }
        | Error::InappropriateHandshakeMessage { .. }
        | Error::PeerSentOversizedRecord => return Fault::Protocol("TLS"),
        Error::NoCertificatesPresented => "the server shows no certificate".to_owned(),
        Error::PeerIncompatible(_) => NOTHING_IN_COMMON.to_owned(),
        Error::PeerMisbehaved(_) => "the server does not keep to the protocol".to_owned(),
        Error::DecryptError => "what the server sent cannot be decrypted".to_owned(),
        Error::NoApplicationProtocol => {
            "the server does not offer the protocol that is asked for".to_owned()
        }
        other => other.to_string(),
    };
    Fault::Handshake {
        words,
        lacks: Lack::Nothing,
    }
}

/// What the server said when it ended the handshake.
fn of_alert(alert: AlertDescription) -> Fault {
    use AlertDescription as Alert;
    let words = match alert {
        Alert::CloseNotify | Alert::UserCanceled => return Fault::Closed,
        Alert::UnrecognisedName => SERVER_NAME.to_owned(),
        // Go and others have no certificate for a name that they do not know.
        Alert::InternalError => format!("internal error of the server; perhaps {SERVER_NAME}"),
        // One alert for everything, the missing client certificate among it.
        Alert::HandshakeFailure => {
            format!("{NOTHING_IN_COMMON}, a client certificate is wanted, or {SERVER_NAME}")
        }
        Alert::AccessDenied => format!("access denied; perhaps {SERVER_NAME}"),
        // Servers of TLS 1.2 call a certificate bad that was not sent.
        Alert::CertificateRequired | Alert::BadCertificate | Alert::NoCertificate => {
            CLIENT_CERTIFICATE.to_owned()
        }
        Alert::UnsupportedCertificate
        | Alert::CertificateRevoked
        | Alert::CertificateExpired
        | Alert::CertificateUnknown
        | Alert::UnknownCA => "the server does not accept the client's certificate".to_owned(),
        Alert::ProtocolVersion | Alert::InappropriateFallback => {
            "no TLS version in common; hubdeck speaks 1.2 and 1.3".to_owned()
        }
        Alert::InsufficientSecurity => {
            "the server wants stronger ciphers than are in common".to_owned()
        }
        Alert::NoApplicationProtocol => {
            "the server does not offer the protocol that is asked for".to_owned()
        }
        Alert::Unknown(number) => format!("alert {number}"),
        _ => "the server does not understand the handshake".to_owned(),
    };
    let lacks = match alert {
        _ if words.contains(SERVER_NAME) => Lack::Name,
        _ if words == CLIENT_CERTIFICATE => Lack::Certificate,
        _ => Lack::Nothing,
    };
    Fault::Handshake { words, lacks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alerts_are_told_in_plain_words() {
        use AlertDescription as Alert;
        for (alert, words, lack) in [
            (Alert::UnrecognisedName, "wants a server name", Lack::Name),
            (
                Alert::InternalError,
                "internal error of the server; perhaps the server wants a server name",
                Lack::Name,
            ),
            (
                Alert::HandshakeFailure,
                "no TLS version or cipher in common",
                Lack::Name,
            ),
            (
                Alert::CertificateRequired,
                "wants a client certificate",
                Lack::Certificate,
            ),
            (
                Alert::BadCertificate,
                "wants a client certificate",
                Lack::Certificate,
            ),
            (
                Alert::UnknownCA,
                "does not accept the client's certificate",
                Lack::Nothing,
            ),
            (
                Alert::ProtocolVersion,
                "hubdeck speaks 1.2 and 1.3",
                Lack::Nothing,
            ),
            (
                Alert::DecodeError,
                "does not understand the handshake",
                Lack::Nothing,
            ),
            (Alert::Unknown(200), "alert 200", Lack::Nothing),
        ] {
            let fault = of_alert(alert);
            let told = fault.to_string();
            assert!(
                told.starts_with("TLS handshake refused: ") && told.contains(words),
                "{alert:?}: {told}"
            );
            assert!(
                matches!(fault, Fault::Handshake { lacks, .. } if lacks == lack),
                "{alert:?}"
            );
            assert!(
                !told.contains("Alert") && !told.contains("alert:") && told.len() <= 200,
                "{told}"
            );
        }
    }
}
