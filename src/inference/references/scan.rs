//! Hosts in any text: URLs, `host:port`, and fields whose names mean that a host follows.
//!
//! Every function goes through its text once, and none of them can fail.

use std::net::IpAddr;

use super::key::{NameMeaning, meaning_of};

/// Lowest port that `host:port` may have: `redis:7` is an image.
const LOWEST_PORT: u16 = 20;
/// Longest host.
const LONGEST_HOST: usize = 253;

/// Schemes whose URLs name no host.
const LOCAL_SCHEMES: &[&str] = &[
    "file",
    "unix",
    "s3",
    "s3a",
    "s3n",
    "gs",
    "gcs",
    "az",
    "abfs",
    "abfss",
    "wasb",
    "wasbs",
    "docker",
    "oci",
    "docker-image",
    "image",
    "fd",
    "npipe",
    "data",
    "sqlite",
    "classpath",
    "env",
    "secret",
    "arn",
    "urn",
];

/// Where something that names a host is handed to.
pub(in crate::inference) type HostSink<'f> = dyn FnMut(&str, Option<u16>) + 'f;

/// Calls `found` with every host of a URL or `host:port` in `text`.
pub(in crate::inference) fn hosts(text: &str, found: &mut HostSink<'_>) {
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = (&rest[..at], &rest[at + 3..]);
        let scheme_at = before.rfind(|c: char| !is_scheme(c));
        let scheme_at = scheme_at.map_or(0, |at| {
            at + before[at..].chars().next().map_or(1, char::len_utf8)
        });
        tokens(&before[..scheme_at], found);
        let (authority, tail) = after.split_at(after.find(ends_authority).unwrap_or(after.len()));
        if let Some(comma) = authority
            .rfind(',')
            .filter(|_| authority.ends_with(':') && tail.starts_with("//"))
        {
            // A list of URLs: what follows the comma is the scheme of the next one.
            network(&before[scheme_at..], &authority[..comma], "", found);
            rest = &after[comma + 1..];
            continue;
        }
        let (path, next) = tail.split_at(tail.find(ends_url).unwrap_or(tail.len()));
        network(&before[scheme_at..], authority, path, found);
        rest = next;
    }
    tokens(rest, found);
}

/// The hosts of one URL, unless its scheme has none.
fn network(scheme: &str, authority: &str, path: &str, found: &mut HostSink<'_>) {
    if LOCAL_SCHEMES
        .iter()
        .any(|local| local.eq_ignore_ascii_case(scheme))
    {
        return;
    }
    let several = authority.matches('@').count() > 1 && authority.contains(',');
    let hosts = if several {
        authority
    } else {
        authority.rsplit('@').next().unwrap_or_default()
    };
    for piece in hosts.split(',').take(64) {
        match split_port(piece.rsplit('@').next().unwrap_or_default()) {
            Some((host, port)) => found(host, port),
            // A password with `/`, `?` or `#` in it ends the authority too early.
            None => {
                if let Some((host, port)) = split_port(late_authority(path)) {
                    found(host, port);
                }
            }
        }
    }
}

/// What stands after the last `@` of a path, up to the next path.
fn late_authority(path: &str) -> &str {
    let late = path.rsplit_once('@').map_or("", |(_, late)| late);
    &late[..late.find(ends_authority).unwrap_or(late.len())]
}

/// `host`, `host:port`, `[v6]:port`.
pub(in crate::inference) fn split_port(text: &str) -> Option<(&str, Option<u16>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let port = rest.strip_prefix(':').and_then(|port| port.parse().ok());
        return address.parse::<IpAddr>().ok().map(|_| (address, port));
    }
    let (host, port) = match text.split_once(':') {
        Some((host, "")) => (host, None),
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    Some((as_host(host)?, port))
}

/// `text` when it can be a host: a name with a letter in it, or an address.
pub(in crate::inference) fn as_host(text: &str) -> Option<&str> {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_name = text.len() <= LONGEST_HOST
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && text.chars().any(|c| c.is_ascii_alphabetic());
    (is_name || text.parse::<IpAddr>().is_ok()).then_some(text)
}

/// Every `host:port` in a text without URLs.
fn tokens(text: &str, found: &mut HostSink<'_>) {
    let mut rest = text;
    while let Some(start) = rest.find(is_token) {
        let (skipped, from) = rest.split_at(start);
        let (token, after) = from.split_at(from.find(|c| !is_token(c)).unwrap_or(from.len()));
        let in_path = skipped.ends_with(['/', '\\', '$', '%']) && !skipped.ends_with("//");
        if !in_path && !after.starts_with('@') {
            token_host(token, found);
        }
        rest = after;
    }
}

/// The first `host:port` of `label:host:port:more`.
fn token_host(token: &str, found: &mut HostSink<'_>) {
    let parts = || token.split(':').take(8);
    for (host, port) in parts().zip(parts().skip(1)) {
        let port = port.parse().ok().filter(|port| *port >= LOWEST_PORT);
        if let (Some(host), Some(port)) = (as_host(host), port) {
            found(host, Some(port));
            return;
        }
    }
}

/// Calls `found` with the values of fields such as `host=db`, `"host": "db"`, `<host>db</host>`.
pub(super) fn fields(text: &str, found: &mut HostSink<'_>) {
    let mut rest = text;
    while let Some(start) = rest.find(is_name) {
        let from = &rest[start..];
        let (name, after) = from.split_at(from.find(|c| !is_name(c)).unwrap_or(from.len()));
        rest = after;
        if let Some(value) = value_after(after)
            && !value.ends_with(':')
            && let Some((host, port)) = split_port(value)
            && meaning_of(name) == NameMeaning::Host
        {
            found(host, port);
        }
    }
}

/// The value after the name of a field.
fn value_after(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(['"', '\'', ' ']);
    let text = text
        .strip_prefix("=>")
        .or_else(|| text.strip_prefix(['=', ':', '>']))?;
    let text = text.trim_start_matches(['"', '\'', ' ', '[', '`']);
    let text = text.strip_prefix("tcp:").unwrap_or(text);
    // A host is short: looking further would cost the square of a long text.
    let mut begin = text.char_indices().take(LONGEST_HOST + 8);
    match begin.find(|(_, c)| ends_value(*c)) {
        Some((end, _)) => Some(&text[..end]),
        None => (text.len() <= LONGEST_HOST + 8).then_some(text),
    }
}

fn is_scheme(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

fn is_token(c: char) -> bool {
    is_name(c) || c == ':'
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

fn ends_authority(c: char) -> bool {
    matches!(c, '/' | '?' | '#') || ends_text(c)
}

fn ends_url(c: char) -> bool {
    matches!(c, ',' | '|' | ']') || ends_text(c)
}

fn ends_value(c: char) -> bool {
    matches!(c, ',' | '&' | ']' | '|' | '/' | '\\') || ends_text(c)
}

fn ends_text(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '"' | '\'' | '`' | ';' | '<' | '>' | '(' | ')' | '{' | '}'
        )
}

#[cfg(test)]
mod tests;
