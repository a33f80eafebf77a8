//! The document of several services.

use serde::Serialize;

use super::{Freshness, ServiceDocument};
use crate::model::{Service, Snapshot, Timestamp};

/// `GET /api/services`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServicesDocument<'a> {
    /// By id.
    pub services: Vec<ServiceDocument<'a>>,
    /// How many.
    pub count: usize,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
    /// That the list of containers is older than `cache.ttl` and asked for again; left out where it
    /// is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
}

impl<'a> ServicesDocument<'a> {
    /// The services of `snapshot` that `takes` chooses.
    #[must_use]
    pub fn of(
        snapshot: &'a Snapshot,
        freshness: Freshness,
        takes: impl Fn(&Service) -> bool,
    ) -> Self {
        let services: Vec<_> = snapshot
            .services
            .iter()
            .map(|service| &**service)
            .filter(|service| takes(service))
            .map(|service| ServiceDocument::at(service, snapshot, freshness))
            .collect();
        let polled = snapshot.engine.last_poll;
        Self {
            count: services.len(),
            services,
            generated_at: snapshot.taken_at,
            stale: polled.is_some_and(|polled| freshness.is_stale(polled)),
        }
    }
}
