//! Reads the text of a filter.

use super::error::{FilterError, FilterProblem};
use super::field::FieldTest;
use super::level::LevelTest;
use super::pattern::SearchPattern;
use super::term::{Comparison, Term, Test};

/// Most bytes of a filter.
const MAX_BYTES: usize = 4_096;

/// The terms of a filter.
pub(super) fn terms(text: &str) -> Result<Vec<Term>, FilterError> {
    let mut reader = Reader::new(text)?;
    let mut terms = Vec::new();
    while let Some(term) = reader.term()? {
        terms.push(term);
    }
    Ok(terms)
}

/// The term of one condition on a field or the level, whose value may contain spaces.
pub(super) fn condition(text: &str) -> Result<Term, FilterError> {
    let mut reader = Reader::new(text)?;
    let inverted = reader.next_if(is_inversion).is_some();
    let Some(head) = Head::of(reader.rest) else {
        return Err(FilterProblem::NoCondition.at(reader.column));
    };
    let test = reader.conditional(&head, |_| true)?;
    if reader.rest.trim().is_empty() {
        Ok(Term { inverted, test })
    } else {
        Err(FilterProblem::NoCondition.at(reader.column))
    }
}

/// A text or value with the column of each of its characters.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub text: String,
    pub is_quoted: bool,
    /// Where it begins: of one in quotes, the quote.
    pub column: usize,
    /// The columns of its characters.
    columns: Vec<usize>,
}

impl Piece {
    const fn new(column: usize, is_quoted: bool) -> Self {
        Self {
            text: String::new(),
            is_quoted,
            column,
            columns: Vec::new(),
        }
    }

    /// All of `text`.
    pub fn whole(text: &str) -> Result<Self, FilterError> {
        let mut reader = Reader::new(text)?;
        let mut piece = Self::new(reader.column, false);
        while let Some(c) = reader.next() {
            piece.push(c, reader.column - 1);
        }
        Ok(piece)
    }

    /// The column of the character at byte `offset` of the text.
    pub fn column_of(&self, offset: usize) -> usize {
        let characters = self.text.char_indices();
        let place = characters.take_while(|(at, _)| *at < offset).count();
        let column = self.columns.get(place).or(self.columns.last());
        column.copied().unwrap_or(self.column)
    }

    /// The same, unless nothing stands between two `sign`s.
    fn filled(self, sign: char) -> Result<Self, FilterError> {
        if self.text.is_empty() {
            return Err(FilterProblem::Empty(sign).at(self.column));
        }
        Ok(self)
    }

    fn push(&mut self, c: char, column: usize) {
        self.text.push(c);
        self.columns.push(column);
    }
}

/// What is left of a filter.
struct Reader<'a> {
    rest: &'a str,
    /// The column of the next character.
    column: usize,
}

impl<'a> Reader<'a> {
    const fn new(text: &'a str) -> Result<Self, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterProblem::TooLong(MAX_BYTES).at(1));
        }
        Ok(Self {
            rest: text,
            column: 1,
        })
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        self.column += 1;
        Some(next)
    }

    fn next_if(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        self.peek().filter(|c| wanted(*c))?;
        self.next()
    }

    /// Goes on behind `text`, with which the rest begins.
    fn skip(&mut self, text: &str) {
        for _ in text.chars() {
            self.next();
        }
    }

    fn term(&mut self) -> Result<Option<Term>, FilterError> {
        while self.next_if(char::is_whitespace).is_some() {}
        let Some(first) = self.peek() else {
            return Ok(None);
        };
        let mut after = self.rest.chars().skip(1);
        let inverted = is_inversion(first) && after.next().is_some_and(|c| !c.is_whitespace());
        if inverted {
            self.next();
        }
        let test = match self.peek() {
            Some('"') => Test::Text(SearchPattern::text(&self.quoted()?.filled('"')?)?),
            Some('/') => self.regex()?,
            _ => self.word()?,
        };
        Ok(Some(Term { inverted, test }))
    }

    /// A text in quotes; `\"` and `\\` stand for `"` and `\`.
    fn quoted(&mut self) -> Result<Piece, FilterError> {
        let mut piece = self.delimited('"', |c| matches!(c, '"' | '\\'))?;
        piece.is_quoted = true;
        match self.peek() {
            Some(c) if !c.is_whitespace() => Err(FilterProblem::NoSpace.at(self.column)),
            _ => Ok(piece),
        }
    }

    /// A regular expression between slashes; `\/` stands for a slash.
    fn regex(&mut self) -> Result<Test, FilterError> {
        let piece = self.delimited('/', |c| c == '/')?.filled('/')?;
        let flags = self.column;
        let any_case = self.next_if(|c| c == 'i').is_some();
        match self.peek() {
            Some(c) if !c.is_whitespace() => Err(FilterProblem::Flags.at(flags)),
            _ => Ok(Test::Text(SearchPattern::regex(&piece, any_case)?)),
        }
    }

    /// What stands between two `sign`s. A backslash is left out before what `is_escaped`.
    fn delimited(
        &mut self,
        sign: char,
        is_escaped: impl Fn(char) -> bool,
    ) -> Result<Piece, FilterError> {
        let mut piece = Piece::new(self.column, false);
        self.next();
        loop {
            let column = self.column;
            match self.next() {
                None => return Err(FilterProblem::Unclosed(sign).at(piece.column)),
                Some(c) if c == sign => break,
                Some('\\') => match self.next() {
                    Some(c) if is_escaped(c) => piece.push(c, column),
                    Some(c) => {
                        piece.push('\\', column);
                        piece.push(c, column + 1);
                    }
                    None => piece.push('\\', column),
                },
                Some(c) => piece.push(c, column),
            }
        }
        Ok(piece)
    }

    /// A term about a field or the level, else a plain word.
    fn word(&mut self) -> Result<Test, FilterError> {
        let Some(head) = Head::of(self.rest) else {
            let word = self.bare(|c| !c.is_whitespace());
            return Ok(Test::Text(SearchPattern::text(&word)?));
        };
        self.conditional(&head, |c| !c.is_whitespace())
    }

    /// A term that begins with `head`; its value, unless it stands in quotes, consists of what
    /// `is_value`.
    fn conditional(
        &mut self,
        head: &Head<'_>,
        is_value: impl Fn(char) -> bool,
    ) -> Result<Test, FilterError> {
        self.skip(head.key);
        let (column, sign) = (self.column, head.sign);
        if sign == EXISTS {
            self.skip(sign);
            return Ok(Test::Field(FieldTest::exists(head.key)));
        }
        self.skip(sign);
        let value = match self.peek() {
            Some('"') => self.quoted()?,
            Some(c) if is_value(c) => self.bare(is_value),
            _ => return Err(FilterProblem::NoValue(sign).at(column)),
        };
        let comparison = head.comparison;
        if !head.key.eq_ignore_ascii_case(LEVEL) {
            return FieldTest::read(head.key, comparison, &value).map(Test::Field);
        }
        let test = LevelTest::read(comparison, &value.text);
        test.map(Test::Level).map_err(|wrong| match wrong {
            Some(word) => FilterProblem::NoLevel(word).at(value.column),
            None => FilterProblem::NotForLevels(sign).at(column),
        })
    }

    /// What `is_value`.
    fn bare(&mut self, is_value: impl Fn(char) -> bool) -> Piece {
        let mut piece = Piece::new(self.column, false);
        while let Some(c) = self.next_if(&is_value) {
            piece.push(c, self.column - 1);
        }
        piece
    }
}

/// The key of the level.
const LEVEL: &str = "level";
/// What stands after a key that is wanted with any value.
const EXISTS: &str = "?";

/// What a term about a field begins with.
struct Head<'a> {
    key: &'a str,
    sign: &'static str,
    comparison: Comparison,
}

impl<'a> Head<'a> {
    /// The key and the sign that `text` begins with.
    fn of(text: &'a str) -> Option<Self> {
        let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@');
        let after = text.trim_start_matches(is_inner);
        let (key, after) = text.split_at_checked(text.len() - after.len())?;
        let begins = key.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '@'));
        if !begins || !key.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            return None;
        }
        let is_end = |rest: &str| rest.chars().next().is_none_or(char::is_whitespace);
        let (sign, comparison) = match after.strip_prefix(EXISTS) {
            Some(rest) if is_end(rest) => (EXISTS, Comparison::Equal),
            _ if key.eq_ignore_ascii_case(LEVEL) && after.starts_with(':') => {
                (":", Comparison::Equal)
            }
            _ => {
                let mut all = Comparison::ALL.into_iter();
                let found = all.find(|each| after.starts_with(each.sign()))?;
                (found.sign(), found)
            }
        };
        Some(Self {
            key,
            sign,
            comparison,
        })
    }
}

/// Whether a term that begins with `c` is an inverted one.
const fn is_inversion(c: char) -> bool {
    matches!(c, '-' | '!')
}

/// Whether `text` is a plain word that means itself without quotes.
pub(super) fn is_word(text: &str) -> bool {
    let begins = |c: char| c == '"' || c == '/' || is_inversion(c);
    !text.is_empty()
        && !text.starts_with(begins)
        && !text.contains(char::is_whitespace)
        && Head::of(text).is_none()
}
