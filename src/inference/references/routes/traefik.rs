//! Traefik: labels of what it routes to, and files of its file provider.

use std::collections::{BTreeMap, BTreeSet};

use super::{Requests, endpoint, outline};
use crate::inference::references::{Offer, Reference, Router, scan};
use crate::model::Route;

/// The labels of one router.
#[derive(Default)]
struct RouterLabels<'a> {
    rule: Option<&'a str>,
    service: Option<&'a str>,
}

/// The labels of a container, by name of router and service.
#[derive(Default)]
struct Labels<'a> {
    routers: BTreeMap<&'a str, RouterLabels<'a>>,
    ports: BTreeMap<&'a str, u16>,
    /// Whom middlewares ask whether a request may pass.
    forward_auths: Vec<Offer>,
}

impl<'a> Labels<'a> {
    fn of(labels: &'a BTreeMap<String, String>) -> Self {
        let mut all = Self::default();
        for (name, value) in labels {
            all.add(name, value);
        }
        all
    }

    fn add(&mut self, name: &'a str, value: &'a str) {
        const KINDS: [&str; 3] = ["http", "tcp", "udp"];
        let parts: Vec<&str> = name.split('.').collect();
        match parts.as_slice() {
            ["traefik", kind, "routers", router, "rule"] if KINDS.contains(kind) => {
                self.routers.entry(router).or_default().rule = Some(value);
            }
            ["traefik", kind, "routers", router, "service"] if KINDS.contains(kind) => {
                self.routers.entry(router).or_default().service = Some(value);
            }
            [
                "traefik",
                kind,
                "services",
                service,
                "loadbalancer",
                "server",
                "port",
            ] if KINDS.contains(kind) => {
                self.add_port(service, value);
            }
            [
                "traefik",
                "http",
                "middlewares",
                _,
                "forwardauth",
                "address",
            ] => {
                self.forward_auths.extend(forward_auth(value));
            }
            // Traefik 1.
            ["traefik", .., "rule"] if name.contains("frontend") => {
                self.routers.entry("").or_default().rule = Some(value);
            }
            ["traefik", .., "port"] if parts.len() <= 3 => self.add_port("", value),
            _ => {}
        }
    }

    fn add_port(&mut self, service: &'a str, value: &str) {
        self.ports
            .extend(value.trim().parse().ok().map(|port| (service, port)));
    }

    /// The port where requests go that name none.
    fn only_port(&self) -> Option<u16> {
        let mut ports = self.ports.values();
        ports.next().copied().filter(|_| self.ports.len() == 1)
    }

    /// The offer of one router; `None` for one of Traefik's own services.
    fn offer(&self, labels: &RouterLabels<'_>) -> Option<Offer> {
        if labels
            .service
            .is_some_and(|name| name.ends_with("@internal"))
        {
            return None;
        }
        let named = labels
            .service
            .and_then(|service| self.ports.get(service.split('@').next()?))
            .copied();
        let requests = requests(labels.rule.unwrap_or_default());
        Some(own_offer(requests.route(named.or(self.only_port()))))
    }
}

/// What the labels of a container offer to Traefik.
pub(super) fn offers(labels: &BTreeMap<String, String>) -> Vec<Offer> {
    let enable = labels.get("traefik.enable").map(String::as_str);
    let is = |word: &str| enable.is_some_and(|value| value.eq_ignore_ascii_case(word));
    if is("false") {
        return Vec::new();
    }
    let mut labels = Labels::of(labels);
    let mut found = std::mem::take(&mut labels.forward_auths);
    found.extend(
        labels
            .routers
            .values()
            .filter_map(|router| labels.offer(router)),
    );
    if labels.routers.is_empty() && (is("true") || !labels.ports.is_empty()) {
        found.push(own_offer(Route::new("", "", labels.only_port())));
    }
    found
}

/// A route to the container that has the labels.
const fn own_offer(route: Route) -> Offer {
    Offer {
        router: Router::Traefik,
        host: None,
        route,
    }
}

fn forward_auth(address: &str) -> Option<Offer> {
    let (host, port) = endpoint(address)?;
    Some(Offer {
        router: Router::Traefik,
        host: Some(host.to_ascii_lowercase()),
        route: Route::forward_auth(port),
    })
}

/// Host and path of ``Host(`a.b`) && PathPrefix(`/api`)``.
fn requests(rule: &str) -> Requests {
    let value = |names: &[&str]| argument(rule, names);
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
    Requests::of(host, path)
}

/// The first argument of the first of the matchers `names` that the rule has.
fn argument<'a>(rule: &'a str, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let after = rule.split_once(name)?.1;
        let first = after.split([')', ',']).next()?;
        let first = first.trim_matches(['`', '"', '\'', ' ', '(']);
        (!first.is_empty()).then_some(first)
    })
}

/// Every route in one file of the file provider.
pub(super) fn routes(text: &str) -> Vec<Reference> {
    let values = outline::values(text);
    let mut rules: BTreeMap<&str, BTreeSet<Requests>> = BTreeMap::new();
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
            rules.entry(service).or_default().insert(requests(rule));
        }
    }
    let mut found = Vec::new();
    for (path, value) in &values {
        let at = |name: &str| path.iter().position(|each| each == name);
        if let Some(service) = at("services").and_then(|at| path.get(at + 1)) {
            let none = BTreeSet::from([Requests::default()]);
            let passed = rules.get(service.as_str()).unwrap_or(&none);
            let mut hosts = Vec::new();
            scan::hosts(value, &mut |host, port| hosts.push((host.to_owned(), port)));
            for requests in passed {
                let url = |(host, port): &(String, Option<u16>)| {
                    let port = port.map_or_else(|| usual(value), |port| format!(":{port}"));
                    requests.passed_to(&format!("{host}{port}"))
                };
                found.extend(hosts.iter().filter_map(url));
            }
        } else if at("middlewares").is_some() && at("forwardAuth").is_some() {
            let asked = endpoint(value).filter(|_| value.contains("://"));
            found.extend(
                asked.map(|(host, port)| Reference::route(host, Route::forward_auth(port))),
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
