//! Routes of proxies, from their configuration files and from the labels of what they route to.
//!
//! Each kind has a small tolerant reader of its own: it takes what it understands, leaves out the
//! rest, goes through its text once or a bounded number of times, and cannot fail.

use std::collections::BTreeSet;

use super::{Offer, Reference, Router, scan};
use crate::model::{ConfigurationFile, ImageHint, InstanceFacts, Route};

mod apache;
mod caddy;
mod haproxy;
mod nginx;
mod outline;
mod traefik;

/// Most bytes of a file that are read.
const LONGEST_FILE: usize = 512 * 1024;
/// Deepest nesting that is followed.
const DEEPEST: usize = 32;
/// Most offers of one container.
const MOST_OFFERS: usize = 64;

/// Whose configuration a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nginx,
    Caddy,
    Haproxy,
    Apache,
    Traefik,
}

/// Every route in `files`.
pub(super) fn of_files(files: &[ConfigurationFile]) -> Vec<Reference> {
    let of = |wanted: Kind| {
        files
            .iter()
            .filter(move |file| kind(file) == Some(wanted))
            .map(|file| cut(&file.text))
    };
    let nginx: Vec<&str> = of(Kind::Nginx).collect();
    let mut found = nginx::routes(&nginx);
    found.extend(of(Kind::Caddy).flat_map(caddy::routes));
    found.extend(of(Kind::Haproxy).flat_map(haproxy::routes));
    found.extend(of(Kind::Apache).flat_map(apache::routes));
    found.extend(of(Kind::Traefik).flat_map(traefik::routes));
    found
}

/// Whether the routes of `file` are all that is read from it.
pub(super) fn is_proxy_file(file: &ConfigurationFile) -> bool {
    kind(file).is_some_and(|kind| kind != Kind::Traefik)
}

/// Whose configuration `file` is, by its path and its words.
fn kind(file: &ConfigurationFile) -> Option<Kind> {
    let path = file.path.to_ascii_lowercase();
    let text = cut(&file.text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.ends_with("caddyfile") || (path.contains("caddy") && has(&["reverse_proxy"])) {
        return Some(Kind::Caddy);
    }
    let is_data = [".yml", ".yaml", ".toml", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    if is_data {
        let is_traefik = has(&["loadBalancer", "loadbalancer", "forwardAuth"])
            && has(&["services", "middlewares"]);
        return is_traefik.then_some(Kind::Traefik);
    }
    if path.contains("haproxy")
        || (has(&["\nbackend ", "\nlisten "])
            && has(&["\n    server ", "\n\tserver ", "\n  server "]))
    {
        return Some(Kind::Haproxy);
    }
    if path.contains("nginx")
        || has(&[
            "proxy_pass",
            "fastcgi_pass",
            "uwsgi_pass",
            "grpc_pass",
            "scgi_pass",
        ])
    {
        return Some(Kind::Nginx);
    }
    has(&["ProxyPass", "RewriteRule", "<VirtualHost"]).then_some(Kind::Apache)
}

/// What the labels and variables of a container offer to proxies that ask the engine.
pub(super) fn offers(facts: &InstanceFacts) -> Vec<Offer> {
    let mut offers: BTreeSet<Offer> = traefik::offers(facts.labels.reveal()).into_iter().collect();
    offers.extend(caddy::offers(facts.labels.reveal()));
    offers.extend(nginx::offers(facts));
    offers.into_iter().take(MOST_OFFERS).collect()
}

/// Which proxy that asks the engine a container is.
pub(super) fn router(facts: &InstanceFacts, hint: Option<&ImageHint>) -> Option<Router> {
    let kind = hint.map(|hint| hint.kind.as_str());
    let mentions = |words: &[&str]| {
        facts
            .command
            .reveal()
            .iter()
            .any(|word| words.iter().any(|each| word.contains(each)))
    };
    if kind == Some("traefik") || mentions(&["--providers.docker", "--providers.swarm"]) {
        return Some(Router::Traefik);
    }
    let is_labelled = nginx::PROXY_LABELS
        .iter()
        .any(|label| facts.labels.reveal().contains_key(*label));
    if kind == Some("nginx-proxy") || is_labelled {
        return Some(Router::NginxProxy);
    }
    let asks = facts.image.contains("docker-proxy") || mentions(&["docker-proxy"]);
    (asks && (kind == Some("caddy") || facts.image.contains("caddy"))).then_some(Router::Caddy)
}

/// A route for `path` on any host to `target` (a URL, `host:port` or a host).
fn reference(path: &str, target: &str) -> Option<Reference> {
    Requests::of("", path).passed_to(target)
}

/// The requests that a rule of a proxy is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Requests {
    /// Empty for any host.
    host: String,
    /// Empty where it is not known.
    path: String,
}

impl Requests {
    fn of(host: &str, path: &str) -> Self {
        Self {
            host: host.to_owned(),
            path: path.to_owned(),
        }
    }

    /// Their route to `port`.
    fn route(&self, port: Option<u16>) -> Route {
        Route::new(&self.host, &self.path, port)
    }

    /// The route of these requests to `target` (a URL, `host:port` or a host).
    fn passed_to(&self, target: &str) -> Option<Reference> {
        let (host, port) = endpoint(target)?;
        Some(Reference::route(host, self.route(port)))
    }
}

/// Host and port of a URL, `host:port` or a host; the usual port of `http` and `https`.
fn endpoint(target: &str) -> Option<(&str, Option<u16>)> {
    let target = target.trim_matches(['"', '\'']);
    let (scheme, rest) = target.split_once("://").unwrap_or(("", target));
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let authority = rest.split(['/', '?', '#', '$']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let (host, port) = scan::split_port(authority)?;
    let usual = match scheme {
        "http" | "ws" | "h2c" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    };
    Some((host, port.or(usual)))
}

/// The begin of a path in a pattern such as `^~ /api/` or `~* ^/api/(.*)$`.
fn plain_path(pattern: &str) -> &str {
    let path = pattern.trim_start_matches(['^', '(']);
    let end = path
        .find(['(', '$', '*', '[', '\\', '?', '+'])
        .unwrap_or(path.len());
    let path = &path[..end];
    if path.is_empty() { pattern } else { path }
}

/// `text`, cut to what is read.
fn cut(text: &str) -> &str {
    if text.len() <= LONGEST_FILE {
        return text;
    }
    let end = (0..=LONGEST_FILE)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests;
