//! Texts and regular expressions to search for.

use std::fmt;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::error::{FilterError, FilterProblem};
use super::parse::{Piece, is_word};

/// Most bytes that a compiled expression may take, and those of its lazily built automaton.
const REGEX_BYTES: usize = 1 << 20;
/// Deepest nesting of groups in an expression.
const NEST_LIMIT: u32 = 50;

/// What is searched for.
#[derive(Clone, Debug)]
pub(super) struct SearchPattern {
    source: String,
    form: PatternForm,
    regex: Regex,
}

/// How a pattern was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PatternForm {
    /// Plain text.
    Text,
    /// `/regex/`, or the regular expression after `~`.
    Regex,
    /// `/regex/i`.
    AnyCase,
}

impl PartialEq for SearchPattern {
    fn eq(&self, other: &Self) -> bool {
        (self.form, &self.source) == (other.form, &other.source)
    }
}

impl SearchPattern {
    /// Plain text.
    pub fn text(piece: &Piece) -> Result<Self, FilterError> {
        Self::build(&regex::escape(&piece.text), piece, PatternForm::Text, true)
    }

    /// A regular expression for the text of lines; `^` and `$` match at the ends of each.
    pub fn regex(piece: &Piece, any_case: bool) -> Result<Self, FilterError> {
        let form = if any_case {
            PatternForm::AnyCase
        } else {
            PatternForm::Regex
        };
        check(piece)?;
        Self::build(&piece.text, piece, form, true)
    }

    /// The same, where nothing else was written.
    pub fn whole_regex(source: &str) -> Result<Self, FilterError> {
        Self::regex(&Piece::whole(source)?, false)
    }

    /// A regular expression for the value of a field; `^` and `$` match at its ends.
    pub fn of_value(piece: &Piece) -> Result<Self, FilterError> {
        check(piece)?;
        Self::build(&piece.text, piece, PatternForm::Regex, false)
    }

    fn build(
        expression: &str,
        piece: &Piece,
        form: PatternForm,
        multi_line: bool,
    ) -> Result<Self, FilterError> {
        let any_case = match form {
            PatternForm::Text => !has_capital(&piece.text),
            PatternForm::Regex => !has_capital(&without_escapes(&piece.text)),
            PatternForm::AnyCase => true,
        };
        let regex = RegexBuilder::new(expression)
            .case_insensitive(any_case)
            .multi_line(multi_line)
            .size_limit(REGEX_BYTES)
            .dfa_size_limit(REGEX_BYTES)
            .nest_limit(NEST_LIMIT)
            .build()
            // Its syntax was checked before.
            .map_err(|_| FilterProblem::LargeRegex.at(piece.column))?;
        Ok(Self {
            source: piece.text.clone(),
            form,
            regex,
        })
    }

    /// Whether it is plain text.
    pub const fn is_text(&self) -> bool {
        matches!(self.form, PatternForm::Text)
    }

    /// Whether `text` contains it.
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Where in `text` it is; nothing where it matches without a character.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        let found = self.regex.find_iter(text).map(|found| found.range());
        found.filter(|range| !range.is_empty()).collect()
    }

    /// What was written, without quotes or slashes.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Whether `piece` is a regular expression; its problem has the column of the place in it.
fn check(piece: &Piece) -> Result<(), FilterError> {
    let parsed = regex_syntax::ParserBuilder::new()
        .nest_limit(NEST_LIMIT)
        .build()
        .parse(&piece.text);
    let (problem, start) = match parsed {
        Ok(_) => return Ok(()),
        Err(regex_syntax::Error::Parse(error)) => {
            (error.kind().to_string(), error.span().start.offset)
        }
        Err(regex_syntax::Error::Translate(error)) => {
            (error.kind().to_string(), error.span().start.offset)
        }
        Err(other) => (other.to_string(), 0),
    };
    Err(FilterProblem::Regex(problem).at(piece.column_of(start)))
}

/// Whether `text` contains a capital letter.
pub(super) fn has_capital(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

/// A regular expression without its escapes (`\S`, `\pL`, `\p{Greek}`), whose capital letters mean
/// something else.
fn without_escapes(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let class = matches!(chars.next(), Some('p' | 'P' | 'x' | 'u' | 'U'));
        if class && chars.next() == Some('{') {
            chars.by_ref().find(|c| *c == '}');
        }
    }
    out
}

/// As it is written in a filter.
impl fmt::Display for SearchPattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.form {
            PatternForm::Text if is_word(&self.source) => out.write_str(&self.source),
            PatternForm::Text => out.write_str(&quoted(&self.source)),
            PatternForm::Regex => slashed(&self.source, "", out),
            PatternForm::AnyCase => slashed(&self.source, "i", out),
        }
    }
}

/// `text` in quotes, as a filter takes it.
#[must_use]
pub fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

/// Writes an expression between slashes. One that it contains gets a backslash, unless it has one.
fn slashed(source: &str, flags: &str, out: &mut fmt::Formatter<'_>) -> fmt::Result {
    out.write_str("/")?;
    let mut escaped = false;
    for c in source.chars() {
        if c == '/' && !escaped {
            out.write_str("\\")?;
        }
        escaped = c == '\\' && !escaped;
        write!(out, "{c}")?;
    }
    write!(out, "/{flags}")
}
