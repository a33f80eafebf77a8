//! JSON documents: the one shape of a service that the command line and the API give out.
//!
//! Unknown is `null`, never 0; times are RFC 3339 in UTC. Environment and labels are not in it, and
//! text from containers is cleaned and its secrets masked.

mod architecture;
mod changes;
mod discovery;
mod engine;
mod freshness;
mod host;
mod incidents;
mod layers;
mod log_figures;
mod metrics;
mod operation;
mod own;
mod port;
mod series;
mod service;
mod services;
mod stack_health;
mod status;
mod timeline;

pub use architecture::{
    ArchitectureDocument, CardDocument, EdgeDocument, EdgeEvidenceDocument, LayerDocument,
    StartOrderDocument,
};
pub use changes::{
    ChangeDocument, ChangedThing, EngineChange, IncidentNews, OperationEvent, OperationNews,
    ServiceChange, StandingDocument, changes,
};
pub use discovery::DiscoveryDocument;
pub use engine::EngineDocument;
pub use freshness::Freshness;
pub use incidents::{IncidentDocument, IncidentsDocument};
pub use layers::{LayerTotals, LayersDocument};
pub use metrics::{ExternalStatus, MetricsDocument, uptime_seconds};
pub use operation::{OperationDocument, OperationEntryDocument, OperationsDocument, PlanDocument};
pub use own::{
    CacheDocument, ClearedDocument, LivenessDocument, OwnHealthDocument, OwnStatus,
    ReadinessDocument,
};
pub use port::PortDocument;
pub use series::{InstanceSeriesDocument, ProbeSeriesDocument, SeriesDocument};
pub use service::ServiceDocument;
pub use services::ServicesDocument;
pub use stack_health::{AffectedDocument, StackHealthDocument, WatchedStatus};
pub use status::StatusDocument;
pub use timeline::{EventDocument, TimelineDocument};

use crate::model::{secrets, text};

/// Longest text of a container in a document, in characters.
const TEXT_LIMIT: usize = 1_000;

/// Text from outside as it may be given out: one line, no control bytes, no credentials in URLs.
fn public(message: &str) -> String {
    secrets::mask_text(&text::one_line(message, TEXT_LIMIT))
}
