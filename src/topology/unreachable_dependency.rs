//! Whether the error texts of a failing service point at a service it needs: "connection refused" with the
//! other one's name or address, or a 502 of a proxy that routes to it. Pure.

use std::collections::BTreeSet;

use crate::model::SortShared as _;
use crate::model::{DockerStatus, Edge, Finding, Provenance, Service, SignedDuration, Statement};

/// How long before a change a log line may belong to it.
pub const BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Words of errors about something that cannot be reached, in lower case.
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

/// Error texts of a failing service: messages of its probe and its healthcheck, and its last log lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorTexts {
    /// Line by line, in lower case.
    pub lines: Vec<String>,
    /// Whether it is a gateway whose upstream did not answer: HTTP 502, 503 or 504.
    pub is_gateway_error: bool,
}

impl ErrorTexts {
    /// The error texts of `service`.
    #[must_use]
    pub fn of(service: &Service) -> Self {
        let health = &service.health;
        let probe = health.probe.as_ref().filter(|probe| !probe.success);
        let docker = health
            .docker
            .iter()
            .filter(|docker| docker.status == DockerStatus::Unhealthy);
        let docker = docker.flat_map(|docker| docker.output.lines());
        let mut lines: Vec<String> = docker.map(str::to_lowercase).collect();
        lines.extend(near_words(service));
        let status = probe.and_then(|probe| probe.finding.http_status());
        let first = lines.first().filter(|_| probe.is_none());
        let begins = first.is_some_and(|line| begins_with_gateway_status(line));
        lines.extend(probe.map(|probe| words_of_finding(&probe.finding)));
        let is_gateway_error = status.is_some_and(is_gateway_status)
            || begins
            || lines.iter().any(|line| is_gateway_error(line));
        Self {
            lines,
            is_gateway_error,
        }
    }

    /// Whether one of the lines reports that one of `names` cannot be reached.
    #[must_use]
    pub fn report_unreachable(&self, names: &[String]) -> bool {
        self.lines
            .iter()
            .any(|line| reports_unreachable(line, names))
    }
}

/// The service's own words in what a probe found, in lower case, with the failure that the finding
/// itself stands for.
fn words_of_finding(finding: &Finding) -> String {
    let mut line = match finding.answer() {
        Finding::Login { .. } | Finding::Handshake(_) => "refused:".to_owned(),
        Finding::Says(Statement::DnsError { code: 2, .. }) => "cannot resolve".to_owned(),
        _ => String::new(),
    };
    finding.texts(&mut |text| {
        line.push(' ');
        line.push_str(&text.to_lowercase());
    });
    line
}

/// Whether a line (in lower case) reports that one of `names` cannot be reached.
#[must_use]
pub fn reports_unreachable(line: &str, names: &[String]) -> bool {
    FAILURES.iter().any(|word| line.contains(word))
        && names.iter().any(|name| mentions_host(line, name))
}

/// Whether a line (in lower case) contains `name` as a host: quoted, with a port, in a URL, or after a
/// word such as "to" or "lookup".
#[must_use]
pub fn mentions_host(line: &str, name: &str) -> bool {
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

/// Whether the error texts of `service`, which does not work, point at the service at the other end of `edge`, which is
/// called by `names`.
#[must_use]
pub fn points_along(
    edge: &Edge,
    service: &Service,
    statements: &ErrorTexts,
    names: &[String],
) -> bool {
    let in_trouble = service.health.state.is_problem();
    let routed = edge
        .evidence
        .iter()
        .any(|evidence| evidence.provenance == Provenance::Route);
    in_trouble && ((routed && statements.is_gateway_error) || statements.report_unreachable(names))
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

const fn is_gateway_status(status: u16) -> bool {
    matches!(status, 502..=504)
}

/// Whether a line (in lower case) begins with the HTTP status 502, 503 or 504.
fn begins_with_gateway_status(line: &str) -> bool {
    ["502", "503", "504"]
        .iter()
        .any(|status| line.starts_with(status))
}

/// Whether a line (in lower case) is what `curl` and `wget` say of a 502, 503 or 504.
fn is_gateway_error(line: &str) -> bool {
    line.split_once("returned error: ")
        .map(|(_, code)| code.strip_prefix("http/1.1 ").unwrap_or(code))
        .is_some_and(begins_with_gateway_status)
}

#[cfg(test)]
mod tests;

/// The last words from shortly before the service became as it is, in lower case.
fn near_words(service: &Service) -> impl Iterator<Item = String> {
    let since = service.health.since;
    let from = since.checked_sub(BEFORE).unwrap_or(since);
    let lines = service
        .failure_log
        .iter()
        .flat_map(|words| words.lines.iter());
    let near = lines.filter(move |line| line.at.is_none_or(|at| at >= from));
    near.map(|line| line.text.to_lowercase())
}
