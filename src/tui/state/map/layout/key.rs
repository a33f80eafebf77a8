//! What a layout follows from: while that is the same, frames draw the same layout.

use std::sync::Arc;

use ratatui::layout::Size;

use crate::model::{Edge, Layer, Layers, Service, ServiceId, Snapshot};
use crate::tui::state::{Zoom, text};

/// What a layout follows from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LayoutKey {
    pub area: Size,
    pub zoom: Zoom,
    pub services: Vec<(ServiceId, Layer)>,
    /// Cells of the longest title with its replicas.
    pub longest: u16,
    pub layers: Arc<Layers>,
    pub edges: Arc<[Edge]>,
}

impl LayoutKey {
    /// Whether it is the same for `services` in `area` at `zoom`.
    pub fn fits(
        &self,
        snapshot: &Snapshot,
        services: &[Arc<Service>],
        area: Size,
        zoom: Zoom,
    ) -> bool {
        let same = |(own, service): (&(ServiceId, Layer), &Arc<Service>)| {
            own.0 == service.id && own.1 == service.layer.layer
        };
        self.area == area
            && self.zoom == zoom
            && (Arc::ptr_eq(&self.layers, &snapshot.layers) || self.layers == snapshot.layers)
            && (Arc::ptr_eq(&self.edges, &snapshot.edges) || self.edges == snapshot.edges)
            && self.services.len() == services.len()
            && self.services.iter().zip(services).all(same)
            && self.longest == longest(services)
    }
}

/// Cells of the longest title, with room for how many of its instances run.
pub(super) fn longest(services: &[Arc<Service>]) -> u16 {
    let widths = services.iter().map(|service| {
        let digits = match service.instances.len() {
            0 | 1 => 0,
            count => 3 + 2 * count.ilog10() as usize + 2,
        };
        text::width(service.title()) + digits
    });
    u16::try_from(widths.max().unwrap_or(0)).unwrap_or(u16::MAX)
}
