//! What to check where config says nothing: labels, Docker healthcheck, image catalog, ports.

mod database_user;
mod healthcheck;
mod image;
mod label;
mod port;
#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::model::authority::split_port;
use crate::model::{
    HintProbe, HttpRequest, InstanceFacts, ProbeKind, ProbeOrigin, ProbeSpec, Service,
};

/// Status codes that prove a server alive where the path is a guess.
const ALIVE: (u16, u16) = (200, 499);

/// What was derived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// What to check; `None` when no source has one.
    pub spec: Option<ProbeSpec>,
    /// What was ignored on the way, one sentence for the operator.
    pub warning: Option<String>,
}

/// Derives the probe of `service`. The first source with a result decides:
///
/// 1. its config rule, taken as it is;
/// 2. the label `hubdeck.probe`;
/// 3. the Docker healthcheck: port and path that its authors chose. A client (`redis-cli`,
///    `pg_isready`)
///    names the protocol too; a bare port gets the protocol that the image is known for;
/// 4. the image catalog;
/// 5. a published or exposed port, by the protocol that its number stands for, else HTTP where that
///    is
///    likely, else TCP.
///
/// Beside a plain check, the certificate of a TLS port of the same container is looked at.
#[must_use]
pub fn derive(service: &Service, timeout: Duration, slow_after: Option<Duration>) -> Derived {
    if let Some(rule) = &service.probe_rule {
        return Derived {
            spec: Some(rule.clone()),
            warning: None,
        };
    }
    let Some(facts) = service.primary().map(|instance| &*instance.facts) else {
        return Derived::default();
    };
    let mut wrong = Vec::new();
    let labelled = facts
        .labels
        .reveal()
        .get(ProbeSpec::LABEL)
        .and_then(|value| {
            label::parse(value)
                .map_err(|reason| wrong.push((ProbeSpec::LABEL.to_owned(), reason)))
                .ok()
        });
    let test = facts
        .healthcheck
        .as_ref()
        .map(|check| check.test.reveal().as_slice())
        .unwrap_or_default();
    let told = healthcheck::parse(test, facts.environment.reveal());
    let hint = service.hint.as_ref().and_then(|hint| hint.probe.as_ref());
    let found = match labelled {
        Some(found) => Some((found.asking_like(told.as_ref()), ProbeOrigin::Label)),
        None => guess(told.as_ref(), hint, facts),
    };
    let spec = found.map(|(found, origin)| {
        let found = database_user::with_database_user(
            label::more(found, facts.labels.reveal(), &mut wrong),
            facts.environment.reveal(),
        );
        ProbeSpec {
            certificate_port: certificate_port(&found, told.as_ref(), facts),
            ..found.into_spec(origin, timeout, slow_after)
        }
    });
    let warning = warning(service, &wrong);
    Derived { spec, warning }
}

/// One sentence about the first of the labels that are `wrong`, each with its reason.
fn warning(service: &Service, wrong: &[(String, String)]) -> Option<String> {
    let (label, reason) = wrong.first()?;
    let more = match wrong.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    Some(format!(
        "label {label} of {} is ignored: {reason}{more}",
        service.id
    ))
}

/// The check that healthcheck, image and ports suggest together.
fn guess(
    told: Option<&Found>,
    hint: Option<&HintProbe>,
    facts: &InstanceFacts,
) -> Option<(Found, ProbeOrigin)> {
    told.and_then(|told| Some((image::refine(told.clone(), hint)?, ProbeOrigin::Healthcheck)))
        .or_else(|| Some((image::find(hint?, &facts.ports), ProbeOrigin::Catalog)))
        .or_else(|| Some((port::find(&facts.ports)?, ProbeOrigin::Port)))
}

/// The port whose certificate is looked at beside the plain check `found`: the one of a healthcheck
/// over TLS, else a usual one that the container publishes or exposes.
fn certificate_port(found: &Found, told: Option<&Found>, facts: &InstanceFacts) -> Option<u16> {
    if found.tls || found.kind == ProbeKind::Tls || !found.kind.has_address() {
        return None;
    }
    told.filter(|told| told.tls)
        .map(|told| told.port)
        .or_else(|| port::with_certificate(&facts.ports))
        .filter(|port| *port != found.port)
}

/// A check that some source names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    kind: ProbeKind,
    port: u16,
    path: String,
    /// What is asked for; empty is the usual one.
    subject: String,
    /// What is sent over HTTP beside the path.
    request: HttpRequest,
    tls: bool,
    /// What TLS asks for; `None` is the usual name.
    server_name: Option<String>,
    /// Who asks where nothing has to be proven; empty is the usual one.
    user: String,
    status: (u16, u16),
}

impl Found {
    fn http(port: u16, path: &str) -> Self {
        let path = if path.starts_with('/') {
            path.to_owned()
        } else {
            format!("/{path}")
        };
        Self {
            path,
            ..Self::of(ProbeKind::Http, port)
        }
    }

    /// What is usually asked of `kind`.
    fn of(kind: ProbeKind, port: u16) -> Self {
        let ProbeSpec {
            path,
            subject,
            request,
            tls,
            server_name,
            user,
            status,
            ..
        } = ProbeSpec::new(kind, port, ProbeOrigin::Catalog);
        Self {
            kind,
            port,
            path,
            subject,
            request,
            tls,
            server_name,
            user,
            status,
        }
    }

    /// The same, asked as the authors' own healthcheck asks the same port: a server that wants a
    /// host name or a key wants it from everybody. Method and body belong to one path.
    fn asking_like(self, told: Option<&Self>) -> Self {
        let alike =
            |told: &&Self| told.kind.is_http() && self.kind.is_http() && told.port == self.port;
        let Some(told) = told.filter(alike) else {
            return self;
        };
        let mut request = told.request.clone();
        if told.path != self.path {
            (request.method, request.body) = Default::default();
        }
        Self {
            request,
            server_name: told.server_name.clone(),
            ..self
        }
    }

    fn tcp(port: u16) -> Self {
        Self::of(ProbeKind::Tcp, port)
    }

    /// Docker's verdict alone.
    fn docker() -> Self {
        Self::of(ProbeKind::Docker, 0)
    }

    fn into_spec(
        self,
        origin: ProbeOrigin,
        timeout: Duration,
        slow_after: Option<Duration>,
    ) -> ProbeSpec {
        ProbeSpec {
            path: self.path,
            subject: self.subject,
            request: self.request,
            tls: self.tls,
            server_name: self.server_name,
            user: self.user,
            status: self.status,
            slow_after,
            timeout,
            ..ProbeSpec::new(self.kind, self.port, origin)
        }
    }
}

/// Host, port and path of `host:port` and `/path`; an absent path is `/`.
///
/// `None` for a port that is no number from 1 to 65535, such as `$PORT`.
fn split_authority<'a>(
    (authority, path): (&'a str, &str),
    default_port: u16,
) -> Option<(&'a str, u16, String)> {
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') {
        path.to_owned()
    } else {
        format!("/{path}")
    };
    let (host, port) = split_port(authority);
    let port = match port {
        Some(port) => port.parse().ok().filter(|port| *port != 0)?,
        None => default_port,
    };
    Some((host, port, path))
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
