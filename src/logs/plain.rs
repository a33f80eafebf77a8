//! Log lines of services as people read them: without the time that they begin with, JSON as level,
//! message and fields; and which of them differ in nothing that matters.

use std::borrow::Cow;
use std::sync::OnceLock;

use regex::Regex;

use super::json::readable;

/// A time at the begin of a line, in the forms of loggers, after what Redis writes before it; or in
/// brackets within an access log.
const TIMES: [&str; 2] = [
    r"^(?P<before>\d+:[A-Z] )?[\[(]?(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d{1,2} [A-Z][a-z]{2} \d{4} |[A-Z][a-z]{2} [ \d]\d )?\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?[\])]?(?:[:|]?\s+|$)",
    r"(?P<before>^| )\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\](?:\s+|$)",
];

/// Digits from which on a number is an identifier.
const IDENTIFIER: usize = 5;

/// `line` without its own time, with the parts of a JSON object in readable order; as it is where
/// nothing would remain.
#[must_use]
pub fn plain(line: &str) -> Cow<'_, str> {
    if let Some(parts) = readable(line) {
        let text: String = parts.into_iter().map(|(text, _)| text).collect();
        return Cow::Owned(text.trim_end().to_owned());
    }
    for time in times() {
        if let Some(found) = time.captures(line) {
            let whole = found.get(0).map_or(0..0, |it| it.range());
            let before = found.name("before").map_or(0..0, |it| it.range());
            let rest = line.get(whole.end..).unwrap_or_default();
            let head = line.get(..whole.start).unwrap_or_default();
            let before = line.get(before).unwrap_or_default();
            let text = format!("{head}{before}{rest}");
            if !rest.trim().is_empty() {
                return Cow::Owned(text);
            }
        }
    }
    Cow::Borrowed(line)
}

/// The expressions of [`TIMES`].
fn times() -> &'static [Regex] {
    static BUILT: OnceLock<Vec<Regex>> = OnceLock::new();
    BUILT.get_or_init(|| TIMES.iter().filter_map(|it| Regex::new(it).ok()).collect())
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
        assert_eq!(times().len(), TIMES.len());
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
