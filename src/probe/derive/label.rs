//! The `hubdeck.probe` label: `http://:8000/health`, `redis://:6379`, `grpc://:50051/my.Service`, `none`.

use crate::model::{ProbeKind, ProbeSpec};

use super::{Found, is_own_host, split_authority};

/// Reads the label's `value`.
///
/// Labels come from whoever made the image: the address is always the service's own, nothing runs a
/// command, and nothing refers to a secret of the operator's.
///
/// # Errors
/// One clause what is wrong with it.
pub(super) fn parse(value: &str) -> Result<Found, String> {
    let value = value.trim();
    if ProbeSpec::is_forbidden_by(value) {
        return Ok(Found::docker());
    }
    if value.split(|c: char| !c.is_ascii_alphanumeric()).next() == Some("exec") {
        return Err("commands are taken from hubdeck's config file only".to_owned());
    }
    let (scheme, rest) = value.split_once("://").ok_or_else(|| unclear(value))?;
    if rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@')) {
        // What stands there may be a password: it is not repeated.
        return Err("it holds a user; credentials are taken from hubdeck's config file only".to_owned());
    }
    let (kind, tls) =
        ProbeKind::of_scheme(scheme).filter(|(kind, _)| kind.has_address()).ok_or_else(|| unclear(value))?;
    let usual = kind.usual_port(tls).unwrap_or(0);
    let (host, port, path) = split_authority(rest, usual)
        .filter(|(_, port, _)| *port != 0)
        .ok_or_else(|| format!("{value:?} has no port from 1 to 65535"))?;
    if !host.is_empty() && !is_own_host(host) {
        return Err(format!("{value:?} names another host; leave the host out, as in http://:8000/health"));
    }
    if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(unclear(value));
    }
    let subject = path.trim_start_matches('/');
    let found = Found { tls, ..Found::of(kind, port) };
    match kind {
        ProbeKind::Http => Ok(Found { path, ..found }),
        _ if subject.is_empty() => Ok(found),
        _ if kind.is_http() => Ok(Found { path, ..found }),
        _ if kind.subject_key().is_some() => Ok(Found { subject: subject.to_owned(), ..found }),
        _ => Err(format!("{value:?} has a path, which {} takes none of", kind.id())),
    }
}

fn unclear(value: &str) -> String {
    format!("{value:?} is none of KIND://:PORT/PATH, such as http://:8000/health or redis://:6379, and none")
}
