//! nginx: `location` and `proxy_pass`, `upstream`, variables, streams; and `VIRTUAL_HOST`.

use std::collections::{BTreeMap, BTreeSet};

use super::{DEEPEST, Requests, plain_path};
use crate::inference::references::{Offer, Reference, Router};
use crate::model::{InstanceFacts, Route};

/// Labels by which companions of `nginx-proxy` find it.
pub(super) const PROXY_LABELS: [&str; 2] = [
    "com.github.jrcs.letsencrypt_nginx_proxy_companion.nginx_proxy",
    "com.github.nginx-proxy.nginx",
];

/// Directives that hand a request on.
const PASSES: [&str; 6] = [
    "proxy_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "grpc_pass",
    "scgi_pass",
    "memcached_pass",
];
/// Most values that a variable, and most servers that an upstream may have.
const MOST_VALUES: usize = 64;
/// How often variables in variables are replaced.
const ROUNDS: usize = 3;

/// One piece of a file.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Open,
    Close,
    End,
}

/// Reads a file piece by piece; comments are left out, quotes hold words together.
fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            let first = rest.chars().next()?;
            if first == '#' {
                rest = rest.find('\n').map_or("", |end| &rest[end..]);
                continue;
            }
            let (token, length) = token(rest, first);
            rest = &rest[length..];
            return Some(token);
        }
    })
}

/// The token that `text` begins with, and its length in bytes; `first` is its first character.
fn token(text: &str, first: char) -> (Token<'_>, usize) {
    match first {
        '{' => (Token::Open, 1),
        '}' => (Token::Close, 1),
        ';' => (Token::End, 1),
        '"' | '\'' => {
            let end = text[1..].find(first).map_or(text.len(), |end| end + 1);
            (Token::Word(&text[1..end]), (end + 1).min(text.len()))
        }
        _ => {
            let end = word_end(text);
            (Token::Word(&text[..end]), end)
        }
    }
}

/// Where an unquoted word ends; braces of `${name}` and of regular expressions belong to it.
fn word_end(text: &str) -> usize {
    let mut inside = false;
    for (at, c) in text.char_indices() {
        match c {
            '{' if text[..at].ends_with('$') => inside = true,
            '}' if inside => inside = false,
            '{' | '}' | ';' => return at,
            c if c.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

/// A directive with its words, and the blocks around it.
type Visit<'v, 'a> = dyn FnMut(&[Vec<&'a str>], &[&'a str]) + 'v;

/// Calls `visit` with every directive; the words that open each block around it come first.
fn walk<'a>(text: &'a str, visit: &mut Visit<'_, 'a>) {
    let mut around: Vec<Vec<&str>> = Vec::new();
    let mut depth = 0_usize;
    let mut words: Vec<&str> = Vec::new();
    for token in tokens(text) {
        match token {
            Token::Word(word) => words.push(word),
            Token::End => {
                visit(&around, &words);
                words.clear();
            }
            Token::Open => {
                depth += 1;
                if depth <= DEEPEST {
                    around.push(std::mem::take(&mut words));
                }
                words.clear();
            }
            Token::Close => {
                if depth <= DEEPEST {
                    around.pop();
                }
                depth = depth.saturating_sub(1);
                words.clear();
            }
        }
    }
}

/// What names in the files stand for.
#[derive(Default)]
struct NameIndex<'a> {
    upstreams: BTreeMap<&'a str, Vec<&'a str>>,
    variables: BTreeMap<&'a str, BTreeSet<&'a str>>,
    servers: BTreeSet<&'a str>,
}

impl<'a> NameIndex<'a> {
    fn learn(&mut self, around: &[Vec<&'a str>], words: &[&'a str]) {
        let block = around.last().map(Vec::as_slice).unwrap_or_default();
        match (block, words) {
            (["upstream", name, ..], ["server", server, ..]) => {
                let servers = self.upstreams.entry(name).or_default();
                if servers.len() < MOST_VALUES {
                    servers.push(server);
                }
            }
            (_, ["set", name, value]) => self.variable(name, value),
            (["map" | "geo", _, name, ..] | ["split_clients", _, name, ..], [_, value]) => {
                self.variable(name, value);
            }
            (_, ["server_name", names @ ..]) => self.servers.extend(names),
            _ => {}
        }
    }

    fn variable(&mut self, name: &'a str, value: &'a str) {
        let values = self
            .variables
            .entry(name.trim_start_matches('$'))
            .or_default();
        if values.len() < MOST_VALUES {
            values.insert(value);
        }
    }

    /// `target` with its variables replaced, once for each value.
    fn expand(&self, target: &str) -> BTreeSet<String> {
        let mut all = BTreeSet::from([target.to_owned()]);
        for _ in 0..ROUNDS {
            let replaced: BTreeSet<String> = all
                .iter()
                .flat_map(|each| self.replace(each))
                .take(MOST_VALUES)
                .collect();
            if replaced == all {
                break;
            }
            all = replaced;
        }
        all
    }

    /// `text` with its first known variable replaced.
    fn replace(&self, text: &str) -> Vec<String> {
        for (at, _) in text.match_indices('$') {
            let (before, after) = (&text[..at], &text[at + 1..]);
            let braced = after
                .strip_prefix('{')
                .and_then(|inside| inside.split_once('}'));
            let (name, rest) = braced.unwrap_or_else(|| {
                let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                after.split_at(end.unwrap_or(after.len()))
            });
            if let Some(values) = self.variables.get(name) {
                return values
                    .iter()
                    .map(|value| format!("{before}{value}{rest}"))
                    .collect();
            }
        }
        vec![text.to_owned()]
    }
}

/// Every route in the files of one nginx.
pub(super) fn routes(files: &[&str]) -> Vec<Reference> {
    let mut names = NameIndex::default();
    for file in files {
        walk(file, &mut |around, words| names.learn(around, words));
    }
    let mut found = Vec::new();
    for file in files {
        let mut last_name = (String::new(), 0_usize);
        walk(file, &mut |around, words| {
            if let ["server_name", name, ..] = words {
                last_name = ((*name).to_owned(), around.len());
            }
            let [directive, target, ..] = words else {
                return;
            };
            if PASSES.contains(directive) {
                let server = if last_name.1 <= around.len() {
                    last_name.0.as_str()
                } else {
                    ""
                };
                let requests = requests(around, server, names.servers.len() > 1);
                for target in names.expand(target) {
                    pass(&names, &requests, &target, &mut found);
                }
            }
        });
    }
    found
}

/// The path of a route; with the server's name where there are several.
fn requests(around: &[Vec<&str>], server: &str, several: bool) -> Requests {
    let location = around
        .iter()
        .rev()
        .find_map(|block| match block.as_slice() {
            ["location", path] => Some(*path),
            ["location", mark, path] if mark.contains('~') && !mark.starts_with('^') => {
                Some(plain_path(path))
            }
            ["location", _, path] => Some(*path),
            _ => None,
        });
    let is_name = several && server.contains('.') && !server.contains(['~', '$']);
    match (location, is_name) {
        (Some(path), true) if path.starts_with('/') => Requests::of(server, path),
        (Some(path), _) => Requests::of("", path),
        (None, true) => Requests::of(server, ""),
        (None, false) => Requests::default(),
    }
}

/// Routes to `target`, or to the servers of the upstream it names.
fn pass(names: &NameIndex, requests: &Requests, target: &str, found: &mut Vec<Reference>) {
    if target.contains("unix:") {
        return;
    }
    // `$scheme://app` and `http://$unknown` still name what they name.
    let target = target
        .strip_prefix("$scheme")
        .map_or_else(|| target.to_owned(), |rest| format!("http{rest}"));
    let name = target
        .rsplit("://")
        .next()
        .unwrap_or_default()
        .split('/')
        .next()
        .unwrap_or_default();
    match names.upstreams.get(name) {
        Some(servers) => found.extend(
            servers
                .iter()
                .filter_map(|server| requests.passed_to(server)),
        ),
        None => found.extend(requests.passed_to(&target)),
    }
}

/// `VIRTUAL_HOST` of `nginx-proxy`, with path and port where they are set.
pub(super) fn offers(facts: &InstanceFacts) -> Option<Offer> {
    let value = |name: &str| {
        facts
            .environment
            .reveal()
            .iter()
            .find(|(each, _)| each == name)
            .map(|(_, value)| value)
    };
    let hosts = value("VIRTUAL_HOST").or_else(|| value("VIRTUAL_HOST_MULTIPORTS"))?;
    let host = hosts.split(',').next().unwrap_or_default().trim();
    let host = if host.contains(['{', ':', '\n']) {
        ""
    } else {
        host
    };
    let path = value("VIRTUAL_PATH").map_or("", String::as_str);
    let port = value("VIRTUAL_PORT").and_then(|port| port.parse().ok());
    Some(Offer {
        router: Router::NginxProxy,
        host: None,
        route: Route::new(host, path, port),
    })
}
