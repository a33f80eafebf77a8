//! Where what a follower read itself and what comes live meet.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::feed::Begin;
use super::position::Position;
use crate::model::{LogLine, Timestamp};

/// Lines that may come live while a follower still reads what was before; beyond, it reads again.
pub(super) const MOST_LIVE: usize = 20_000;
/// How long after that lines may come live that were written before the first one that it read.
const LATE: Duration = Duration::from_secs(1);

/// The lines that a follower read itself, by the engine's clock.
#[derive(Debug, Default)]
pub(super) struct HistoryOverlap {
    /// The end of them.
    pub position: Position,
    /// The times of the last ones that have not come live; empty once all that comes is new.
    times: VecDeque<Timestamp>,
    /// Whether one of them came live.
    has_met: bool,
    /// How many lines it read.
    count: usize,
    /// Until when lines from before them may come; `None` where there are none.
    late_until: Option<Instant>,
}

impl HistoryOverlap {
    /// Takes `lines` that the follower read itself.
    pub fn saw(&mut self, lines: &[LogLine]) {
        self.position.pass(lines);
        self.count += lines.len();
        self.times.extend(lines.iter().filter_map(|line| line.at));
        let excess = self.times.len().saturating_sub(MOST_LIVE);
        self.times.drain(..excess);
    }

    /// The follower has read everything up to `now` that it wanted: from `begin` on.
    pub fn end(&mut self, begin: Begin, now: Instant) {
        let tail = begin.tail.and_then(|tail| usize::try_from(tail).ok());
        let is_whole = begin.since.is_none() && tail.is_none_or(|tail| self.count < tail);
        self.late_until = (!is_whole).then(|| now + LATE);
    }

    /// Takes away what the follower has read itself, and what was written before that, from `lines`
    /// that come live at `now`.
    pub fn cut(&mut self, lines: &mut Vec<LogLine>, now: Instant) {
        lines.retain(|line| self.times.is_empty() || self.is_new(line.at, now));
    }

    fn is_new(&mut self, at: Option<Timestamp>, now: Instant) -> bool {
        let Some(at) = at else { return false };
        // What comes live is a part of the same log: the rest of it follows line by line.
        if let Some(index) = self.times.iter().position(|it| *it == at) {
            self.times.drain(..=index);
            self.has_met = true;
            return false;
        }
        let is_early = self.times.front().is_some_and(|first| at < *first);
        if is_early && !self.has_met && self.late_until.is_some_and(|until| now < until) {
            return false;
        }
        // From here on everything is new, whatever the clock does.
        self.times = VecDeque::new();
        true
    }
}
