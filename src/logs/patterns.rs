//! Log lines grouped by their shape: an online log parser after Drain. Numbers, identifiers,
//! addresses and quoted texts are wildcards from the start; what else varies becomes one where the
//! rest of two lines is the same.

mod shape;
mod tree;

use std::cmp::Reverse;
use std::fmt;

use super::record::Record;
use crate::model::text::head;
use crate::model::{LineLevel, LogLine, Timestamp};
use shape::Shape;
use tree::{Entry, Tree};

/// Patterns kept at most; the one that no line has had for the longest time goes.
pub const MAX_PATTERNS: usize = 1_000;
/// Longest example, in bytes.
const MAX_EXAMPLE: usize = 300;

/// A pattern within its miner; a greater one is newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatternId(u64);

/// What lines of one shape share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPattern {
    /// Its identity.
    pub id: PatternId,
    /// Its tokens, what varies as `<*>`; the fields after the message as `key=<*>`.
    pub template: Vec<Box<str>>,
    /// The level of its lines.
    pub level: Option<LineLevel>,
    /// Lines.
    pub count: u64,
    /// The engine's time of the first line.
    pub first_seen: Option<Timestamp>,
    /// Whether it may have come before `first_seen`, as patterns were removed to make room for others.
    pub may_be_older: bool,
    /// The engine's time of the last line.
    pub last_seen: Option<Timestamp>,
    /// One of its lines, cut.
    pub example: String,
}

impl LogPattern {
    /// Whether it is known that its first line came at or after `time`.
    #[must_use]
    pub fn is_new_since(&self, time: Timestamp) -> bool {
        !self.may_be_older && self.first_seen.is_some_and(|first| first >= time)
    }

    /// Whether it is one of errors.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.level == Some(LineLevel::Error)
    }

    /// Lines a second from its first line until `now`; `None` where times are not known or less than
    /// a second has passed.
    #[must_use]
    pub fn per_second(&self, now: Timestamp) -> Option<f64> {
        let seconds = now.duration_since(self.first_seen?).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no exact count")]
        let count = self.count as f64;
        (seconds >= 1.0).then(|| count / seconds)
    }

    fn take(&mut self, at: Option<Timestamp>) {
        self.count += 1;
        self.first_seen = earlier(self.first_seen, at);
        self.last_seen = self.last_seen.max(at);
    }
}

impl fmt::Display for LogPattern {
    /// Its template: `connection to <*> refused`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template.join(" "))
    }
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Groups lines by their shape. The same lines in the same order give the same patterns.
#[derive(Debug)]
pub struct PatternMiner {
    tree: Tree,
    limit: usize,
    /// Lines added.
    added: u64,
    /// Whether patterns were removed.
    has_removed: bool,
    next: u64,
    scratch: Shape,
}

impl Default for PatternMiner {
    fn default() -> Self {
        Self::with_limit(MAX_PATTERNS)
    }
}

impl PatternMiner {
    /// A miner that keeps at most `limit` patterns (at least one).
    #[must_use]
    pub fn with_limit(limit: usize) -> Self {
        Self {
            tree: Tree::default(),
            limit: limit.max(1),
            added: 0,
            has_removed: false,
            next: 0,
            scratch: Shape::default(),
        }
    }

    /// Adds `line` to its pattern.
    pub fn add(&mut self, line: &LogLine) -> PatternId {
        self.add_record(line, &Record::read(&line.text))
    }

    /// Adds `line`, which reads as `record`, to its pattern.
    pub fn add_record(&mut self, line: &LogLine, record: &Record<'_>) -> PatternId {
        self.added += 1;
        let group = self.scratch.read(record, line.level);
        if let Some(entry) = self.tree.find_mut(group, &self.scratch) {
            entry.used = self.added;
            entry.pattern.take(line.at);
            return entry.pattern.id;
        }
        if self.tree.len() >= self.limit {
            self.tree.remove_oldest();
            self.has_removed = true;
        }
        let id = PatternId(self.next);
        self.next += 1;
        let entry = Entry {
            pattern: LogPattern {
                id,
                template: self.scratch.tokens.iter().map(Box::from).collect(),
                level: line.level,
                count: 1,
                first_seen: line.at,
                may_be_older: self.has_removed,
                last_seen: line.at,
                example: head(&line.text, MAX_EXAMPLE).to_owned(),
            },
            message: self.scratch.message,
            used: self.added,
        };
        self.tree.insert(group, &self.scratch, entry);
        id
    }

    /// The pattern whose template `line` has, without adding the line. A line that was added has one
    /// until its pattern is removed; while templates become more general, that may be another one.
    #[must_use]
    pub fn of(&self, line: &LogLine) -> Option<PatternId> {
        let mut shape = Shape::default();
        let group = shape.read(&Record::read(&line.text), line.level);
        self.tree.find(group, &shape).map(|entry| entry.pattern.id)
    }

    /// The pattern `id`; `None` once it was removed.
    #[must_use]
    pub fn get(&self, id: PatternId) -> Option<&LogPattern> {
        self.patterns().find(|pattern| pattern.id == id)
    }

    /// All patterns, in no order.
    pub fn patterns(&self) -> impl Iterator<Item = &LogPattern> {
        self.tree.entries().map(|entry| &entry.pattern)
    }

    /// All patterns: those that are new since `since` first, then by level, the worst first, then by
    /// count.
    #[must_use]
    pub fn sorted(&self, since: Option<Timestamp>) -> Vec<&LogPattern> {
        let mut all: Vec<&LogPattern> = self.patterns().collect();
        all.sort_unstable_by_key(|pattern| {
            let is_new = since.is_some_and(|since| pattern.is_new_since(since));
            Reverse((
                is_new,
                weight(pattern.level),
                pattern.count,
                Reverse(pattern.id),
            ))
        });
        all
    }
}

/// Errors, then warnings, then everything else.
fn weight(level: Option<LineLevel>) -> Option<LineLevel> {
    level.filter(|level| *level >= LineLevel::Warning)
}

/// The patterns of `lines`, sorted as [`PatternMiner::sorted`] does; marks are no lines.
#[must_use]
pub fn summary<'a>(
    lines: impl IntoIterator<Item = &'a LogLine>,
    since: Option<Timestamp>,
) -> Vec<LogPattern> {
    let mut miner = PatternMiner::default();
    for line in lines {
        if line.mark.is_none() {
            miner.add(line);
        }
    }
    miner.sorted(since).into_iter().cloned().collect()
}

#[cfg(test)]
mod tests;
