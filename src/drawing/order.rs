//! Step 4: the order inside rows, by barycentre sweeps that keep the best one.

use super::Dimensions;
use super::nets::Nets;
use super::passages::{NetTerminal, PASSAGE, Passage, Ways};
use super::ranks::Adjacency;
use super::rows::Rows;
use super::sorting::{sort_by, sort_by_key};

mod crossings;

/// Sweeps down and up; the order that crosses least wins.
const SWEEPS: usize = 8;

/// Rounds of exchanging neighbours after that.
const EXCHANGES: usize = 4;

/// What stands in rows, in order, and what pulls at what.
pub(super) struct Items {
    /// Items of every row, left to right: blocks in order, cards and passages mixed.
    pub lines: Vec<Vec<usize>>,
    /// Row of every item.
    pub row_of: Vec<usize>,
    /// Block of every item.
    pub block_of: Vec<usize>,
    /// Items in the row below that an item is joined to.
    pub below: Adjacency,
    /// Items in the row above that an item is joined to.
    pub above: Adjacency,
    /// How many of the items are cards.
    pub cards: usize,
}

impl Items {
    /// Items in their best order.
    pub fn new(rows: &Rows, nets: &Nets, ways: &Ways, metrics: &Dimensions) -> Self {
        let item = |terminal: NetTerminal| match terminal {
            NetTerminal::Pin(pin) => nets.pins[pin].node,
            NetTerminal::Passage(item) => item,
        };
        let pairs = ways.bars.iter().flat_map(|bar| {
            let hub_is_above = bar.ups.len() == 1
                || bar.ups.first().is_some_and(
                    |&first| matches!(first, NetTerminal::Pin(pin) if nets.nets[bar.net].hub == Some(pin)),
                );
            let (ups, downs) = if hub_is_above {
                (&bar.ups[..1], &bar.downs[..])
            } else {
                (&bar.ups[..], &bar.downs[..bar.downs.len().min(1)])
            };
            ups.iter().flat_map(move |&up| downs.iter().map(move |&down| (item(up), item(down))))
        });
        let passages = ways.passages.iter();
        let row_of: Vec<usize> = rows
            .row_of
            .iter()
            .copied()
            .chain(passages.clone().map(|passage: &Passage| passage.row))
            .collect();
        let count = row_of.len();
        let mut lines: Vec<Vec<usize>> = rows.rows.iter().map(|row| row.cards.clone()).collect();
        for (index, passage) in ways.passages.iter().enumerate() {
            lines[passage.row].push(rows.row_of.len() + index);
        }
        let mut items = Self {
            lines,
            row_of,
            block_of: rows
                .block_of
                .iter()
                .copied()
                .chain(passages.map(|passage| passage.block))
                .collect(),
            below: Adjacency::new(count, pairs.clone()),
            above: Adjacency::new(count, pairs.map(|(up, down)| (down, up))),
            cards: rows.row_of.len(),
        };
        Sweeper {
            metrics,
            at: vec![0.0; count],
            items: &mut items,
        }
        .run();
        items
    }
}

struct Sweeper<'a> {
    items: &'a mut Items,
    metrics: &'a Dimensions,
    /// Middle of every item, as if its row were packed and centred.
    at: Vec<f64>,
}

impl Sweeper<'_> {
    fn run(&mut self) {
        for row in 0..self.items.lines.len() {
            self.sort_blocks(row);
            self.place(row);
        }
        self.sweep_down();
        let mut best = self.items.lines.clone();
        let mut least = self.crossings();
        for _ in 0..SWEEPS {
            if least == 0 {
                break;
            }
            self.sweep_up();
            self.sweep_down();
            let crossings = self.crossings();
            if crossings < least {
                least = crossings;
                best.clone_from(&self.items.lines);
            }
        }
        self.items.lines = best;
        self.exchange();
    }

    /// Exchanges neighbours as long as that takes crossings away.
    fn exchange(&mut self) {
        let mut position = self.positions();
        for _ in 0..EXCHANGES {
            let mut better = false;
            for row in 0..self.items.lines.len() {
                for left in 1..self.items.lines[row].len() {
                    let (one, other) =
                        (self.items.lines[row][left - 1], self.items.lines[row][left]);
                    if self.items.block_of[one] != self.items.block_of[other] {
                        continue;
                    }
                    if self.gain(one, other, &position) > 0 {
                        self.items.lines[row].swap(left - 1, left);
                        position.swap(one, other);
                        better = true;
                    }
                }
            }
            if !better {
                break;
            }
        }
    }

    /// How many crossings fewer there are once `one` and `other` have changed places.
    fn gain(&self, one: usize, other: usize, position: &[usize]) -> i64 {
        let joined = [&self.items.above, &self.items.below];
        let gain = joined.map(|of| crossings::gain(of.of(one), of.of(other), position));
        gain.iter().sum()
    }

    /// Place of every item inside its row.
    fn positions(&self) -> Vec<usize> {
        let mut positions = vec![0; self.items.row_of.len()];
        for line in &self.items.lines {
            for (index, &item) in line.iter().enumerate() {
                positions[item] = index;
            }
        }
        positions
    }

    fn crossings(&self) -> u64 {
        crossings::count(self.items, &self.positions())
    }

    fn sweep_down(&mut self) {
        for row in 0..self.items.lines.len() {
            self.sort(row, true);
        }
    }

    fn sweep_up(&mut self) {
        for row in (0..self.items.lines.len()).rev() {
            self.sort(row, false);
        }
    }

    fn sort_blocks(&mut self, row: usize) {
        let blocks = &self.items.block_of;
        sort_by_key(&mut self.items.lines[row], |&item| blocks[item]);
    }

    /// Middles of the items of `row`, packed and centred around 0 (blocks beside one another are
    /// one row here).
    fn place(&mut self, row: usize) {
        let width = |item: usize| {
            f64::from(if item < self.items.cards {
                self.metrics.card.0 + self.metrics.gap
            } else {
                PASSAGE
            })
        };
        let line = &self.items.lines[row];
        let mut left = -line.iter().map(|&item| width(item)).sum::<f64>() / 2.0;
        for &item in line {
            self.at[item] = left + width(item) / 2.0;
            left += width(item);
        }
    }

    /// Sorts `row` by the mean of what its items are joined to above or below.
    fn sort(&mut self, row: usize, by_above: bool) {
        let mean = |item: usize| {
            let joined = if by_above {
                self.items.above.of(item)
            } else {
                self.items.below.of(item)
            };
            if joined.is_empty() {
                return self.at[item];
            }
            #[allow(clippy::cast_precision_loss)] // a count of neighbours
            let count = joined.len() as f64;
            joined.iter().map(|&other| self.at[other]).sum::<f64>() / count
        };
        let line = &self.items.lines[row];
        let mut sorted: Vec<(f64, usize)> = line.iter().map(|&item| (mean(item), item)).collect();
        let blocks = &self.items.block_of;
        sort_by(&mut sorted, |one, other| {
            blocks[one.1]
                .cmp(&blocks[other.1])
                .then(one.0.total_cmp(&other.0))
        });
        self.items.lines[row] = sorted.into_iter().map(|(_, item)| item).collect();
        self.place(row);
    }
}
