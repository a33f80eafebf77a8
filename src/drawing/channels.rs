//! Step 8: tracks for the horizontal pieces between two rows, ordered so that few lines cross.

use super::margins::Margins;
use super::nets::{Nets, Side};
use super::order::Items;
use super::passages::{self, NetTerminal, Ways};
use super::pins::Pinned;
use super::sorting::sort_by_key;

/// One net's horizontal piece in a channel.
#[derive(Clone, Debug)]
struct Bar {
    /// Index in [`Ways::bars`].
    index: usize,
    from: u32,
    to: u32,
    /// Columns of lines from above, ascending.
    ups: Vec<u32>,
    /// Columns of lines from below, ascending.
    downs: Vec<u32>,
}

/// The rows that one channel needs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Height {
    /// Whether arrow heads point at the cards above.
    pub up_arrows: bool,
    /// Rows for horizontal pieces.
    pub tracks: u32,
    /// Whether arrow heads point at the cards below.
    pub down_arrows: bool,
    /// Whether any line passes.
    pub lines: bool,
}

/// Tracks of all bars and heights of all channels.
#[derive(Clone, Debug, Default)]
pub(super) struct Tracks {
    /// Track inside its channel, by index in [`Ways::bars`]; straight lines have none and hold 0.
    pub track: Vec<u32>,
    /// By channel.
    pub heights: Vec<Height>,
}

/// The bars of every channel, by index.
pub(super) fn by_channel(ways: &Ways, rows: usize) -> Vec<Vec<usize>> {
    let mut channels = vec![Vec::new(); rows + 1];
    for (index, bar) in ways.bars.iter().enumerate() {
        channels[bar.channel].push(index);
    }
    channels
}

impl Height {
    /// Rows for the arrows at the ends of `bar`.
    fn leave_room(&mut self, bar: &passages::Bar, nets: &Nets) {
        for &terminal in bar.ups.iter().chain(&bar.downs) {
            if let NetTerminal::Pin(pin) = terminal {
                let pin = &nets.pins[pin];
                self.up_arrows |= pin.arrow && pin.side == Side::Bottom;
                self.down_arrows |= pin.arrow && pin.side == Side::Top;
            }
        }
    }
}

impl Bar {
    /// The bar with `index`, where `column` gives where its lines stand; `None` where it is a
    /// single column.
    fn of(
        bar: &passages::Bar,
        index: usize,
        column: impl Fn(NetTerminal) -> u32,
        margins: &Margins,
    ) -> Option<Self> {
        let ups = sorted_columns(&bar.ups, &column);
        let downs = sorted_columns(&bar.downs, &column);
        let all = || {
            ups.iter()
                .chain(&downs)
                .copied()
                .chain(margins.column[bar.net])
        };
        let (from, to) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        (from < to).then_some(Self {
            index,
            from,
            to,
            ups,
            downs,
        })
    }
}

fn sorted_columns(terminals: &[NetTerminal], column: impl Fn(NetTerminal) -> u32) -> Vec<u32> {
    let mut columns: Vec<u32> = terminals.iter().copied().map(column).collect();
    columns.sort_unstable();
    columns
}

impl Tracks {
    /// Tracks for every channel.
    pub fn new(
        nets: &Nets,
        ways: &Ways,
        items: &Items,
        pinned: &Pinned,
        margins: &Margins,
        channels: &[Vec<usize>],
    ) -> Self {
        let mut tracks = Self {
            track: vec![0; ways.bars.len()],
            heights: Vec::with_capacity(channels.len()),
        };
        for channel in channels {
            let mut height = Height {
                lines: !channel.is_empty(),
                ..Height::default()
            };
            let mut bars = Vec::new();
            for &index in channel {
                let way = &ways.bars[index];
                height.leave_room(way, nets);
                let column = |terminal| pinned.column(terminal, items.cards);
                bars.extend(Bar::of(way, index, column, margins));
            }
            height.tracks = assign(&bars, &mut tracks.track);
            tracks.heights.push(height);
        }
        tracks
    }
}

/// How many of `columns` lie between `from` and `to`.
fn inside(columns: &[u32], from: u32, to: u32) -> usize {
    columns.partition_point(|&column| column <= to)
        - columns.partition_point(|&column| column < from)
}

/// How many more crossings there are with `one` above `other` than the other way round.
fn preference(one: &Bar, other: &Bar) -> i64 {
    let crossings = |above: &Bar, below: &Bar| {
        inside(&below.ups, above.from, above.to) + inside(&above.downs, below.from, below.to)
    };
    i64::try_from(crossings(one, other)).unwrap_or(i64::MAX)
        - i64::try_from(crossings(other, one)).unwrap_or(0)
}

/// Tracks for the bars of one channel; gives how many there are.
fn assign(bars: &[Bar], track: &mut [u32]) -> u32 {
    let mut bars: Vec<&Bar> = bars.iter().collect();
    sort_by_key(&mut bars, |bar| (bar.from, bar.to, bar.index));
    let mut scores = vec![0_i64; bars.len()];
    for (index, one) in bars.iter().enumerate() {
        let beside = bars[index + 1..]
            .iter()
            .take_while(|other| other.from <= one.to + 1);
        for (other, offset) in beside.zip(1..) {
            let preference = preference(one, other);
            scores[index] += preference;
            scores[index + offset] -= preference;
        }
    }
    let mut order: Vec<usize> = (0..bars.len()).collect();
    sort_by_key(&mut order, |&index| (scores[index], index));
    let mut rows: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let bar = &bars[index];
        let touches =
            |other: usize| bars[other].from <= bar.to + 1 && bar.from <= bars[other].to + 1;
        let must_be_below = |row: &Vec<usize>| {
            row.iter()
                .any(|&other| touches(other) && preference(bars[other], bar) < 0)
        };
        let least = rows
            .iter()
            .rposition(must_be_below)
            .map_or(0, |row| row + 1);
        let free = (least..rows.len()).find(|&row| !rows[row].iter().any(|&other| touches(other)));
        let row = free.unwrap_or_else(|| {
            rows.push(Vec::new());
            rows.len() - 1
        });
        rows[row].push(index);
        track[bar.index] = u32::try_from(row).unwrap_or(u32::MAX);
    }
    u32::try_from(rows.len()).unwrap_or(u32::MAX)
}
