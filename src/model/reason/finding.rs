//! What one probe found.

use serde::{Deserialize, Serialize};

use std::fmt;
use std::time::Duration;

use super::{
    CertificateRejection, FailedRequest, HandshakeRefusal, HttpAnswer, NotAsked, OutOfReach,
    Statement, Unmet,
};
use crate::model::{Contact, ProbeKind, Shortage, SignedDuration};

/// What one probe found.
///
/// Texts in it are the own words of the service or of a library, on one line, masked and cut;
/// hubdeck's words for it are made by `explain`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// Nothing listens.
    Refused,
    /// No route, or the network is down.
    Unreachable,
    /// No address of the container leads there from where hubdeck runs.
    OutOfReach(OutOfReach),
    /// The name does not resolve.
    NotResolved {
        /// The time in which the look-up did not come to an end; `None` where it did.
        within: Option<Duration>,
    },
    /// Silence.
    NoAnswer {
        /// The time that was waited.
        within: Duration,
    },
    /// Silence in a part of the probe that is known.
    Hung {
        /// The part that did not come to its end.
        phase: HungPhase,
        /// The time that was waited for all parts together.
        within: Duration,
    },
    /// The answer began, but did not come to its end.
    Incomplete {
        /// The time that was waited.
        within: Duration,
    },
    /// The other side ended the connection first.
    Closed,
    /// The other side speaks something else.
    Protocol {
        /// What was asked for.
        wanted: ProbeKind,
    },
    /// More than a probe reads came without an answer in it.
    TooMuch,
    /// The head of an HTTP answer has no end.
    HeadTooLarge,
    /// The same host redirects in circles.
    Redirects {
        /// Redirects that were followed.
        limit: usize,
    },
    /// The certificate has ended.
    CertificateExpired {
        /// So long before the probe.
        ago: SignedDuration,
    },
    /// The certificate is not accepted.
    CertificateRejected(CertificateRejection),
    /// The server ended the handshake of TLS, or it could not be made.
    Handshake(HandshakeRefusal),
    /// The credentials are not accepted.
    Login {
        /// The server's words.
        said: String,
    },
    /// The answer does not hold what was asked of it.
    Unmet(Unmet),
    /// The server reports an error.
    Error {
        /// The server's words.
        said: String,
    },
    /// What the service states of itself in its protocol.
    Says(Statement),
    /// An HTTP answer.
    Http(HttpAnswer),
    /// An answer in the service's own words.
    Answered {
        /// Those words.
        text: String,
    },
    /// A command in the container ended.
    Exited {
        /// Its exit code.
        code: i64,
        /// The last line of its output; empty without any.
        line: String,
    },
    /// A command wrote more than 1 MiB and was not waited for.
    TooMuchOutput,
    /// hubdeck itself could not ask.
    NotAsked(NotAsked),
    /// hubdeck ran out of a resource, such as file handles.
    NotMeasured(Shortage),
    /// The request failed in hubdeck or in a library.
    Failed(FailedRequest),
    /// The answer came, but late.
    Slow {
        /// Time until it came.
        took: Duration,
        /// The time from which on that is slow, of this probe.
        limit: Duration,
        /// What it was.
        answer: Box<Self>,
    },
    /// The answer is well, but the certificate expires soon.
    CertificateEnds {
        /// The time left.
        left: SignedDuration,
        /// What the answer was.
        answer: Box<Self>,
    },
    /// The cheap probe, while the expensive one is paused after failures.
    NotTried {
        /// What the cheap one found, or the last failure of the expensive one.
        found: Box<Self>,
        /// What is paused.
        paused: PausedTrial,
    },
    /// It accepts connections, while the expensive probe is paused after failures.
    AcceptsOnly {
        /// What is paused.
        paused: PausedTrial,
    },
}

/// The part of a probe in which its time ran out; a look-up that does not end is
/// [`Finding::NotResolved`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HungPhase {
    /// Opening the TCP connection.
    Connect,
    /// The TLS handshake.
    Tls,
    /// From the request to the first byte of the answer.
    FirstByte,
}

/// An expensive probe that is paused after failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PausedTrial {
    /// Kind of the probe.
    pub kind: ProbeKind,
    /// Failures in a row.
    pub failures: u32,
    /// Time until the next trial.
    pub left: Duration,
}

/// The kind of a [`Finding`], for programs.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the variants of `Finding` and `Statement`
pub enum FindingCode {
    Refused,
    Unreachable,
    OutOfReach,
    NotResolved,
    NoAnswer,
    Incomplete,
    Closed,
    OtherProtocol,
    TooMuch,
    Redirects,
    CertificateExpired,
    CertificateRejected,
    CertificateEnds,
    TlsHandshake,
    Login,
    Condition,
    Error,
    Answered,
    NotReady,
    Unhealthy,
    NoLeader,
    NotInitialised,
    Sealed,
    RemovedFromCluster,
    ClusterYellow,
    ClusterRed,
    Alarm,
    Http,
    Exited,
    TooMuchOutput,
    NotAsked,
    NotMeasured,
    Failed,
    Slow,
    NotTried,
}

impl Default for Finding {
    /// An answer of which nothing is known.
    fn default() -> Self {
        Self::Answered {
            text: String::new(),
        }
    }
}

impl Finding {
    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Answered { text } if text.is_empty())
    }

    /// Its kind; what is slow, or whose certificate expires soon, has a kind of its own.
    #[must_use]
    pub const fn code(&self) -> FindingCode {
        match self {
            Self::Refused => FindingCode::Refused,
            Self::Unreachable => FindingCode::Unreachable,
            Self::OutOfReach(_) => FindingCode::OutOfReach,
            Self::NotResolved { .. } => FindingCode::NotResolved,
            Self::NoAnswer { .. } | Self::Hung { .. } => FindingCode::NoAnswer,
            Self::Incomplete { .. } => FindingCode::Incomplete,
            Self::Closed => FindingCode::Closed,
            Self::Protocol { .. } => FindingCode::OtherProtocol,
            Self::TooMuch | Self::HeadTooLarge => FindingCode::TooMuch,
            Self::Redirects { .. } => FindingCode::Redirects,
            Self::CertificateExpired { .. } => FindingCode::CertificateExpired,
            Self::CertificateRejected(_) => FindingCode::CertificateRejected,
            Self::CertificateEnds { .. } => FindingCode::CertificateEnds,
            Self::Handshake(_) => FindingCode::TlsHandshake,
            Self::Login { .. } => FindingCode::Login,
            Self::Unmet(_) => FindingCode::Condition,
            Self::Error { .. } => FindingCode::Error,
            Self::Says(statement) => statement.code(),
            Self::Http(_) => FindingCode::Http,
            Self::Answered { .. } => FindingCode::Answered,
            Self::Exited { .. } => FindingCode::Exited,
            Self::TooMuchOutput => FindingCode::TooMuchOutput,
            Self::NotAsked(_) => FindingCode::NotAsked,
            Self::NotMeasured(_) => FindingCode::NotMeasured,
            Self::Failed(_) => FindingCode::Failed,
            Self::Slow { .. } => FindingCode::Slow,
            Self::NotTried { .. } | Self::AcceptsOnly { .. } => FindingCode::NotTried,
        }
    }

    /// Whether somebody answered, but not in the protocol that was asked for.
    #[must_use]
    pub const fn is_mismatch(&self) -> bool {
        matches!(self, Self::Closed | Self::Protocol { .. } | Self::TooMuch)
    }

    /// Whether the service gave no answer in time, or none that came to its end.
    #[must_use]
    pub const fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::NoAnswer { .. } | Self::Hung { .. } | Self::Incomplete { .. }
        )
    }

    /// Whether the service answered in the protocol that was asked for, well or badly.
    #[must_use]
    pub const fn is_reply(&self) -> bool {
        matches!(
            self,
            Self::Unmet(_)
                | Self::Login { .. }
                | Self::Error { .. }
                | Self::Says(_)
                | Self::Http(_)
                | Self::Answered { .. }
        )
    }

    /// How far a probe came that found this.
    #[must_use]
    pub const fn contact(&self) -> Contact {
        match self {
            Self::NotAsked(_) => Contact::NotAsked,
            Self::NotMeasured(_) => Contact::NothingLeft,
            Self::Unreachable | Self::OutOfReach(_) | Self::NotResolved { .. } => {
                Contact::Unreachable
            }
            // What only a library's words describe may as well be trouble of our own.
            Self::NoAnswer { .. } | Self::Hung { .. } | Self::Failed(_) => Contact::NoAnswer,
            Self::Refused | Self::Closed => Contact::Refused,
            Self::Protocol { .. } | Self::Handshake(_) | Self::TooMuch | Self::HeadTooLarge => {
                Contact::OtherProtocol
            }
            Self::Incomplete { .. } | Self::Redirects { .. } => Contact::WrongAnswer,
            _ => Contact::Answered,
        }
    }

    /// The status of an HTTP answer, also of a slow one.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        match self.answer() {
            Self::Http(answer) => Some(answer.status),
            _ => None,
        }
    }

    /// How long a slow answer took.
    #[must_use]
    pub const fn slowness(&self) -> Option<Duration> {
        match self {
            Self::Slow { took, .. } => Some(*took),
            _ => None,
        }
    }

    /// The answer without what is remarked of it.
    #[must_use]
    pub fn answer(&self) -> &Self {
        match self {
            Self::Slow { answer, .. } | Self::CertificateEnds { answer, .. } => answer.answer(),
            other => other,
        }
    }
}

/// Visits every foreign text, by reference or by mutable reference.
macro_rules! visit_texts {
    ($name:ident, $inner:ident $(, $mut:tt)?) => {
        /// Visits every foreign text in it.
        pub fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
            match self {
                Self::Login { said } | Self::Error { said } => visit(said),
                Self::Answered { text } => visit(text),
                Self::Exited { line, .. } => visit(line),
                Self::Unmet(unmet) => unmet.$inner(visit),
                Self::Says(statement) => statement.$inner(visit),
                Self::Http(answer) => answer.$inner(visit),
                Self::OutOfReach(why) => why.$inner(visit),
                Self::CertificateRejected(why) => why.$inner(visit),
                Self::Handshake(HandshakeRefusal::Other { said }) => visit(said),
                Self::NotAsked(why) => why.$inner(visit),
                Self::Failed(why) => why.$inner(visit),
                Self::Slow { answer, .. } | Self::CertificateEnds { answer, .. } => {
                    answer.$name(visit);
                }
                Self::NotTried { found, .. } => found.$name(visit),
                Self::Refused
                | Self::Unreachable
                | Self::NotResolved { .. }
                | Self::NoAnswer { .. }
                | Self::Hung { .. }
                | Self::Incomplete { .. }
                | Self::Closed
                | Self::Protocol { .. }
                | Self::TooMuch
                | Self::HeadTooLarge
                | Self::Redirects { .. }
                | Self::CertificateExpired { .. }
                | Self::Handshake(_)
                | Self::TooMuchOutput
                | Self::NotMeasured(_)
                | Self::AcceptsOnly { .. } => {}
            }
        }
    };
}

impl Finding {
    visit_texts!(texts, texts);
    visit_texts!(texts_mut, texts_mut, mut);
}

impl fmt::Display for Finding {
    /// For the hubdeck log; people read the words of `explain`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Finding {}
