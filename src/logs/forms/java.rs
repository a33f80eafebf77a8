//! `java.util.logging` in its default format: a line with time, class and method; level and message in
//! the next one (`java.util.logging.SimpleFormatter`).

use crate::logs::head::Head;
use crate::logs::own_time::{self, OwnTime};
use crate::model::LineLevel;

/// The first of the two lines: `Mar 28, 2026 2:02:11 PM com.example.App main`.
pub(in crate::logs) fn head(line: &str) -> Option<Head<'_>> {
    // `Mar 8,` or `Mar 28,`: nothing else is worth a closer look.
    if !line.as_bytes().get(5..7)?.contains(&b',') {
        return None;
    }
    let (time, length) = own_time::at_begin(line)?;
    let place = line.get(length..)?.trim_ascii();
    let is_place = !place.is_empty() && place.split(' ').count() <= 2;
    if !is_place || !matches!(time, OwnTime::Local(_)) {
        return None;
    }
    let mut head = Head {
        time: Some(time),
        ..Head::default()
    };
    head.add("logger", place);
    Some(head)
}

/// The second line: `SEVERE: message`.
pub(in crate::logs) fn level(line: &str) -> Option<(LineLevel, &str)> {
    let (word, message) = line.split_once(": ")?;
    let level = match word {
        "SEVERE" => LineLevel::Error,
        "WARNING" => LineLevel::Warning,
        "INFO" => LineLevel::Info,
        "CONFIG" | "FINE" => LineLevel::Debug,
        "FINER" | "FINEST" => LineLevel::Trace,
        _ => return None,
    };
    Some((level, message))
}

/// Level and message of a record whose first line is `first`, with the lines below its second.
pub(in crate::logs) fn below<'a>(
    first: &str,
    rest: &'a str,
) -> Option<(LineLevel, &'a str, Option<&'a str>)> {
    let (second, trace) = match rest.split_once('\n') {
        Some((second, trace)) => (second, Some(trace)),
        None => (rest, None),
    };
    let (level, message) = level(second)?;
    head(first).map(|_| (level, message, trace))
}
