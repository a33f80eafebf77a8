//! Scrolling, choosing a line, and what lines look like.

use crate::tui::input::action::{Action, Direction};
use crate::tui::state::logs::place::{LogPlace, height};
use crate::tui::state::logs::{LineNumber, LogNews};
use crate::tui::state::{Drawn, LogsState};
use crate::tui::update::scroll::lines;

use super::find::next_hit;

/// Cells that one key moves lines sideways.
const SIDEWAYS: usize = 16;

/// Carries out scrolling, choosing and switches; other actions are ignored.
pub fn apply(state: &mut LogsState, action: &Action, drawn: &Drawn) {
    let rows = drawn.viewport.rows.max(1);
    match action {
        Action::Move(Direction::Up) => choose_next(state, drawn, true),
        Action::Move(Direction::Down) => choose_next(state, drawn, false),
        Action::Move(Direction::Left) => {
            state.look.left = state.look.left.saturating_sub(SIDEWAYS);
        }
        Action::Move(Direction::Right) if !state.look.wrap => state.look.left += SIDEWAYS,
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            scroll(state, drawn, lines(action, rows));
        }
        Action::First => {
            state.cursor = state.number(0);
            let highest = LogPlace::highest(state, drawn.columns.max(1), rows);
            go(state, highest, false);
        }
        Action::Last => to_end(state),
        Action::Row(row) => choose(state, drawn, state.number(*row)),
        Action::Hit(by) => hit(state, *by < 0, drawn),
        Action::Mark => mark(state),
        Action::NextMark => next_mark(state, drawn),
        Action::ToggleTimestamps => state.look.timestamps = !state.look.timestamps,
        Action::ToggleWrap => {
            state.look.wrap = !state.look.wrap;
            (state.look.left, state.below) = (0, 0);
        }
        Action::ToggleTraces => {
            state.look.unfolded = !state.look.unfolded;
            state.below = 0;
        }
        Action::ToggleHistogram => state.look.no_histogram = !state.look.no_histogram,
        Action::ToggleFollow if state.follow => state.follow = false,
        Action::ToggleFollow => to_end(state),
        _ => {}
    }
}

/// The end, followed, without a chosen line.
fn to_end(state: &mut LogsState) {
    state.cursor = None;
    go(state, LogPlace { back: 0, below: 0 }, true);
}

/// Scrolls by rows; negative is up. The end, once reached, is followed again.
fn scroll(state: &mut LogsState, drawn: &Drawn, by: isize) {
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    if state.is_empty() {
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

/// Chooses the line above (else below) the chosen one; first the lowest one in sight. Below the last
/// one the end is followed, and none is chosen.
fn choose_next(state: &mut LogsState, drawn: &Drawn, up: bool) {
    let Some(last) = state.len().checked_sub(1) else {
        return;
    };
    let bottom = last - state.back.min(last);
    let chosen = state.cursor.and_then(|number| state.shown_at(number));
    let next = match chosen {
        None if !up && state.follow => return,
        None => Some(bottom),
        Some(index) if up => Some(index.saturating_sub(1)),
        Some(index) => Some(index + 1).filter(|next| *next <= last),
    };
    match next {
        Some(index) => choose(state, drawn, state.number(index)),
        None => to_end(state),
    }
}

/// Chooses the line `number` and scrolls as little as brings it into sight.
fn choose(state: &mut LogsState, drawn: &Drawn, number: Option<LineNumber>) {
    let Some(index) = number.and_then(|number| state.shown_at(number)) else {
        return;
    };
    state.cursor = number;
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    let place = LogPlace::clamped(state, columns, rows);
    state.follow = false;
    let back = state.len() - 1 - index;
    if back < place.back || (back == place.back && place.below > 0) {
        return go(state, LogPlace { back, below: 0 }, false);
    }
    let mut used = height(state, place.back, columns) - place.below;
    let mut at = place.back;
    // A line far above is not worth counting all rows between.
    while at < back && used <= rows {
        at += 1;
        used += height(state, at, columns);
    }
    if used > rows {
        let top = LogPlace::with_top(state, columns, rows, index);
        return go(state, top, false);
    }
    go(state, place, false);
}

/// Goes to the next (`up`: previous) line with a hit, round the ends, which is said; the first time
/// to the newest one that is in sight or above.
fn hit(state: &mut LogsState, up: bool, drawn: &Drawn) {
    let Some(hits) = &state.find.hits else {
        return;
    };
    let last = state.len().saturating_sub(1);
    let bottom = state.number(last - state.back.min(last));
    let next = match (state.cursor, bottom) {
        (Some(cursor), _) => next_hit(&hits.matches, cursor, up),
        (None, Some(bottom)) => next_hit(&hits.matches, bottom + 1, true),
        (None, None) => None,
    };
    let is_round = |(from, to): (LineNumber, LineNumber)| if up { to >= from } else { to <= from };
    if state.cursor.zip(next).is_some_and(is_round) {
        state.notices.news = Some(LogNews::SearchWrapped);
    }
    if next.is_some() {
        show(state, next, drawn);
    }
}

/// Goes to the hit that is nearest to the chosen line; without one, to the newest one that is in
/// sight or above.
pub(super) fn nearest_hit(state: &mut LogsState, drawn: &Drawn) {
    let chosen = state.cursor.filter(|at| state.shown_at(*at).is_some());
    let Some(hits) = &state.find.hits else {
        return;
    };
    let Some(at) = chosen else {
        state.cursor = None;
        return hit(state, true, drawn);
    };
    let around = [true, false].map(|up| next_hit(&hits.matches, at, up));
    let on = hits.matches.binary_search(&at).is_ok().then_some(at);
    let nearest = around.into_iter().chain([on]).flatten();
    let nearest = nearest.min_by_key(|number| number.abs_diff(at));
    if nearest.is_some() {
        show(state, nearest, drawn);
    }
}

/// Chooses the line `number` and scrolls so that it stands in the middle.
pub fn show(state: &mut LogsState, number: Option<LineNumber>, drawn: &Drawn) {
    let Some(index) = number.and_then(|number| state.shown_at(number)) else {
        return;
    };
    state.cursor = number;
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    let last = state.len() - 1;
    let mut back = last - index;
    let mut used = 0;
    while back > 0 && used < rows / 2 {
        back -= 1;
        used += height(state, back, columns);
    }
    go(state, LogPlace { back, below: 0 }, false);
}

/// Marks the chosen line, else the lowest one in sight; marked, it is unmarked.
fn mark(state: &mut LogsState) {
    let last = state.len().saturating_sub(1);
    let bottom = state.number(last - state.back.min(last));
    let chosen = state
        .cursor
        .filter(|number| state.shown_at(*number).is_some());
    let Some(number) = chosen.or(bottom) else {
        return;
    };
    if !state.marked.remove(&number) {
        state.marked.insert(number);
    }
}

/// Goes to the next marked line that is shown, round the end.
fn next_mark(state: &mut LogsState, drawn: &Drawn) {
    let from = state.cursor.map_or(0, |number| number + 1);
    let after = state.marked.range(from..).chain(state.marked.range(..from));
    let mut shown = after.filter(|number| state.shown_at(**number).is_some());
    let next = shown.next().copied();
    show(state, next, drawn);
}
