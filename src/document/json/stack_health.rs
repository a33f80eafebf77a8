//! The document about the health of what is watched, in one word.

use serde::Serialize;

use super::public;
use crate::explain;
use crate::model::{HealthState, Service, ServiceId, ShownState, Snapshot, Timestamp, Totals};

/// How what is watched is doing.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WatchedStatus {
    /// Nothing is degraded or unhealthy.
    Healthy,
    /// Something is degraded, nothing unhealthy.
    Degraded,
    /// Something is unhealthy.
    Unhealthy,
    /// It cannot be seen: the engine does not answer, or the first list has not arrived.
    Unknown,
}

/// `GET /api/health/stack`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StackHealthDocument<'a> {
    /// The worst of all.
    pub status: WatchedStatus,
    /// Services by state.
    pub states: Totals,
    /// What is degraded or unhealthy.
    pub affected: Vec<AffectedDocument<'a>>,
    /// Whether the engine answers.
    pub docker_available: bool,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// A service that is degraded or unhealthy.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AffectedDocument<'a> {
    /// The service.
    pub id: &'a ServiceId,
    /// Its state.
    pub state: ShownState,
    /// Why.
    pub reason: String,
    /// Services that are broken and take this one down.
    pub blocked_by: &'a [ServiceId],
}

impl<'a> StackHealthDocument<'a> {
    /// The health of the services of `snapshot` that `takes` chooses.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, takes: impl Fn(&Service) -> bool) -> Self {
        let chosen = || snapshot.services.iter().filter(|service| takes(service));
        let is_any = |state| chosen().any(|service| service.health.state == state);
        let status = if !snapshot.engine.status.is_connected() || !snapshot.has_list() {
            WatchedStatus::Unknown
        } else if is_any(HealthState::Unhealthy) {
            WatchedStatus::Unhealthy
        } else if is_any(HealthState::Degraded) {
            WatchedStatus::Degraded
        } else {
            WatchedStatus::Healthy
        };
        let affected = chosen().filter(|service| service.health.state.is_problem());
        Self {
            status,
            states: Totals::count(chosen().map(|service| service.health.shown_state())),
            affected: affected
                .map(|service| AffectedDocument::of(service))
                .collect(),
            docker_available: snapshot.engine.status.is_connected(),
            generated_at: snapshot.taken_at,
        }
    }
}

impl<'a> AffectedDocument<'a> {
    fn of(service: &'a Service) -> Self {
        Self {
            id: &service.id,
            state: service.health.shown_state(),
            reason: public(&explain::short(service)),
            blocked_by: &service.health.blocked_by,
        }
    }
}
