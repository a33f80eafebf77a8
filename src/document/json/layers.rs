//! The document about the layers of the map.

use serde::Serialize;

use crate::model::{Layer, LayerName, Metric, Service, Snapshot, Timestamp, Totals};

pub(super) fn members(snapshot: &Snapshot, layer: Layer) -> impl Iterator<Item = &Service> {
    snapshot
        .services
        .iter()
        .map(|service| &**service)
        .filter(move |service| service.layer.layer == layer)
}

/// `GET /api/layers`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayersDocument<'a> {
    /// Every layer, top to bottom.
    pub layers: Vec<LayerTotals<'a>>,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// Figures of one layer.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerTotals<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Services in it.
    pub total: usize,
    /// The same by state.
    pub states: Totals,
    /// Percent of one core over all containers; `null` when nothing was measured.
    pub cpu_percent: Option<f64>,
    /// Working set of all containers.
    pub memory_bytes: Option<u64>,
}

impl<'a> LayerTotals<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, name: &'a LayerName) -> Self {
        let layer = name.layer;
        let states =
            Totals::count(members(snapshot, layer).map(|service| service.health.shown_state()));
        let sum = |metric| {
            members(snapshot, layer)
                .filter_map(|service| service.total(metric))
                .reduce(|sum, value| sum + value)
        };
        Self {
            id: &name.id,
            title: &name.title,
            total: states.all(),
            states,
            cpu_percent: sum(Metric::Cpu),
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // sums of byte counts
            memory_bytes: sum(Metric::Memory).map(|bytes| bytes as u64),
        }
    }
}

impl<'a> From<&'a Snapshot> for LayersDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self {
            layers: snapshot
                .layers
                .iter()
                .map(|name| LayerTotals::of(snapshot, name))
                .collect(),
            generated_at: snapshot.taken_at,
        }
    }
}
