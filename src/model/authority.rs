//! The parts of a URL, and of what is not quite one: `host:port` without a scheme, a variable for a
//! port. The `url` crate refuses or rewrites these.

/// Scheme, authority and the rest, which begins with `/`, `?` or `#`, or is empty; `None` where
/// there is no scheme.
#[must_use]
pub fn split_url(text: &str) -> (Option<&str>, &str, &str) {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let (authority, rest) = split_path(rest);
    (scheme, authority, rest)
}

/// Authority and the rest of what has no scheme: `host:port` and `/path?query`.
#[must_use]
pub fn split_path(text: &str) -> (&str, &str) {
    text.split_at(text.find(['/', '?', '#']).unwrap_or(text.len()))
}

/// Host and port of an authority without user; the port follows the last colon that is not part of
/// a bracketed IPv6 address.
#[must_use]
pub fn split_port(authority: &str) -> (&str, Option<&str>) {
    let colon = authority
        .rfind(':')
        .filter(|at| !authority[*at..].contains(']'));
    match colon {
        Some(at) => (&authority[..at], Some(&authority[at + 1..])),
        None => (authority, None),
    }
}

/// The host of `host:port`, an IPv6 address without its brackets.
#[must_use]
pub fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_split_and_what_is_not_quite_one() {
        for (text, expected) in [
            ("http://h:1/p?q", (Some("http"), "h:1", "/p?q")),
            ("redis://:p@h", (Some("redis"), ":p@h", "")),
            ("h:$PORT/x", (None, "h:$PORT", "/x")),
            ("tcp://h?a=b://c", (Some("tcp"), "h", "?a=b://c")),
            ("", (None, "", "")),
        ] {
            assert_eq!(split_url(text), expected);
        }
        for (authority, expected) in [
            ("h", ("h", None)),
            ("h:80", ("h", Some("80"))),
            ("h:", ("h", Some(""))),
            ("[::1]", ("[::1]", None)),
            ("[::1]:80", ("[::1]", Some("80"))),
            (":80", ("", Some("80"))),
        ] {
            assert_eq!(split_port(authority), expected);
        }
    }
}
