//! Single tokens of a head, each with the rest of the line.

use crate::logs::words;
use crate::model::LineLevel;

/// Longest text in brackets before a message.
const BRACKET: usize = 80;
/// Marks between the parts of a head.
const SEPARATORS: [&str; 6] = ["- ", "| ", ": ", "-- ", "--- ", "— "];

/// Whether a token behind the level is no part of the message.
pub(super) fn is_certain((name, _): (&str, &str)) -> bool {
    matches!(
        name,
        "pid" | "process" | "client" | "code" | "logger" | "span"
    )
}

/// A process of Erlang (`<0.223.0>`), or one of Spring Boot (`1 --- [main]`), and the rest.
pub(super) fn process_at(text: &str) -> Option<((&'static str, &str), &str)> {
    if let Some((process, rest)) = text.strip_prefix('<').and_then(|it| it.split_once("> ")) {
        return (!process.contains(' ')).then_some((("process", process), rest));
    }
    let (pid, rest) = text.split_once(" --- ")?;
    let digits = pid.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some((("pid", pid), rest))
}

/// A span of Rust's `tracing` (`request{id=7}: `), and the rest.
pub(super) fn span_at(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| !is_name(byte))?;
    if text.as_bytes().get(at) != Some(&b'{') {
        return None;
    }
    let (span, rest) = text.split_at_checked(text.find("}:")? + 1)?;
    Some((span, rest.get(1..)?.trim_ascii_start()))
}

const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-' | b'$' | b'/')
}

/// `text` behind `length` bytes, without the separator that follows.
pub(super) fn after(text: &str, length: usize) -> &str {
    separated(text.get(length..).unwrap_or_default())
}

/// `text` without spaces and one separator at its begin.
pub(super) fn separated(text: &str) -> &str {
    let text = text.trim_ascii_start();
    match text.as_bytes().first() {
        Some(b'-' | b'|' | b':' | 0xe2) => SEPARATORS
            .iter()
            .find_map(|separator| text.strip_prefix(separator))
            .map_or(text, str::trim_start),
        _ => text,
    }
}

/// What stands in brackets at the begin of `text`, and the rest.
pub(super) fn bracketed(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.bytes().take(BRACKET).position(|byte| byte == b']')?;
    let (inner, rest) = inner.split_at_checked(end)?;
    Some((inner.trim(), rest.get(1..).unwrap_or_default()))
}

/// A level at the begin of `text`, and the rest: in brackets, before a colon, or in capitals;
/// one letter behind a time.
pub(super) fn level_at(text: &str, timed: bool) -> Option<(LineLevel, &str)> {
    if let Some((inner, rest)) = bracketed(text) {
        // Apache: `[core:notice]`.
        let word = inner.rsplit_once(':').map_or(inner, |(_, word)| word);
        let level = words::level(word).filter(|_| word.len() > 1 || timed)?;
        return Some((level, separated(rest)));
    }
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'!')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    let next = rest.bytes().next();
    let level = match next {
        Some(b':') if end > 1 => words::level(word),
        Some(b' ' | b'\t') if end == 1 && timed => single_letter(word, rest),
        None | Some(b' ' | b'\t' | b'|' | b'[') => words::in_capitals(word),
        _ => None,
    }?;
    Some((level, separated(rest)))
}

/// MongoDB before 4.4: `I NETWORK  [conn1]`, `W -        [main]`.
fn single_letter(word: &str, rest: &str) -> Option<LineLevel> {
    let mut next = rest.split_ascii_whitespace();
    let component = next.next()?;
    let known = component
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        && next.next()?.starts_with('[');
    words::level(word).filter(|_| known)
}

/// One token that may stand before a level, named after its looks, and the rest.
pub(super) fn token_at(text: &str, timed: bool) -> Option<((&'static str, &str), &str)> {
    if let Some((inner, rest)) = bracketed(text) {
        return Some((named(inner), separated(rest)));
    }
    if !timed {
        return None;
    }
    let end = text.find([' ', '\t'])?;
    let (token, rest) = text.split_at_checked(end)?;
    let bare = token.trim_end_matches(':');
    if bare.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((("pid", bare), separated(rest)));
    }
    // Plain words are prose, unless a separator or the level itself follows.
    let followed = rest.starts_with(" - ")
        || rest.starts_with(" | ")
        || level_at(rest.trim_ascii_start(), false).is_some();
    let looks = bare
        .bytes()
        .any(|byte| b"._-/[]#@:0123456789".contains(&byte));
    let tail = separated(rest);
    match (followed, looks) {
        (true, _) => Some((("logger", bare), tail)),
        (false, true) => Some((("word", ""), tail)),
        (false, false) => None,
    }
}

/// What a text in brackets is, by its looks.
fn named(inner: &str) -> (&'static str, &str) {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(pid) = inner.strip_prefix("pid ") {
        return ("pid", pid.split(':').next().unwrap_or(pid));
    }
    if let Some(client) = inner.strip_prefix("client ") {
        return ("client", client);
    }
    match inner {
        _ if inner.is_empty() => ("thread", inner),
        _ if digits(inner) => ("pid", inner),
        _ if inner.starts_with("MY-") => ("code", inner),
        _ if inner.contains('.') && inner.bytes().all(is_name) => ("logger", inner),
        _ => ("thread", inner),
    }
}

/// The name of a logger at the begin of `text`, before ` - `, ` : ` or `: `, and the rest.
pub(super) fn logger_at(text: &str) -> Option<(&str, &str)> {
    let end = text.find([' ', '\t'])?;
    let (token, rest) = text.split_at_checked(end)?;
    let name = token.strip_suffix(':').unwrap_or(token);
    // Spring abbreviates loggers to `o.a.c.c.C.[.[.[/].[servlet]`.
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .bytes()
            .all(|byte| is_name(byte) || matches!(byte, b'[' | b']'));
    let separated_by = token.len() > name.len()
        || [" - ", " : "]
            .iter()
            .any(|it| rest.trim_ascii_start().starts_with(it.trim_ascii_start()));
    // A word and a colon may be the message: only names with a dot or `::` are loggers there.
    let dotted = name.contains('.') || name.contains("::") || name.contains('_');
    let sure = dotted || (token.len() == name.len() && separated_by);
    (is_name && separated_by && sure).then(|| (name, separated(rest)))
}
