//! `curl` and `wget`: the request they send, read from their flags.

use super::arguments::{Argument, read};
use super::draft::Draft;
use crate::probe::derive::{Found, is_own_host};

/// Letters of curl's flags that take a value.
const CURL_SHORT: &str = "AbcCdDeEFHKmoPQrtTuUwxXyYz";
/// curl's flags that take a value.
const CURL_LONG: &[&str] = &[
    "abstract-unix-socket",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "cookie",
    "cookie-jar",
    "data",
    "data-ascii",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "dump-header",
    "form",
    "form-string",
    "header",
    "interface",
    "json",
    "key",
    "key-type",
    "limit-rate",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "oauth2-bearer",
    "output",
    "output-dir",
    "pass",
    "pinnedpubkey",
    "proto",
    "proxy",
    "range",
    "referer",
    "request",
    "request-target",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "stderr",
    "tls-max",
    "tls13-ciphers",
    "trace",
    "trace-ascii",
    "unix-socket",
    "upload-file",
    "url",
    "url-query",
    "user",
    "user-agent",
    "write-out",
];

/// Flags of what cannot be sent from outside: files, certificates, and what no plain request is.
const UNREADABLE: [&str; 17] = [
    "E",
    "--cert",
    "F",
    "--form",
    "--form-string",
    "T",
    "--upload-file",
    "K",
    "--config",
    "--data-urlencode",
    "--url-query",
    "--http2-prior-knowledge",
    "--haproxy-protocol",
    "--digest",
    "--ntlm",
    "--negotiate",
    "--request-target",
];

/// The probe that asks as `curl ARGUMENTS` does.
pub(super) fn curl(arguments: &[String]) -> Option<Found> {
    let mut draft = Draft {
        takes_any: true,
        ..Draft::default()
    };
    let (mut head, mut in_query) = (false, false);
    for argument in read(arguments, CURL_SHORT, CURL_LONG) {
        let (flag, value) = match argument {
            Argument::Plain(word) => ("--url", word),
            Argument::Flag(flag, value) => (flag, value),
        };
        match flag {
            "--url" => draft.urls.push(value.to_owned()),
            "H" | "--header" => draft.header(value),
            "X" | "--request" => draft.method = Some(value.to_owned()),
            "I" | "--head" => head = true,
            "G" | "--get" => in_query = true,
            "A" | "--user-agent" => draft.set("User-Agent", value),
            "e" | "--referer" => draft.set("Referer", value),
            "u" | "--user" => draft.user = Some(value.to_owned()),
            "--oauth2-bearer" => draft.set("Authorization", &format!("Bearer {value}")),
            // Without a sign of equality it is the name of a file, which need not be there.
            "b" | "--cookie" if value.contains('=') => draft.set("Cookie", value),
            "--json" => {
                draft.set("Content-Type", "application/json");
                draft.set("Accept", "application/json");
                data(&mut draft, value);
            }
            "d" | "--data" | "--data-ascii" | "--data-binary" => data(&mut draft, value),
            "--data-raw" => draft.body.push(value.to_owned()),
            "f" | "--fail" | "--fail-with-body" => draft.takes_any = false,
            "--resolve" => draft.own_names.extend(resolved(value)),
            "--connect-to" => draft.own_names.extend(connected(value)),
            "--unix-socket" | "--abstract-unix-socket" | "x" | "--proxy" | "--http3-only" => {
                return None;
            }
            flag => draft.unreadable |= UNREADABLE.contains(&flag),
        }
    }
    if in_query && !draft.body.is_empty() {
        let query = std::mem::take(&mut draft.body).join("&");
        for url in &mut draft.urls {
            let sign = if url.contains('?') { '&' } else { '?' };
            url.push(sign);
            url.push_str(&query);
        }
    }
    if head {
        draft.method = draft.method.or_else(|| Some("HEAD".to_owned()));
    }
    draft.finish()
}

/// A body: `@file` is read by curl alone.
fn data(draft: &mut Draft, value: &str) {
    draft.unreadable |= value.starts_with('@');
    draft.body.push(value.to_owned());
}

/// The name in `NAME:PORT:ADDRESS`, where the address is the container's own.
fn resolved(value: &str) -> Option<String> {
    let (name, rest) = value.trim_start_matches('+').split_once(':')?;
    let (_, address) = rest.split_once(':')?;
    let own = is_own_host(address.trim_matches(['[', ']'])) || is_own_host(address);
    own.then(|| name.to_owned())
}

/// The name in `NAME:PORT:HOST:PORT`, where the host is the container itself.
fn connected(value: &str) -> Option<String> {
    let mut parts = value.splitn(3, ':');
    let (name, _, target) = (parts.next()?, parts.next()?, parts.next()?);
    let host = target.rfind(':').map_or(target, |at| &target[..at]);
    (!name.is_empty() && is_own_host(host)).then(|| name.to_owned())
}

/// Letters of wget's flags that take a value, BusyBox' as well.
const WGET_SHORT: &str = "aABDeIilOoPQRtTUwXY";
/// wget's flags that take a value.
const WGET_LONG: &[&str] = &[
    "append-output",
    "body-data",
    "body-file",
    "ca-certificate",
    "ca-directory",
    "certificate",
    "connect-timeout",
    "dns-timeout",
    "execute",
    "header",
    "http-password",
    "http-user",
    "method",
    "output-document",
    "output-file",
    "password",
    "post-data",
    "post-file",
    "private-key",
    "read-timeout",
    "referer",
    "timeout",
    "tries",
    "user",
    "user-agent",
    "wait",
    "waitretry",
];

/// The probe that asks as `wget ARGUMENTS` does. `--spider` asks for the head alone where a server
/// knows how to, and for the whole otherwise: the whole shows more.
pub(super) fn wget(arguments: &[String]) -> Option<Found> {
    let mut draft = Draft::default();
    let (mut user, mut password) = (None, "");
    for argument in read(arguments, WGET_SHORT, WGET_LONG) {
        let (flag, value) = match argument {
            Argument::Plain(word) => ("--url", word),
            Argument::Flag(flag, value) => (flag, value),
        };
        match flag {
            "--url" => draft.urls.push(value.to_owned()),
            "--header" => draft.header(value),
            "--method" => draft.method = Some(value.to_owned()),
            "--post-data" | "--body-data" => draft.body.push(value.to_owned()),
            "U" | "--user-agent" => draft.set("User-Agent", value),
            "--referer" => draft.set("Referer", value),
            "--user" | "--http-user" => user = Some(value),
            "--password" | "--http-password" => password = value,
            "--post-file" | "--body-file" | "--certificate" => draft.unreadable = true,
            _ => {}
        }
    }
    draft.user = user.map(|user| format!("{user}:{password}"));
    draft.finish()
}
