//! Step 1: which row every card stands in. Groups fill shelves from left to right; a shelf has
//! every band.

use std::collections::BTreeMap;

use super::ranks::Ranks;
use super::sorting::sort_by_key;
use super::{Dimensions, Graph};

/// One row of cards.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Which shelf.
    pub shelf: usize,
    /// Which band.
    pub band: usize,
    /// Cards, left to right, block by block.
    pub cards: Vec<usize>,
}

/// One group on its shelf.
#[derive(Clone, Debug)]
pub(super) struct GroupBlock {
    /// Which shelf.
    pub shelf: usize,
    /// Columns it may use.
    pub width: u32,
}

/// Where every node stands, as far as rows go.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// Rows, top to bottom, over all shelves.
    pub rows: Vec<Row>,
    /// Groups, in order.
    pub blocks: Vec<GroupBlock>,
    /// Shelves.
    pub shelves: usize,
    /// Row of every node.
    pub row_of: Vec<usize>,
    /// Block of every node.
    pub block_of: Vec<usize>,
}

/// Columns between two blocks.
pub(super) const fn block_gap(metrics: &Dimensions) -> u32 {
    metrics.gap * 2 + 2
}

/// Columns that cards may use.
pub(super) fn available(metrics: &Dimensions) -> u32 {
    metrics
        .width
        .saturating_sub(2 * metrics.margin)
        .max(metrics.card.0)
}

fn packed(cards: usize, metrics: &Dimensions) -> u32 {
    u32::try_from(cards)
        .unwrap_or(u32::MAX)
        .saturating_mul(metrics.card.0 + metrics.gap)
        .saturating_sub(metrics.gap)
}

/// The nodes of each band of each group.
fn by_group_and_band(graph: &Graph) -> BTreeMap<usize, BTreeMap<usize, Vec<usize>>> {
    let mut groups: BTreeMap<usize, BTreeMap<usize, Vec<usize>>> = BTreeMap::new();
    for (index, node) in graph.nodes.iter().enumerate() {
        let bands = groups.entry(node.group).or_default();
        bands.entry(node.band).or_default().push(index);
    }
    groups
}

impl Rows {
    /// Rows for `graph`.
    pub fn new(graph: &Graph, metrics: &Dimensions) -> Self {
        let ranks = Ranks::new(graph);
        let wide = (available(metrics) + metrics.gap) / (metrics.card.0 + metrics.gap).max(1);
        let filler = Filler {
            ranks,
            capacity: (wide as usize).max(1),
        };
        let nodes = graph.nodes.len();
        let mut rows = Self {
            row_of: vec![0; nodes],
            block_of: vec![0; nodes],
            ..Self::default()
        };
        let mut shelf: Vec<BTreeMap<usize, Vec<Vec<usize>>>> = Vec::new();
        let mut used = 0;
        let slack = |used| (available(metrics) + block_gap(metrics)).saturating_sub(used);
        for bands in by_group_and_band(graph).into_values() {
            let bands: BTreeMap<_, _> = bands
                .into_iter()
                .map(|(band, nodes)| (band, filler.lines(&nodes)))
                .collect();
            let most = bands.values().flatten().map(Vec::len).max().unwrap_or(0);
            let width = packed(most, metrics);
            if !shelf.is_empty() && used + width > available(metrics) {
                rows.add_shelf(&std::mem::take(&mut shelf), slack(used));
                used = 0;
            }
            used += width + block_gap(metrics);
            rows.blocks.push(GroupBlock {
                shelf: rows.shelves,
                width,
            });
            shelf.push(bands);
        }
        if !shelf.is_empty() {
            rows.add_shelf(&shelf, slack(used));
        }
        rows
    }

    /// Adds the rows of the blocks on one shelf; `slack` columns are shared by them.
    fn add_shelf(&mut self, shelf: &[BTreeMap<usize, Vec<Vec<usize>>>], slack: u32) {
        let first = self
            .blocks
            .partition_point(|block| block.shelf < self.shelves);
        let share = slack / u32::try_from(shelf.len()).unwrap_or(1).max(1);
        for block in &mut self.blocks[first..] {
            block.width += share;
        }
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for (&band, lines) in shelf.iter().flatten() {
            let count = counts.entry(band).or_default();
            *count = (*count).max(lines.len());
        }
        for (band, count) in counts {
            for line in 0..count {
                let mut cards = Vec::new();
                for (offset, bands) in shelf.iter().enumerate() {
                    for &node in bands
                        .get(&band)
                        .and_then(|lines| lines.get(line))
                        .into_iter()
                        .flatten()
                    {
                        self.row_of[node] = self.rows.len();
                        self.block_of[node] = first + offset;
                        cards.push(node);
                    }
                }
                self.rows.push(Row {
                    shelf: self.shelves,
                    band,
                    cards,
                });
            }
        }
        self.shelves += 1;
    }
}

struct Filler {
    ranks: Ranks,
    capacity: usize,
}

impl Filler {
    /// The rows of one band of one group: ranks from the top, wrapped where they are too wide:
    /// those that call downwards go last.
    fn lines(&self, nodes: &[usize]) -> Vec<Vec<usize>> {
        let mut ranks: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &node in nodes {
            ranks.entry(self.ranks.rank[node]).or_default().push(node);
        }
        let mut lines = Vec::new();
        for mut rank in ranks.into_values() {
            let wraps = rank.len().div_ceil(self.capacity);
            if wraps > 1 {
                sort_by_key(&mut rank, |&node| self.ranks.pull[node].signum());
            }
            let (least, wider) = (rank.len() / wraps, rank.len() % wraps);
            let mut rest = rank.as_slice();
            for wrap in 0..wraps {
                let (line, tail) = rest.split_at(least + usize::from(wrap < wider));
                lines.push(line.to_vec());
                rest = tail;
            }
        }
        lines
    }
}
