//! What is wrong with a filter, and where.

use std::fmt;

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FilterError {
    /// The first character of what is wrong, counted from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: FilterProblem,
}

/// What is wrong with a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterProblem {
    /// A `"` or `/` that is not closed.
    Unclosed(char),
    /// Nothing between two `"` or `/`.
    Empty(char),
    /// After a closing `/` stands something else than `i`.
    Flags,
    /// After a closing `"` stands no space.
    NoSpace,
    /// No field with a condition.
    NoCondition,
    /// Nothing follows this sign.
    NoValue(&'static str),
    /// This sign does not compare levels.
    NotForLevels(&'static str),
    /// No level is called so.
    NoLevel(String),
    /// No level that others are worse than is called so.
    NoLeastLevel(String),
    /// Neither a number nor a duration.
    NoNumber(String),
    /// No regular expression; what is wrong with it, in the words of the regex library.
    Regex(String),
    /// A regular expression that needs too much memory.
    LargeRegex,
    /// The whole filter is longer than this many bytes.
    TooLong(usize),
}

impl FilterProblem {
    /// The error of this problem in column `column`.
    pub(super) const fn at(self, column: usize) -> FilterError {
        FilterError {
            column,
            problem: self,
        }
    }
}

/// One sentence without a full stop.
impl fmt::Display for FilterError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let column = self.column;
        match &self.problem {
            FilterProblem::Unclosed('/') => write!(
                out,
                "unclosed / at column {column}; a text that begins with / stands in quotes"
            ),
            FilterProblem::Unclosed(sign) => write!(out, "unclosed {sign} at column {column}"),
            FilterProblem::Empty(sign) => {
                write!(out, "nothing stands between the {sign} at column {column}")
            }
            FilterProblem::Flags => write!(
                out,
                "only the flag i may follow the / before column {column}; a text that begins with / stands in quotes"
            ),
            FilterProblem::NoSpace => write!(out, "a space is missing at column {column}"),
            FilterProblem::NoCondition => write!(
                out,
                "a condition such as status>=500 is missing at column {column}"
            ),
            FilterProblem::NoValue(sign) => {
                write!(out, "no value follows {sign} at column {column}")
            }
            FilterProblem::NotForLevels(sign) => write!(
                out,
                "{sign} at column {column} does not compare with this level; use : or ="
            ),
            FilterProblem::NoLevel(word) => write!(
                out,
                "no level is called \"{word}\" (column {column}); there are trace, debug, info, warning, error and none"
            ),
            FilterProblem::NoLeastLevel(word) => write!(
                out,
                "no level is called \"{word}\"; there are trace, debug, info, warning and error"
            ),
            FilterProblem::NoNumber(word) => write!(
                out,
                "\"{word}\" at column {column} is neither a number nor a duration such as 200ms"
            ),
            FilterProblem::Regex(problem) => {
                write!(
                    out,
                    "the regular expression is wrong at column {column}: {problem}"
                )
            }
            FilterProblem::LargeRegex => {
                write!(
                    out,
                    "the regular expression at column {column} is too large"
                )
            }
            FilterProblem::TooLong(most) => write!(out, "a filter has at most {most} bytes"),
        }
    }
}
