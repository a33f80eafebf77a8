//! Probes: what to check, how, and what came of it.

mod certificate;
mod kind;
mod request;
mod spec;
mod usage;

use serde::{Deserialize, Serialize};

pub use certificate::CERTIFICATE_ENDS_SOON;
pub use kind::ProbeKind;
pub use request::HttpRequest;
pub use spec::{
    Credentials, Expect, JsonCondition, ProbeOrigin, ProbeSpec, ProbeTarget, SecretSource,
};

/// How a probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProbeOutcome {
    /// The service works.
    Success,
    /// The service works with a warning (slow, HTTP 429, a certificate that expires soon).
    Warning,
    /// The service reports that it is starting.
    Starting,
    /// The service does not work.
    Failure,
    /// hubdeck itself could not ask (a missing credential, an engine that refuses): it tells
    /// nothing of the service.
    Inconclusive,
}

impl ProbeOutcome {
    /// Whether the service works.
    #[must_use]
    pub const fn works(self) -> bool {
        matches!(self, Self::Success | Self::Warning)
    }
}

/// How far a probe came: whether something answered, and as what.
///
/// A guessed target that never worked proves nothing while it cannot be reached from where hubdeck
/// runs; an answer proves something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contact {
    /// hubdeck itself could not ask.
    NotAsked,
    /// hubdeck ran out of a resource, such as file handles: it may ask again soon.
    NothingLeft,
    /// No way leads there from here: no route, or a name that is not resolved.
    Unreachable,
    /// Nothing came back in time.
    NoAnswer,
    /// Nothing listens there, or what accepted the connection hung up without a word, as a port
    /// proxy does before a server that listens on the container's loopback only.
    Refused,
    /// Something answered, but in another protocol than it was asked in.
    OtherProtocol,
    /// It answered in the protocol, but not to what was asked: a path it does not know (HTTP 404),
    /// a page that leads elsewhere.
    WrongAnswer,
    /// It answered with its status.
    Answered,
}

impl Contact {
    /// Whether something answered, however.
    #[must_use]
    pub const fn is_answer(self) -> bool {
        matches!(
            self,
            Self::OtherProtocol | Self::WrongAnswer | Self::Answered
        )
    }
}

/// Milliseconds that the parts of one probe took; `None` where there was no such part.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbePhases {
    /// Resolving the name.
    pub dns_ms: Option<f32>,
    /// Opening the TCP connection.
    pub connect_ms: Option<f32>,
    /// The TLS handshake.
    pub tls_ms: Option<f32>,
    /// From the request to the first byte of the answer.
    pub first_byte_ms: Option<f32>,
}

impl ProbePhases {
    /// The parts there were, in order, with their names and milliseconds.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, f32)> {
        let all = [
            ("dns", self.dns_ms),
            ("connect", self.connect_ms),
            ("tls", self.tls_ms),
            ("first byte", self.first_byte_ms),
        ];
        all.into_iter().filter_map(|(name, ms)| Some((name, ms?)))
    }
}
