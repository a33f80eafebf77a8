//! What stands before the message of a text line: time, level, process, thread, logger.

use super::own_time::{self, OwnTime};
use super::words;
use crate::model::LineLevel;

/// Tokens that may stand between the begin of a line, or its time, and its level.
const MOST_BEFORE_LEVEL: usize = 4;
/// Fields of a head.
const MOST_FIELDS: usize = 5;
/// Longest text in brackets before a message.
const BRACKET: usize = 80;
/// Marks between the parts of a head.
const SEPARATORS: [&str; 6] = ["- ", "| ", ": ", "-- ", "--- ", "— "];
/// Words of PostgreSQL for lines that belong to the line before (`elog.c`).
const BELONGING: [&str; 6] = [
    "DETAIL",
    "HINT",
    "STATEMENT",
    "CONTEXT",
    "QUERY",
    "LOCATION",
];

/// Fields of a head: a name, and text of the line.
pub(super) type Fields<'a> = [Option<(&'static str, &'a str)>; MOST_FIELDS];

/// The head of a line, and the message behind it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Head<'a> {
    /// The level that it names.
    pub level: Option<LineLevel>,
    /// The time that it names.
    pub time: Option<OwnTime>,
    /// Process, thread, logger and the like.
    pub fields: Fields<'a>,
    /// The rest of the line.
    pub message: &'a str,
    /// Whether a logger may follow, which is part of the message as yet.
    pub(super) open: bool,
    /// Whether the line says more about the line before it.
    pub belongs: bool,
}

impl<'a> Head<'a> {
    /// The head of `line`; `None` where nothing is known of it.
    pub(super) fn read(line: &'a str) -> Option<Self> {
        let mut head = Self {
            message: line,
            ..Self::default()
        };
        head.take_time();
        head.take_level();
        if head.level.is_some() {
            if head.time.is_none() {
                head.take_time();
            }
            head.open = true;
        }
        (head.time.is_some() || head.level.is_some() || head.belongs).then_some(head)
    }

    /// Adds a field, where there is room.
    pub(super) fn add(&mut self, name: &'static str, value: &'a str) {
        if let Some(free) = self.fields.iter_mut().find(|field| field.is_none()) {
            *free = Some((name, value));
        }
    }

    /// A time at the begin, alone or first in brackets.
    fn take_time(&mut self) {
        let text = self.message.trim_ascii_start();
        if let Some((time, length)) = own_time::at_begin(text) {
            self.time = Some(time);
            self.message = after(text, length);
        } else if let Some((inner, rest)) = bracketed(text)
            && let Some((time, length)) = own_time::at_begin(inner)
        {
            self.time = Some(time);
            self.message = separated(rest);
            self.take_composite(inner.get(length..).unwrap_or_default());
        }
    }

    /// What stands behind the time within its brackets: `[14:02:11 INF]`, `[…Z INFO  app]`,
    /// `[…: INFO/MainProcess]`.
    fn take_composite(&mut self, inner: &'a str) {
        let inner = separated(inner);
        let end = inner.find([' ', '/']).unwrap_or(inner.len());
        let Some((word, rest)) = inner.split_at_checked(end) else {
            return;
        };
        self.level = words::level(word);
        let rest = rest.trim_start_matches(['/', ' ']);
        if self.level.is_some() && !rest.is_empty() {
            self.add("logger", rest);
        }
    }

    /// The level, with what stands before it. Where there is none, nothing is taken.
    fn take_level(&mut self) {
        if self.level.is_some() {
            return;
        }
        let timed = self.time.is_some();
        let mut before: Fields<'a> = Fields::default();
        let mut rest = separated(self.message);
        for slot in before.iter_mut().take(MOST_BEFORE_LEVEL) {
            if let Some((level, after)) = level_at(rest, timed) {
                self.level = Some(level);
                self.message = after;
                break;
            }
            let Some((token, after)) = token_at(rest, timed) else {
                break;
            };
            if self.time.is_none()
                && let Some((time, length)) = own_time::at_begin(after)
            {
                self.time = Some(time);
                *slot = Some(token);
                rest = self::after(after, length);
                continue;
            }
            *slot = Some(token);
            rest = after;
        }
        if self.level.is_none() {
            self.take_belonging(rest);
        }
        if self.level.is_some() || self.belongs || self.time.is_some() != timed {
            for (name, value) in before.into_iter().flatten().filter(|it| !it.1.is_empty()) {
                self.add(name, value);
            }
            if self.level.is_none() {
                self.message = rest;
            }
        }
    }

    fn take_belonging(&mut self, rest: &'a str) {
        if self.time.is_some()
            && let Some((word, after)) = rest.split_once(':')
            && BELONGING.contains(&word)
        {
            self.belongs = !after.is_empty();
        }
    }

    /// What stands between the level and the message: `1 --- [main] c.e.App :`, `[main] a.b -`,
    /// `[MY-1] [Server]`, `a::b:`, `<0.1.0>`.
    pub(super) fn take_logger(&mut self) {
        if !self.open {
            return;
        }
        let mut rest = separated(self.message);
        let mut seen: Fields<'a> = Fields::default();
        // What stands before a logger is no part of the message; without one it is.
        let mut taken = 0;
        for (index, slot) in seen.iter_mut().enumerate() {
            let (field, after) = if let Some((span, after)) = span_at(rest) {
                (("span", span), after)
            } else if let Some((logger, after)) = logger_at(rest) {
                (("logger", logger), after)
            } else if let Some(found) = token_at(rest, false).or_else(|| process_at(rest)) {
                found
            } else {
                break;
            };
            *slot = Some(field);
            rest = after;
            if is_certain(field) {
                (self.message, taken) = (rest, index + 1);
            }
        }
        for (name, value) in seen.into_iter().take(taken).flatten() {
            self.add(name, value);
        }
        self.message = self.message.trim_ascii_start();
    }
}

/// Whether a token behind the level is no part of the message.
fn is_certain((name, _): (&str, &str)) -> bool {
    matches!(
        name,
        "pid" | "process" | "client" | "code" | "logger" | "span"
    )
}

/// A process of Erlang (`<0.223.0>`), or one of Spring Boot (`1 --- [main]`), and the rest.
fn process_at(text: &str) -> Option<((&'static str, &str), &str)> {
    if let Some((process, rest)) = text.strip_prefix('<').and_then(|it| it.split_once("> ")) {
        return (!process.contains(' ')).then_some((("process", process), rest));
    }
    let (pid, rest) = text.split_once(" --- ")?;
    let digits = pid.bytes().all(|byte| byte.is_ascii_digit());
    digits.then_some((("pid", pid), rest))
}

/// A span of Rust's `tracing` (`request{id=7}: `), and the rest.
fn span_at(text: &str) -> Option<(&str, &str)> {
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
fn after(text: &str, length: usize) -> &str {
    separated(text.get(length..).unwrap_or_default())
}

/// `text` without spaces and one separator at its begin.
fn separated(text: &str) -> &str {
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
fn level_at(text: &str, timed: bool) -> Option<(LineLevel, &str)> {
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
fn token_at(text: &str, timed: bool) -> Option<((&'static str, &str), &str)> {
    if let Some((inner, rest)) = bracketed(text) {
        return Some((named(inner), separated(rest)));
    }
    if !timed {
        return None;
    }
    let end = text.find(' ')?;
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
fn logger_at(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| byte == b' ')?;
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
