//! The patterns of the lines of a log view.

use std::sync::{Arc, PoisonError};

use crate::logs::patterns::{LogPattern, PatternId, PatternMiner};
use crate::model::{LogLine, Timestamp};

use super::find::FindText;
use super::ring::LineNumber;

#[allow(
    clippy::disallowed_types,
    reason = "lines are grouped beside the drawing, and a filter by pattern asks for each line that arrives"
)]
type Miner = std::sync::Mutex<PatternMiner>;

/// A miner that one task feeds while others ask it. It is held for a few lines at a time.
#[derive(Clone, Debug, Default)]
pub struct SharedMiner(Arc<Miner>);

impl PartialEq for SharedMiner {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl SharedMiner {
    /// Adds `lines`; marks are no lines.
    pub fn add(&self, lines: &[Arc<LogLine>]) {
        /// Lines added while others wait: about a millisecond.
        const AT_ONCE: usize = 500;
        for part in lines.chunks(AT_ONCE) {
            let mut miner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for line in part.iter().filter(|line| line.mark.is_none()) {
                miner.add(line);
            }
        }
    }

    /// The patterns, those that are new since `since` first.
    #[must_use]
    pub fn sorted(&self, since: Option<Timestamp>) -> Vec<LogPattern> {
        let miner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        miner.sorted(since).into_iter().cloned().collect()
    }

    /// The pattern that `line` has.
    #[must_use]
    pub fn of(&self, line: &LogLine) -> Option<PatternId> {
        let miner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        miner.of(line)
    }
}

/// The patterns of the lines of a log view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PatternsState {
    /// What groups the lines.
    pub miner: SharedMiner,
    /// The filter and the level whose lines are grouped.
    pub of: FindText,
    /// Number of the first line that was not looked at.
    pub looked: LineNumber,
    /// Lines that got in before that one and were not looked at either: they were late.
    pub late: Vec<Arc<LogLine>>,
    /// The patterns as they were last sorted.
    pub rows: Vec<LogPattern>,
    /// What is new began at or after this moment: the last start of a followed container.
    pub since: Option<Timestamp>,
    /// The chosen pattern; the first one without.
    pub selected: Option<PatternId>,
    /// Whether the patterns stand in place of the lines.
    pub is_open: bool,
    /// Whether lines are being looked at, beside the drawing.
    pub is_running: bool,
    /// When they were last sorted.
    pub sorted_at: Option<Timestamp>,
}

impl PatternsState {
    /// The chosen row; 0 where there is none.
    #[must_use]
    pub fn row(&self) -> usize {
        let mut rows = self.rows.iter();
        let found = rows.position(|pattern| Some(pattern.id) == self.selected);
        found.unwrap_or_default()
    }
}
