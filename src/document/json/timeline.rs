//! The document about what happened.

use serde::Serialize;

use super::public;
use crate::explain;
use crate::model::{
    Change, HealthState, IncidentId, InstanceId, ServiceId, Snapshot, TimelineEvent, Timestamp,
};

/// `GET /api/timeline`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TimelineDocument<'a> {
    /// Events, oldest first.
    pub events: Vec<EventDocument<'a>>,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// One event.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDocument<'a> {
    /// Growing number, unique in one run.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The service it is about.
    pub service: Option<&'a ServiceId>,
    /// The container it is about.
    pub instance: Option<&'a InstanceId>,
    /// `health`, `incident`, `process`, `container`, `network`, `log`, `engine`, `operation` or
    /// `hubdeck`.
    pub kind: &'static str,
    /// The state that a service is in since then; `null` where it is about something else.
    pub state: Option<HealthState>,
    /// The incident it is about.
    pub incident: Option<IncidentId>,
    /// What happened, in one line.
    pub text: String,
}

impl<'a> TimelineDocument<'a> {
    /// The newest `limit` events of `snapshot`, of `service` alone where it is given.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot, service: Option<&ServiceId>, limit: usize) -> Self {
        let events = snapshot.timeline.iter().map(AsRef::as_ref);
        let is_asked =
            |event: &&TimelineEvent| service.is_none_or(|id| event.service.as_ref() == Some(id));
        let mut events: Vec<EventDocument<'a>> = events
            .rev()
            .filter(is_asked)
            .take(limit)
            .map(EventDocument::from)
            .collect();
        events.reverse();
        Self {
            events,
            generated_at: snapshot.taken_at,
        }
    }
}

impl<'a> From<&'a TimelineEvent> for EventDocument<'a> {
    fn from(event: &'a TimelineEvent) -> Self {
        let (state, incident) = match &event.change {
            Change::Health { to, .. } => (Some(*to), None),
            Change::Incident { id, .. } => (None, Some(*id)),
            _ => (None, None),
        };
        Self {
            sequence: event.sequence,
            at: event.at,
            service: event.service.as_ref(),
            instance: event.instance.as_ref(),
            kind: kind(&event.change),
            state,
            incident,
            text: public(&explain::timeline::words(&event.change)),
        }
    }
}

const fn kind(change: &Change) -> &'static str {
    match change {
        Change::Health { .. } => "health",
        Change::Incident { .. } => "incident",
        Change::Started { .. }
        | Change::Finished
        | Change::Ended(_)
        | Change::Restarted
        | Change::Stopped { .. }
        | Change::OutOfMemory
        | Change::Paused
        | Change::Unpaused => "process",
        Change::Created { .. }
        | Change::Recreated { .. }
        | Change::Scaled { .. }
        | Change::Deployed(_)
        | Change::Removed { .. } => "container",
        Change::NetworkJoined { .. } | Change::NetworkLeft { .. } => "network",
        Change::ErrorBurst(_) => "log",
        Change::EngineLost { .. } | Change::EngineBack | Change::EngineGap(_) => "engine",
        Change::Operation(_) => "operation",
        Change::Own(_) => "hubdeck",
    }
}
