//! Why TLS fails.

use serde::{Deserialize, Serialize};

/// Why a certificate is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CertificateRejection {
    /// Self-signed, or of an unknown issuer.
    UnknownIssuer,
    /// Not valid yet.
    NotYetValid,
    /// Made out to other names.
    OtherName {
        /// The first of those names; `None` where the library does not list any.
        names: Option<Vec<String>>,
        /// How many more there are.
        more: usize,
        /// The name that was asked for.
        wanted: String,
    },
    /// Anything else.
    Other {
        /// The library's words.
        said: String,
    },
}

/// Why a handshake of TLS fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HandshakeRefusal {
    /// The server shows no certificate.
    NoCertificate,
    /// No version or cipher in common.
    NothingInCommon,
    /// The server does not keep to the protocol.
    Misbehaves,
    /// What the server sent cannot be decrypted.
    Decryption,
    /// The server does not offer the protocol that is asked for.
    NoApplicationProtocol,
    /// Alert `unrecognized_name`.
    WantsServerName,
    /// Alert `internal_error`.
    InternalError,
    /// Alert `handshake_failure`, which stands for many causes.
    HandshakeFailure,
    /// Alert `access_denied`.
    AccessDenied,
    /// The server wants a certificate of the client.
    WantsClientCertificate,
    /// The server does not accept the client's certificate.
    ClientCertificate,
    /// Alert `protocol_version`.
    Version,
    /// Alert `insufficient_security`.
    WeakCiphers,
    /// The server does not understand the handshake.
    NotUnderstood,
    /// An alert without a name.
    Alert(u8),
    /// Anything else.
    Other {
        /// The library's words.
        said: String,
    },
}

impl HandshakeRefusal {
    /// Whether a server name that it knows may be all that the server lacks.
    #[must_use]
    pub const fn may_want_server_name(&self) -> bool {
        matches!(
            self,
            Self::WantsServerName
                | Self::InternalError
                | Self::HandshakeFailure
                | Self::AccessDenied
        )
    }
}

macro_rules! visit_texts {
    ($name:ident $(, $mut:tt)?) => {
        pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
            match self {
                Self::OtherName { names, wanted, .. } => {
                    names.into_iter().flatten().for_each(&mut *visit);
                    visit(wanted);
                }
                Self::Other { said } => visit(said),
                Self::UnknownIssuer | Self::NotYetValid => {}
            }
        }
    };
}

impl CertificateRejection {
    visit_texts!(texts);
    visit_texts!(texts_mut, mut);
}
