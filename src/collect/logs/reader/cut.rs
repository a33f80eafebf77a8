//! Which lines of a log a query wants.

use std::collections::VecDeque;

use crate::collect::logs::position::{Position, Skip};
use crate::model::{LogLine, LogQuery, Timestamp};

/// The last lines before a time.
pub(super) struct LastLines {
    most: usize,
    pub lines: VecDeque<LogLine>,
}

impl LastLines {
    /// Where `query` wants so many lines before a time.
    pub fn of(query: &LogQuery) -> Option<Self> {
        let most = query.until.and(query.tail)?;
        Some(Self {
            most: usize::try_from(most).unwrap_or(usize::MAX),
            lines: VecDeque::new(),
        })
    }

    pub fn push(&mut self, lines: Vec<LogLine>) {
        self.lines.extend(lines);
        let excess = self.lines.len().saturating_sub(self.most);
        self.lines.drain(..excess);
    }
}

/// Takes away the lines from `until` on; gives whether there were any.
pub(super) fn cut_at(lines: &mut Vec<LogLine>, until: Option<Timestamp>) -> bool {
    let Some(until) = until else { return false };
    let end = lines
        .iter()
        .position(|line| line.at.is_some_and(|at| at >= until));
    if let Some(end) = end {
        lines.truncate(end);
    }
    end.is_some()
}

/// Takes away the lines before `since`, and those before the last `tail`.
pub(super) fn cut_before(lines: &mut Vec<LogLine>, since: Option<Timestamp>, tail: Option<u32>) {
    Skip::to(Position::default(), since).cut(lines);
    if let Some(tail) = tail {
        let tail = usize::try_from(tail).unwrap_or(usize::MAX);
        lines.drain(..lines.len().saturating_sub(tail));
    }
}
