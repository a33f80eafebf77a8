//! Step 3: how nets get past rows of cards: through passages between cards, or along the margin.

use super::Dimensions;
use super::nets::{Nets, Side};
use super::rows::{GroupBlock, Rows};
use super::sorting::sort_by_key;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

/// Columns a passage takes: its line and one free column at either side.
pub(super) const PASSAGE: u32 = 3;

/// Rows of cards that a net may pass between cards; a longer one runs along the margin.
const MANY_ROWS: usize = 6;

/// Rows that a net of upward edges may pass when it is more than a pair of them: the edges
/// of a monitoring service to many others run along the margin.
const FEW_ROWS: usize = 1;

/// What stands in a row: items `0..nodes` are cards, the ones after them passages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passage {
    pub net: usize,
    pub row: usize,
    pub block: usize,
}

/// How a net gets from channel to channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spine {
    /// It has one channel only.
    None,
    /// Through passages, the first of which is this item; one a row.
    Passages(usize),
    /// Along the left or right margin.
    Margin,
}

/// Where a line enters the horizontal bar of its net in one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NetTerminal {
    Pin(usize),
    Passage(usize),
}

/// What a net joins in one channel.
#[derive(Clone, Debug, Default)]
pub(super) struct Bar {
    pub net: usize,
    pub channel: usize,
    /// From the row above; the hub's side comes first.
    pub ups: Vec<NetTerminal>,
    /// From the row below; the hub's side comes first.
    pub downs: Vec<NetTerminal>,
}

/// All nets with the ways they take.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    /// By net.
    pub spines: Vec<Spine>,
    /// By item, less the number of nodes.
    pub passages: Vec<Passage>,
    /// Net by net, channels ascending.
    pub bars: Vec<Bar>,
    /// Index of the first bar of every net.
    pub first_bar: Vec<usize>,
}

impl Ways {
    /// Chooses ways; without `passages` every long net takes the margin.
    pub fn new(nets: &Nets, rows: &Rows, metrics: &Dimensions, passages: bool) -> Self {
        let mut ways = Self {
            spines: vec![Spine::None; nets.nets.len()],
            ..Self::default()
        };
        let mut room = Room::new(rows, metrics);
        let mut long: Vec<usize> = (0..nets.nets.len())
            .filter(|&net| nets.nets[net].channels.0 < nets.nets[net].channels.1)
            .collect();
        let span = |net: usize| nets.nets[net].channels.1 - nets.nets[net].channels.0;
        sort_by_key(&mut long, |&net| {
            (span(net), Reverse(nets.nets[net].edges.len()), net)
        });
        for net in long {
            let (from, to) = nets.nets[net].channels;
            let watches = nets.nets[net].upward && nets.nets[net].edges.len() > 2;
            let most = if watches { FEW_ROWS } else { MANY_ROWS };
            let block = nets.nets[net]
                .hub
                .map(|hub| rows.block_of[nets.pins[hub].node]);
            ways.spines[net] = match block {
                Some(block)
                    if passages && to - from <= most && room.take(rows, block, from..to) =>
                {
                    let first = rows.row_of.len() + ways.passages.len();
                    ways.passages
                        .extend((from..to).map(|row| Passage { net, row, block }));
                    Spine::Passages(first)
                }
                _ => Spine::Margin,
            };
        }
        ways.join(nets);
        ways
    }

    /// One bar for every channel in which a net has anything to join.
    fn join(&mut self, nets: &Nets) {
        let mut pins = vec![Vec::new(); nets.nets.len()];
        for (index, pin) in nets.pins.iter().enumerate() {
            pins[pin.net].push(index);
        }
        for (index, net) in nets.nets.iter().enumerate() {
            self.first_bar.push(self.bars.len());
            let mut channels: Vec<usize> = match self.spines[index] {
                Spine::Passages(_) => (net.channels.0..=net.channels.1).collect(),
                _ => pins[index]
                    .iter()
                    .map(|&pin| nets.pins[pin].channel)
                    .collect(),
            };
            channels.sort_unstable();
            channels.dedup();
            for channel in channels {
                let bar = self.bar(nets, index, channel, &pins[index]);
                self.bars.push(bar);
            }
        }
    }

    /// The bar of the net with `index`, which has these `pins`, in `channel`.
    fn bar(&self, nets: &Nets, index: usize, channel: usize, pins: &[usize]) -> Bar {
        let net = &nets.nets[index];
        let mut bar = Bar {
            net: index,
            channel,
            ..Bar::default()
        };
        self.add_passages(&mut bar, net.channels);
        let here = |pin: &&usize| nets.pins[**pin].channel == channel;
        for &pin in pins.iter().filter(here) {
            let side = match nets.pins[pin].side {
                Side::Bottom => &mut bar.ups,
                Side::Top => &mut bar.downs,
            };
            side.push(NetTerminal::Pin(pin));
            if net.hub == Some(pin) {
                side.rotate_right(1);
            }
        }
        bar
    }

    /// The bars of `net`.
    pub fn bars_of(&self, net: usize) -> &[Bar] {
        let end = self
            .first_bar
            .get(net + 1)
            .copied()
            .unwrap_or(self.bars.len());
        &self.bars[self.first_bar[net]..end]
    }

    /// Joins the bar with the passages above and below it; the net runs from channel `first` to
    /// `last`.
    fn add_passages(&self, bar: &mut Bar, (first, last): (usize, usize)) {
        let Spine::Passages(passages) = self.spines[bar.net] else {
            return;
        };
        let passage = |channel: usize| NetTerminal::Passage(passages + channel - first);
        if bar.channel > first {
            bar.ups.push(passage(bar.channel - 1));
        }
        if bar.channel < last {
            bar.downs.push(passage(bar.channel));
        }
    }
}

/// How many passages still fit, by row and block.
struct Room {
    left: HashMap<(usize, usize), u32>,
    cards: HashMap<(usize, usize), u32>,
    metrics: Dimensions,
}

impl Room {
    fn new(rows: &Rows, metrics: &Dimensions) -> Self {
        let mut cards = HashMap::new();
        for (node, &row) in rows.row_of.iter().enumerate() {
            *cards.entry((row, rows.block_of[node])).or_insert(0) += 1;
        }
        Self {
            left: HashMap::new(),
            cards,
            metrics: *metrics,
        }
    }

    /// Takes a passage in every row of `span`; nothing when one of them is full or of another
    /// shelf.
    fn take(&mut self, rows: &Rows, block: usize, span: Range<usize>) -> bool {
        let GroupBlock { shelf, width } = rows.blocks[block];
        if span
            .clone()
            .any(|row| rows.rows[row].shelf != shelf || self.left(row, block, width) == 0)
        {
            return false;
        }
        for row in span {
            if let Some(left) = self.left.get_mut(&(row, block)) {
                *left -= 1;
            }
        }
        true
    }

    fn left(&mut self, row: usize, block: usize, width: u32) -> u32 {
        let Dimensions { card, gap, .. } = self.metrics;
        let cards = self.cards.get(&(row, block)).copied().unwrap_or(0);
        *self.left.entry((row, block)).or_insert_with(|| {
            let between = if gap >= PASSAGE {
                cards.saturating_sub(1)
            } else {
                0
            };
            between + width.saturating_sub((cards * (card.0 + gap)).saturating_sub(gap)) / PASSAGE
        })
    }
}
