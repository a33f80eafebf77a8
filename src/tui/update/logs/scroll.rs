//! Scrolling and searching.

use crate::tui::input::action::{Action, Direction};
use crate::tui::state::logs::place::{LogPlace, height};
use crate::tui::state::logs::text;
use crate::tui::state::{Drawn, LogsState};
use crate::tui::update::scroll::lines;

/// Carries out scrolling, searching and switches; other actions are ignored.
pub fn apply(state: &mut LogsState, action: &Action, drawn: &Drawn) {
    let rows = drawn.viewport.rows.max(1);
    match action {
        Action::Move(Direction::Up) => scroll(state, drawn, -1),
        Action::Move(Direction::Down) => scroll(state, drawn, 1),
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            scroll(state, drawn, lines(action, rows));
        }
        Action::First => {
            let highest = LogPlace::highest(state, drawn.columns.max(1), rows);
            go(state, highest, false);
        }
        Action::Last => go(state, LogPlace { back: 0, below: 0 }, true),
        Action::Hit(by) => hit(state, *by < 0, drawn),
        Action::ToggleTimestamps => state.timestamps = !state.timestamps,
        Action::ToggleWrap => {
            state.wrap = !state.wrap;
            state.below = 0;
        }
        Action::ToggleFollow if state.follow => state.follow = false,
        Action::ToggleFollow => go(state, LogPlace { back: 0, below: 0 }, true),
        _ => {}
    }
}

/// Scrolls by rows; negative is up. The end, once reached, is followed again.
fn scroll(state: &mut LogsState, drawn: &Drawn, by: isize) {
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    if state.ring.lines.is_empty() {
        return;
    }
    let place = LogPlace::clamped(state, columns, rows);
    if by >= 0 {
        let place = place.down(state, columns, by.unsigned_abs());
        let end = place == LogPlace { back: 0, below: 0 };
        go(state, place, end);
        return;
    }
    let place = place.up(state, columns, by.unsigned_abs());
    let highest = LogPlace::highest(state, columns, rows);
    let place = if (place.back, place.below) > (highest.back, highest.below) {
        highest
    } else {
        place
    };
    // Where everything is in sight there is nothing to scroll to, and the end stays followed.
    let follow = state.follow && place == LogPlace { back: 0, below: 0 };
    go(state, place, follow);
}

fn go(state: &mut LogsState, place: LogPlace, follow: bool) {
    (state.back, state.below, state.follow) = (place.back, place.below, follow);
}

/// Goes to the next (`up`: previous) line with a hit, round the ends; the first time to the newest
/// one that is in sight or above.
fn hit(state: &mut LogsState, up: bool, drawn: &Drawn) {
    let len = state.ring.lines.len();
    if len == 0 || state.search.is_empty() {
        state.hit = None;
        return;
    }
    let needle = state.search.to_lowercase();
    let found = |index: &usize| text::contains(&state.ring.lines[*index].text, &needle);
    let bottom = len - 1 - state.back.min(len - 1);
    let next = match state.hit.filter(|hit| *hit < len) {
        None => (0..=bottom)
            .rev()
            .chain((bottom + 1..len).rev())
            .find(found),
        Some(at) if up => (0..at).rev().chain((at..len).rev()).find(found),
        Some(at) => (at + 1..len).chain(0..=at).find(found),
    };
    state.hit = next;
    if let Some(index) = next {
        show(state, index, drawn);
    }
}

/// Scrolls so that line `index` stands in the middle.
fn show(state: &mut LogsState, index: usize, drawn: &Drawn) {
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    let last = state.ring.lines.len() - 1;
    let mut back = last - index;
    let mut used = 0;
    while back > 0 && used < rows / 2 {
        back -= 1;
        used += height(state, back, columns);
    }
    go(state, LogPlace { back, below: 0 }, false);
}
