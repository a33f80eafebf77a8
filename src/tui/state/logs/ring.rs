//! The lines that a log view holds, and what of them is at hand without looking at each.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::model::{LineLevel, LogLine, Timestamp};

/// Number of a line of a log view: lines are counted from 0 in the order in which they stand.
pub type LineNumber = u64;

/// Bounded ring of log lines with what was dropped from it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRing {
    /// Lines, oldest first. The first one has the number `discarded`.
    pub lines: VecDeque<Arc<LogLine>>,
    /// Bytes of text in `lines`.
    pub bytes: usize,
    /// Lines that were pushed out of the ring (they can be asked for again).
    pub discarded: u64,
    /// Whether no more are read: as many as fit from a moment on are there.
    pub is_full: bool,
    /// Lines that never came because the follower was slow.
    pub dropped: u64,
    /// Time and level of each of `lines`: a histogram of all of them is drawn without touching
    /// their text.
    pub weights: VecDeque<LineWeight>,
}

/// What a histogram needs of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineWeight {
    /// The engine's time of the line in milliseconds since the epoch; that of the line before where
    /// it has none.
    pub at: i64,
    /// Its level.
    pub level: Option<LineLevel>,
}

impl LogRing {
    /// Number of the line at `index`.
    #[must_use]
    pub const fn number(&self, index: usize) -> LineNumber {
        self.discarded + index as u64
    }

    /// Index of the line `number`; `None` where it was discarded or never came.
    #[must_use]
    pub fn index(&self, number: LineNumber) -> Option<usize> {
        let index = usize::try_from(number.checked_sub(self.discarded)?).ok()?;
        (index < self.lines.len()).then_some(index)
    }

    /// The line `number`.
    #[must_use]
    pub fn line(&self, number: LineNumber) -> Option<&Arc<LogLine>> {
        self.lines.get(self.index(number)?)
    }

    /// Number that the next line gets.
    #[must_use]
    pub fn end(&self) -> LineNumber {
        self.number(self.lines.len())
    }

    /// Number of the first line at or after `at`; [`Self::end`] where there is none.
    #[must_use]
    pub fn first_at(&self, at: Timestamp) -> LineNumber {
        let at = at.as_millisecond();
        let index = self.weights.partition_point(|weight| weight.at < at);
        self.number(index)
    }
}
