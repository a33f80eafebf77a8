//! Which log lines are wanted: a filter as people write it.
//!
//! Terms are separated by spaces, and all of them must hold. `-` or `!` before a term inverts it.
//!
//! | term | holds where |
//! |---|---|
//! | `word`, `"some words"` | the text contains it |
//! | `/regex/`, `/regex/i` | the regular expression matches a part of the text |
//! | `level:error`, `level>=warning`, `level:none` | the line says this level |
//! | `status>=500`, `duration_ms>200`, `took>1.5s` | the field is a number or a duration that compares so |
//! | `user=ann`, `user="a b"`, `status=5xx` | the field has this value |
//! | `user!=ann` | the field is there and has another value |
//! | `path~^/api`, `path!~health` | the field is there, and the regular expression matches its value or does not |
//! | `user?`, `user=*` | the field is there |
//!
//! Case matters where a text, value or expression contains a capital letter. The text is searched
//! without colours, stack traces included.

mod error;
mod field;
mod level;
mod parse;
mod pattern;
mod quantity;
mod term;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use super::words::level as level_named;
pub use error::{FilterError, FilterProblem};

use super::without_colours;
use crate::model::{LineLevel, LogLine};
use pattern::SearchPattern;
pub use pattern::quoted;
use term::{Term, Test};

/// Lines from which on a second thread is worth its start.
const MANY: usize = 4_096;

/// A filter of log lines; a clone shares everything. The default one lets every line through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFilter {
    /// The cheap ones first.
    terms: Arc<[Term]>,
}

/// The numbers in it were read from digits: none is NaN.
impl Eq for LogFilter {}

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilter {
    /// The name.
    pub name: String,
    /// The filter as it was written.
    pub text: String,
    /// What it says.
    pub filter: LogFilter,
}

impl LogFilter {
    /// Reads a filter.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse::terms(text).map(Self::of)
    }

    /// The filter that lets through the lines in which the regular expression `pattern` matches;
    /// with `inverted`, all the others.
    ///
    /// # Errors
    /// What is wrong with the expression, and where.
    pub fn regex(pattern: &str, inverted: bool) -> Result<Self, FilterError> {
        let pattern = SearchPattern::whole_regex(pattern)?;
        let test = Test::Text(pattern);
        Ok(Self::of(vec![Term { inverted, test }]))
    }

    /// The filter that lets through the lines with `text` where it is not a part of a longer word, as
    /// `req-1` is of `req-10`.
    ///
    /// # Errors
    /// When it is too long.
    pub fn word(text: &str) -> Result<Self, FilterError> {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let bound = |here: bool| if here { r"\b" } else { "" };
        let (begin, end) = (text.starts_with(is_word), text.ends_with(is_word));
        // Only within brackets does a hyphen mean more than itself.
        let escaped = regex::escape(text).replace(r"\-", "-");
        Self::regex(&format!("{}{escaped}{}", bound(begin), bound(end)), false)
    }

    /// The filter of one condition on a field or the level, such as `status>=500`; all that follows
    /// the sign is the value, spaces included.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn condition(text: &str) -> Result<Self, FilterError> {
        parse::condition(text).map(|term| Self::of(vec![term]))
    }

    /// The filter that lets through the lines of `level` and worse.
    #[must_use]
    pub fn at_least(level: LineLevel) -> Self {
        let test = Test::Level(level::LevelTest::at_least(level));
        Self::of(vec![Term {
            inverted: false,
            test,
        }])
    }

    /// What both let through.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        Self::of(self.terms.iter().chain(&*other.terms).cloned().collect())
    }

    fn of(mut terms: Vec<Term>) -> Self {
        terms.sort_by_key(|term| term.test.cost());
        Self {
            terms: terms.into(),
        }
    }

    /// Whether every line is let through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether `line` is let through. What hubdeck says between the lines (a mark) is a line with
    /// an empty text here.
    #[must_use]
    pub fn matches(&self, line: &LogLine) -> bool {
        if self.terms.is_empty() {
            return true;
        }
        let text = without_colours(&line.text);
        let mut record = None;
        self.terms
            .iter()
            .all(|term| term.matches(line.level, &text, &mut record))
    }

    /// The places in `lines` of those that are let through, in their order. Where fields of many
    /// lines have to be read, two threads share the work.
    #[must_use]
    pub fn filter_all(&self, lines: &[Arc<LogLine>]) -> Vec<usize> {
        if lines.len() < MANY || !self.reads_fields() {
            return self.places(lines, 0);
        }
        let (first, second) = lines.split_at(lines.len() / 2);
        // Threads that share a regular expression wait for each other's buffers.
        let own = Self::of(self.terms.to_vec());
        std::thread::scope(|scope| {
            let other = scope.spawn(move || own.places(second, first.len()));
            let mut places = self.places(first, 0);
            match other.join() {
                Ok(rest) => places.extend(rest),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            places
        })
    }

    fn reads_fields(&self) -> bool {
        let mut terms = self.terms.iter();
        terms.any(|term| matches!(term.test, Test::Field(_)))
    }

    fn places(&self, lines: &[Arc<LogLine>], from: usize) -> Vec<usize> {
        let numbered = lines.iter().enumerate();
        numbered
            .filter(|(_, line)| self.matches(line))
            .map(|(at, _)| from + at)
            .collect()
    }

    /// What is to be highlighted in `text`, which has no colours: where the texts and regular
    /// expressions that are not inverted match. In order, without overlaps.
    #[must_use]
    pub fn highlights(&self, text: &str) -> Vec<Range<usize>> {
        let wanted = self.terms.iter().filter(|term| !term.inverted);
        let mut found: Vec<Range<usize>> = wanted
            .filter_map(|term| match &term.test {
                Test::Text(pattern) => Some(pattern.ranges(text)),
                Test::Level(_) | Test::Field(_) => None,
            })
            .flatten()
            .collect();
        found.sort_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}

/// As [`LogFilter::parse`] reads it.
impl fmt::Display for LogFilter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, term) in self.terms.iter().enumerate() {
            if at > 0 {
                out.write_str(" ")?;
            }
            term.fmt(out)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
