//! Long JSON made short, such that what is left is JSON again.

use std::fmt::Write as _;

use super::own_keys::is_own;
use super::{JsonMember, JsonMembers, JsonText, elements};

/// Least that is kept of a string or an array.
const SHORTEST: usize = 48;
/// What is nested has half the room of what it stands in: so many times the room of the record are
/// tried.
const WIDEST: usize = 4;
/// Halvings of the range in which the longest that fits is looked for: to within 2 % of the room.
const TRIES: usize = 8;
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
/// and objects the begin, all of them to the same length: the longest with which the record has room. Of
/// one without its end, what is complete. Level, message and time are kept wherever they stand.
pub(in crate::logs) fn condensed(text: &str, limit: usize) -> String {
    let limit = limit.saturating_sub(64);
    let (mut best, mut next) = (String::new(), String::new());
    // Where members were left out longer values have no room, and each try reads the whole text.
    let mut is_worth = record(text, SHORTEST, limit, &mut best);
    let (mut fits, mut too_long) = (SHORTEST, WIDEST * limit);
    for _ in 0..TRIES {
        if !is_worth {
            break;
        }
        let step = usize::midpoint(fits, too_long);
        next.clear();
        if record(text, step, limit, &mut next) {
            is_worth = next.len() > best.len() + limit / 64;
            fits = step;
            std::mem::swap(&mut best, &mut next);
        } else {
            too_long = step;
        }
    }
    best
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
    fn the_room_is_used() {
        let long = |bytes: usize| "x".repeat(bytes);
        for text in [
            format!(r#"{{"level":"error","msg":"{}"}}"#, long(90_000)),
            format!(r#"{{"a":"{}","b":1,"c":"{}"}}"#, long(50_000), long(40_000)),
            format!(
                r#"{{"a":"{}","b":[{}0]}}"#,
                long(9_000),
                "12345678,".repeat(9_000)
            ),
            format!(r#"{{"a":{{"b":{{"c":"{}"}}}}}}"#, long(90_000)),
        ] {
            let short = condensed(&text, 16 << 10);
            assert!(
                (13 << 10..=16 << 10).contains(&short.len()),
                "{}",
                short.len()
            );
            serde_json::from_str::<serde_json::Value>(&short).expect("JSON again");
        }
        // What is short stands there whole.
        let (short, long) = (long(3_000), long(90_000));
        let text = format!(r#"{{"long":"{long}","short":"{short}","n":1}}"#);
        assert!(condensed(&text, 16 << 10).contains(&format!(r#""short":"{short}","n":1}}"#)));
    }

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
