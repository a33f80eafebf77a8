//! Step 5: columns, given the order: every item near the mean of what it is joined to, by isotonic
//! regression.

use super::Metrics;
use super::order::Items;
use super::passages::PASSAGE;
use super::rows::{Rows, block_gap};

/// Passes down and up before both sides pull together.
const PASSES: usize = 3;

/// How strongly an item stays where nothing pulls.
const LAZY: f64 = 0.05;

/// How strongly two passages of a net stay in line, compared to a card and its neighbour.
const STIFF: f64 = 6.0;

/// Left columns of cards and passages; the leftmost item of all stands at 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    /// By item.
    pub left: Vec<u32>,
    /// Columns in all.
    pub width: u32,
}

impl Columns {
    /// Places `items`; without `pull` rows are packed and centred.
    pub fn new(rows: &Rows, items: &Items, metrics: &Metrics, pull: bool) -> Self {
        let runs = runs(items);
        let base = bases(rows, metrics);
        let mut placer = Placer {
            items,
            metrics,
            left: vec![0; items.row_of.len()],
            base: &base,
            rows,
        };
        for run in &runs {
            placer.pack(run);
        }
        if pull {
            for _ in 0..PASSES {
                runs.iter().for_each(|run| placer.pull(run, true, false));
                runs.iter()
                    .rev()
                    .for_each(|run| placer.pull(run, false, true));
            }
            runs.iter().for_each(|run| placer.pull(run, true, true));
            runs.iter()
                .rev()
                .for_each(|run| placer.pull(run, true, true));
            placer.settle(&runs);
        }
        let left = placer.left;
        crop(rows, items, metrics, &left)
    }
}

/// The items of every row, block by block.
fn runs(items: &Items) -> Vec<&[usize]> {
    let same = |one: &usize, other: &usize| items.block_of[*one] == items.block_of[*other];
    items
        .lines
        .iter()
        .flat_map(|line| line.chunk_by(same))
        .collect()
}

/// The column at which every block begins while they are placed.
fn bases(rows: &Rows, metrics: &Metrics) -> Vec<i64> {
    let mut bases = Vec::with_capacity(rows.blocks.len());
    let (mut shelf, mut next) = (0, 0);
    for block in &rows.blocks {
        if block.shelf != shelf {
            (shelf, next) = (block.shelf, 0);
        }
        bases.push(next);
        next += i64::from(block.width + block_gap(metrics));
    }
    bases
}

struct Placer<'a> {
    items: &'a Items,
    metrics: &'a Metrics,
    rows: &'a Rows,
    base: &'a [i64],
    left: Vec<i64>,
}

impl Placer<'_> {
    fn is_card(&self, item: usize) -> bool {
        item < self.items.cards
    }

    fn width(&self, item: usize) -> i64 {
        i64::from(if self.is_card(item) {
            self.metrics.card.0
        } else {
            PASSAGE
        })
    }

    /// Least distances of the items of `run` from its left end.
    fn distances(&self, run: &[usize]) -> Vec<i64> {
        let slack = i64::from(self.metrics.gap.saturating_sub(PASSAGE));
        let mut distances = Vec::with_capacity(run.len());
        let mut at = 0;
        for (index, &item) in run.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| run[before]);
            let next_is_card = run.get(index + 1).is_some_and(|&next| self.is_card(next));
            let previous_is_card = before.is_some_and(|before| self.is_card(before));
            if let Some(before) = before {
                at += self.width(before);
            }
            let lonely_passage = !self.is_card(item) && previous_is_card && next_is_card;
            if self.is_card(item) && previous_is_card {
                at += i64::from(self.metrics.gap);
            } else if lonely_passage {
                at += slack / 2;
            } else if self.is_card(item) && index >= 2 && self.is_card(run[index - 2]) {
                at += slack - slack / 2;
            }
            distances.push(at);
        }
        distances
    }

    /// The last column at which `run` may begin.
    fn latest(&self, run: &[usize], distances: &[i64]) -> i64 {
        let Some((&last, &distance)) = run.last().zip(distances.last()) else {
            return 0;
        };
        let block = self.items.block_of[last];
        (i64::from(self.rows.blocks[block].width) - distance - self.width(last)).max(0)
    }

    fn pack(&mut self, run: &[usize]) {
        let distances = self.distances(run);
        let first = self.latest(run, &distances) / 2;
        for (&item, distance) in run.iter().zip(distances) {
            self.left[item] = self.base[self.items.block_of[item]] + first + distance;
        }
    }

    fn pull(&mut self, run: &[usize], by_above: bool, by_below: bool) {
        let distances = self.distances(run);
        let latest = self.latest(run, &distances);
        let Some(&first) = run.first() else { return };
        let base = self.base[self.items.block_of[first]];
        let mut pools: Vec<Pool> = Vec::with_capacity(run.len());
        for (&item, &distance) in run.iter().zip(&distances) {
            let (wanted, weight) = self.wanted(item, by_above, by_below);
            #[allow(clippy::cast_precision_loss)] // columns
            let wanted = wanted - (base + distance) as f64;
            let mut pool = Pool {
                sum: wanted * weight,
                weight,
                items: 1,
            };
            while let Some(before) = pools.last().filter(|before| before.mean() >= pool.mean()) {
                pool = Pool {
                    sum: before.sum + pool.sum,
                    weight: before.weight + pool.weight,
                    items: before.items + pool.items,
                };
                pools.pop();
            }
            pools.push(pool);
        }
        let starts = pools
            .iter()
            .flat_map(|pool| std::iter::repeat_n(pool.mean(), pool.items));
        for ((&item, distance), start) in run.iter().zip(distances).zip(starts) {
            #[allow(clippy::cast_possible_truncation)] // clamped to columns
            let start = (start.round() as i64).clamp(0, latest);
            self.left[item] = base + start + distance;
        }
    }

    fn is_alone(&self, item: usize) -> bool {
        self.items.above.of(item).is_empty() && self.items.below.of(item).is_empty()
    }

    /// Moves cards that nothing pulls at to the ones beside them, and rows of such cards to the
    /// middle of their block.
    fn settle(&mut self, runs: &[&[usize]]) {
        let mut extents = vec![(i64::MAX, i64::MIN); self.base.len()];
        for run in runs {
            let distances = self.distances(run);
            let Some(first) = run.iter().position(|&item| !self.is_alone(item)) else {
                continue;
            };
            for index in (0..first).rev() {
                let step = distances[index + 1] - distances[index];
                self.left[run[index]] = self.left[run[index + 1]] - step;
            }
            for index in first + 1..run.len() {
                if self.is_alone(run[index]) {
                    let step = distances[index] - distances[index - 1];
                    self.left[run[index]] = self.left[run[index - 1]] + step;
                }
            }
            let ends = (run[0], run[run.len() - 1]);
            let extent = &mut extents[self.items.block_of[ends.0]];
            *extent = (
                extent.0.min(self.left[ends.0]),
                extent.1.max(self.left[ends.1] + self.width(ends.1)),
            );
        }
        for run in runs {
            if !run.iter().all(|&item| self.is_alone(item)) {
                continue;
            }
            let distances = self.distances(run);
            let Some((&last, distance)) = run.last().zip(distances.last()) else {
                continue;
            };
            let (from, to) = extents[self.items.block_of[last]];
            if from < to {
                let first = (from + to - distance - self.width(last)) / 2;
                for (&item, distance) in run.iter().zip(distances) {
                    self.left[item] = first + distance;
                }
            }
        }
    }

    /// Where `item` wants its left column, and how much.
    #[allow(clippy::cast_precision_loss)] // columns
    fn wanted(&self, item: usize, by_above: bool, by_below: bool) -> (f64, f64) {
        let above = if by_above {
            self.items.above.of(item)
        } else {
            &[]
        };
        let below = if by_below {
            self.items.below.of(item)
        } else {
            &[]
        };
        let (mut sum, mut weight) = (self.left[item] as f64 * LAZY, LAZY);
        for &other in above.iter().chain(below) {
            let stiff = if !self.is_card(item) && !self.is_card(other) {
                STIFF
            } else {
                1.0
            };
            sum += stiff
                * (self.left[other] as f64 + (self.width(other) - self.width(item)) as f64 / 2.0);
            weight += stiff;
        }
        (sum / weight, weight)
    }
}

/// Items that touch, and so move together.
struct Pool {
    sum: f64,
    weight: f64,
    items: usize,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Moves blocks together and shelves to the middle.
fn crop(rows: &Rows, items: &Items, metrics: &Metrics, left: &[i64]) -> Columns {
    let width = |item: usize| {
        i64::from(if item < items.cards {
            metrics.card.0
        } else {
            PASSAGE
        })
    };
    let mut extents = vec![(i64::MAX, i64::MIN); rows.blocks.len()];
    for (item, &left) in left.iter().enumerate() {
        let extent = &mut extents[items.block_of[item]];
        *extent = (extent.0.min(left), extent.1.max(left + width(item)));
    }
    let mut shelves = vec![0; rows.shelves];
    let mut offsets = Vec::with_capacity(rows.blocks.len());
    for (block, extent) in rows.blocks.iter().zip(&extents) {
        let used = &mut shelves[block.shelf];
        *used += if *used > 0 {
            i64::from(block_gap(metrics))
        } else {
            0
        };
        offsets.push(*used - extent.0);
        *used += extent.1 - extent.0;
    }
    let widest = shelves.iter().copied().max().unwrap_or(0);
    let place = |item: usize| {
        let block = items.block_of[item];
        left[item] + offsets[block] + (widest - shelves[rows.blocks[block].shelf]) / 2
    };
    Columns {
        left: (0..left.len())
            .map(|item| u32::try_from(place(item)).unwrap_or(0))
            .collect(),
        width: u32::try_from(widest).unwrap_or(u32::MAX),
    }
}
