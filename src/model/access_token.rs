//! Tokens that clients of the HTTP API carry: what is kept of one is a digest, never the token.

use std::collections::BTreeSet;
use std::fmt;

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use super::{Timestamp, TokenScope};

/// What a token begins with, so that scanners for secrets find it.
pub const TOKEN_PREFIX: &str = "hubdeck_";

/// A token, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessToken {
    /// What it is called: in the list, in the audit record.
    pub name: String,
    /// What it permits.
    pub scopes: BTreeSet<TokenScope>,
    /// Of its text.
    pub sha256: TokenDigest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends; `None` for never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl AccessToken {
    /// Whether `text` may be the name of a token.
    #[must_use]
    pub fn is_name(text: &str) -> bool {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        (1..=64).contains(&text.len()) && text.bytes().all(fits)
    }

    /// Whether it permits what needs `wanted`.
    #[must_use]
    pub fn permits(&self, wanted: TokenScope) -> bool {
        self.scopes.iter().any(|scope| scope.includes(wanted))
    }

    /// Whether it ended before `now`.
    #[must_use]
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl TokenScope {
    /// Whether whoever has this scope has `other`, too: `admin` includes all, `act` includes `read`.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self == other || self == Self::Admin || (self, other) == (Self::Act, Self::Read)
    }
}

/// The SHA-256 of a token, in JSON as 64 hex digits. A token has 256 bits of its own, so that
/// neither salt nor a slow function is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The digest of a token's `text`.
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text).as_ref());
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(***)")
    }
}

impl Serialize for TokenDigest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TokenDigest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("a digest has 64 hex digits");
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_back_as_it_was_written() {
        let digest = TokenDigest::of(b"abc");
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest.to_string(), hex);
        let json = serde_json::to_string(&digest).expect("plain text");
        assert_eq!(
            serde_json::from_str::<TokenDigest>(&json).ok(),
            Some(digest)
        );
        for wrong in ["\"\"", "\"ba78\"", &json.replace('b', "g"), "7"] {
            assert!(
                serde_json::from_str::<TokenDigest>(wrong).is_err(),
                "{wrong}"
            );
        }
        assert!(!format!("{digest:?}").contains("ba78"));
    }

    #[test]
    fn admin_includes_all_and_act_includes_read() {
        use TokenScope::{Act, Admin, Config, Read, Register};
        for (scope, included) in [
            (Read, vec![Read]),
            (Register, vec![Register]),
            (Config, vec![Config]),
            (Act, vec![Read, Act]),
            (Admin, TokenScope::ALL.to_vec()),
        ] {
            let all = TokenScope::ALL.into_iter();
            let found: Vec<TokenScope> = all.filter(|other| scope.includes(*other)).collect();
            assert_eq!(found, included, "{scope:?}");
        }
    }

    #[test]
    fn names_are_words() {
        for name in ["ci", "prometheus.1", "a_b-c"] {
            assert!(AccessToken::is_name(name), "{name}");
        }
        for name in ["", "a b", "a/b", "é", "a\n", &"x".repeat(65)] {
            assert!(!AccessToken::is_name(name), "{name}");
        }
    }
}
