//! The document about what was found, and where.

use std::collections::BTreeMap;

use serde::Serialize;

use super::EngineDocument;
use super::metrics::running_containers;
use crate::model::{ConfigStatus, ServiceId, Snapshot, Source, Stack, Timestamp};

/// `GET /api/discovery`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiscoveryDocument<'a> {
    /// Whether services are looked for.
    pub enabled: bool,
    /// The engine.
    pub engine: EngineDocument<'a>,
    /// When the last complete list arrived.
    pub last_poll: Option<Timestamp>,
    /// When the next one is due.
    pub next_poll: Option<Timestamp>,
    /// How much was found.
    pub counts: DiscoveryCounts,
    /// Stacks by name.
    pub stacks: &'a [Stack],
    /// Ids of services by the source that found them.
    pub sources: BTreeMap<Source, Vec<&'a ServiceId>>,
    /// What became of the last change of the config file.
    pub config: ConfigDocument<'a>,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// What became of the last change of the config file.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ConfigDocument<'a> {
    /// Whether it is in force.
    pub status: ConfigStatus,
    /// What is wrong with the file.
    pub problem: Option<&'a str>,
    /// Keys whose new value takes effect after a restart.
    pub after_restart: &'a [String],
}

/// How much was found.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // the names are the documentation
pub struct DiscoveryCounts {
    pub stacks: usize,
    pub services: usize,
    pub containers: usize,
    pub running_containers: usize,
}

impl DiscoveryCounts {
    fn of(snapshot: &Snapshot) -> Self {
        let services = snapshot.services.iter();
        Self {
            stacks: snapshot.stacks.len(),
            services: snapshot.services.len(),
            containers: services.map(|service| service.instances.len()).sum(),
            running_containers: running_containers(snapshot),
        }
    }
}

impl<'a> From<&'a Snapshot> for DiscoveryDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let mut sources: BTreeMap<Source, Vec<&ServiceId>> = BTreeMap::new();
        for service in &snapshot.services {
            sources.entry(service.source).or_default().push(&service.id);
        }
        Self {
            enabled: snapshot.engine.discovery,
            engine: EngineDocument::from(snapshot),
            last_poll: snapshot.engine.last_poll,
            next_poll: snapshot.engine.next_poll,
            counts: DiscoveryCounts::of(snapshot),
            stacks: &snapshot.stacks,
            sources,
            config: ConfigDocument {
                status: snapshot.config_status(),
                problem: snapshot.config_problem.as_deref(),
                after_restart: &snapshot.config_waiting,
            },
            generated_at: snapshot.taken_at,
        }
    }
}
