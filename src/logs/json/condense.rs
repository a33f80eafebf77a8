//! Long JSON made short, such that what is left is JSON again.

use std::fmt::Write as _;

use super::own_keys::is_own;
use super::{JsonMember, JsonMembers, JsonText, elements};

/// Longest strings and arrays that are kept whole, tried in turn until the rest fits.
const STEPS: [usize; 4] = [4_096, 1_024, 256, 48];
/// Least bytes for an object or array whose members are looked at.
const LEAST: usize = 8;
/// Longest key that is kept whole.
const KEY: usize = 128;
/// Room for level, message and time where they stand behind what has room, …
const OWN: usize = 2_048;
/// … each of them with a value of so many bytes, and its longest form.
const OWN_VALUE: usize = 256;
const OWN_MEMBER: usize = 3 * OWN_VALUE + KEY;
/// A cut string ends in this.
const CUT: &str = "…";

/// The object `text` in at most `limit` bytes: short values whole, long strings cut, of long arrays
/// and objects the begin. Of one without its end, what is complete. Level, message and time are kept
/// wherever they stand.
pub(in crate::logs) fn condensed(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for step in STEPS {
        out.clear();
        if record(text, step, limit.saturating_sub(64), &mut out) {
            break;
        }
    }
    out
}

/// Writes the whole record in at most `limit` bytes, with values of `step` bytes; whether no member
/// had to be left out.
fn record(text: &str, step: usize, limit: usize, out: &mut String) -> bool {
    let (mut separator, mut is_whole) = ('{', true);
    for member in JsonMembers::of(text) {
        // Even the shortest form of very many members may be too long.
        if out.len() + OWN <= limit {
            write_member(separator, member, step, out);
            separator = ',';
            continue;
        }
        is_whole = false;
        if is_own(member.key) && out.len() + OWN_MEMBER <= limit {
            write_member(separator, member, OWN_VALUE.min(step), out);
            separator = ',';
        }
    }
    out.push_str(if separator == '{' { "{}" } else { "}" });
    is_whole && out.len() <= limit
}

/// Writes an object whose values take `step` bytes each at most, and it itself about `room`.
fn object(text: &str, step: usize, room: usize, out: &mut String) {
    let begin = out.len();
    let mut separator = '{';
    for member in JsonMembers::of(text) {
        if out.len() - begin > room {
            break;
        }
        write_member(separator, member, step, out);
        separator = ',';
    }
    out.push_str(if separator == '{' { "{}" } else { "}" });
}

fn write_member(separator: char, member: JsonMember<'_>, step: usize, out: &mut String) {
    let (key, mark) = if member.key.len() > KEY {
        (begin_of(member.key, KEY), CUT)
    } else {
        (member.key, "")
    };
    // Writing into a String cannot fail.
    let _ = write!(out, "{separator}\"{key}{mark}\":");
    value(member.value, step, out);
}

fn value(raw: JsonText<'_>, step: usize, out: &mut String) {
    if raw.complete && raw.text.len() <= step {
        out.push_str(raw.text);
        return;
    }
    match raw.text.as_bytes().first() {
        // Where there is no room for members, neither is there for what is nested: a line of brackets
        // alone must not be followed to its end.
        Some(b'{') if step < LEAST => out.push_str("{}"),
        Some(b'[') if step < LEAST => out.push_str("[]"),
        Some(b'"') => string(raw.text, step, out),
        Some(b'{') => object(raw.text, step / 2, step, out),
        Some(b'[') => array(raw.text, step, out),
        // A number or a word without its end is not what it was.
        _ => out.push_str("null"),
    }
}

fn array(text: &str, step: usize, out: &mut String) {
    let begin = out.len();
    out.push('[');
    for (index, element) in elements(text).enumerate() {
        if index > 0 {
            out.push(',');
        }
        if out.len() - begin > step {
            let _ = write!(out, "\"{CUT}\"");
            break;
        }
        value(element, step / 2, out);
    }
    out.push(']');
}

/// Writes a string that is cut.
fn string(text: &str, step: usize, out: &mut String) {
    out.push_str(begin_of(text, step.max(8)));
    out.push_str(CUT);
    out.push('"');
}

/// The first `most` bytes of a string at most, up to a whole character, not within an escape.
fn begin_of(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let kept = text.get(..end).unwrap_or_default();
    // Of `\u00e9` or `\\` only the whole.
    match kept.rfind('\\').filter(|at| kept.len() - at < 6) {
        Some(at) => {
            let before = kept.get(..at).unwrap_or_default();
            let slashes = before.bytes().rev().take_while(|it| *it == b'\\').count();
            kept.get(..at - slashes).unwrap_or_default()
        }
        None => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_without_end_are_not_followed() {
        for begin in [r#"{"a":"#, r#"{"":"#, r#"{"a":["#] {
            let text = begin.repeat((256 << 10) / begin.len());
            let short = condensed(&text, 16 << 10);
            assert!(short.len() <= 16 << 10, "{begin}");
            assert!(
                serde_json::from_str::<serde_json::Value>(&short).is_ok(),
                "{short}"
            );
        }
    }
}
