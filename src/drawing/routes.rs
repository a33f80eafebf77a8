//! Step 10: the way of every edge, from terminal to terminal through the bars of its net.

use super::channels::Tracks;
use super::heights::Heights;
use super::margins::Margins;
use super::nets::{Net, Nets, Side};
use super::passages::{Spine, Ways};
use super::pins::Pinned;
use super::{Dimensions, DrawnEdge, Segment};

/// What routes are read from.
pub(super) struct Wiring<'a> {
    pub nets: &'a Nets,
    pub ways: &'a Ways,
    pub margins: &'a Margins,
    pub pinned: &'a Pinned,
    pub tracks: &'a Tracks,
    pub heights: &'a Heights,
    pub metrics: &'a Dimensions,
    /// How many of the items are cards.
    pub cards: usize,
    /// Row of every node.
    pub row_of: &'a [usize],
}

impl Wiring<'_> {
    /// The routes of all edges that have one, in the order of the edges.
    pub fn routes(&self) -> Vec<DrawnEdge> {
        let ends = self.nets.ends.iter().enumerate();
        ends.filter_map(|(edge, ends)| ends.map(|ends| self.route(edge, ends)))
            .collect()
    }

    fn route(&self, edge: usize, (net, from, to): (usize, usize, usize)) -> DrawnEdge {
        let mut line = Line::default();
        line.go(self.border(from));
        let mut channel = self.nets.pins[from].channel;
        let last = self.nets.pins[to].channel;
        line.go_down_to(self.bar_row(net, channel));
        while channel != last {
            let (column, next) = self.crossing(net, channel, last);
            line.go_across_to(column);
            channel = next;
            line.go_down_to(self.bar_row(net, channel));
        }
        let end = self.border(to);
        line.go_across_to(end.0);
        line.go(end);
        let (caller, called) = (self.nets.pins[from].node, self.nets.pins[to].node);
        DrawnEdge {
            edge,
            caller,
            called,
            net,
            segments: line.segments(),
        }
    }

    /// The column by which `net` leaves `channel` for `last`, and the channel it comes to.
    fn crossing(&self, net: usize, channel: usize, last: usize) -> (u32, usize) {
        let Net { channels, .. } = self.nets.nets[net];
        match self.ways.spines[net] {
            Spine::Passages(first) => {
                let next = if channel < last {
                    channel + 1
                } else {
                    channel - 1
                };
                let item = first + channel.min(next) - channels.0;
                (self.pinned.passages[item - self.cards], next)
            }
            _ => (self.margins.column[net].unwrap_or(0), last),
        }
    }

    /// The cell next to the border of the card at `pin`.
    fn border(&self, pin: usize) -> (u32, u32) {
        let node = &self.nets.pins[pin];
        let top = self.heights.rows[self.row_of[node.node]];
        let row = match node.side {
            Side::Top => top.saturating_sub(1),
            Side::Bottom => top + self.metrics.card.1,
        };
        (self.pinned.pins[pin], row)
    }

    /// The row of the bar of `net` in `channel`.
    fn bar_row(&self, net: usize, channel: usize) -> u32 {
        let bars = self.ways.bars_of(net);
        let offset = bars.partition_point(|bar| bar.channel < channel);
        self.heights.tracks[channel] + self.tracks.track[self.ways.first_bar[net] + offset]
    }
}

/// A line on its way.
#[derive(Debug, Default)]
struct Line {
    corners: Vec<(u32, u32)>,
}

impl Line {
    /// On to `point`; a corner that is none is left out.
    fn go(&mut self, point: (u32, u32)) {
        if self.corners.last() == Some(&point) {
            return;
        }
        if let [.., before, corner] = self.corners.as_slice()
            && ((before.0 == corner.0 && corner.0 == point.0)
                || (before.1 == corner.1 && corner.1 == point.1))
        {
            self.corners.pop();
        }
        self.corners.push(point);
    }

    fn go_down_to(&mut self, row: u32) {
        if let Some(&(column, _)) = self.corners.last() {
            self.go((column, row));
        }
    }

    fn go_across_to(&mut self, column: u32) {
        if let Some(&(_, row)) = self.corners.last() {
            self.go((column, row));
        }
    }

    fn segments(&self) -> Vec<Segment> {
        self.corners
            .windows(2)
            .map(|ends| Segment {
                from: ends[0],
                to: ends[1],
            })
            .collect()
    }
}
