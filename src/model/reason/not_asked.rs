//! Why hubdeck could not ask: it is no evidence about the service.

use serde::{Deserialize, Serialize};

use crate::model::ProbeKind;
use crate::model::encoding::NotText;

/// Why no address of a container leads there from where hubdeck runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutOfReach {
    /// The address of the engine's host is not known.
    HostUnknown,
    /// The port is published on the engine's own loopback address only.
    LoopbackOnly {
        /// The container's port.
        port: u16,
    },
    /// The port is not published.
    NotPublished {
        /// The container's port.
        port: u16,
    },
    /// The container has no address.
    NoAddress,
    /// hubdeck's own container shares no network with it.
    NoSharedNetwork,
    /// This machine has no interface in any of its networks.
    NoInterface {
        /// Names of those networks.
        networks: Vec<String>,
    },
}

/// Why hubdeck itself could not ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotAsked {
    /// The variable with the secret is empty.
    VariableEmpty {
        /// Its name.
        name: String,
    },
    /// The variable with the secret is not set.
    VariableNotSet {
        /// Its name.
        name: String,
    },
    /// The variable with the secret is not UTF-8.
    VariableNotUtf8 {
        /// Its name.
        name: String,
    },
    /// The file with the secret cannot be read.
    SecretFile {
        /// Its path.
        path: String,
        /// Why.
        why: SecretFileError,
    },
    /// The protocol takes a user and a password, no token.
    TokenNotTaken,
    /// The token holds characters that no header can.
    TokenCharacters,
    /// The name is none that DNS can ask for.
    DnsName {
        /// The name.
        name: String,
    },
    /// The name is longer than DNS allows.
    DnsNameTooLong,
    /// User or password is longer than MQTT allows.
    MqttLoginTooLong,
    /// MySQL wants a login method that hubdeck does not know.
    LoginMethod {
        /// Its name.
        method: String,
    },
    /// MySQL wants the password itself, but offers no TLS.
    PasswordWithoutTls,
    /// The URL from the configuration is none.
    Url {
        /// The parser's words.
        said: String,
    },
    /// The URL from the configuration has a scheme that this kind of probe does not ask.
    UrlScheme {
        /// Kind of the probe.
        kind: ProbeKind,
        /// The scheme.
        scheme: String,
    },
    /// The URL from the configuration names no host and port.
    UrlWithoutHost,
    /// hubdeck is read-only and runs no commands.
    ReadOnly,
    /// The engine does not answer, so that no command can be run.
    EngineSilent,
    /// The engine refuses to run the command.
    Engine {
        /// The engine's words.
        said: String,
    },
    /// The probe failed on a bug in hubdeck.
    Bug,
}

/// Why a file with a secret cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretFileError {
    /// No file, or one of more than 64 KiB.
    NoSmallFile,
    /// It is empty.
    Empty,
    /// It is no text.
    NotText(NotText),
    /// Anything else.
    Io {
        /// The system's words.
        said: String,
    },
}

/// What failed in hubdeck or in a library on the way of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailedRequest {
    /// The HTTP client could not be made.
    HttpClient {
        /// The library's words.
        said: String,
    },
    /// Certificates cannot be verified.
    Verification {
        /// The library's words.
        said: String,
    },
    /// The host is no name that TLS can ask for.
    TlsName {
        /// The host.
        name: String,
    },
    /// The address is no host and port.
    Address {
        /// The address.
        address: String,
    },
    /// Names cannot be looked up.
    LookUp {
        /// The system's words.
        said: String,
    },
    /// The configured method is none.
    Method {
        /// The method.
        name: String,
    },
    /// The configured header is none.
    Header {
        /// The name of the header.
        name: String,
    },
    /// The value of a configured header is none.
    HeaderValue,
    /// Anything else.
    Other {
        /// The library's words.
        said: String,
    },
}

macro_rules! visit_texts {
    ($name:ident $(, $mut:tt)?) => {
        impl OutOfReach {
            pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
                if let Self::NoInterface { networks } = self {
                    networks.into_iter().for_each(visit);
                }
            }
        }

        impl NotAsked {
            pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
                match self {
                    Self::VariableEmpty { name: text }
                    | Self::VariableNotSet { name: text }
                    | Self::VariableNotUtf8 { name: text }
                    | Self::DnsName { name: text }
                    | Self::LoginMethod { method: text }
                    | Self::Url { said: text }
                    | Self::UrlScheme { scheme: text, .. }
                    | Self::Engine { said: text } => visit(text),
                    Self::SecretFile { path, why } => {
                        visit(path);
                        if let SecretFileError::Io { said } = why {
                            visit(said);
                        }
                    }
                    Self::TokenNotTaken
                    | Self::TokenCharacters
                    | Self::DnsNameTooLong
                    | Self::MqttLoginTooLong
                    | Self::PasswordWithoutTls
                    | Self::UrlWithoutHost
                    | Self::ReadOnly
                    | Self::EngineSilent
                    | Self::Bug => {}
                }
            }
        }

        impl FailedRequest {
            pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
                match self {
                    Self::HttpClient { said: text }
                    | Self::Verification { said: text }
                    | Self::TlsName { name: text }
                    | Self::Address { address: text }
                    | Self::LookUp { said: text }
                    | Self::Method { name: text }
                    | Self::Header { name: text }
                    | Self::Other { said: text } => visit(text),
                    Self::HeaderValue => {}
                }
            }
        }
    };
}

visit_texts!(texts);
visit_texts!(texts_mut, mut);
