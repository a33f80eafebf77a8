//! The document of figures.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{LayerTotals, public};
use crate::explain;
use crate::model::{ExternalView, FetchFailure, SelfCost, Snapshot, Timestamp};

/// `GET /api/metrics`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// The last JSON of `external.url`; `null` where there is none.
    pub external: Option<Value>,
    /// What became of the last request for it; left out where none is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_status: Option<ExternalStatus>,
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

/// What became of the last request for the figures of another program.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExternalStatus {
    /// When it was asked last.
    pub asked_at: Timestamp,
    /// When the figures arrived; `null` where none ever did.
    pub fetched_at: Option<Timestamp>,
    /// Why the last request failed; `null` where it did not.
    pub error: Option<String>,
}

impl From<&ExternalView> for ExternalStatus {
    fn from(view: &ExternalView) -> Self {
        let words = |failure: &FetchFailure| public(&explain::fetch_failure(failure));
        Self {
            asked_at: view.asked_at,
            fetched_at: view.fetched_at,
            error: view.failure.as_ref().map(words),
        }
    }
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
            external: snapshot.external.as_ref().and_then(|view| {
                let json = snapshot.secrets.mask(view.json.as_deref()?);
                serde_json::from_str(&json).ok()
            }),
            external_status: snapshot.external.as_deref().map(ExternalStatus::from),
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
