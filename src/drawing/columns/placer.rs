//! Moves the items of one row to where their neighbours pull them.

use crate::drawing::Dimensions;
use crate::drawing::order::Items;
use crate::drawing::passages::PASSAGE;
use crate::drawing::rows::Rows;

/// How strongly an item stays where nothing pulls.
const LAZY: f64 = 0.05;

/// How strongly two passages of a net stay in line, compared to a card and its neighbour.
const STIFF: f64 = 6.0;

pub(super) struct Placer<'a> {
    pub items: &'a Items,
    pub metrics: &'a Dimensions,
    pub rows: &'a Rows,
    pub base: &'a [i64],
    pub left: Vec<i64>,
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

    pub fn pack(&mut self, run: &[usize]) {
        let distances = self.distances(run);
        let first = self.latest(run, &distances) / 2;
        for (&item, distance) in run.iter().zip(distances) {
            self.left[item] = self.base[self.items.block_of[item]] + first + distance;
        }
    }

    pub fn pull(&mut self, run: &[usize], by_above: bool, by_below: bool) {
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
    pub fn settle(&mut self, runs: &[&[usize]]) {
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
