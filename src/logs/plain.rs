//! Log lines of services as people read them: without the time that they begin with, JSON as level,
//! message and fields; and which of them differ in nothing that matters.

use std::borrow::Cow;

use super::own_time;
use super::parts::parts;
use super::record::{LogForm, Record};

/// Digits from which on a number is an identifier.
const IDENTIFIER: usize = 5;
/// Where the time of an access log begins at the latest.
const TIME_BY: usize = 160;

/// `line` without its own time, with the parts of a JSON object in readable order; as it is where
/// nothing would remain.
#[must_use]
pub fn plain(line: &str) -> Cow<'_, str> {
    if let Some(text) = readable(line) {
        return Cow::Owned(text);
    }
    let at = before_time(line);
    let (before, rest) = line.split_at_checked(at).unwrap_or(("", line));
    match behind_time(rest) {
        Some(rest) if !rest.trim().is_empty() => Cow::Owned(format!("{before}{rest}")),
        _ => Cow::Borrowed(line),
    }
}

/// A line that is a JSON object with a message, in readable order.
fn readable(line: &str) -> Option<String> {
    if !line.trim_start().starts_with('{') {
        return None;
    }
    let record = Record::read(line.trim_start());
    let is_readable = record.form == LogForm::Json && !record.message.is_empty();
    is_readable.then(|| {
        let text: String = parts(record, &[]).into_iter().map(|it| it.0).collect();
        text.trim_end().to_owned()
    })
}

/// Where the time stands in `line`: at its begin, behind what Redis writes before it, or in the
/// brackets of an access log.
fn before_time(line: &str) -> usize {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if let Some([b':', b'A'..=b'Z', b' ']) = line.as_bytes().get(digits..digits + 3) {
        return digits + 3;
    }
    let bracket = line.bytes().take(TIME_BY).position(|byte| byte == b'[');
    let is_access = |at: usize| line.as_bytes().get(at + 3) == Some(&b'/');
    bracket.filter(|at| is_access(*at)).unwrap_or(0)
}

/// What follows the time at the begin of `text`; `None` without a time.
fn behind_time(text: &str) -> Option<&str> {
    let open = text.strip_prefix(['[', '(']);
    let inner = open.unwrap_or(text);
    let (_, length) = own_time::at_begin(inner)?;
    let rest = inner.get(length..)?;
    let rest = match open {
        Some(_) => rest.strip_prefix([']', ')'])?,
        None => rest,
    };
    let rest = rest.strip_prefix([':', '|']).unwrap_or(rest);
    let after = rest.trim_start();
    (after.len() < rest.len() || rest.is_empty()).then_some(after)
}

/// What two lines share that differ in durations and identifiers only: those are `#` in it.
#[must_use]
pub fn skeleton(line: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == 'µ';
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_word) {
        let (between, from) = rest.split_at(start);
        let end = from.find(|c: char| !is_word(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        out.push_str(between);
        out.push_str(if varies(word) { "#" } else { word });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether `word` is a duration or an identifier.
fn varies(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = word.len() > unit.len();
    let hexadecimal = word.chars().all(|c| c.is_ascii_hexdigit());
    let digits = word.chars().any(|c| c.is_ascii_digit());
    (number && matches!(unit, "ms" | "s" | "us" | "µs" | "ns"))
        || (hexadecimal && digits && word.len() >= IDENTIFIER)
        || (unit.is_empty() && word.contains('.') && number && word.matches('.').count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_loses_the_time_that_it_begins_with() {
        for (line, expected) in [
            ("2026-03-28T14:02:11.123Z boom", "boom"),
            ("2026-03-28 14:02:11,123 ERROR boom", "ERROR boom"),
            (
                "2026-03-28 14:02:11.123 UTC [1] LOG:  listening",
                "[1] LOG:  listening",
            ),
            ("2026/03/28 14:02:11 [emerg] 1#1: x", "[emerg] 1#1: x"),
            ("[14:02:11] boom", "boom"),
            (
                "[2026-03-28 14:02:11 +0000] [7] [INFO] Booting",
                "[7] [INFO] Booting",
            ),
            ("Mar 28 14:02:11 boom", "boom"),
            ("1:M 28 Mar 2026 14:02:11.000 # boom", "1:M # boom"),
            (
                "10.0.0.1 - - [28/Mar/2026:14:02:11 +0000] \"GET / HTTP/1.1\" 500 3",
                "10.0.0.1 - - \"GET / HTTP/1.1\" 500 3",
            ),
            ("14:02:11", "14:02:11"),
            ("took 14:02:11 to end", "took 14:02:11 to end"),
            ("boom", "boom"),
            ("", ""),
            (
                r#"{"ts":1,"level":"error","msg":"no route","n":3}"#,
                "ERROR no route n=3",
            ),
        ] {
            assert_eq!(plain(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_are_alike_that_differ_in_durations_and_identifiers() {
        let alike = |one: &str, other: &str| skeleton(one) == skeleton(other);
        for (one, other, expected) in [
            ("GET /health 500 in 5ms", "GET /health 500 in 12.5ms", true),
            ("GET /health 500 0.003", "GET /health 500 0.012", true),
            ("id=0a1b2c3d failed", "id=99ff01aa failed", true),
            ("GET /health 500", "GET /health 200", false),
            ("exit code 1", "exit code 2", false),
            ("order 123456 lost", "order 654321 lost", true),
            ("decade", "facade", false),
        ] {
            assert_eq!(alike(one, other), expected, "{one} / {other}");
        }
    }
}
