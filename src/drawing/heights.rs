//! Step 9: rows of the canvas: cards, titles, and the channels between them.

use super::channels::Height;
use super::rows::Rows;
use super::{BandArea, Dimensions, Graph};

/// Least rows of a channel that a line passes: the line and its arrow head.
const LINE: u32 = 2;

/// Where everything stands vertically.
#[derive(Clone, Debug, Default)]
pub(super) struct Heights {
    /// Top of the cards of every row.
    pub rows: Vec<u32>,
    /// First track of every channel.
    pub tracks: Vec<u32>,
    /// Bands.
    pub bands: Vec<BandArea>,
    /// Rows of the canvas.
    pub height: u32,
}

/// What stands below one another, channels apart.
enum Piece {
    /// A band begins; with so many rows below its title when it is empty.
    Band(usize, u32),
    /// Cards.
    Row(usize),
}

impl Heights {
    /// Stacks shelves, bands and rows; `channels` is what runs between rows.
    pub fn new(graph: &Graph, rows: &Rows, metrics: &Dimensions, channels: &[Height]) -> Self {
        let pieces = pieces(graph, rows, metrics);
        let mut titles = vec![0; rows.rows.len() + 1];
        let mut channel = 0;
        for piece in &pieces {
            match piece {
                Piece::Band(_, blank) => titles[channel] += metrics.title + blank,
                Piece::Row(row) => channel = row + 1,
            }
        }
        let mut stack = Self::default();
        stack.add_channel(&channels[0], 0, false);
        for piece in pieces {
            match piece {
                Piece::Band(band, blank) => {
                    stack.close_band();
                    stack.bands.push(BandArea {
                        band,
                        y: stack.height,
                        rows: stack.height..stack.height,
                    });
                    stack.height += metrics.title + blank;
                }
                Piece::Row(row) => {
                    stack.height += u32::from(channels[row].down_arrows);
                    stack.rows.push(stack.height);
                    stack.height += metrics.card.1;
                    let below = &channels[row + 1];
                    let least = match rows.rows.get(row + 1) {
                        Some(next) => metrics.space + u32::from(next.shelf != rows.rows[row].shelf),
                        None => 0,
                    };
                    let least = least.max(if below.lines { LINE } else { 0 });
                    let rest = titles[row + 1] + u32::from(below.down_arrows);
                    stack.add_channel(below, least.saturating_sub(rest), metrics.space > 1);
                }
            }
        }
        stack.close_band();
        stack
    }

    /// Rows for the tracks of a channel, at least `least`.
    ///
    /// Where rows are not close, a free one keeps the first track from the cards above.
    fn add_channel(&mut self, height: &Height, least: u32, roomy: bool) {
        let above = u32::from(height.up_arrows || (roomy && height.tracks > 0));
        self.tracks.push(self.height + above);
        self.height += (above + height.tracks).max(least);
    }

    fn close_band(&mut self) {
        if let Some(band) = self.bands.last_mut() {
            band.rows.end = self.height;
        }
    }
}

fn pieces(graph: &Graph, rows: &Rows, metrics: &Dimensions) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut next = rows.rows.iter().enumerate().peekable();
    let ends = rows.rows.iter().map(|row| row.band + 1);
    let bands = ends.fold(graph.bands, usize::max);
    for shelf in 0..rows.shelves.max(1) {
        for band in 0..bands {
            let is_here = next
                .peek()
                .is_some_and(|(_, row)| (row.shelf, row.band) == (shelf, band));
            match metrics.empty {
                _ if is_here => pieces.push(Piece::Band(band, 0)),
                Some(blank) => pieces.push(Piece::Band(band, blank)),
                None => {}
            }
            while let Some((index, _)) =
                next.next_if(|(_, row)| (row.shelf, row.band) == (shelf, band))
            {
                pieces.push(Piece::Row(index));
            }
        }
    }
    pieces
}
