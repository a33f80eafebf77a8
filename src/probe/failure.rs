//! Why a probe got no proper answer, in an operator's words.

mod certificate;
mod handshake;

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::model::words::seconds;
use crate::model::{Contact, Shortage, SignedDuration, certificate_words};

/// One way not to answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// Nothing listens.
    #[error("connection refused")]
    Refused,
    /// No route, or the network is down.
    #[error("host unreachable")]
    Unreachable,
    /// No address of the container leads there from where hubdeck runs: it tells nothing of the
    /// service.
    #[error("cannot be reached from here: {0}")]
    OutOfReach(String),
    /// Silence.
    #[error("no answer within {}", seconds(*.0))]
    Silent(Duration),
    /// The name does not resolve.
    #[error("name not resolved")]
    Name,
    /// The look-up of the name does not come to an end.
    #[error("name not resolved within {}", seconds(*.0))]
    Unresolved(Duration),
    /// The answer began, but does not come to its end.
    #[error("no complete answer within {}", seconds(*.0))]
    Incomplete(Duration),
    /// The other side hung up first.
    #[error("connection closed without an answer")]
    Closed,
    /// The other side speaks something else than the protocol named here.
    #[error("the answer is not {0}")]
    Protocol(&'static str),
    /// The certificate has ended that long ago.
    #[error("{}", certificate_words(-*.0))]
    Expired(SignedDuration),
    /// The certificate does not hold.
    #[error("certificate not accepted: {0}")]
    Certificate(String),
    /// The server ends the handshake of TLS, or it cannot be made.
    #[error("TLS handshake refused: {words}")]
    Handshake {
        /// Why, in plain words.
        words: String,
        /// What may be all that it takes.
        lacks: Lack,
    },
    /// The same host redirects in circles.
    #[error("redirected more than {0} times")]
    Redirects(usize),
    /// The other side sends without end.
    #[error("more than 256 KiB came without an answer in it")]
    TooMuch,
    /// The head of an HTTP answer has no end.
    #[error("the head of the answer is too large")]
    Head,
    /// The answer does not hold what was asked of it.
    #[error("{0}")]
    Condition(String),
    /// The credentials are not accepted.
    #[error("login refused: {0}")]
    Login(String),
    /// hubdeck itself cannot ask, such as for want of credentials: it tells nothing of the service.
    #[error("not checked: {0}")]
    Secret(String),
    /// hubdeck has nothing left to ask with: it tells nothing of the service.
    #[error("not measured: {0}")]
    Short(Shortage),
    /// The URL from config is none that this kind of probe can ask: it tells nothing of the
    /// service.
    #[error("not checked: {0}")]
    Url(String),
    /// Anything else, in the library's words.
    #[error("{0}")]
    Other(String),
}

/// What a TLS server wants of a client that hubdeck has not been given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// A server name that it knows.
    Name,
    /// A certificate of the client.
    Certificate,
    /// Nothing of the kind.
    Nothing,
}

impl Fault {
    /// Whether somebody answered, but not in the protocol that was asked for.
    pub const fn is_mismatch(&self) -> bool {
        matches!(self, Self::Closed | Self::Protocol(_) | Self::TooMuch)
    }

    /// Whether somebody answered in the protocol that was asked for.
    pub const fn is_answer(&self) -> bool {
        matches!(self, Self::Condition(_) | Self::Login(_))
    }

    /// How far a probe came that ended so.
    pub const fn contact(&self) -> Contact {
        match self {
            Self::Secret(_) | Self::Url(_) => Contact::NotAsked,
            Self::Short(_) => Contact::NothingLeft,
            Self::Unreachable | Self::OutOfReach(_) | Self::Name | Self::Unresolved(_) => {
                Contact::Unreachable
            }
            // What only a library's words tell of may as well be trouble of our own.
            Self::Silent(_) | Self::Other(_) => Contact::NoAnswer,
            Self::Refused | Self::Closed => Contact::Refused,
            Self::Protocol(_) | Self::Handshake { .. } | Self::TooMuch | Self::Head => {
                Contact::OtherProtocol
            }
            Self::Incomplete(_) | Self::Redirects(_) => Contact::WrongAnswer,
            Self::Expired(_) | Self::Certificate(_) | Self::Condition(_) | Self::Login(_) => {
                Contact::Answered
            }
        }
    }

    /// Reads an error of a look-up.
    pub fn lookup(error: &io::Error) -> Self {
        match Self::io(error) {
            // The resolver says that a name is not found when it could not open its own files and
            // sockets.
            Self::Other(_) | Self::Name => short_of_handles().map_or(Self::Name, Self::Short),
            fault => fault,
        }
    }

    /// Reads a socket error.
    pub fn io(error: &io::Error) -> Self {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
            NetworkUnreachable, UnexpectedEof,
        };
        if let Some(fault) = error.get_ref().and_then(|inner| known(inner)) {
            return fault;
        }
        if let Some(shortage) = Shortage::of(error) {
            return Self::Short(shortage);
        }
        match error.kind() {
            ConnectionRefused => Self::Refused,
            HostUnreachable | NetworkUnreachable => Self::Unreachable,
            ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => Self::Closed,
            _ if error.to_string().contains("lookup address") => Self::Name,
            _ => Self::Other(error.to_string()),
        }
    }

    /// What lies behind `error`, where the type of one of its causes tells.
    pub fn caused(error: &(dyn Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(cause) = next {
            if let Some(fault) = known(cause) {
                return Some(fault);
            }
            next = cause.source();
        }
        None
    }

    /// Reads an error of the HTTP client by walking its causes.
    pub fn http(error: &reqwest::Error, timeout: Duration) -> Self {
        if error.is_timeout() {
            return Self::Silent(timeout);
        }
        let mut causes = Vec::new();
        let mut next: Option<&(dyn Error + 'static)> = error.source();
        while let Some(cause) = next {
            if let Some(fault) = known(cause) {
                return fault;
            }
            causes.push(cause.to_string());
            next = cause.source();
        }
        let deepest = causes.pop().unwrap_or_else(|| error.to_string());
        if deepest.contains("connection closed") {
            Self::Closed
        } else if error.is_request() && !error.is_connect() {
            Self::Protocol("HTTP")
        } else {
            Self::Other(deepest)
        }
    }
}

/// What keeps hubdeck from opening anything at all now.
fn short_of_handles() -> Option<Shortage> {
    std::fs::File::open("/dev/null")
        .err()
        .and_then(|error| Shortage::of(&error))
}

/// The fault that `cause` stands for, when its type tells.
fn known(cause: &(dyn Error + 'static)) -> Option<Fault> {
    if let Some(fault) = cause.downcast_ref::<Fault>() {
        return Some(fault.clone());
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(handshake::fault(error));
    }
    if cause
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse_too_large)
    {
        return Some(Fault::Head);
    }
    // An I/O error's `source` skips the error it wraps, which tells more.
    match Fault::io(cause.downcast_ref::<io::Error>()?) {
        Fault::Other(_) => None,
        fault => Some(fault),
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::super::Report;
    use super::*;
    use crate::model::{ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec};

    #[test]
    fn what_hubdeck_has_none_left_of_says_nothing_of_the_service() {
        let spec = ProbeSpec::new(ProbeKind::Http, 80, ProbeOrigin::Config);
        for (number, words) in [
            (
                Errno::NFILE,
                "not measured: this host is out of file handles",
            ),
            (
                Errno::ADDRNOTAVAIL,
                "not measured: no local address or port is free to connect from",
            ),
            (
                Errno::NOBUFS,
                "not measured: this host is out of network buffers",
            ),
            (Errno::NOMEM, "not measured: this host is out of memory"),
        ] {
            // Also where a library wraps it.
            for error in [
                io::Error::from(number),
                io::Error::other(io::Error::from(number)),
            ] {
                let report = Report::fault(&spec, "http://web/", &Fault::io(&error));
                assert_eq!(
                    (report.outcome, report.contact),
                    (ProbeOutcome::Inconclusive, Contact::NothingLeft)
                );
                assert_eq!(
                    (report.message.as_str(), report.shortage),
                    (words, Shortage::of(&number.into()))
                );
            }
        }
        let report = Report::fault(&spec, "http://web/", &Fault::io(&Errno::MFILE.into()));
        assert!(
            report
                .message
                .starts_with("not measured: hubdeck is out of file handles (limit "),
            "{report:?}"
        );
        let refused = Report::fault(&spec, "http://web/", &Fault::io(&Errno::CONNREFUSED.into()));
        assert_eq!(
            (refused.outcome, refused.shortage),
            (ProbeOutcome::Failure, None)
        );
    }
}
