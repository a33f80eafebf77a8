//! The document of `hubdeck status --json`.

use serde::Serialize;

use super::{EngineDocument, IncidentDocument, ServiceDocument};
use crate::model::{Snapshot, Stack, Timestamp};

/// `hubdeck status --json`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusDocument<'a> {
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// The engine.
    pub engine: EngineDocument<'a>,
    /// Stacks by name.
    pub stacks: &'a [Stack],
    /// Open incidents, oldest first.
    pub incidents: Vec<IncidentDocument<'a>>,
    /// Services by id.
    pub services: Vec<ServiceDocument<'a>>,
}

impl<'a> From<&'a Snapshot> for StatusDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            taken_at: snapshot.taken_at,
            engine: EngineDocument::from(snapshot),
            stacks: &snapshot.stacks,
            incidents: snapshot
                .open_incidents()
                .map(|incident| IncidentDocument::from(&**incident))
                .collect(),
            services: snapshot
                .services
                .iter()
                .map(|service| ServiceDocument::of(service, snapshot))
                .collect(),
        }
    }
}
