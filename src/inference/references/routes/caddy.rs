//! Caddy: `reverse_proxy` and `php_fastcgi` with their matchers, and the labels of
//! `caddy-docker-proxy`.

use std::collections::BTreeMap;

use super::{DEEPEST, reference};
use crate::inference::references::{Offer, Reference, Router};
use crate::model::Route;

/// Directives that hand a request on to their arguments.
const PASSES: [&str; 3] = ["reverse_proxy", "php_fastcgi", "forward_auth"];

/// Every route in one Caddyfile.
pub(super) fn routes(text: &str) -> Vec<Reference> {
    let mut found = Vec::new();
    let mut matchers: BTreeMap<&str, &str> = BTreeMap::new();
    // Each open block: the words before its brace.
    let mut around: Vec<Vec<&str>> = Vec::new();
    let mut deeper = 0_usize;
    for line in text.lines() {
        let line = without_comment(line);
        let mut words: Vec<&str> = line
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '`']))
            .take(64)
            .collect();
        let opens = words.last() == Some(&"{");
        if opens {
            words.pop();
        }
        if words.first() == Some(&"}") {
            words.remove(0);
            if deeper > 0 {
                deeper -= 1
            } else {
                drop(around.pop())
            }
        }
        learn(&around, &words, &mut matchers);
        pass(&around, &words, &matchers, &mut found);
        if opens && around.len() < DEEPEST {
            around.push(words);
        } else if opens {
            deeper += 1;
        }
    }
    found
}

fn without_comment(line: &str) -> &str {
    let line = line.trim();
    if line.starts_with('#') {
        ""
    } else {
        line.split(" #").next().unwrap_or_default()
    }
}

/// Named matchers: `@api path /api/*`, or a block of them.
fn learn<'a>(
    around: &[Vec<&'a str>],
    words: &[&'a str],
    matchers: &mut BTreeMap<&'a str, &'a str>,
) {
    let block = around.last().map(Vec::as_slice).unwrap_or_default();
    match (block, words) {
        (_, [name, "path" | "path_regexp" | "host", value, ..]) if name.starts_with('@') => {
            matchers.insert(name, value);
        }
        ([name], ["path" | "path_regexp" | "host", value, ..]) if name.starts_with('@') => {
            matchers.insert(name, value);
        }
        _ => {}
    }
}

/// Routes of one directive.
fn pass(
    around: &[Vec<&str>],
    words: &[&str],
    matchers: &BTreeMap<&str, &str>,
    found: &mut Vec<Reference>,
) {
    let inside = around
        .last()
        .and_then(|block| block.first())
        .is_some_and(|name| PASSES.contains(name));
    let (own, targets) = match words {
        [name, rest @ ..] if PASSES.contains(name) => match rest {
            [first, targets @ ..] if is_matcher(first) => (Some(*first), targets),
            targets => (None, targets),
        },
        // `to` and `dynamic` inside the block of the directive.
        ["to", targets @ ..] if inside => {
            let directive = around.last().map(Vec::as_slice).unwrap_or_default();
            (
                directive.get(1).copied().filter(|word| is_matcher(word)),
                targets,
            )
        }
        ["dynamic", "a" | "srv", targets @ ..] if inside => (None, targets),
        _ => return,
    };
    let path = path(around, own, matchers);
    found.extend(
        targets
            .iter()
            .take(64)
            .filter_map(|target| reference(&path, target)),
    );
}

fn is_matcher(word: &str) -> bool {
    word.starts_with(['/', '@', '*'])
}

/// The path of a directive: its own matcher, or that of a block around it.
fn path(around: &[Vec<&str>], own: Option<&str>, matchers: &BTreeMap<&str, &str>) -> String {
    let of_blocks = || {
        around
            .iter()
            .rev()
            .find_map(|block| match block.as_slice() {
                ["handle_path" | "handle" | "route", path, ..] => Some(*path),
                _ => None,
            })
    };
    let given = own.or_else(of_blocks).unwrap_or("/");
    let path = matchers
        .get(given)
        .copied()
        .unwrap_or(given)
        .trim_end_matches('*');
    if path.is_empty() {
        "/".to_owned()
    } else {
        path.to_owned()
    }
}

/// The labels `caddy.reverse_proxy={{upstreams 80}}` and the like.
pub(super) fn offers(labels: &BTreeMap<String, String>) -> Vec<Offer> {
    let mut found = Vec::new();
    for (name, value) in labels.iter().filter(|(name, _)| name.starts_with("caddy")) {
        let Some((group, directive)) = name.split_once('.') else {
            continue;
        };
        if !group
            .trim_start_matches("caddy")
            .trim_start_matches('_')
            .chars()
            .all(|c| c.is_ascii_digit())
        {
            continue;
        }
        let last = directive.rsplit('.').next().unwrap_or_default();
        let is_pass =
            PASSES.contains(&last.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'));
        if !is_pass {
            continue;
        }
        let site = labels.get(group).map_or("", String::as_str);
        let site = site.split([',', ' ']).next().unwrap_or_default();
        let port = value
            .split_once("upstreams")
            .and_then(|(_, rest)| {
                rest.split(|c: char| !c.is_ascii_digit())
                    .find(|part| !part.is_empty())
            })
            .and_then(|port| port.parse().ok());
        let matcher = value
            .split_whitespace()
            .next()
            .filter(|word| word.starts_with('/'))
            .unwrap_or_default();
        let matcher = matcher.trim_end_matches('*');
        let host = if value.contains("upstreams") {
            None
        } else {
            value
                .split_whitespace()
                .find_map(super::endpoint)
                .map(|(host, _)| host.to_ascii_lowercase())
        };
        found.push(Offer {
            router: Router::Caddy,
            host,
            route: Route::new(site, matcher, port),
        });
    }
    found
}
