//! JSON documents: the one shape of a service that the command line and the API give out.
//!
//! Unknown is `null`, never 0; times are RFC 3339 in UTC. Environment and labels are not in it, and
//! text from containers is cleaned and its secrets masked.

mod architecture;
mod changes;
mod discovery;
mod engine;
mod host;
mod incidents;
mod layers;
mod log_figures;
mod metrics;
mod operation;
mod port;
mod service;
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
pub use incidents::{IncidentDocument, IncidentsDocument};
pub use layers::{LayerTotals, LayersDocument};
pub use metrics::{ExternalStatus, MetricsDocument, uptime_seconds};
pub use operation::{OperationDocument, PlanDocument};
pub use port::PortDocument;
pub use service::ServiceDocument;
pub use status::StatusDocument;
pub use timeline::{EventDocument, TimelineDocument};

use crate::model::{secrets, text};

/// Longest text of a container in a document, in characters.
const TEXT_LIMIT: usize = 1_000;

/// Text from outside as it may be given out: one line, no control bytes, no credentials in URLs.
fn public(message: &str) -> String {
    secrets::mask_text(&text::one_line(message, TEXT_LIMIT))
}
