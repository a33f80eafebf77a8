//! Traefik: labels of what it routes to, and files of its file provider.

use std::collections::{BTreeMap, BTreeSet};

use super::{detail, endpoint, outline, reference};
use crate::inference::references::{Offer, Reference, Router, scan};

/// What one router of a container says.
#[derive(Default)]
struct Said<'a> {
    rule: Option<&'a str>,
    service: Option<&'a str>,
}

/// What the labels of a container tell Traefik.
pub(super) fn offers(labels: &BTreeMap<String, String>) -> Vec<Offer> {
    let off = labels
        .get("traefik.enable")
        .is_some_and(|value| value.eq_ignore_ascii_case("false"));
    if off {
        return Vec::new();
    }
    let mut routers: BTreeMap<&str, Said> = BTreeMap::new();
    let mut ports: BTreeMap<&str, u16> = BTreeMap::new();
    let mut found = Vec::new();
    for (name, value) in labels {
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["traefik", "http" | "tcp" | "udp", "routers", router, "rule"] => {
                routers.entry(router).or_default().rule = Some(value);
            }
            [
                "traefik",
                "http" | "tcp" | "udp",
                "routers",
                router,
                "service",
            ] => {
                routers.entry(router).or_default().service = Some(value);
            }
            [
                "traefik",
                "http" | "tcp" | "udp",
                "services",
                service,
                "loadbalancer",
                "server",
                "port",
            ] => {
                ports.extend(value.trim().parse().ok().map(|port| (*service, port)));
            }
            [
                "traefik",
                "http",
                "middlewares",
                _,
                "forwardauth",
                "address",
            ] => {
                if let Some((host, port)) = endpoint(value) {
                    let (host, detail) = (
                        Some(host.to_ascii_lowercase()),
                        detail("forward auth", port),
                    );
                    found.push(Offer {
                        router: Router::Traefik,
                        host,
                        detail,
                    });
                }
            }
            // Traefik 1.
            ["traefik", .., "rule"] if name.contains("frontend") => {
                routers.entry("").or_default().rule = Some(value);
            }
            ["traefik", .., "port"] if parts.len() <= 3 => {
                ports.extend(value.trim().parse().ok().map(|port| ("", port)));
            }
            _ => {}
        }
    }
    let only_port = ports.values().next().copied().filter(|_| ports.len() == 1);
    for said in routers
        .values()
        .filter(|said| !said.service.is_some_and(|name| name.ends_with("@internal")))
    {
        let named = said
            .service
            .and_then(|service| ports.get(service.split('@').next()?))
            .copied();
        let detail = detail(
            &rule_path(said.rule.unwrap_or_default()),
            named.or(only_port),
        );
        found.push(Offer {
            router: Router::Traefik,
            host: None,
            detail,
        });
    }
    let enabled = labels
        .get("traefik.enable")
        .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if routers.is_empty() && (enabled || !ports.is_empty()) {
        found.push(Offer {
            router: Router::Traefik,
            host: None,
            detail: detail("", only_port),
        });
    }
    found
}

/// ``Host(`a.b`) && PathPrefix(`/api`)`` as `a.b/api`.
fn rule_path(rule: &str) -> String {
    let value = |names: &[&str]| {
        names.iter().find_map(|name| {
            let after = rule.split_once(name)?.1;
            let first = after
                .split([')', ','])
                .next()?
                .trim_matches(['`', '"', '\'', ' ', '(']);
            (!first.is_empty()).then_some(first)
        })
    };
    let path = value(&[
        "PathPrefix(",
        "PathPrefixStrip:",
        "PathPrefix:",
        "Path(",
        "PathRegexp(",
    ]);
    let host = value(&["Host(", "HostSNI(", "HostRegexp(", "Host:"]).filter(|host| *host != "*");
    let path = path
        .map(|path| path.split(';').next().unwrap_or_default())
        .unwrap_or_default();
    let host = host
        .map(|host| host.split(';').next().unwrap_or_default())
        .unwrap_or_default();
    format!("{host}{path}")
}

/// Every route in one file of the file provider.
pub(super) fn routes(text: &str) -> Vec<Reference> {
    let values = outline::values(text);
    let mut rules: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (path, _) in &values {
        let [.., routers, router, last] = path.as_slice() else {
            continue;
        };
        if routers != "routers" || !last.eq_ignore_ascii_case("service") {
            continue;
        }
        let field = |name: &str| {
            let is_field = |path: &[String]| matches!(path, [.., r, n, f] if r == "routers" && n == router && f.eq_ignore_ascii_case(name));
            values
                .iter()
                .find(|(path, _)| is_field(path))
                .map(|(_, value)| value.as_str())
        };
        if let (Some(service), Some(rule)) = (field("service"), field("rule")) {
            rules.entry(service).or_default().insert(rule_path(rule));
        }
    }
    let mut found = Vec::new();
    for (path, value) in &values {
        let at = |name: &str| path.iter().position(|each| each == name);
        if let Some(service) = at("services").and_then(|at| path.get(at + 1)) {
            let none = BTreeSet::from([String::new()]);
            let routes = rules.get(service.as_str()).unwrap_or(&none);
            let mut hosts = Vec::new();
            scan::hosts(value, &mut |host, port| hosts.push((host.to_owned(), port)));
            for route in routes {
                let url = |(host, port): &(String, Option<u16>)| {
                    let port = port.map_or_else(|| usual(value), |port| format!(":{port}"));
                    reference(route, &format!("{host}{port}"))
                };
                found.extend(hosts.iter().filter_map(url));
            }
        } else if at("middlewares").is_some() && at("forwardAuth").is_some() {
            found.extend(
                value
                    .contains("://")
                    .then(|| reference("forward auth", value))
                    .flatten(),
            );
        }
    }
    found
}

/// The usual port of a URL without one.
fn usual(url: &str) -> String {
    endpoint(url)
        .and_then(|(_, port)| port)
        .map_or_else(String::new, |port| format!(":{port}"))
}
