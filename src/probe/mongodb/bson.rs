//! The top level of a BSON document (<https://bsonspec.org/spec.html>): numbers, texts and truth
//! values; everything else is passed over.

use crate::probe::field_reader::{FieldReader, text};

/// Most elements of a document that are read.
const ELEMENTS: usize = 1_000;

/// A value that can be asked for.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(f64),
    Text(String),
    Truth(bool),
}

/// A document, as far as it is of use.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Document(Vec<(String, Value)>);

impl Document {
    /// Reads the document that `bytes` begin with.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let length = usize::try_from(FieldReader::of(bytes).le_i32()?).ok()?;
        let mut fields = FieldReader::of(bytes.get(4..length)?);
        let mut found = Vec::new();
        for _ in 0..ELEMENTS {
            let kind = fields.byte()?;
            if kind == 0 {
                return Some(Self(found));
            }
            let name = text(fields.until_nul()?);
            found.extend(value(kind, &mut fields)?.map(|value| (name, value)));
        }
        None
    }

    /// The number `name`, whichever its width.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.get(name).and_then(|value| {
            if let Value::Number(number) = value {
                Some(*number)
            } else {
                None
            }
        })
    }

    /// The text `name`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|value| {
            if let Value::Text(text) = value {
                Some(text.as_str())
            } else {
                None
            }
        })
    }

    /// Whether `name` is there and true.
    pub fn is(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Truth(true))
    }

    fn get(&self, name: &str) -> Option<&Value> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }
}

/// Reads the value of an element of `kind`; the inner `None` is one that is passed over.
#[allow(clippy::option_option)] // outer: well formed; inner: of use
fn value(kind: u8, fields: &mut FieldReader<'_>) -> Option<Option<Value>> {
    Some(match kind {
        0x01 => Some(Value::Number(f64::from_le_bytes(fields.array()?))),
        0x02 => {
            let length = length(fields)?;
            let bytes = fields.take(length)?;
            Some(Value::Text(text(bytes.strip_suffix(&[0])?)))
        }
        0x08 => Some(Value::Truth(fields.byte()? != 0)),
        0x10 => Some(Value::Number(f64::from(fields.le_i32()?))),
        // A document or an array: its length counts itself.
        0x03 | 0x04 => skip(fields, |length| length.checked_sub(4))?,
        0x05 => skip(fields, |length| length.checked_add(1))?,
        0x0d | 0x0e => skip(fields, Some)?,
        0x07 => passed(fields.take(12)?),
        0x09 | 0x11 | 0x12 => passed(fields.take(8)?),
        0x13 => passed(fields.take(16)?),
        0x0a | 0x7f | 0xff => None,
        0x0b => {
            fields.until_nul()?;
            passed(fields.until_nul()?)
        }
        _ => return None,
    })
}

fn length(fields: &mut FieldReader<'_>) -> Option<usize> {
    usize::try_from(fields.le_i32()?).ok()
}

/// Passes over a value that begins with its length, which is counted as `rest` says.
#[allow(clippy::option_option)] // as above
fn skip(
    fields: &mut FieldReader<'_>,
    rest: impl Fn(usize) -> Option<usize>,
) -> Option<Option<Value>> {
    let length = rest(length(fields)?)?;
    fields.take(length).map(passed)
}

const fn passed(_: &[u8]) -> Option<Value> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_behind_all_that_is_passed_over() {
        let elements: &[&[u8]] = &[
            b"\x03topology\0\x0a\0\0\0\x08a\0\x01\0\0",
            b"\x04list\0\x05\0\0\0\0",
            b"\x05data\0\x02\0\0\0\0\x01\x02",
            b"\x07id\x00123456789012",
            b"\x09at\x0012345678\x11time\x0012345678\x12large\x0012345678",
            b"\x13exact\x001234567890123456\x0anone\0\x0bpattern\0a\0i\0",
            b"\x01ok\0\0\0\0\0\0\0\xf0\x3f\x02set\0\x04\0\0\0rs0\0\x08up\0\x01\x10code\0\x3b\0\0\0",
        ];
        let elements = elements.concat();
        let length = i32::try_from(elements.len() + 5)
            .expect("short")
            .to_le_bytes();
        let bytes = [&length[..], &elements, &[0]].concat();
        let document = Document::read(&bytes).expect("a document");
        assert_eq!(
            (document.number("ok"), document.number("code")),
            (Some(1.0), Some(59.0))
        );
        assert_eq!(
            (document.text("set"), document.is("up"), document.is("set")),
            (Some("rs0"), true, false)
        );
        for end in 0..bytes.len() {
            assert_eq!(Document::read(&bytes[..end]), None, "cut at {end}");
        }
        assert_eq!(Document::read(b"\xff\xff\xff\xff"), None);
    }
}
