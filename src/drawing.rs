//! A layered graph drawing: where cards stand and how edges run between them.
//! Knows: std.
//! Never: does I/O, or knows what a card stands for.
//!
//! Rows are assigned, edges bundled to nets, nets led through passages and margins, rows ordered,
//! columns and tracks assigned: one module a step, in that order.
//!
//! Everything is in cells: `x` grows to the right, `y` downwards, from 0. The drawing knows nothing
//! of terminals; whoever draws passes how big a card is and gets rectangles and orthogonal lines.

mod channels;
mod columns;
mod heights;
mod margins;
mod nets;
mod order;
mod passages;
mod pins;
#[cfg(test)]
mod properties;
mod ranks;
pub mod raster;
mod routes;
mod rows;
mod sketch;
mod sorting;
#[cfg(test)]
mod tests;

use sketch::Sketch;
use std::ops::Range;

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Area {
    /// Left column.
    pub x: u32,
    /// Top row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Area {
    /// The column after the last one.
    #[must_use]
    pub const fn right(self) -> u32 {
        self.x + self.width
    }

    /// The row after the last one.
    #[must_use]
    pub const fn bottom(self) -> u32 {
        self.y + self.height
    }

    /// Whether the cell at `x`, `y` is part of it.
    #[must_use]
    pub const fn contains(self, x: u32, y: u32) -> bool {
        x >= self.x && x < self.right() && y >= self.y && y < self.bottom()
    }
}

/// A card to place. All cards of a drawing have the same size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Which band it stands in, 0 on top.
    pub band: usize,
    /// Which group it belongs to; groups stand side by side, in the order of their numbers.
    pub group: usize,
}

/// What to draw. Nodes are named by their index; they come in their natural order (by group and
/// name), which decides wherever edges do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Cards.
    pub nodes: Vec<Node>,
    /// `(caller, called)`; each pair once. Edges from a node to itself are left out of the drawing.
    pub edges: Vec<(usize, usize)>,
    /// Bands, also empty ones.
    pub bands: usize,
}

/// How big things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// Size of a card.
    pub card: (u32, u32),
    /// Columns that cards may use: a row that would be wider goes on in another row of its band.
    /// Lines that find no way between cards may make the canvas wider than this.
    pub width: u32,
    /// Least columns between two cards.
    pub gap: u32,
    /// Columns kept free at the left and the right end.
    pub margin: u32,
    /// Rows above the first row of a band (its title).
    pub title: u32,
    /// Rows that an empty band takes besides its title; `None` leaves empty bands out.
    pub empty: Option<u32>,
    /// Least rows between two rows of cards, titles included. With more than one, lines also keep a
    /// row's distance from the cards above them.
    pub space: u32,
    /// Whether edges are routed. Without, rows stand `space` apart and no lines come out.
    pub routed: bool,
}

/// A band with the rows it takes. Bands of one shelf follow each other without a gap; where groups
/// do not all fit side by side, further shelves follow with bands of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandArea {
    /// Which band.
    pub band: usize,
    /// Row of its title.
    pub y: u32,
    /// Rows, title included.
    pub rows: Range<u32>,
}

/// One straight piece of a line, both ends included; horizontal or vertical.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segment {
    /// Where it begins, on the caller's side.
    pub from: (u32, u32),
    /// Where it ends, on the called node's side.
    pub to: (u32, u32),
}

/// How one edge runs: from the cell next to the caller's border to the cell next to the called
/// one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnEdge {
    /// Which edge of [`Graph::edges`].
    pub edge: usize,
    /// The node it begins at.
    pub caller: usize,
    /// The node it ends at.
    pub called: usize,
    /// Which net: edges of one net share lines (they have one end in common); lines of different
    /// nets only ever cross.
    pub net: usize,
    /// The way, in order; each segment begins where the one before ends.
    pub segments: Vec<Segment>,
}

/// The finished drawing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Place of every node.
    pub cards: Vec<Area>,
    /// Bands, top to bottom.
    pub bands: Vec<BandArea>,
    /// Edges that are drawn.
    pub routes: Vec<DrawnEdge>,
}

/// Columns of the narrowest card whose edges can be routed.
const NARROWEST: u32 = 8;

/// Draws `graph`: callers above what they call, cards near what they are joined to, and one route
/// for every edge between two different nodes. Cards narrower than eight columns get no routes.
///
/// The same input gives the same drawing.
#[must_use]
pub fn draw(graph: &Graph, metrics: &Dimensions) -> Drawing {
    let sketch = Sketch::new(graph, metrics);
    let routed = (metrics.routed && metrics.card.0 >= NARROWEST)
        .then(|| sketch.routed(true).or_else(|| sketch.routed(false)))
        .flatten();
    routed.unwrap_or_else(|| sketch.unrouted())
}
