//! Terms about a field of a record.

use std::fmt;

use super::error::{FilterError, FilterProblem};
use super::parse::Piece;
use super::pattern::{SearchPattern, has_capital, quoted};
use super::quantity::Quantity;
use super::term::Comparison;
use crate::logs::record::{Field, Record};

/// The name under which the message of a record is found too.
const MESSAGE: &str = "message";

/// A condition on the field `key`; a record without that field does not meet it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldTest {
    key: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Exists,
    Compares(Comparison, Wanted),
    Matches {
        unlike: bool,
        pattern: SearchPattern,
    },
}

/// The value after the sign.
#[derive(Clone, Debug, PartialEq)]
struct Wanted {
    text: String,
    is_quoted: bool,
    /// What it is as a number, unless it stands in quotes.
    quantity: Option<Quantity>,
    /// The first digit of a class of HTTP statuses (`5xx`).
    class: Option<f64>,
    any_case: bool,
}

impl FieldTest {
    /// Whether there is a field `key`.
    pub fn exists(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            condition: Condition::Exists,
        }
    }

    /// The field `key` compared with `value`.
    pub fn read(key: &str, comparison: Comparison, value: &Piece) -> Result<Self, FilterError> {
        let condition = match comparison {
            Comparison::Like | Comparison::Unlike => Condition::Matches {
                unlike: comparison == Comparison::Unlike,
                pattern: SearchPattern::of_value(value)?,
            },
            Comparison::Equal if value.text == "*" && !value.is_quoted => Condition::Exists,
            _ => {
                let wanted = Wanted::of(value);
                if comparison.orders() && wanted.quantity.is_none() {
                    return Err(FilterProblem::NoNumber(wanted.text).at(value.column));
                }
                Condition::Compares(comparison, wanted)
            }
        };
        Ok(Self {
            key: key.to_owned(),
            condition,
        })
    }

    pub fn holds(&self, record: &Record<'_>) -> bool {
        let mut fields = record.fields.iter();
        let field = fields.find(|field| field.key.eq_ignore_ascii_case(&self.key));
        match field {
            Some(Field { value, number, .. }) => self.meets(value, *number),
            None if self.key.eq_ignore_ascii_case(MESSAGE) => self.meets(&record.message, None),
            None => false,
        }
    }

    fn meets(&self, value: &str, number: Option<f64>) -> bool {
        match &self.condition {
            Condition::Exists => true,
            Condition::Matches { unlike, pattern } => pattern.is_in(value) != *unlike,
            Condition::Compares(Comparison::Equal, wanted) => {
                wanted.equals(&self.key, value, number)
            }
            Condition::Compares(Comparison::Unequal, wanted) => {
                !wanted.equals(&self.key, value, number)
            }
            Condition::Compares(comparison, wanted) => {
                let own = quantity(value, number);
                let order = own.zip(wanted.quantity);
                let order = order.and_then(|(own, wanted)| own.compare(&self.key, wanted));
                order.is_some_and(|order| comparison.holds(order))
            }
        }
    }
}

/// A value as a number.
fn quantity(value: &str, number: Option<f64>) -> Option<Quantity> {
    number.map(Quantity::of).or_else(|| Quantity::read(value))
}

impl Wanted {
    fn of(piece: &Piece) -> Self {
        let text = piece.text.clone();
        let plain = !piece.is_quoted;
        Self {
            is_quoted: piece.is_quoted || needs_quotes(&text),
            quantity: Quantity::read(&text).filter(|_| plain),
            class: class(&text).filter(|_| plain),
            any_case: !has_capital(&text),
            text,
        }
    }

    /// Whether the value of the field `key` is this one: as a text, as a number, or of the class.
    fn equals(&self, key: &str, value: &str, number: Option<f64>) -> bool {
        if self.is_text(value) {
            return true;
        }
        let own = quantity(value, number);
        if let Some(class) = self.class {
            let [from, below] = [class, class + 1.0].map(|it| Quantity::of(it * 100.0));
            let is = |comparison: Comparison, wanted| {
                let order = own.and_then(|own| own.compare(key, wanted));
                order.is_some_and(|order| comparison.holds(order))
            };
            return is(Comparison::AtLeast, from) && is(Comparison::Less, below);
        }
        match (own, self.quantity) {
            (Some(own), Some(wanted)) if wanted.is_exact() => {
                own.compare(key, wanted).is_some_and(|order| order.is_eq())
            }
            _ => false,
        }
    }

    fn is_text(&self, value: &str) -> bool {
        if !self.any_case {
            return self.text == value;
        }
        self.text.eq_ignore_ascii_case(value)
            || (!value.is_ascii() && self.text.to_lowercase() == value.to_lowercase())
    }
}

/// The first digit of `1xx` to `5xx`.
fn class(text: &str) -> Option<f64> {
    match text.as_bytes() {
        [digit @ b'1'..=b'5', b'x' | b'X', b'x' | b'X'] => Some(f64::from(digit - b'0')),
        _ => None,
    }
}

impl fmt::Display for FieldTest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.key)?;
        let (comparison, text, is_quoted) = match &self.condition {
            Condition::Exists => return out.write_str("?"),
            Condition::Compares(comparison, wanted) => {
                (*comparison, wanted.text.as_str(), wanted.is_quoted)
            }
            Condition::Matches { unlike, pattern } => {
                let comparison = if *unlike {
                    Comparison::Unlike
                } else {
                    Comparison::Like
                };
                (comparison, pattern.source(), needs_quotes(pattern.source()))
            }
        };
        out.write_str(comparison.sign())?;
        if is_quoted {
            out.write_str(&quoted(text))
        } else {
            out.write_str(text)
        }
    }
}

/// Whether a value ends too early where it stands without quotes.
fn needs_quotes(value: &str) -> bool {
    value.is_empty() || value.starts_with('"') || value.contains(char::is_whitespace)
}
