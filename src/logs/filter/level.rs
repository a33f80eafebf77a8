//! Terms about the level of a line.

use std::fmt;

use super::term::Comparison;
use crate::logs::words;
use crate::model::LineLevel;

/// What stands for the level of a line that says none.
const NONE: &str = "none";

/// A comparison of the level of a line; `None` is that of a line that says none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LevelTest {
    comparison: Comparison,
    level: Option<LineLevel>,
}

impl LevelTest {
    /// `level` and worse.
    pub const fn at_least(level: LineLevel) -> Self {
        Self {
            comparison: Comparison::AtLeast,
            level: Some(level),
        }
    }

    /// The comparison with the level that `word` names, or what is wrong with it; `Err(None)` where
    /// it is the sign.
    pub fn read(comparison: Comparison, word: &str) -> Result<Self, Option<String>> {
        let level = match word {
            NONE => None,
            word => Some(words::level(word).ok_or_else(|| Some(word.to_owned()))?),
        };
        let equality = matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if equality || (level.is_some() && comparison.orders()) {
            Ok(Self { comparison, level })
        } else {
            Err(None)
        }
    }

    pub fn holds(self, level: Option<LineLevel>) -> bool {
        match (self.comparison, level, self.level) {
            (Comparison::Equal, level, wanted) => level == wanted,
            (Comparison::Unequal, Some(level), wanted) => Some(level) != wanted,
            (comparison, Some(level), Some(wanted)) => comparison.holds(level.cmp(&wanted)),
            _ => false,
        }
    }
}

impl fmt::Display for LevelTest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.comparison {
            Comparison::Equal => ":",
            other => other.sign(),
        };
        let name = self.level.map_or(NONE, LineLevel::id);
        write!(out, "level{sign}{name}")
    }
}
