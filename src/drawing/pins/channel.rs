//! The columns of pins in one channel.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use super::Board;
use crate::drawing::passages::{Bar, NetTerminal};
use crate::drawing::sorting::sort_by_key;

/// A pin while its channel is laid out.
#[derive(Clone, Copy)]
struct Wish {
    pin: usize,
    net: usize,
    /// First and last column it may have.
    window: (u32, u32),
    wanted: u32,
    column: Option<u32>,
}

pub(super) struct Channel<'a> {
    board: &'a Board<'a>,
    wishes: Vec<Wish>,
    /// Place in `wishes`, by pin.
    index: HashMap<usize, usize>,
    /// Which net has a column.
    used: HashMap<u32, usize>,
    /// The columns of passages among them.
    fixed: HashMap<u32, usize>,
    passages: &'a [u32],
}

impl<'a> Channel<'a> {
    /// The pins of `bars`, none of which has a column yet.
    pub fn new(board: &'a Board<'a>, passages: &'a [u32], bars: &[&Bar]) -> Self {
        let mut channel = Self {
            board,
            wishes: Vec::new(),
            index: HashMap::new(),
            used: HashMap::new(),
            fixed: HashMap::new(),
            passages,
        };
        let mut by_side: BTreeMap<(u32, bool), Vec<(u64, usize)>> = BTreeMap::new();
        for bar in bars {
            for (above, terminals) in [(true, &bar.ups), (false, &bar.downs)] {
                for &terminal in terminals {
                    match terminal {
                        NetTerminal::Passage(item) => {
                            channel
                                .fixed
                                .insert(passages[item - board.items.cards], bar.net);
                        }
                        NetTerminal::Pin(pin) => {
                            let left = board.left(board.nets.pins[pin].node);
                            let window = (left + 1, left + board.metrics.card.0 - 2);
                            channel.index.insert(pin, channel.wishes.len());
                            by_side
                                .entry((left, above))
                                .or_default()
                                .push((channel.aim(bar, terminal), channel.wishes.len()));
                            channel.wishes.push(Wish {
                                pin,
                                net: bar.net,
                                window,
                                wanted: left,
                                column: None,
                            });
                        }
                    }
                }
            }
        }
        channel.used.clone_from(&channel.fixed);
        for ((left, _), mut pins) in by_side {
            sort_by_key(&mut pins, |&(aim, index)| (aim, channel.wishes[index].net));
            let parts = u32::try_from(pins.len()).unwrap_or(u32::MAX - 1) + 1;
            for ((_, index), part) in pins.into_iter().zip(1..) {
                channel.wishes[index].wanted = left + board.metrics.card.0 * part / parts;
            }
        }
        channel
    }

    /// Middle of what `terminal` stands for, doubled.
    fn middle(&self, terminal: NetTerminal) -> u64 {
        match terminal {
            NetTerminal::Passage(item) => {
                u64::from(self.passages[item - self.board.items.cards]) * 2
            }
            NetTerminal::Pin(pin) => {
                u64::from(self.board.left(self.board.nets.pins[pin].node)) * 2
                    + u64::from(self.board.metrics.card.0)
            }
        }
    }

    /// Where the line from `terminal` leads, doubled.
    fn aim(&self, bar: &Bar, terminal: NetTerminal) -> u64 {
        let opposite = if bar.ups.contains(&terminal) {
            &bar.downs
        } else {
            &bar.ups
        };
        let margin = self.board.margins.column[bar.net].map(|column| u64::from(column) * 2);
        let mut targets: Vec<u64> = opposite
            .iter()
            .map(|&other| self.middle(other))
            .chain(margin)
            .collect();
        if targets.is_empty() {
            let beside = bar
                .ups
                .iter()
                .chain(&bar.downs)
                .filter(|&&other| other != terminal);
            targets = beside.map(|&other| self.middle(other)).collect();
        }
        targets.iter().sum::<u64>() / (targets.len() as u64).max(1)
    }

    /// Gives every pin a column, in `pins`; `None` when there are too few.
    pub fn place(&mut self, bars: &[&Bar], pins: &mut [u32]) -> Option<()> {
        let mut straight: Vec<(u32, NetTerminal, NetTerminal, usize)> = bars
            .iter()
            .filter_map(|bar| self.straightest(bar))
            .collect();
        sort_by_key(&mut straight, |&(distance, _, _, net)| (distance, net));
        for (_, up, down, net) in straight {
            self.align(up, down, net);
        }
        self.take_nearest()?;
        for wish in &self.wishes {
            pins[wish.pin] = wish.column?;
        }
        Some(())
    }

    /// Gives every pin that has none the free column that is nearest to the wanted one. Where there
    /// is none, the columns of all that are left are taken from left to right.
    fn take_nearest(&mut self) -> Option<()> {
        for index in 0..self.wishes.len() {
            let Wish {
                net,
                window,
                wanted,
                column,
                ..
            } = self.wishes[index];
            if column.is_none() {
                let Some(column) = self.nearest(wanted, window, net) else {
                    return self.squeeze();
                };
                self.take(index, column);
            }
        }
        Some(())
    }

    fn take(&mut self, index: usize, column: u32) {
        self.used.insert(column, self.wishes[index].net);
        self.wishes[index].column = Some(column);
    }

    /// Where `terminal` may be and where it would like to be.
    fn bounds(&self, terminal: NetTerminal) -> ((u32, u32), u32) {
        match terminal {
            NetTerminal::Pin(pin) => {
                let wish = &self.wishes[self.index[&pin]];
                (wish.window, wish.wanted)
            }
            NetTerminal::Passage(item) => {
                let column = self.passages[item - self.board.items.cards];
                ((column, column), column)
            }
        }
    }

    /// The pair above one another in `bar` that a straight line can join best.
    fn straightest(&self, bar: &Bar) -> Option<(u32, NetTerminal, NetTerminal, usize)> {
        // A lone line goes straight wherever it can; a star keeps its trunk in the middle.
        let alone =
            bar.ups.len() + bar.downs.len() == 2 && self.board.margins.column[bar.net].is_none();
        let most = if alone {
            u32::MAX
        } else {
            self.board.metrics.card.0 / 4
        };
        let pairs = pairs(bar).into_iter().filter_map(|(up, down)| {
            let ((up_window, up_wants), (down_window, down_wants)) =
                (self.bounds(up), self.bounds(down));
            let meets = up_window.0.max(down_window.0) <= up_window.1.min(down_window.1);
            meets.then(|| (up_wants.abs_diff(down_wants), up, down, bar.net))
        });
        pairs
            .filter(|&(distance, ..)| distance <= most)
            .min_by_key(|&(distance, ..)| distance)
    }

    /// Gives `up` and `down` the same column.
    fn align(&mut self, up: NetTerminal, down: NetTerminal, net: usize) {
        let ((one, one_wants), (other, other_wants)) = (self.bounds(up), self.bounds(down));
        let window = (one.0.max(other.0), one.1.min(other.1));
        let wanted = u32::midpoint(one_wants, other_wants).clamp(window.0, window.1);
        let Some(column) = self.nearest(wanted, window, net) else {
            return;
        };
        for terminal in [up, down] {
            if let NetTerminal::Pin(pin) = terminal {
                self.take(self.index[&pin], column);
            }
        }
    }

    /// The free column of `window` nearest to `wanted`; one with free neighbours, if there is any.
    fn nearest(&self, wanted: u32, window: (u32, u32), net: usize) -> Option<u32> {
        let free = |column: u32| self.used.get(&column).is_none_or(|&other| other == net);
        let airy = |column: u32| free(column) && free(column + 1) && free(column.saturating_sub(1));
        let around = || {
            (0..=window.1 - window.0)
                .flat_map(|distance| [wanted.checked_sub(distance), Some(wanted + distance)])
        };
        let inside = |column: &u32| (window.0..=window.1).contains(column);
        let mut airy_ones = around()
            .flatten()
            .filter(inside)
            .filter(|&column| airy(column));
        airy_ones.next().or_else(|| {
            around()
                .flatten()
                .filter(inside)
                .find(|&column| free(column))
        })
    }

    /// Columns for all pins whatever they wish, by earliest deadline; `None` when there are not
    /// enough.
    fn squeeze(&mut self) -> Option<()> {
        let mut order: Vec<usize> = (0..self.wishes.len()).collect();
        sort_by_key(&mut order, |&index| self.wishes[index].window);
        let mut waiting = order.into_iter().peekable();
        let mut open = BinaryHeap::new();
        let mut column = 0;
        loop {
            if open.is_empty() {
                let Some(&next) = waiting.peek() else {
                    return Some(());
                };
                column = column.max(self.wishes[next].window.0);
            }
            while let Some(index) = waiting.next_if(|&index| self.wishes[index].window.0 <= column)
            {
                open.push(Reverse((self.wishes[index].window.1, index)));
            }
            if !self.fixed.contains_key(&column)
                && let Some(Reverse((last, index))) = open.pop()
            {
                if last < column {
                    return None;
                }
                self.wishes[index].column = Some(column);
            }
            column += 1;
        }
    }
}

/// What of the bar may stand in one column: what comes from above with what goes on below.
fn pairs(bar: &Bar) -> Vec<(NetTerminal, NetTerminal)> {
    let (ups, downs) = (bar.ups.iter(), bar.downs.iter());
    if bar.ups.len() == 1 {
        return downs.map(|&down| (bar.ups[0], down)).collect();
    }
    ups.filter_map(|&up| Some((up, *bar.downs.first()?)))
        .collect()
}
