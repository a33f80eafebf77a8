//! The columns of passages.

use std::collections::HashMap;

use super::Board;
use crate::drawing::passages::PASSAGE;

/// The column of every passage: straight below the one above where that can be, never below one of
/// another net.
pub(super) fn columns(board: &Board) -> Vec<u32> {
    let cards = board.items.cards;
    let mut at = vec![0; board.ways.passages.len()];
    let mut above: HashMap<u32, usize> = HashMap::new();
    for line in &board.items.lines {
        let mut here = HashMap::new();
        for (place, &item) in line.iter().enumerate().filter(|&(_, &item)| item >= cards) {
            let index = item - cards;
            let net = board.ways.passages[index].net;
            let left = board.left(item);
            let window = way_through(board, line, place);
            let same = |index: usize| {
                board
                    .ways
                    .passages
                    .get(index)
                    .is_some_and(|other| other.net == net)
            };
            let straight = index
                .checked_sub(1)
                .filter(|&before| same(before))
                .map(|before| at[before]);
            let next = same(index + 1).then(|| board.left(item + 1) + 1);
            let free = |at: &u32| above.get(at).is_none_or(|&other| other == net);
            let mut wishes = straight
                .filter(|at| window.contains(at))
                .into_iter()
                .chain(next.map(|next| next.clamp(*window.start(), *window.end())))
                .chain([left + 1, left, left + 2]);
            at[index] = wishes.find(free).unwrap_or(left + 1);
            here.insert(at[index], net);
        }
        above = here;
    }
    at
}

/// The columns that the passage at `place` of `line` may use, a free one from the cards beside it.
fn way_through(board: &Board, line: &[usize], place: usize) -> std::ops::RangeInclusive<u32> {
    let is_card = |&&item: &&usize| item < board.items.cards;
    let left = board.left(line[place]);
    let before = place
        .checked_sub(1)
        .map(|before| &line[before])
        .filter(is_card);
    let after = line.get(place + 1).filter(is_card);
    let from = before.map_or(left, |&card| board.left(card) + board.metrics.card.0 + 1);
    let to = after.map_or(left + PASSAGE - 1, |&card| board.left(card) - 2);
    from.min(left + 1)..=to.max(left + 1)
}
