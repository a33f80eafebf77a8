//! One term of a filter.

use std::cmp::Ordering;
use std::fmt;

use super::field::FieldTest;
use super::level::LevelTest;
use super::pattern::SearchPattern;
use crate::logs::record::Record;
use crate::model::LineLevel;

/// A term: a test, or what does not pass it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    pub inverted: bool,
    pub test: Test,
}

/// What a term looks at.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Level(LevelTest),
    Text(SearchPattern),
    Field(FieldTest),
}

impl Test {
    /// What a test costs, compared with others.
    pub const fn cost(&self) -> u8 {
        match self {
            Self::Level(_) => 0,
            Self::Text(pattern) if pattern.is_text() => 1,
            Self::Text(_) => 2,
            Self::Field(_) => 3,
        }
    }
}

impl Term {
    /// Whether the term holds for a line with this level and `text`, which has no colours; `record`
    /// is what the text says, read by the first term that needs it.
    pub fn matches<'a>(
        &self,
        level: Option<LineLevel>,
        text: &'a str,
        record: &mut Option<Record<'a>>,
    ) -> bool {
        let passed = match &self.test {
            Test::Level(test) => test.holds(level),
            Test::Text(pattern) => pattern.is_in(text),
            Test::Field(test) => test.holds(record.get_or_insert_with(|| Record::read(text))),
        };
        passed != self.inverted
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.inverted {
            out.write_str("-")?;
        }
        match &self.test {
            Test::Level(test) => test.fmt(out),
            Test::Text(pattern) => pattern.fmt(out),
            Test::Field(test) => test.fmt(out),
        }
    }
}

/// The sign between a field and a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Like,
    Unlike,
}

impl Comparison {
    /// Longer signs before those that they begin with.
    pub const ALL: [Self; 8] = [
        Self::AtLeast,
        Self::AtMost,
        Self::Unequal,
        Self::Unlike,
        Self::Equal,
        Self::Greater,
        Self::Less,
        Self::Like,
    ];

    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
            Self::Like => "~",
            Self::Unlike => "!~",
        }
    }

    /// Whether it compares by order.
    pub const fn orders(self) -> bool {
        matches!(
            self,
            Self::Less | Self::AtMost | Self::Greater | Self::AtLeast
        )
    }

    /// Whether two values in this order compare so; never for [`Self::Like`] and [`Self::Unlike`].
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Like | Self::Unlike => false,
        }
    }
}
