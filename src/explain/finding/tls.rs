//! Why TLS fails, in plain words instead of the library's.

use crate::model::{CertificateRejection, HandshakeRefusal};

const SERVER_NAME: &str = "the server wants a server name that it knows (server_name)";
const NOTHING_IN_COMMON: &str = "no TLS version or cipher in common";

/// Why a certificate is not accepted.
pub(super) fn rejection(why: &CertificateRejection) -> String {
    match why {
        CertificateRejection::UnknownIssuer => "self-signed or of an unknown issuer".to_owned(),
        CertificateRejection::NotYetValid => "not valid yet".to_owned(),
        CertificateRejection::OtherName { names: None, .. } => "it is for another name".to_owned(),
        CertificateRejection::OtherName {
            names: Some(names),
            more,
            wanted,
        } => match (names.join(", "), more) {
            (names, _) if names.is_empty() => format!("it has no names (expected {wanted})"),
            (names, 0) => format!("it is for {names} (expected {wanted})"),
            (names, more) => format!("it is for {names} and {more} more (expected {wanted})"),
        },
        CertificateRejection::Other { said } => said.clone(),
    }
}

/// Why a handshake fails.
pub(super) fn handshake(why: &HandshakeRefusal) -> String {
    let words = match why {
        HandshakeRefusal::NoCertificate => "the server shows no certificate",
        HandshakeRefusal::NothingInCommon => NOTHING_IN_COMMON,
        HandshakeRefusal::Misbehaves => "the server does not keep to the protocol",
        HandshakeRefusal::Decryption => "what the server sent cannot be decrypted",
        HandshakeRefusal::NoApplicationProtocol => {
            "the server does not offer the protocol that is asked for"
        }
        HandshakeRefusal::WantsServerName => SERVER_NAME,
        // Go and others have no certificate for a name that they do not know.
        HandshakeRefusal::InternalError => {
            return format!("internal error of the server; perhaps {SERVER_NAME}");
        }
        // One alert for everything, the missing client certificate among it.
        HandshakeRefusal::HandshakeFailure => {
            return format!(
                "{NOTHING_IN_COMMON}, a client certificate is wanted, or {SERVER_NAME}"
            );
        }
        HandshakeRefusal::AccessDenied => return format!("access denied; perhaps {SERVER_NAME}"),
        HandshakeRefusal::WantsClientCertificate => "the server wants a client certificate",
        HandshakeRefusal::ClientCertificate => {
            "the server does not accept the client's certificate"
        }
        HandshakeRefusal::Version => "no TLS version in common; hubdeck speaks 1.2 and 1.3",
        HandshakeRefusal::WeakCiphers => "the server wants stronger ciphers than are in common",
        HandshakeRefusal::NotUnderstood => "the server does not understand the handshake",
        HandshakeRefusal::Alert(number) => return format!("alert {number}"),
        HandshakeRefusal::Other { said } => said,
    };
    words.to_owned()
}
