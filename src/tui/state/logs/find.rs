//! Which lines of a log view are shown, and which are hits of a search.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::logs::LogFilter;
use crate::logs::patterns::PatternId;
use crate::model::{LineLevel, LogLine};

use super::patterns::SharedMiner;
use super::ring::LineNumber;

/// Lines before and after a match that one key shows, in turn.
pub const CONTEXT: [usize; 3] = [0, 3, 10];

/// What is searched for and what is filtered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogFind {
    /// What was asked for.
    pub wanted: FindText,
    /// What the log was opened to find: where nothing else is wanted, Esc leaves it.
    pub opened_for: Option<FindText>,
    /// Lines shown before and after a match of the filter.
    pub context: usize,
    /// What is wrong with the text that is being typed; what was found before stays.
    pub fault: Option<String>,
    /// Whether it is the filter that cannot be read, not the search.
    pub is_filter_refused: bool,
    /// The question whose answer leads to the nearest hit.
    pub jump: Option<u64>,
    /// The question that was answered last.
    pub answered: u64,
    /// The lines that are shown; `None` where all are.
    pub shown: Option<FoundLines>,
    /// The lines that the search finds; `None` without a search.
    pub hits: Option<FoundLines>,
    /// How often what is wanted changed: an answer to an older question is dropped.
    pub generation: u64,
    /// Whether what is wanted is still to be looked for.
    pub is_stale: bool,
    /// Lines before this one have the number that they had when it was last asked for what is
    /// wanted; a line that is late gets in before others, which changes theirs.
    pub unmoved: LineNumber,
}

/// The texts and the level that decide which lines are shown and which are hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindText {
    /// The filter: other lines are hidden. Empty for none.
    pub filter: String,
    /// The search: hits are highlighted among the other lines. Empty for none.
    pub search: String,
    /// The least level that is shown; `None` for all lines.
    pub level: Option<LineLevel>,
    /// The pattern whose lines are shown alone.
    pub pattern: Option<PatternChoice>,
}

/// A pattern whose lines are shown alone.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternChoice {
    /// Which.
    pub id: PatternId,
    /// Its text, with `<*>` for what varies.
    pub template: String,
    /// What tells whether a line has it.
    pub miner: SharedMiner,
}

impl FindText {
    /// Whether lines are hidden.
    #[must_use]
    pub const fn hides(&self) -> bool {
        !self.filter.is_empty() || self.level.is_some() || self.pattern.is_some()
    }
}

/// Lines that fulfil some criteria.
#[derive(Clone, Debug, Default)]
pub struct FoundLines {
    /// What decides.
    pub criteria: LineCriteria,
    /// Their numbers, ascending.
    pub matches: VecDeque<LineNumber>,
    /// The same with those of the lines around them.
    pub numbers: VecDeque<LineNumber>,
    /// Lines to come that belong to the last match as its context.
    pub pending: usize,
}

impl PartialEq for FoundLines {
    fn eq(&self, other: &Self) -> bool {
        (&self.numbers, &self.matches) == (&other.numbers, &other.matches)
    }
}

/// What a line has to be.
#[derive(Clone, Debug, Default)]
pub struct LineCriteria {
    /// The filter.
    pub filter: LogFilter,
    /// The pattern.
    pub pattern: Option<PatternChoice>,
}

impl LineCriteria {
    /// Whether `line` fulfils them. What hubdeck says between the lines does not.
    #[must_use]
    pub fn matches(&self, line: &LogLine) -> bool {
        self.has_pattern(line) && self.filter.matches(line)
    }

    fn has_pattern(&self, line: &LogLine) -> bool {
        let has = |choice: &PatternChoice| choice.miner.of(line) == Some(choice.id);
        line.mark.is_none() && self.pattern.as_ref().is_none_or(has)
    }

    /// Indices of those of `lines` that fulfil them, ascending.
    #[must_use]
    pub fn all_matches(&self, lines: &[Arc<LogLine>]) -> Vec<usize> {
        let mut found = self.filter.filter_all(lines);
        found.retain(|index| lines.get(*index).is_some_and(|line| self.has_pattern(line)));
        found
    }
}
