//! The document about incidents.

use serde::Serialize;

use super::public;
use crate::explain;
use crate::model::{
    Incident, IncidentEntry, IncidentId, IncidentState, RecordedRun, ServiceId, Snapshot, Timestamp,
};

/// `GET /api/incidents`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentsDocument<'a> {
    /// Open ones and those that ended lately, oldest first.
    pub incidents: Vec<IncidentDocument<'a>>,
    /// How many of them are open.
    pub open: usize,
    /// Runs whose last log lines are kept, in the order in which they were.
    pub recorded_runs: &'a [RecordedRun],
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// One incident.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IncidentDocument<'a> {
    /// Its number.
    pub id: IncidentId,
    /// `open` or `closed`.
    pub state: IncidentState,
    /// What is at its root: the id of a service, "the engine", "our own network" or "the host".
    pub root: &'a str,
    /// The root where it is a service.
    pub service: Option<&'a ServiceId>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// What broke and what that blocks.
    pub sentence: String,
    /// Services that are blocked now; after its end: that ever were.
    pub blocked: &'a [ServiceId],
    /// Its history, oldest first.
    pub log: Vec<IncidentEntryDocument>,
}

/// One line of an incident's history.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IncidentEntryDocument {
    /// When.
    pub at: Timestamp,
    /// One sentence.
    pub text: String,
}

impl<'a> From<&'a Incident> for IncidentDocument<'a> {
    fn from(incident: &'a Incident) -> Self {
        let entry = |entry: &IncidentEntry| IncidentEntryDocument {
            at: entry.at,
            text: public(&explain::incident::line(&incident.root, &entry.fact)),
        };
        Self {
            id: incident.id,
            state: incident.state(),
            root: incident.root.words(),
            service: incident.root.service(),
            opened_at: incident.opened_at,
            updated_at: incident.updated_at,
            closed_at: incident.closed_at,
            sentence: public(&explain::incident::sentence(incident)),
            blocked: &incident.blocked,
            log: incident.log.iter().map(entry).collect(),
        }
    }
}

impl<'a> From<&'a Snapshot> for IncidentsDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            incidents: snapshot
                .incidents
                .iter()
                .map(|incident| IncidentDocument::from(&**incident))
                .collect(),
            open: snapshot.open_incidents().count(),
            recorded_runs: &snapshot.recorded_runs,
            generated_at: snapshot.taken_at,
        }
    }
}
