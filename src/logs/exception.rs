//! The line below a record's first one that tells what failed.

use std::borrow::Cow;

use super::forms::failure::{self, TRACEBACK};
use super::without_colours;

/// The line of `trace`, the lines below `message`, that tells what failed: the exception at the end of a
/// traceback of Python, that below the message of a logger, the message of a panic of Rust.
pub(super) fn line<'a>(message: &str, trace: &'a str) -> Option<Cow<'a, str>> {
    let mut lines = trace.split('\n').map(without_colours);
    if is_traceback(message) {
        return raised(true, lines);
    }
    if failure::is_panic(message) {
        return lines.next();
    }
    // A panic of Go, an exception of Java or of Node: its first line tells.
    if failure::is_head(message) {
        return None;
    }
    let below = lines.clone().find(|it| failure::is_below(it))?;
    if is_traceback(&below) {
        return raised(false, lines);
    }
    Some(below)
}

/// Whether a traceback of Python begins with `line`, which tells nothing itself.
pub(super) fn is_traceback(line: &str) -> bool {
    line.starts_with(TRACEBACK) || failure::is_group_traceback(line)
}

/// The last exception of tracebacks of Python: the first line behind the frames of each;
/// `is_within` where the frames of one come first.
fn raised<'a>(
    mut is_within: bool,
    lines: impl Iterator<Item = Cow<'a, str>>,
) -> Option<Cow<'a, str>> {
    let mut last = None;
    for line in lines {
        // The margin of a group.
        let margin = if line.starts_with("  | ") { 4 } else { 0 };
        let is_indented = line
            .get(margin..)
            .is_some_and(|it| it.starts_with(' ') || it.is_empty());
        if is_traceback(&line) {
            is_within = true;
        } else if is_within && !is_indented {
            is_within = false;
            last = Some((line, margin));
        }
    }
    last.map(|(line, margin)| match line {
        Cow::Borrowed(line) => Cow::Borrowed(line.get(margin..).unwrap_or_default()),
        Cow::Owned(line) => Cow::Owned(line.get(margin..).unwrap_or_default().to_owned()),
    })
}
