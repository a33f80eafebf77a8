//! Step 5: columns, given the order: every item near the mean of what it is joined to, by isotonic
//! regression.

use super::Dimensions;
use super::order::Items;
use super::passages::PASSAGE;
use super::rows::{Rows, block_gap};
use placer::Placer;

mod placer;

/// Passes down and up before both sides pull together.
const PASSES: usize = 3;

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
    pub fn new(rows: &Rows, items: &Items, metrics: &Dimensions, pull: bool) -> Self {
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
            pull_together(&mut placer, &runs);
        }
        let left = placer.left;
        crop(rows, items, metrics, &left)
    }
}

/// The items of every row, block by block.
/// Brings cards nearer to what they are joined with, down and up in turns.
fn pull_together(placer: &mut Placer<'_>, runs: &[&[usize]]) {
    for _ in 0..PASSES {
        runs.iter().for_each(|run| placer.pull(run, true, false));
        let upwards = runs.iter().rev();
        upwards.for_each(|run| placer.pull(run, false, true));
    }
    runs.iter().for_each(|run| placer.pull(run, true, true));
    let upwards = runs.iter().rev();
    upwards.for_each(|run| placer.pull(run, true, true));
    placer.settle(runs);
}

fn runs(items: &Items) -> Vec<&[usize]> {
    let same = |one: &usize, other: &usize| items.block_of[*one] == items.block_of[*other];
    items
        .lines
        .iter()
        .flat_map(|line| line.chunk_by(same))
        .collect()
}

/// The column at which every block begins while they are placed.
fn bases(rows: &Rows, metrics: &Dimensions) -> Vec<i64> {
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

/// Moves blocks together and shelves to the middle.
fn crop(rows: &Rows, items: &Items, metrics: &Dimensions, left: &[i64]) -> Columns {
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
