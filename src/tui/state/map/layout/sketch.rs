//! The graph of the services that are shown, and the drawing that is chosen for it.

use std::sync::Arc;

use ratatui::layout::Size;

use super::levels::LevelCandidate;
use super::{LayoutKey, levels};
use crate::drawing::{Drawing, Graph, Node};
use crate::model::SortShared as _;
use crate::model::{Service, ServiceId, Snapshot, StackName};
use crate::topology::bands::Band;
use crate::tui::state::{ZoomLevel, text};

/// The graph to draw, with what its numbers mean.
pub(super) struct MapGraph<'a> {
    pub graph: Graph,
    pub services: Vec<&'a Arc<Service>>,
    pub stacks: Vec<&'a Option<StackName>>,
    pub edges: Vec<usize>,
}

/// A drawing that was chosen.
pub(super) struct Chosen<'a> {
    pub sketch: MapGraph<'a>,
    pub candidate: LevelCandidate,
    pub drawing: Drawing,
}

impl<'a> MapGraph<'a> {
    pub fn new(snapshot: &Snapshot, bands: &[Band<'a>]) -> Self {
        let stacks = stacks(bands);
        let mut graph = Graph {
            bands: bands.len(),
            ..Graph::default()
        };
        let mut services = Vec::new();
        for (number, band) in bands.iter().enumerate() {
            for service in &band.services {
                let group = stacks.binary_search(&&service.stack).unwrap_or_default();
                graph.nodes.push(Node {
                    band: number,
                    group,
                });
                services.push(*service);
            }
        }
        let mut sorted: Vec<(&ServiceId, usize)> = services
            .iter()
            .enumerate()
            .map(|(node, service)| (&service.id, node))
            .collect();
        sorted.sort_shared();
        let node = |id: &ServiceId| {
            let at = sorted.binary_search_by(|(each, _)| (*each).cmp(id)).ok()?;
            sorted.get(at).map(|(_, node)| *node)
        };
        let mut edges = Vec::new();
        for (number, edge) in snapshot.edges.iter().enumerate() {
            if let (Some(from), Some(to)) = (node(&edge.from), node(&edge.to))
                && from != to
                && edge.is_drawn()
            {
                graph.edges.push((from, to));
                edges.push(number);
            }
        }
        Self {
            graph,
            services,
            stacks,
            edges,
        }
    }

    /// The richest drawing that fits; a chosen level scrolls.
    pub fn draw(self, key: &LayoutKey, chosen: Option<ZoomLevel>) -> Option<Chosen<'a>> {
        let room = Room::new(key, &self.stacks).size;
        let (candidate, drawing) = levels::best(&self.graph, room, key.longest, chosen)?;
        Some(Chosen {
            sketch: self,
            candidate,
            drawing,
        })
    }
}

/// The stacks of all services, in order.
pub(super) fn stacks<'a>(bands: &[Band<'a>]) -> Vec<&'a Option<StackName>> {
    let mut stacks: Vec<_> = bands
        .iter()
        .flat_map(|band| &band.services)
        .map(|each| &each.stack)
        .collect();
    stacks.sort_shared();
    stacks.dedup();
    stacks
}

/// What titles and stack names leave of the area.
pub(super) struct Room {
    pub gutter: u16,
    pub size: Size,
}

impl Room {
    pub fn new(key: &LayoutKey, stacks: &[&Option<StackName>]) -> Self {
        let titles = key
            .layers
            .iter()
            .map(|name| text::width(&name.title))
            .max()
            .unwrap_or(0);
        let gutter = u16::try_from(titles)
            .unwrap_or(u16::MAX)
            .saturating_add(2)
            .clamp(8, 18);
        let gutter = gutter.min(key.area.width / 3);
        let header = u16::from(stacks.len() > 1);
        let size = Size::new(
            key.area.width - gutter,
            key.area.height.saturating_sub(header),
        );
        Self { gutter, size }
    }
}
