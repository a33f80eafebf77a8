//! Which part of a tail is in sight, counted from its end.

use crate::tui::state::LogsState;
use crate::tui::state::logs::layout;

/// What stands at the bottom of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogPlace {
    /// Lines below it.
    pub back: usize,
    /// Rows of it that are hidden below.
    pub below: usize,
}

impl LogPlace {
    /// The place in `logs`, no further up than shows the first line on top of `rows` rows.
    #[must_use]
    pub fn clamped(logs: &LogsState, columns: usize, rows: usize) -> Self {
        let place = if logs.follow {
            Self { back: 0, below: 0 }
        } else {
            Self {
                back: logs.back.min(logs.len().saturating_sub(1)),
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
    #[must_use]
    pub fn highest(logs: &LogsState, columns: usize, rows: usize) -> Self {
        Self::with_top(logs, columns, rows, 0)
    }

    /// The place with the shown line at `index` on top, or as near as there are lines below it.
    #[must_use]
    pub fn with_top(logs: &LogsState, columns: usize, rows: usize, index: usize) -> Self {
        let len = logs.len();
        let mut used = 0;
        for at in index..len {
            let back = len - 1 - at;
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

    /// So many rows further up; beyond the first line where there are not so many.
    #[must_use]
    pub fn up(mut self, logs: &LogsState, columns: usize, mut count: usize) -> Self {
        while count > 0 && self.back < logs.len() {
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

    /// So many rows further down, to the end at most.
    #[must_use]
    pub fn down(mut self, logs: &LogsState, columns: usize, mut count: usize) -> Self {
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
#[must_use]
pub fn height(logs: &LogsState, back: usize, columns: usize) -> usize {
    let index = logs.len().checked_sub(back + 1);
    let line = index.and_then(|index| logs.line(index));
    line.map_or(1, |line| layout::rows(line, &logs.look, columns))
}
