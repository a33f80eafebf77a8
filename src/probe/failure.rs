//! What errors of sockets and libraries stand for.

mod certificate;
mod handshake;

use std::error::Error;
use std::io;
use std::time::Duration;

use crate::model::{FailedRequest, Finding, ProbeKind, Shortage};

/// Reads an error of a look-up.
pub(super) fn lookup(error: &io::Error) -> Finding {
    match io(error) {
        // The resolver says that a name is not found when it could not open its own files and
        // sockets.
        Finding::Failed(_) | Finding::NotResolved { .. } => {
            short_of_handles().map_or(Finding::NotResolved { within: None }, Finding::NotMeasured)
        }
        finding => finding,
    }
}

/// Reads a socket error.
pub(super) fn io(error: &io::Error) -> Finding {
    use io::ErrorKind::{
        BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
        NetworkUnreachable, UnexpectedEof,
    };
    if let Some(finding) = error.get_ref().and_then(|inner| known(inner)) {
        return finding;
    }
    if let Some(shortage) = Shortage::of(error) {
        return Finding::NotMeasured(shortage);
    }
    match error.kind() {
        ConnectionRefused => Finding::Refused,
        HostUnreachable | NetworkUnreachable => Finding::Unreachable,
        ConnectionReset | ConnectionAborted | BrokenPipe | UnexpectedEof => Finding::Closed,
        _ if error.to_string().contains("lookup address") => Finding::NotResolved { within: None },
        _ => Finding::Failed(FailedRequest::Other {
            said: error.to_string(),
        }),
    }
}

/// What lies behind `error`, where the type of one of its causes is known.
pub(super) fn caused(error: &(dyn Error + 'static)) -> Option<Finding> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(finding) = known(cause) {
            return Some(finding);
        }
        next = cause.source();
    }
    None
}

/// Reads an error of the HTTP client by walking its causes.
pub(super) fn http(error: &reqwest::Error, timeout: Duration) -> Finding {
    if error.is_timeout() {
        return Finding::NoAnswer { within: timeout };
    }
    let mut causes = Vec::new();
    let mut next: Option<&(dyn Error + 'static)> = error.source();
    while let Some(cause) = next {
        if let Some(finding) = known(cause) {
            return finding;
        }
        causes.push(cause.to_string());
        next = cause.source();
    }
    let deepest = causes.pop().unwrap_or_else(|| error.to_string());
    if deepest.contains("connection closed") {
        Finding::Closed
    } else if error.is_request() && !error.is_connect() {
        Finding::Protocol {
            wanted: ProbeKind::Http,
        }
    } else {
        Finding::Failed(FailedRequest::Other { said: deepest })
    }
}

/// What keeps hubdeck from opening anything at all now.
fn short_of_handles() -> Option<Shortage> {
    std::fs::File::open("/dev/null")
        .err()
        .and_then(|error| Shortage::of(&error))
}

/// What `cause` stands for, when its type is known.
fn known(cause: &(dyn Error + 'static)) -> Option<Finding> {
    if let Some(finding) = cause.downcast_ref::<Finding>() {
        return Some(finding.clone());
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(handshake::finding(error));
    }
    if cause
        .downcast_ref::<hyper::Error>()
        .is_some_and(hyper::Error::is_parse_too_large)
    {
        return Some(Finding::HeadTooLarge);
    }
    // An I/O error's `source` skips the error it wraps, which is more exact.
    match io(cause.downcast_ref::<io::Error>()?) {
        Finding::Failed(_) => None,
        finding => Some(finding),
    }
}

#[cfg(test)]
mod tests {
    use rustix::io::Errno;

    use super::super::Report;
    use super::*;
    use crate::model::{Contact, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec};

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
                let report = Report::failed(&spec, "http://web/", super::io(&error));
                assert_eq!(
                    (report.outcome, report.contact),
                    (ProbeOutcome::Inconclusive, Contact::NothingLeft)
                );
                assert_eq!(
                    (report.message().as_str(), report.shortage),
                    (words, Shortage::of(&number.into()))
                );
            }
        }
        let report = Report::failed(&spec, "http://web/", super::io(&Errno::MFILE.into()));
        assert!(
            report
                .message()
                .starts_with("not measured: hubdeck is out of file handles (limit "),
            "{report:?}"
        );
        let refused = Report::failed(&spec, "http://web/", super::io(&Errno::CONNREFUSED.into()));
        assert_eq!(
            (refused.outcome, refused.shortage),
            (ProbeOutcome::Failure, None)
        );
    }
}
