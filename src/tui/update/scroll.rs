//! How far a scrolling action goes.

use crate::tui::input::action::{Action, Direction};
use crate::tui::state::Viewport;

/// Lines a scrolling action moves; negative is up, zero for any other action.
pub(super) fn lines(action: &Action, rows: usize) -> isize {
    match action {
        Action::Page(count) => times(*count, rows.saturating_sub(1)),
        Action::HalfPage(count) => times(*count, rows / 2),
        Action::Scroll(count) => times(*count, 1),
        _ => 0,
    }
}

/// `count` times so many lines, at least one.
pub(super) fn times(count: i32, lines: usize) -> isize {
    let lines = isize::try_from(lines.max(1)).unwrap_or(isize::MAX);
    isize::try_from(count).unwrap_or(0).saturating_mul(lines)
}

/// Row of a list of `count` that `action` chooses from row `at`; `None` for an action that chooses
/// none.
pub(super) fn chosen(action: &Action, at: usize, count: usize) -> Option<usize> {
    let last = count.saturating_sub(1);
    Some(match action {
        Action::Move(Direction::Up) => at.saturating_sub(1),
        Action::Move(Direction::Down) => (at + 1).min(last),
        Action::First => 0,
        Action::Last => last,
        Action::Row(row) => (*row).min(last),
        _ => return None,
    })
}

/// The same, also by pages of `rows` rows; the row itself where `action` chooses none.
pub(super) fn chosen_by_pages(action: &Action, at: usize, count: usize, rows: usize) -> usize {
    let by_page = || at.saturating_add_signed(lines(action, rows));
    let row = chosen(action, at, count).unwrap_or_else(by_page);
    row.min(count.saturating_sub(1))
}

/// `top` after a scrolling action in `viewport`.
pub(super) fn scrolled(action: &Action, top: usize, viewport: Viewport) -> usize {
    viewport.scrolled(top, lines(action, viewport.rows))
}

/// `top` after an action on a text, which moves by lines and to both ends as well.
pub(super) fn moved(action: &Action, top: usize, viewport: Viewport) -> usize {
    let by = match action {
        Action::Move(Direction::Up) => -1,
        Action::Move(Direction::Down) => 1,
        Action::First => isize::MIN,
        Action::Last => isize::MAX,
        action => lines(action, viewport.rows),
    };
    viewport.scrolled(top, by)
}
