//! How far a scrolling action goes.

use crate::tui::input::action::Action;
use crate::tui::state::Viewport;

/// `value` moved by `by`, never below zero.
pub(super) fn shift(value: usize, by: isize) -> usize {
    value.saturating_add_signed(by)
}

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

/// `top` after a scrolling action in `viewport`.
pub(super) fn scrolled(action: &Action, top: usize, viewport: Viewport) -> usize {
    shift(top, lines(action, viewport.rows)).min(viewport.total.saturating_sub(viewport.rows))
}
