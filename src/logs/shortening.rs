//! Lines made as long as what is shown at most, such that what matters of them is left.

use serde::de::IgnoredAny;

use super::json;
use super::json::condense::condensed;
use crate::model::LogLine;

/// Bytes of one line that are kept and shown.
pub const LINE_LIMIT: usize = 16 * 1024;
/// Ends every colour.
const RESET: &str = "\x1b[0m";
/// Where a JSON object behind a text begins at the latest.
const OBJECT_BY: usize = 1_024;

/// `line` with at most [`LINE_LIMIT`] bytes of text, the others counted: of JSON every value gets
/// shorter, of other text the end is missing.
pub(super) fn shortened(mut line: LogLine) -> LogLine {
    let before = line.text.len();
    if before <= LINE_LIMIT {
        return line;
    }
    let (object, marks) = match object_at(&line.text) {
        Some(at) => short_object(&line.text, at),
        None => (None, 0),
    };
    let mut resets = 0;
    line.text = object.unwrap_or_else(|| {
        let mut text = std::mem::take(&mut line.text);
        text.truncate(whole_prefix(&text));
        resets = end_colours(&mut text);
        text.shrink_to_fit();
        text
    });
    // The marks of cut values and what ends a colour are no bytes of the line.
    let kept = line.text.len().saturating_sub(marks + resets);
    line.cut_bytes += before.saturating_sub(kept) as u64;
    line
}

/// The length of the begin of `text` that is kept: neither a character nor a colour is cut in two.
fn whole_prefix(text: &str) -> usize {
    let coloured = text
        .as_bytes()
        .iter()
        .take(LINE_LIMIT)
        .any(|it| *it == 0x1b);
    let mut end = LINE_LIMIT - if coloured { RESET.len() } else { 0 };
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    // A terminal would take what follows for the rest of the sequence.
    let colour = kept.rfind('\u{1b}');
    let unended = colour.filter(|at| kept.get(*at..).is_some_and(|it| !it.contains('m')));
    unended.unwrap_or(end)
}

/// Ends the colour that is set at the end of `text`; gives the bytes that this took.
fn end_colours(text: &mut String) -> usize {
    let last = text.rsplit_once("\x1b[").map(|(_, last)| last);
    let parameters = last.and_then(|it| it.split_once('m')).map(|it| it.0);
    let is_set = parameters.is_some_and(|it| !matches!(it, "" | "0"));
    if !is_set {
        return 0;
    }
    text.push_str(RESET);
    RESET.len()
}

fn object_at(text: &str) -> Option<usize> {
    let at = text.find('{').filter(|at| *at < OBJECT_BY)?;
    text.get(at..)
        .is_some_and(json::begins_object)
        .then_some(at)
}

/// Whether more than an object stands in `text`; of one without its end that is not known.
fn has_text_behind(text: &str) -> bool {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    let is_whole = matches!(values.next(), Some(Ok(_)));
    let behind = text.get(values.byte_offset()..).unwrap_or_default();
    is_whole && !behind.trim().is_empty()
}

/// The text with its object from `at` on condensed, and the bytes of marks in it.
fn short_object(text: &str, at: usize) -> (Option<String>, usize) {
    let (before, object) = text.split_at_checked(at).unwrap_or(("", text));
    // What stands behind an object would be lost.
    if has_text_behind(object) {
        return (None, 0);
    }
    let short = condensed(object, LINE_LIMIT - before.len());
    // What only begins like JSON gives nothing, and very long names cannot be shortened.
    if short.len() < 3 || before.len() + short.len() > LINE_LIMIT {
        return (None, 0);
    }
    let mark = '…';
    let marks = short.matches(mark).count();
    (Some(format!("{before}{short}")), marks * mark.len_utf8())
}
