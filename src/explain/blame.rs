//! Whether what a failing service says points at a service it needs: "connection refused" with the
//! other one's name or address, or a 502 of a proxy that routes to it. Pure.

use std::collections::BTreeSet;

use crate::model::SortShared as _;
use crate::model::{DockerStatus, Edge, Provenance, Service, SignedDuration};

/// How long before a change its log lines still tell of it.
pub const BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Words that tell of something that cannot be reached, in lower case.
const FAILURES: [&str; 25] = [
    "refused",
    "timed out",
    "timeout",
    "unreachable",
    "no route",
    "not connect",
    "n't connect",
    "unable to connect",
    "failed to connect",
    "cannot connect",
    "error connecting",
    "111 connecting",
    "getaddrinfo",
    "no such host",
    "enotfound",
    "eai_again",
    "name or service",
    "name resolution",
    "errno -3] try again",
    "not found in upstream",
    "resolve",
    "translate host",
    "unknownhost",
    "connecting to upstream",
    "connection reset",
];
/// Words before a host's name, in lower case.
const BEFORE_NAME: [&str; 13] = [
    "to",
    "host",
    "lookup",
    "enotfound",
    "eai_again",
    "on",
    "name",
    "reach",
    "upstream",
    "at",
    "resolve",
    "resolving",
    "from",
];
/// Words that are no names where they stand in a sentence.
const PLAIN_WORDS: [&str; 8] = [
    "server",
    "host",
    "client",
    "service",
    "localhost",
    "database",
    "upstream",
    "name",
];

/// Names and addresses by which others call a service, in lower case.
#[must_use]
pub fn names(service: &Service) -> Vec<String> {
    let mut names = vec![service.name.as_str().to_ascii_lowercase()];
    for facts in service.instances.iter().map(|instance| &instance.facts) {
        names.push(facts.name.to_ascii_lowercase());
        names.push(facts.hostname.to_ascii_lowercase());
        for network in &facts.networks {
            names.extend(
                network
                    .aliases
                    .iter()
                    .map(|alias| alias.to_ascii_lowercase()),
            );
            names.extend(network.address.map(|address| address.to_string()));
        }
    }
    names.retain(|name| !name.is_empty());
    names.sort_shared();
    names.dedup();
    names
}

/// Everything a service in trouble says of itself: its probe, its healthcheck, its last log lines.
#[must_use]
pub fn statements(service: &Service) -> Vec<String> {
    let health = &service.health;
    let probe = health
        .probe
        .iter()
        .filter(|probe| !probe.success)
        .map(|probe| probe.message.as_str());
    let docker = health
        .docker
        .iter()
        .filter(|docker| docker.status == DockerStatus::Unhealthy);
    let docker = docker.flat_map(|docker| docker.output.lines());
    let mut all: Vec<String> = probe.chain(docker).map(str::to_lowercase).collect();
    if let Some(words) = &service.last_words {
        let from = health.since.checked_sub(BEFORE).unwrap_or(health.since);
        let lines = words
            .lines
            .iter()
            .filter(|line| line.at.is_none_or(|at| at >= from));
        all.extend(lines.map(|line| line.text.to_lowercase()));
    }
    all
}

/// Whether a line (in lower case) says that one of `names` cannot be reached.
#[must_use]
pub fn blames(line: &str, names: &[String]) -> bool {
    FAILURES.iter().any(|word| line.contains(word)) && names.iter().any(|name| calls(line, name))
}

/// Whether a line (in lower case) calls a host by `name`: quoted, with a port, in a URL, or after a
/// word such as "to" or "lookup".
#[must_use]
pub fn calls(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + name.len()..]);
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if before.ends_with(is_part) || before.ends_with('.') || after.starts_with(is_part) {
            return false;
        }
        if after
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(is_part))
        {
            return false;
        }
        let port = after
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        let quoted = before.ends_with(['"', '\'', '@', '[', '(', '=']) || before.ends_with("//");
        let last_word = before.split_whitespace().next_back().unwrap_or_default();
        let introduces =
            BEFORE_NAME.contains(&last_word) || last_word.ends_with("unknownhostexception:");
        let named = introduces && !PLAIN_WORDS.contains(&name);
        let address = name.starts_with(|c: char| c.is_ascii_digit()) && name.contains(['.', ':']);
        port || quoted || named || address
    })
}

/// Whether `service`, which does not work, blames the service at the other end of `edge`, which is
/// called by `names`.
#[must_use]
pub fn points_along(
    edge: &Edge,
    service: &Service,
    statements: &[String],
    names: &[String],
) -> bool {
    let in_trouble = service.health.state.is_problem();
    let routed = edge
        .evidence
        .iter()
        .any(|evidence| evidence.provenance == Provenance::Route);
    let gateway = routed
        && statements
            .iter()
            .enumerate()
            .any(|(at, text)| is_gateway_error(text, at == 0));
    in_trouble && (gateway || statements.iter().any(|line| blames(line, names)))
}

/// Whether both run and no network is common to them, so that neither reaches the other.
#[must_use]
pub fn are_apart(one: &Service, other: &Service) -> bool {
    let (ours, theirs) = (networks(one), networks(other));
    // The host's own network leads to all published ports.
    let known = |names: &BTreeSet<&str>| !names.is_empty() && !names.contains("host");
    known(&ours) && known(&theirs) && ours.is_disjoint(&theirs)
}

fn networks(service: &Service) -> BTreeSet<&str> {
    let running = service
        .instances
        .iter()
        .map(|instance| &instance.facts)
        .filter(|facts| facts.is_running());
    running
        .flat_map(|facts| &facts.networks)
        .map(|network| network.network.as_str())
        .collect()
}

/// Whether a statement (in lower case) tells of a 502, 503 or 504: our probe's, or what `curl` and
/// `wget` say in a healthcheck.
fn is_gateway_error(text: &str, is_first: bool) -> bool {
    let code = if is_first && text.starts_with('5') {
        Some(text)
    } else {
        text.split_once("returned error: ").map(|(_, rest)| rest)
    };
    let code = code.map(|code| code.strip_prefix("http/1.1 ").unwrap_or(code));
    code.is_some_and(|code| {
        ["502", "503", "504"]
            .iter()
            .any(|each| code.starts_with(each))
    })
}

#[cfg(test)]
mod tests;
