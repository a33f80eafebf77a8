//! The document of figures.

use std::collections::BTreeMap;

use serde::Serialize;

use super::LayerTotals;
use crate::model::{SelfCost, Snapshot, Timestamp};

/// `GET /api/metrics`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricsDocument<'a> {
    /// Services.
    pub total_services: usize,
    /// Services in state healthy.
    pub healthy_services: usize,
    /// Containers whose process runs.
    pub running_containers: usize,
    /// Services in state degraded or unhealthy.
    pub services_with_errors: usize,
    /// Seconds since this run of hubdeck began, to the millisecond.
    pub uptime_seconds: f64,
    /// Figures by layer id.
    pub layers: BTreeMap<&'a str, LayerTotals<'a>>,
    /// Figures of an external dashboard; `null` when there is none.
    pub external: Option<BTreeMap<String, f64>>,
    /// What hubdeck itself costs.
    #[serde(rename = "self")]
    pub own: SelfCost,
    /// Requests to registries for newer images since hubdeck was started; left out where there are
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registry_requests: Option<u64>,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

impl<'a> MetricsDocument<'a> {
    /// The figures of `snapshot`, read at `now`.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, now: Timestamp) -> Self {
        let totals = snapshot.totals();
        Self {
            total_services: totals.all(),
            healthy_services: totals.healthy,
            running_containers: running_containers(snapshot),
            services_with_errors: totals.degraded + totals.unhealthy,
            uptime_seconds: uptime_seconds(snapshot, now),
            layers: snapshot
                .layers
                .iter()
                .map(|name| (name.id.as_str(), LayerTotals::of(snapshot, name)))
                .collect(),
            external: None,
            own: snapshot.cost,
            registry_requests: snapshot.image_checks.requests,
            generated_at: snapshot.taken_at,
        }
    }
}

/// Seconds between the start of this run and `now`, to the millisecond; never negative.
#[must_use]
#[allow(clippy::cast_precision_loss)] // milliseconds in f64 are exact for ages
pub fn uptime_seconds(snapshot: &Snapshot, now: Timestamp) -> f64 {
    (now.as_millisecond() - snapshot.started_at.as_millisecond()).max(0) as f64 / 1_000.0
}

pub(super) fn running_containers(snapshot: &Snapshot) -> usize {
    snapshot
        .services
        .iter()
        .map(|service| service.replicas().0)
        .sum()
}
