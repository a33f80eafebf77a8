//! `key=value` pairs: whole lines (logfmt), and at the end of messages.

use std::borrow::Cow;

use super::words;
use crate::model::LineLevel;

/// Keys of the level, message and time.
pub(super) const LEVEL: [&str; 5] = ["level", "lvl", "severity", "loglevel", "log.level"];
pub(super) const MESSAGE: [&str; 3] = ["msg", "message", "event"];
pub(super) const TIME: [&str; 5] = ["time", "ts", "timestamp", "t", "@timestamp"];

/// One token of a line: a pair, or a bare word.
pub(super) struct LogfmtToken<'a> {
    /// Where it begins.
    pub at: usize,
    /// The key; empty for a bare word.
    pub key: &'a str,
    /// The value as it stands, in quotes or not.
    pub raw: &'a str,
}

/// Keys of a request with its answer.
const REQUEST: [&str; 3] = ["method", "path", "status"];

/// Whether `line` is logfmt: it begins with a pair, and one of its keys is that of a level, a message
/// or a request.
pub(super) fn is_logfmt(line: &str) -> bool {
    let known =
        |key: &str| LEVEL.contains(&key) || MESSAGE.contains(&key) || REQUEST.contains(&key);
    begins(line) && LogfmtTokens::of(line).any(|token| known(token.key))
}

fn begins(line: &str) -> bool {
    let key = line.bytes().take_while(|byte| is_key(*byte)).count();
    key > 0 && line.as_bytes().get(key) == Some(&b'=')
}

const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@' | b'/')
}

/// The level that a line of pairs names.
pub(super) fn level(line: &str) -> Option<LineLevel> {
    let mut status = None;
    for token in LogfmtTokens::of(line) {
        if LEVEL.contains(&token.key)
            && let Some(level) = words::level(token.raw.trim_matches('"'))
        {
            return Some(level);
        }
        if token.key == "status" {
            status = token.raw.parse().ok().filter(|it| (100..600).contains(it));
        }
    }
    status.map(words::of_status)
}

/// The tokens of a line.
pub(super) struct LogfmtTokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> LogfmtTokens<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for LogfmtTokens<'a> {
    type Item = LogfmtToken<'a>;

    fn next(&mut self) -> Option<LogfmtToken<'a>> {
        let rest = self.text.get(self.at..)?;
        let trimmed = rest.trim_start_matches([' ', '\t', ',']);
        let at = self.at + (rest.len() - trimmed.len());
        if trimmed.is_empty() {
            return None;
        }
        let key = trimmed.bytes().take_while(|byte| is_key(*byte)).count();
        let is_pair = key > 0 && trimmed.as_bytes().get(key) == Some(&b'=');
        let begin = if is_pair { key + 1 } else { 0 };
        let length = value_length(trimmed.get(begin..)?);
        self.at = at + begin + length;
        Some(LogfmtToken {
            at,
            key: if is_pair { trimmed.get(..key)? } else { "" },
            raw: trimmed.get(begin..begin + length)?,
        })
    }
}

/// Bytes of the value at the begin of `text`.
fn value_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&b'"') {
        return bytes
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t'))
            .unwrap_or(bytes.len());
    }
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    bytes.len()
}

/// A value as it reads: without quotes and escapes.
pub(super) fn unquoted(raw: &str) -> Cow<'_, str> {
    let Some(inner) = raw.strip_prefix('"') else {
        return Cow::Borrowed(raw);
    };
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'r' | 't') => out.push(' '),
                Some(escaped) => out.push(escaped),
                None => {}
            },
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Where the pairs begin that `message` ends with; its length where it ends with none.
pub(super) fn trailing(message: &str) -> usize {
    if !message.contains('=') {
        return message.len();
    }
    let mut begin = message.len();
    for token in LogfmtTokens::of(message) {
        if token.key.is_empty() {
            begin = message.len();
        } else if begin == message.len() {
            begin = token.at;
        }
    }
    begin
}
