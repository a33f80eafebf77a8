//! The `hubdeck.probe` label: `http://:8000/health`, `https://:8443/`, `tcp://:5432`, `none`.

use super::{Found, is_own_host, split_authority};

/// Reads the label's `value`.
///
/// Labels come from whoever made the image, so the address is always the service's own.
///
/// # Errors
/// One clause what is wrong with it.
pub(super) fn parse(value: &str) -> Result<Found, String> {
    let value = value.trim();
    if matches!(value, "none" | "docker" | "off" | "false") {
        return Ok(Found::docker());
    }
    let (scheme, rest) = value.split_once("://").ok_or_else(|| unclear(value))?;
    let default_port = match scheme {
        "http" => 80,
        "https" => 443,
        "tcp" => 0,
        _ => return Err(unclear(value)),
    };
    let (host, port, path) = split_authority(rest, default_port)
        .filter(|(_, port, _)| *port != 0)
        .ok_or_else(|| format!("{value:?} has no port from 1 to 65535"))?;
    if !host.is_empty() && !is_own_host(host) {
        return Err(format!("{value:?} names another host; leave the host out, as in http://:8000/health"));
    }
    if path.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(unclear(value));
    }
    Ok(match scheme {
        "tcp" => Found::tcp(port),
        _ => Found { tls: scheme == "https", ..Found::http(port, &path) },
    })
}

fn unclear(value: &str) -> String {
    format!("{value:?} is none of http://:PORT/PATH, https://:PORT/PATH, tcp://:PORT, none")
}
