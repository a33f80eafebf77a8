//! Scrolling and searching.

use super::line;
use crate::tui::action::{Action, Direction};
use crate::tui::scene::HitMap;
use crate::tui::state::LogsState;

/// What stands at the bottom of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Lines below it.
    pub back: usize,
    /// Rows of it that are hidden below.
    pub below: usize,
}

impl Place {
    /// The place in `logs`, no further up than shows the first line on top of `rows` rows.
    #[must_use]
    pub fn clamped(logs: &LogsState, columns: usize, rows: usize) -> Self {
        let place = if logs.follow {
            Self { back: 0, below: 0 }
        } else {
            Self {
                back: logs.back.min(logs.ring.lines.len().saturating_sub(1)),
                below: logs.below,
            }
        };
        let highest = Self::highest(logs, columns, rows);
        if (place.back, place.below) > (highest.back, highest.below) {
            highest
        } else {
            place.whole(logs, columns)
        }
    }

    /// With at least one row of the line in sight.
    fn whole(self, logs: &LogsState, columns: usize) -> Self {
        Self {
            below: self.below.min(height(logs, self.back, columns) - 1),
            ..self
        }
    }

    /// The place that shows the first row of the first line on top.
    fn highest(logs: &LogsState, columns: usize, rows: usize) -> Self {
        let len = logs.ring.lines.len();
        let mut used = 0;
        for index in 0..len {
            let back = len - 1 - index;
            used += height(logs, back, columns);
            if used >= rows {
                return Self {
                    back,
                    below: used - rows,
                };
            }
        }
        Self { back: 0, below: 0 }
    }

    fn up(mut self, logs: &LogsState, columns: usize, mut count: usize) -> Self {
        while count > 0 && self.back < logs.ring.lines.len() {
            let left = height(logs, self.back, columns)
                .saturating_sub(self.below)
                .max(1);
            if count < left {
                self.below += count;
                return self;
            }
            count -= left;
            self = Self {
                back: self.back + 1,
                below: 0,
            };
        }
        self
    }

    fn down(mut self, logs: &LogsState, columns: usize, mut count: usize) -> Self {
        while count > 0 {
            if self.below > 0 {
                let step = self.below.min(count);
                self.below -= step;
                count -= step;
            } else if self.back > 0 {
                self.back -= 1;
                self.below = height(logs, self.back, columns) - 1;
                count -= 1;
            } else {
                break;
            }
        }
        self
    }
}

/// Rows of the line that has `back` lines below it.
fn height(logs: &LogsState, back: usize, columns: usize) -> usize {
    let lines = &logs.ring.lines;
    let line = lines
        .len()
        .checked_sub(back + 1)
        .and_then(|index| lines.get(index));
    line.map_or(1, |line| line::rows(line, logs.wrap, columns))
}

/// Carries out scrolling, searching and switches; other actions are ignored.
pub fn apply(state: &mut LogsState, action: &Action, drawn: &HitMap) {
    let rows = drawn.viewport.rows.max(1);
    match action {
        Action::Move(Direction::Up) => scroll(state, drawn, -1),
        Action::Move(Direction::Down) => scroll(state, drawn, 1),
        Action::Page(pages) => scroll(state, drawn, steps(*pages, rows.saturating_sub(1))),
        Action::HalfPage(pages) => scroll(state, drawn, steps(*pages, rows / 2)),
        Action::Scroll(lines) => scroll(state, drawn, steps(*lines, 1)),
        Action::First => {
            let highest = Place::highest(state, drawn.columns.max(1), rows);
            go(state, highest, false);
        }
        Action::Last => go(state, Place { back: 0, below: 0 }, true),
        Action::Hit(by) => hit(state, *by < 0, drawn),
        Action::ToggleTimestamps => state.timestamps = !state.timestamps,
        Action::ToggleWrap => {
            state.wrap = !state.wrap;
            state.below = 0;
        }
        Action::ToggleFollow if state.follow => state.follow = false,
        Action::ToggleFollow => go(state, Place { back: 0, below: 0 }, true),
        _ => {}
    }
}

fn steps(count: i32, rows: usize) -> isize {
    let rows = isize::try_from(rows.max(1)).unwrap_or(isize::MAX);
    isize::try_from(count).unwrap_or(0).saturating_mul(rows)
}

/// Scrolls by rows; negative is up. The end, once reached, is followed again.
fn scroll(state: &mut LogsState, drawn: &HitMap, by: isize) {
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    if state.ring.lines.is_empty() {
        return;
    }
    let place = Place::clamped(state, columns, rows);
    if by >= 0 {
        let place = place.down(state, columns, by.unsigned_abs());
        let end = place == Place { back: 0, below: 0 };
        go(state, place, end);
        return;
    }
    let place = place.up(state, columns, by.unsigned_abs());
    let highest = Place::highest(state, columns, rows);
    let place = if (place.back, place.below) > (highest.back, highest.below) {
        highest
    } else {
        place
    };
    // Where everything is in sight there is nothing to scroll to, and the end stays followed.
    let follow = state.follow && place == Place { back: 0, below: 0 };
    go(state, place, follow);
}

fn go(state: &mut LogsState, place: Place, follow: bool) {
    (state.back, state.below, state.follow) = (place.back, place.below, follow);
}

/// Goes to the next (`up`: previous) line with a hit, round the ends; the first time to the newest
/// one that is in sight or above.
fn hit(state: &mut LogsState, up: bool, drawn: &HitMap) {
    let len = state.ring.lines.len();
    if len == 0 || state.search.is_empty() {
        state.hit = None;
        return;
    }
    let needle = state.search.to_lowercase();
    let found = |index: &usize| line::contains(&state.ring.lines[*index].text, &needle);
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
fn show(state: &mut LogsState, index: usize, drawn: &HitMap) {
    let (columns, rows) = (drawn.columns.max(1), drawn.viewport.rows.max(1));
    let last = state.ring.lines.len() - 1;
    let mut back = last - index;
    let mut used = 0;
    while back > 0 && used < rows / 2 {
        back -= 1;
        used += height(state, back, columns);
    }
    go(state, Place { back, below: 0 }, false);
}
