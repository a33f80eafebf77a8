//! One-liners of Python, Node and the like: the URL or the port in them, and what is sent beside.

use crate::model::authority::split_path;
use crate::model::{Hidden, HttpRequest};
use crate::probe::derive::{Found, is_own_host, split_authority};

/// Whether `program` runs scripts that are given on its command line.
pub(super) fn is_interpreter(program: &str) -> bool {
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    matches!(
        name,
        "python" | "pypy" | "node" | "nodejs" | "bun" | "deno" | "php" | "ruby" | "perl"
    )
}

/// The check that the script in `words` makes.
pub(super) fn read(words: &[String]) -> Option<Found> {
    words.iter().find_map(|word| match embedded(word) {
        Some(found) if found.kind.is_http() => Some(asked(found, word)),
        Some(found) => Some(found),
        None => options(word).or_else(|| pair(word)),
    })
}

/// A URL or a `/dev/tcp` device anywhere inside `word`: the argument itself, or a script.
pub(super) fn embedded(word: &str) -> Option<Found> {
    for (scheme, default_port) in [("http://", 80), ("https://", 443)] {
        for (at, _) in word.match_indices(scheme) {
            let rest = &word[at + scheme.len()..];
            let end = rest
                .find(|c: char| c.is_whitespace() || "\"'`,;)|<>\\".contains(c))
                .unwrap_or(rest.len());
            let Some((host, port, path)) = split_authority(split_path(&rest[..end]), default_port)
            else {
                continue;
            };
            if is_own_host(host) && !path.contains('$') {
                return Some(Found {
                    tls: default_port == 443,
                    ..Found::http(port, &path)
                });
            }
        }
    }
    let device = word.split_once("/dev/tcp/")?.1;
    let (host, rest) = device.split_once('/')?;
    let port = leading_port(rest)?;
    is_own_host(host).then(|| Found::tcp(port))
}

/// The port that `text` begins with.
fn leading_port(text: &str) -> Option<u16> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text[..digits].parse().ok().filter(|port| *port != 0)
}

/// `found` with the method and the headers that `script` names; the port alone where it sends a
/// body.
fn asked(found: Found, script: &str) -> Found {
    let method = method(script);
    let headers = headers(script);
    let sends = ["data=", "json=", "body:", "body=", ".post("]
        .iter()
        .any(|sign| script.contains(sign));
    let known = method.map(HttpRequest::known_method);
    if sends || known == Some(None) {
        return Found {
            tls: found.tls,
            ..Found::tcp(found.port)
        };
    }
    let method = known
        .flatten()
        .filter(|method| *method != "GET")
        .unwrap_or_default()
        .to_owned();
    let (hosts, headers): (Vec<_>, Vec<_>) = headers
        .into_iter()
        .partition(|(name, _)| name.eq_ignore_ascii_case("host"));
    let host = hosts
        .into_iter()
        .next_back()
        .map(|(_, host)| host)
        .unwrap_or_default();
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name, Hidden::new(value)))
        .collect();
    Found {
        request: HttpRequest {
            method,
            host,
            headers,
            body: None,
        },
        ..found
    }
}

/// `method='HEAD'`, `method: "POST"`, `requests.head(…)`.
fn method(script: &str) -> Option<&str> {
    if script.contains("requests.head(") || script.contains("httpx.head(") {
        return Some("HEAD");
    }
    let rest = script
        .split_once("method")?
        .1
        .trim_start_matches(['"', '\''])
        .trim_start();
    quoted(rest.strip_prefix(['=', ':'])?.trim_start()).map(|(method, _)| method)
}

/// The pairs in `headers={'Host': 'app.example'}` or `headers: {Host: "app.example"}`.
fn headers(script: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = headers_block(script).unwrap_or_default().trim_start();
    while !rest.is_empty() {
        let colon = quoted(rest).map(|(name, rest)| (name, rest.trim_start().strip_prefix(':')));
        let plain = || {
            rest.split_once(':')
                .map(|(name, rest)| (name.trim(), Some(rest)))
        };
        let Some((name, Some(value))) = colon.or_else(plain) else {
            break;
        };
        let Some((value, after)) = quoted(value.trim_start()) else {
            break;
        };
        found.push((name.to_owned(), value.to_owned()));
        rest = after.trim_start().trim_start_matches(',').trim_start();
    }
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|c| c.is_ascii_graphic() && c != b':');
    found.retain(|(name, value)| is_name(name) && !value.contains(['$', '\r', '\n', '\0']));
    found
}

/// What stands between the braces of `headers = {…}` or `"headers": {…}`.
fn headers_block(script: &str) -> Option<&str> {
    let (_, rest) = script.split_once("headers")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start();
    let rest = rest
        .strip_prefix(['=', ':'])?
        .trim_start()
        .strip_prefix('{')?;
    rest.split('}').next()
}

/// The text in quotes that `text` begins with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    text[1..].split_once(quote)
}

/// Node's `http.get({host: 'localhost', port: 3000, path: '/up'})`.
fn options(script: &str) -> Option<Found> {
    let tls = script.contains("https.");
    if !tls
        && ![
            "http.get(",
            "http.request(",
            "http').get(",
            "http').request(",
        ]
        .iter()
        .any(|it| script.contains(it))
    {
        return None;
    }
    let option = |name: &str| {
        let rest = script
            .split_once(name)?
            .1
            .trim_start_matches(['"', '\''])
            .trim_start();
        Some(rest.strip_prefix(':')?.trim_start())
    };
    let number = |text: &str| leading_port(text.trim_start_matches(['"', '\'']));
    let text = |name: &str| option(name).and_then(quoted).map(|(text, _)| text);
    if text("host")
        .or_else(|| text("hostname"))
        .is_some_and(|host| !is_own_host(host))
    {
        return None;
    }
    let port = option("port").and_then(number)?;
    Some(asked(
        Found {
            tls,
            ..Found::http(port, text("path").unwrap_or("/"))
        },
        script,
    ))
}

/// `('localhost', 8000)`, as sockets take it; `HTTPConnection` speaks HTTP there.
fn pair(script: &str) -> Option<Found> {
    for (at, quote) in script.match_indices(['"', '\'']) {
        let Some((host, rest)) = script[at + quote.len()..].split_once(quote) else {
            continue;
        };
        let Some(rest) = rest
            .trim_start()
            .strip_prefix(',')
            .filter(|_| is_own_host(host))
        else {
            continue;
        };
        let Some(port) = leading_port(rest.trim_start()) else {
            continue;
        };
        if !script.contains("HTTPConnection(") {
            return Some(Found::tcp(port));
        }
        let mut parts = script.split(['"', '\'']);
        let path = parts.find(|part| part.starts_with('/'));
        return Some(Found::http(port, path.unwrap_or("/")));
    }
    None
}
