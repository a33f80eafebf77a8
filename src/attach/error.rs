//! Why a hubdeck cannot be attached to; one sentence each that says what to do.

use crate::model::AttachHello;

/// Why there are no snapshots of another hubdeck.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachError {
    /// The address cannot be used; one clause.
    #[error("cannot attach to {url}: {clause}")]
    Address {
        /// As it was given.
        url: String,
        /// Why.
        clause: String,
    },
    /// The variable of this name holds no token.
    #[error(
        "{0} holds no token of at least 43 visible ASCII characters; it has to be the one of serve.token there"
    )]
    Token(&'static str),
    /// Nobody answers there; one clause.
    #[error("hubdeck at {url} does not answer: {clause}")]
    Silent {
        /// The address.
        url: String,
        /// Why.
        clause: String,
    },
    /// It demands a token, and none was given.
    #[error(
        "hubdeck at {0} demands a token; put that of its serve.token into a file and give --token-file FILE, or set HUBDECK_TOKEN"
    )]
    NoToken(String),
    /// It does not accept the token.
    #[error(
        "hubdeck at {0} does not accept the token; it has to be one of those that serve.token or serve.token_file has there"
    )]
    WrongToken(String),
    /// The token may not read.
    #[error("hubdeck at {0} refuses the token; give one with the scope read")]
    Forbidden(String),
    /// It answers, but has no such address.
    #[error(
        "what answers at {0} is no hubdeck that can be attached to; check address and path, or update hubdeck there"
    )]
    NoHubdeck(String),
    /// It refuses; its own words.
    #[error("hubdeck at {url} refuses ({status}): {words}")]
    Refused {
        /// The address.
        url: String,
        /// The status of HTTP.
        status: u16,
        /// What it says.
        words: String,
    },
    /// It sends another form.
    #[error(
        "hubdeck at {url} is version {theirs}, which sends another form (protocol {protocol}, this one reads {}); use the same version on both sides",
        AttachHello::PROTOCOL
    )]
    OtherVersion {
        /// The address.
        url: String,
        /// Its version.
        theirs: String,
        /// What it sends.
        protocol: u32,
    },
    /// What it sends cannot be read; one clause.
    #[error("hubdeck at {url} sends what cannot be read: {clause}")]
    Unreadable {
        /// The address.
        url: String,
        /// Why.
        clause: String,
    },
}

impl AttachError {
    /// What a banner says after the address: the cause.
    #[must_use]
    pub fn cause(&self) -> String {
        match self {
            Self::Silent { clause, .. } | Self::Unreadable { clause, .. } => clause.clone(),
            Self::Refused { words, .. } => words.clone(),
            Self::NoToken(_) => "it demands a token now".to_owned(),
            Self::WrongToken(_) => "it does not accept the token any more".to_owned(),
            Self::Forbidden(_) => "the token may not read any more".to_owned(),
            Self::NoHubdeck(_) => "no hubdeck answers there".to_owned(),
            other => other.to_string(),
        }
    }
}
