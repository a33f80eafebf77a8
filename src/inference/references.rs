//! What in a container may name another service: from its facts, and from its configuration files.
//!
//! References are found once for each inspection and each reading of files; which service they mean
//! is another question, answered by [`super::edges`] whenever services come or go. They hold names,
//! ports and where they were found, never a value: values may be secrets.

use std::collections::BTreeSet;

use crate::model::{ConfigurationFile, EdgeDetail, InstanceFacts, Provenance, Route, text};

use super::catalog::Catalog;

mod command;
mod environment;
mod file;
mod key;
mod routes;
pub(super) mod scan;
pub(super) mod usage;

/// Most references kept of one container, and most of its files together.
pub const MOST: usize = 512;
/// Longest detail in characters.
const DETAIL: usize = 60;

/// Something that names another service by a host name or an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// Host, lower case; not checked against what exists.
    pub host: String,
    /// Port, where there is one.
    pub port: Option<u16>,
    /// What it was found in.
    pub provenance: Provenance,
    /// A variable, a flag, a file or a route; never a value.
    pub detail: EdgeDetail,
}

impl Reference {
    /// A reference to `host`.
    #[must_use]
    pub fn new(host: &str, port: Option<u16>, provenance: Provenance, detail: &str) -> Self {
        Self {
            host: host.to_ascii_lowercase(),
            port,
            provenance,
            detail: text::one_line(detail, DETAIL).into(),
        }
    }

    /// A route to `host`.
    #[must_use]
    pub fn route(host: &str, route: Route) -> Self {
        Self {
            host: host.to_ascii_lowercase(),
            port: route.to,
            provenance: Provenance::Route,
            detail: route.into(),
        }
    }
}

/// A proxy that finds what it routes to by asking the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Router {
    /// Traefik with its Docker provider.
    Traefik,
    /// `nginx-proxy`, by `VIRTUAL_HOST`.
    NginxProxy,
    /// Caddy with the `caddy-docker-proxy` module.
    Caddy,
}

/// What a container offers to such a proxy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offer {
    /// Which kind of proxy reads it.
    pub router: Router,
    /// The host that the proxy calls; `None` for the container itself.
    pub host: Option<String>,
    /// The route.
    pub route: Route,
}

/// Everything in a container that may name another service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// What it calls, sorted, without repeats, at most [`MOST`].
    pub named: Vec<Reference>,
    /// Variables that name others and that the known program, such as a store, does not read: they
    /// are evidence of no call, only of who else is given them. Sorted, without repeats, at most
    /// [`MOST`].
    pub unread: Vec<Reference>,
    /// What it offers to proxies that ask the engine, sorted, without repeats.
    pub offers: Vec<Offer>,
    /// Which proxy of that sort it is.
    pub router: Option<Router>,
}

/// The references in a container's environment, command, healthcheck and labels.
#[must_use]
pub fn of(facts: &InstanceFacts) -> References {
    let hint = Catalog::builtin().lookup(&facts.image);
    let (mut named, mut unread) = (BTreeSet::new(), BTreeSet::new());
    for (name, value) in facts.environment.reveal() {
        let is_read = hint
            .as_deref()
            .is_none_or(|hint| usage::may_read(name, facts, hint));
        let found = if is_read { &mut named } else { &mut unread };
        environment::variable(name, value, &mut |reference| {
            if found.len() < MOST {
                found.insert(reference);
            }
        });
    }
    let mut add = |reference: Reference| {
        if named.len() < MOST {
            named.insert(reference);
        }
    };
    command::words(facts.command.reveal(), "command", &mut add);
    // What a scheduler of the engine runs in this container.
    let tasks = facts
        .labels
        .reveal()
        .iter()
        .filter(|(name, _)| is_task(name));
    for (name, task) in tasks {
        command::words(std::slice::from_ref(task), name, &mut add);
    }
    if let Some(check) = &facts.healthcheck {
        command::words(check.test.reveal(), "healthcheck", &mut add);
    }
    References {
        named: named.into_iter().collect(),
        unread: unread.into_iter().collect(),
        offers: routes::offers(facts),
        router: routes::router(facts, hint.as_deref()),
    }
}

/// The references in a container's configuration files: routes of proxies, and everything else that
/// looks like `scheme://host` or `host:port`. Comments do not count.
#[must_use]
pub fn of_files(files: &[ConfigurationFile]) -> Vec<Reference> {
    let mut found: BTreeSet<Reference> = routes::of_files(files).into_iter().take(MOST).collect();
    for file in files.iter().filter(|file| !routes::is_proxy_file(file)) {
        file::references(file, &mut |reference| {
            if found.len() < MOST {
                found.insert(reference);
            }
        });
    }
    found.into_iter().collect()
}

/// Whether a label holds a command that Ofelia, Chadburn or Deck Chores runs in the container.
fn is_task(label: &str) -> bool {
    let mut words = label.split('.');
    matches!(words.next(), Some("ofelia" | "chadburn" | "deck-chores"))
        && words.next_back() == Some("command")
}

#[cfg(test)]
mod tests;
