//! All steps of a drawing, one after the other.

use super::channels::{self, Height, Tracks};
use super::columns::Columns;
use super::heights::Heights;
use super::margins::Margins;
use super::nets::Nets;
use super::order::Items;
use super::passages::Ways;
use super::pins::{Board, Pinned};
use super::routes::Wiring;
use super::rows::Rows;
use super::{Area, Dimensions, Drawing, Graph};

/// What every way to draw a graph begins with.
pub(super) struct Sketch<'a> {
    graph: &'a Graph,
    metrics: &'a Dimensions,
    rows: Rows,
    nets: Nets,
}

impl<'a> Sketch<'a> {
    pub fn new(graph: &'a Graph, metrics: &'a Dimensions) -> Self {
        let rows = Rows::new(graph, metrics);
        let pins = metrics.card.0.saturating_sub(2) as usize / 2;
        let nets = Nets::new(graph, &rows.row_of, pins);
        Self {
            graph,
            metrics,
            rows,
            nets,
        }
    }

    /// The drawing with routes; `None` when `passages` between cards leave too little room for
    /// pins.
    pub fn routed(&self, passages: bool) -> Option<Drawing> {
        let Self {
            graph,
            metrics,
            rows,
            nets,
        } = self;
        let ways = Ways::new(nets, rows, metrics, passages);
        let items = Items::new(rows, nets, &ways, metrics);
        let columns = Columns::new(rows, &items, metrics, true);
        let margins = Margins::new(nets, &ways, &columns, metrics);
        let channels = channels::by_channel(&ways, rows.rows.len());
        let board = Board {
            nets,
            ways: &ways,
            items: &items,
            columns: &columns,
            margins: &margins,
            metrics,
        };
        let pinned = Pinned::new(&board, &channels)?;
        let tracks = Tracks::new(nets, &ways, &items, &pinned, &margins, &channels);
        let heights = Heights::new(graph, rows, metrics, &tracks.heights);
        let wiring = Wiring {
            nets,
            ways: &ways,
            margins: &margins,
            pinned: &pinned,
            tracks: &tracks,
            heights: &heights,
            metrics,
            cards: graph.nodes.len(),
            row_of: &rows.row_of,
        };
        let routes = wiring.routes();
        Some(Drawing {
            routes,
            ..self.cards(&columns, &margins, heights)
        })
    }

    /// Cards only, rows packed.
    pub fn unrouted(&self) -> Drawing {
        let Self {
            graph,
            metrics,
            rows,
            nets,
        } = self;
        let ways = Ways::new(nets, rows, metrics, false);
        let items = Items::new(rows, nets, &ways, metrics);
        let columns = Columns::new(rows, &items, metrics, false);
        let margins = Margins::new(&Nets::default(), &Ways::default(), &columns, metrics);
        let heights = Heights::new(
            graph,
            rows,
            metrics,
            &vec![Height::default(); rows.rows.len() + 1],
        );
        self.cards(&columns, &margins, heights)
    }

    fn cards(&self, columns: &Columns, margins: &Margins, heights: Heights) -> Drawing {
        let (width, height) = self.metrics.card;
        let card = |node: usize| Area {
            x: margins.offset + columns.left[node],
            y: heights.rows[self.rows.row_of[node]],
            width,
            height,
        };
        Drawing {
            width: margins.width,
            height: heights.height,
            cards: (0..self.graph.nodes.len()).map(card).collect(),
            bands: heights.bands,
            routes: Vec::new(),
        }
    }
}
