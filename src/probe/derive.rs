//! What to check where config says nothing: labels, Docker healthcheck, image catalog, ports.

mod healthcheck;
mod label;
mod port;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::model::{InstanceFacts, ProbeKind, ProbeOrigin, ProbeSpec, Service};

/// Status codes that prove a server alive where the path is a guess.
const ALIVE: (u16, u16) = (200, 499);

/// The label that sets or forbids a service's probe.
pub(crate) const LABEL: &str = "hubdeck.probe";

/// What was derived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// What to check; `None` when nothing tells.
    pub spec: Option<ProbeSpec>,
    /// What was ignored on the way, one sentence for the operator.
    pub warning: Option<String>,
}

/// Derives the probe of `service`: its config rule, else labels, the Docker healthcheck's test,
/// the image catalog, then a published or exposed TCP port, first as HTTP where that is likely.
#[must_use]
pub fn derive(service: &Service, timeout: Duration, slow_after: Option<Duration>) -> Derived {
    if let Some(rule) = &service.probe_rule {
        return Derived { spec: Some(rule.clone()), warning: None };
    }
    let Some(facts) = service.primary().map(|instance| &*instance.facts) else {
        return Derived::default();
    };
    let (labelled, warning) = match facts.labels.get(LABEL).map(|value| label::parse(value)) {
        Some(Ok(found)) => (Some(found), None),
        Some(Err(reason)) => (None, Some(format!("label {LABEL} of {} is ignored: {reason}", service.id))),
        None => (None, None),
    };
    let found = labelled
        .map(|found| (found, ProbeOrigin::Label))
        .or_else(|| Some((from_healthcheck(facts)?, ProbeOrigin::Healthcheck)))
        .or_else(|| Some((from_catalog(service)?, ProbeOrigin::Catalog)))
        .or_else(|| Some((port::find(&facts.ports)?, ProbeOrigin::Port)));
    let spec = found.map(|(found, origin)| found.into_spec(origin, timeout, slow_after));
    Derived { spec, warning }
}

fn from_healthcheck(facts: &InstanceFacts) -> Option<Found> {
    healthcheck::parse(&facts.healthcheck.as_ref()?.test)
}

fn from_catalog(service: &Service) -> Option<Found> {
    let probe = service.hint.as_ref()?.probe.as_ref()?;
    let path =
        if probe.path.is_empty() { Found::of(probe.kind, probe.port).path } else { probe.path.clone() };
    Some(Found { path, ..Found::of(probe.kind, probe.port) })
}

/// A check that some source names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    kind: ProbeKind,
    port: u16,
    path: String,
    tls: bool,
    status: (u16, u16),
}

impl Found {
    fn http(port: u16, path: &str) -> Self {
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Self { kind: ProbeKind::Http, port, path, tls: false, status: ProbeSpec::STATUS }
    }

    /// What is usually asked of `kind`.
    fn of(kind: ProbeKind, port: u16) -> Self {
        let path = kind.health_path().unwrap_or_default().to_owned();
        Self { kind, port, path, tls: false, status: ProbeSpec::STATUS }
    }

    fn tcp(port: u16) -> Self {
        Self::of(ProbeKind::Tcp, port)
    }

    /// Docker's verdict alone.
    fn docker() -> Self {
        Self::of(ProbeKind::Docker, 0)
    }

    fn into_spec(self, origin: ProbeOrigin, timeout: Duration, slow_after: Option<Duration>) -> ProbeSpec {
        ProbeSpec {
            path: self.path,
            tls: self.tls,
            status: self.status,
            slow_after,
            timeout,
            ..ProbeSpec::new(self.kind, self.port, origin)
        }
    }
}

/// Splits `host:port/path` into host, port and path; an absent path is `/`.
///
/// `None` for a port that is no number from 1 to 65535, such as `$PORT`.
fn split_authority(text: &str, default_port: u16) -> Option<(&str, u16, String)> {
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let (authority, path) = text.split_at(end);
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    // The port follows the last colon that is not part of a bracketed IPv6 address.
    let colon = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    let Some(colon) = colon else {
        return Some((authority, default_port, path));
    };
    let port = authority[colon + 1..].parse().ok().filter(|port| *port != 0)?;
    Some((&authority[..colon], port, path))
}

/// Whether `host` means the container itself.
fn is_own_host(host: &str) -> bool {
    matches!(
        host,
        "localhost"
            | "127.0.0.1"
            | "0.0.0.0"
            | "[::1]"
            | "::1"
            | "[::]"
            | "ip6-localhost"
            | "$HOSTNAME"
            | "${HOSTNAME}"
    )
}
