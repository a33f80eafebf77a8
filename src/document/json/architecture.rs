//! The document of the architecture map.

use serde::Serialize;

use super::layers::members;
use super::public;
use crate::model::{
    Edge, EdgeEvidence, EdgeKind, HealthState, Layers, Provenance, Service, ServiceId, Snapshot,
    Timestamp,
};

/// `GET /api/architecture`: layers top to bottom with ids of services, and edges.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArchitectureDocument<'a> {
    /// Every layer, also an empty one.
    pub layers: Vec<LayerDocument<'a>>,
    /// Services by id, with the reasons for their layers.
    pub services: Vec<CardDocument<'a>>,
    /// Who calls whom.
    pub edges: Vec<EdgeDocument<'a>>,
    /// What is started first without being called.
    pub start_order: Vec<StartOrderDocument<'a>>,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// A layer with its services.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the names are the documentation
pub struct LayerDocument<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub services: Vec<&'a ServiceId>,
}

/// A service as the map shows it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CardDocument<'a> {
    /// `stack/name`, or the name alone.
    pub id: &'a ServiceId,
    /// Its stack.
    pub stack: Option<&'a str>,
    /// What people call it.
    pub display_name: &'a str,
    /// Technology, when the image is known.
    pub kind: Option<&'a str>,
    /// Image; `None` without containers.
    pub image: Option<&'a str>,
    /// Health state.
    pub state: HealthState,
    /// Services that are broken and take this one down.
    pub blocked_by: &'a [ServiceId],
    /// Id of its layer.
    pub layer: &'a str,
    /// What decided the layer.
    pub layer_reason: &'a str,
    /// How sure the layer is, in percent.
    pub layer_confidence: u8,
}

impl<'a> CardDocument<'a> {
    fn of(service: &'a Service, layers: &'a Layers) -> Self {
        Self {
            id: &service.id,
            stack: service.stack.as_ref().map(|stack| stack.as_str()),
            display_name: service.title(),
            kind: service.hint.as_ref().map(|hint| hint.kind.as_str()),
            image: Some(service.image()).filter(|image| !image.is_empty()),
            state: service.health.state,
            blocked_by: &service.health.blocked_by,
            layer: layers.id(service.layer.layer),
            layer_reason: &service.layer.reason,
            layer_confidence: service.layer.confidence,
        }
    }
}

/// A dependency; `state` is the state of the service that is needed, `null` when it does not exist.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `Edge`
pub struct EdgeDocument<'a> {
    pub from: &'a ServiceId,
    pub to: &'a ServiceId,
    pub kind: EdgeKind,
    pub provenance: Provenance,
    pub state: Option<HealthState>,
    pub detail: String,
    pub evidence: Vec<EdgeEvidenceDocument>,
}

/// A service that Compose starts after another without calling it.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StartOrderDocument<'a> {
    /// What is started later.
    pub from: &'a ServiceId,
    /// What is started first.
    pub to: &'a ServiceId,
    /// Hard or soft.
    pub kind: EdgeKind,
    /// Compose's condition.
    pub condition: String,
}

/// One piece of evidence of a dependency.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `EdgeEvidence`
pub struct EdgeEvidenceDocument {
    pub kind: EdgeKind,
    pub provenance: Provenance,
    pub detail: String,
}

impl<'a> From<&'a Snapshot> for ArchitectureDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let evidence = |each: &EdgeEvidence| EdgeEvidenceDocument {
            kind: each.kind,
            provenance: each.provenance,
            detail: public(&each.detail.to_string()),
        };
        let order = |edge: &'a Edge| StartOrderDocument {
            from: &edge.from,
            to: &edge.to,
            kind: edge.kind(),
            condition: edge.detail(),
        };
        let edge = |edge: &'a Edge| EdgeDocument {
            from: &edge.from,
            to: &edge.to,
            kind: edge.kind(),
            provenance: edge.provenance(),
            state: snapshot
                .service(&edge.to)
                .map(|service| service.health.state),
            detail: public(&edge.detail()),
            evidence: edge.evidence.iter().map(evidence).collect(),
        };
        Self {
            layers: snapshot
                .layers
                .iter()
                .map(|name| LayerDocument {
                    id: &name.id,
                    title: &name.title,
                    services: members(snapshot, name.layer)
                        .map(|service| &service.id)
                        .collect(),
                })
                .collect(),
            services: snapshot
                .services
                .iter()
                .map(|service| CardDocument::of(service, &snapshot.layers))
                .collect(),
            edges: snapshot
                .edges
                .iter()
                .filter(|edge| !edge.is_start_order())
                .map(edge)
                .collect(),
            start_order: snapshot
                .edges
                .iter()
                .filter(|edge| edge.is_start_order())
                .map(order)
                .collect(),
            generated_at: snapshot.taken_at,
        }
    }
}
