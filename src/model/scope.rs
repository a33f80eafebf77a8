//! What a token permits over HTTP.

use serde::{Deserialize, Serialize};

/// A scope of a token; a request needs at most one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Read what is watched.
    Read,
    /// Register services.
    Register,
    /// Write the configuration of services.
    Config,
    /// Run operations.
    Act,
    /// Administer hubdeck itself, such as its cache.
    Admin,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Register,
        Self::Config,
        Self::Act,
        Self::Admin,
    ];

    /// The word used in settings, documents and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Register => "register",
            Self::Config => "config",
            Self::Act => "act",
            Self::Admin => "admin",
        }
    }
}
