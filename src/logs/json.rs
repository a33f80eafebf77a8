//! JSON as it stands in log lines: read from the left, in the order of the text, also where its end
//! is missing. A document of `serde_json` would sort the fields, and give nothing of a cut one.

pub(super) mod condense;
pub(super) mod meaning;
pub(super) mod text;

/// A value as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct JsonText<'a> {
    /// Its text, with quotes and brackets.
    pub text: &'a str,
    /// Whether its end is there.
    pub complete: bool,
}

/// One member of an object.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct JsonMember<'a> {
    /// Its key as it stands between the quotes.
    pub key: &'a str,
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
    let Some(end) = string_end(inner) else {
        return false;
    };
    inner.starts_with('"')
        && inner
            .get(end..)
            .is_some_and(|rest| rest.trim_start().starts_with(':'))
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
        let inner = text.trim_ascii_start().strip_prefix('{');
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
        if let Some(after) = rest.strip_prefix('}') {
            self.rest = after;
            self.open = false;
            return None;
        }
        let (key, rest) = rest.split_at_checked(string_end(rest)?)?;
        let rest = rest
            .trim_ascii_start()
            .strip_prefix(':')?
            .trim_ascii_start();
        let (length, complete) = value_end(rest)?;
        let (value, after) = rest.split_at_checked(length)?;
        self.rest = after;
        Some(JsonMember {
            key: key.get(1..key.len() - 1)?,
            value: JsonText {
                text: value,
                complete,
            },
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
        let (length, complete) = value_end(value)?;
        let (text, after) = value.split_at_checked(length)?;
        rest = after;
        Some(JsonText { text, complete })
    })
}

/// The length of the string at the begin of `text`, with its quotes.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// `text` without what stands between values.
fn behind_blanks(text: &str) -> &str {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',');
    let blanks = text.as_bytes().iter().take_while(|it| blank(it)).count();
    text.get(blanks..).unwrap_or_default()
}

/// The length of the value at the begin of `text`, and whether its end is there; `None` where no
/// value begins.
fn value_end(text: &str) -> Option<(usize, bool)> {
    let all = (text.len(), false);
    match text.as_bytes().first()? {
        b'"' => Some(string_end(text).map_or(all, |end| (end, true))),
        b'{' | b'[' => Some(nested_end(text).map_or(all, |end| (end, true))),
        b'0'..=b'9' | b'-' | b't' | b'f' | b'n' => {
            let end = text
                .bytes()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'));
            Some(end.map_or(all, |end| (end, true)))
        }
        _ => None,
    }
}

/// The length of the object or array at the begin of `text`.
fn nested_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0usize, 0usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += string_end(text.get(at..)?)?;
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
