//! JSON as it stands in log lines: read from the left, in the order of the text, also where its end
//! is missing. A document of `serde_json` would sort the fields, and give nothing of a cut one.

pub(super) mod condense;
pub(super) mod meaning;
mod own_keys;
pub(super) mod text;

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct JsonText<'a> {
    /// Its text, with quotes and brackets.
    pub text: &'a str,
    /// Whether its end is there.
    pub complete: bool,
    /// Whether it is a string that may have escapes.
    pub is_escaped: bool,
}

/// One member of an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct JsonMember<'a> {
    /// Its key as it stands between the quotes.
    pub key: &'a str,
    /// Whether the key has escapes.
    pub key_is_escaped: bool,
    /// Its value.
    pub value: JsonText<'a>,
}

/// Whether `text` begins like an object with a member, or is an empty one.
pub(super) fn begins_object(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('{') else {
        return false;
    };
    let inner = inner.trim_start();
    if inner.starts_with('}') {
        return true;
    }
    let Some((end, _)) = string_end(inner) else {
        return false;
    };
    inner.starts_with('"')
        && inner
            .get(end..)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// What follows the ASCII character `byte` at the begin of `text`.
fn behind(text: &str, byte: u8) -> Option<&str> {
    let begins = text.as_bytes().first() == Some(&byte);
    text.get(1..).filter(|_| begins)
}

/// The members of an object, up to the first place that is no JSON.
#[derive(Clone, Debug)]
pub(super) struct JsonMembers<'a> {
    rest: &'a str,
    open: bool,
}

impl<'a> JsonMembers<'a> {
    /// The members of the object that `text` begins with.
    pub(super) fn of(text: &'a str) -> Self {
        let inner = behind(text.trim_ascii_start(), b'{');
        Self {
            rest: inner.unwrap_or_default(),
            open: inner.is_some(),
        }
    }

    /// What follows the object; `None` where it did not end, or before all members were read.
    pub(super) fn after(&self) -> Option<&'a str> {
        (!self.open).then_some(self.rest)
    }
}

impl<'a> Iterator for JsonMembers<'a> {
    type Item = JsonMember<'a>;

    fn next(&mut self) -> Option<JsonMember<'a>> {
        if !self.open {
            return None;
        }
        let rest = behind_blanks(self.rest);
        if let Some(after) = behind(rest, b'}') {
            self.rest = after;
            self.open = false;
            return None;
        }
        let (end, key_is_escaped) = string_end(rest)?;
        let (key, rest) = rest.split_at_checked(end)?;
        let rest = behind(rest.trim_ascii_start(), b':')?.trim_ascii_start();
        let (value, after) = value_at(rest)?;
        self.rest = after;
        Some(JsonMember {
            key: key.get(1..key.len() - 1)?,
            key_is_escaped,
            value,
        })
    }
}

/// The elements of an array.
pub(super) fn elements(text: &str) -> impl Iterator<Item = JsonText<'_>> {
    let mut rest = text.strip_prefix('[').unwrap_or_default();
    std::iter::from_fn(move || {
        let value = behind_blanks(rest);
        if value.starts_with(']') {
            return None;
        }
        let (value, after) = value_at(value)?;
        rest = after;
        Some(value)
    })
}

/// The length of the string at the begin of `text`, with its quotes, and whether it has escapes.
fn string_end(text: &str) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let (mut at, mut is_escaped) = (1, false);
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some((at + 1, is_escaped));
        }
        is_escaped = true;
        at += 2;
    }
}

/// `text` without what stands between values.
fn behind_blanks(text: &str) -> &str {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',');
    let blanks = text.as_bytes().iter().take_while(|it| blank(it)).count();
    text.get(blanks..).unwrap_or_default()
}

/// The value at the begin of `text`, and what follows it; `None` where no value begins.
fn value_at(text: &str) -> Option<(JsonText<'_>, &str)> {
    let (end, is_escaped) = match text.as_bytes().first()? {
        b'"' => match string_end(text) {
            Some((end, is_escaped)) => (Some(end), is_escaped),
            None => (None, true),
        },
        b'{' | b'[' => (nested_end(text), false),
        b'0'..=b'9' | b'-' | b't' | b'f' | b'n' => {
            let ends = |byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r');
            (text.bytes().position(ends), false)
        }
        _ => return None,
    };
    let (value, after) = text.split_at_checked(end.unwrap_or(text.len()))?;
    let value = JsonText {
        text: value,
        complete: end.is_some(),
        is_escaped,
    };
    Some((value, after))
}

/// The length of the object or array at the begin of `text`.
fn nested_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0usize, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += string_end(text.get(at..)?)?.0;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}
