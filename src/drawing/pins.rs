//! Step 7: the column in which every line meets a card or passes a row.
//!
//! In one channel no two nets share a column, so that no line can lie on another one whatever track
//! their horizontal pieces take.

use super::Dimensions;
use super::columns::Columns;
use super::margins::Margins;
use super::nets::Nets;
use super::order::Items;
use super::passages::{Bar, NetTerminal, Ways};
use channel::Channel;

mod channel;
mod passages;

/// Columns of pins and passages, on the canvas.
#[derive(Clone, Debug, Default)]
pub(super) struct Pinned {
    /// By pin.
    pub pins: Vec<u32>,
    /// By passage.
    pub passages: Vec<u32>,
}

/// What pins are placed by.
pub(super) struct Board<'a> {
    pub nets: &'a Nets,
    pub ways: &'a Ways,
    pub items: &'a Items,
    pub columns: &'a Columns,
    pub margins: &'a Margins,
    pub metrics: &'a Dimensions,
}

impl Pinned {
    /// Columns for all; `None` when passages leave a channel too few columns.
    pub fn new(board: &Board, channels: &[Vec<usize>]) -> Option<Self> {
        let mut pinned = Self {
            pins: vec![0; board.nets.pins.len()],
            passages: passages::columns(board),
        };
        for bars in channels {
            let bars: Vec<&Bar> = bars.iter().map(|&bar| &board.ways.bars[bar]).collect();
            Channel::new(board, &pinned.passages, &bars).place(&bars, &mut pinned.pins)?;
        }
        Some(pinned)
    }

    /// The column of `terminal`.
    pub fn column(&self, terminal: NetTerminal, cards: usize) -> u32 {
        match terminal {
            NetTerminal::Pin(pin) => self.pins[pin],
            NetTerminal::Passage(item) => self.passages[item - cards],
        }
    }
}

impl Board<'_> {
    /// The left column of `item` on the canvas.
    pub fn left(&self, item: usize) -> u32 {
        self.margins.offset + self.columns.left[item]
    }
}
