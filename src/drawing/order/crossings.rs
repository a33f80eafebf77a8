//! How often lines between neighbouring rows cross.

use super::Items;

/// How many crossings there are; `position` is the place of every item inside its row.
pub(super) fn count(items: &Items, position: &[usize]) -> u64 {
    let mut total = 0;
    let mut tree = Vec::new();
    let mut ends = Vec::new();
    for (row, line) in items.lines.iter().enumerate() {
        let below = items.lines.get(row + 1).map_or(0, Vec::len);
        tree.clear();
        tree.resize(below + 1, 0_u64);
        let mut seen = 0;
        for &item in line {
            ends.clear();
            ends.extend(items.below.of(item).iter().map(|&other| position[other]));
            ends.sort_unstable();
            for &end in &ends {
                total += seen - up_to(&tree, end);
            }
            for &end in &ends {
                add(&mut tree, end);
                seen += 1;
            }
        }
    }
    total
}

/// How many crossings fewer there are when two neighbours, joined to `one` and `other`, change
/// places.
pub(super) fn gain(one: &[usize], other: &[usize], position: &[usize]) -> i64 {
    let pairs = one.iter().flat_map(|&one| {
        other
            .iter()
            .map(move |&other| (position[one], position[other]))
    });
    pairs
        .map(|(one, other)| i64::from(one > other) - i64::from(one < other))
        .sum()
}

/// How many of the positions added to the Fenwick `tree` are at most `position`.
fn up_to(tree: &[u64], position: usize) -> u64 {
    let mut index = (position + 1).min(tree.len() - 1);
    let mut sum = 0;
    while index > 0 {
        sum += tree[index];
        index &= index - 1;
    }
    sum
}

fn add(tree: &mut [u64], position: usize) {
    let mut index = position + 1;
    while index < tree.len() {
        tree[index] += 1;
        index += index & index.wrapping_neg();
    }
}
