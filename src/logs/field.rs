//! One field of a record.

use std::borrow::Cow;

/// One field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// Its name; of nested objects the names joined by `.`.
    pub key: Cow<'a, str>,
    /// Its value: text without quotes, everything else as JSON.
    pub value: Cow<'a, str>,
    /// The value where it is a number.
    pub number: Option<f64>,
}

impl<'a> Field<'a> {
    /// A field of text, which may be a number as well.
    pub(super) fn of(key: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        let value = value.into();
        Self {
            key: key.into(),
            number: as_number(&value),
            value,
        }
    }

    /// A field that is a number.
    pub(super) fn measured(key: &'static str, number: f64) -> Self {
        Self {
            key: key.into(),
            value: number.to_string().into(),
            number: Some(number),
        }
    }

    /// The same, independent of the text that it was read from.
    pub(super) fn into_owned<'b>(self) -> Field<'b> {
        Field {
            key: Cow::Owned(self.key.into_owned()),
            value: Cow::Owned(self.value.into_owned()),
            number: self.number,
        }
    }
}

/// The number that `text` is: digits, perhaps a sign, a point, an exponent.
fn as_number(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    // `inf` and `nan` are words here.
    let looks = first.is_ascii_digit() || (matches!(first, b'-' | b'+' | b'.') && text.len() > 1);
    let last = text.bytes().next_back()?.is_ascii_digit();
    (looks && last).then(|| text.parse().ok()).flatten()
}
