//! What a port speaks below its service.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The protocol of a port; in JSON and text the engine's own word, by which it is sorted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum PortProtocol {
    /// `tcp`.
    Tcp,
    /// `udp`.
    Udp,
    /// `sctp`.
    Sctp,
    /// A word that is not known.
    Other(Box<str>),
}

impl PortProtocol {
    /// The engine's word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Sctp => "sctp",
            Self::Other(word) => word,
        }
    }
}

impl From<&str> for PortProtocol {
    /// Docker writes these words in lower case; any case is read.
    fn from(word: &str) -> Self {
        [Self::Tcp, Self::Udp, Self::Sctp]
            .into_iter()
            .find(|known| known.word().eq_ignore_ascii_case(word))
            .unwrap_or_else(|| Self::Other(word.into()))
    }
}

impl From<String> for PortProtocol {
    fn from(word: String) -> Self {
        word.as_str().into()
    }
}

impl From<PortProtocol> for String {
    fn from(protocol: PortProtocol) -> Self {
        protocol.word().to_owned()
    }
}

impl Ord for PortProtocol {
    fn cmp(&self, other: &Self) -> Ordering {
        self.word().cmp(other.word())
    }
}

impl PartialOrd for PortProtocol {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for PortProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_read_as_their_words_and_sort_like_them() {
        let words = ["dccp", "sctp", "tcp", "udp"];
        let protocols = words.map(PortProtocol::from);
        assert_eq!(protocols.clone().map(|each| each.to_string()), words);
        assert!(protocols.is_sorted());
        assert_eq!(PortProtocol::from("TCP"), PortProtocol::Tcp);
        let json = serde_json::to_string(&protocols).expect("JSON");
        assert_eq!(json, r#"["dccp","sctp","tcp","udp"]"#);
        assert_eq!(
            serde_json::from_str::<[PortProtocol; 4]>(&json).expect("protocols"),
            protocols
        );
    }
}
