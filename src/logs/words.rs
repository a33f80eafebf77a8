//! The words and numbers by which programs name levels.

use crate::model::LineLevel;

/// No level has a longer name.
const LONGEST: usize = 13;

/// The level named `word`, in any case. Whatever is worse than an error counts as one.
#[must_use]
pub fn level(word: &str) -> Option<LineLevel> {
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    for (to, from) in lower.iter_mut().zip(word.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    Some(match &*lower {
        b"info" | b"inf" | b"information" | b"informational" | b"notice" | b"note" | b"notif"
        | b"log" | b"system" | b"i" => LineLevel::Info,
        b"warning" | b"warn" | b"wrn" | b"w" => LineLevel::Warning,
        b"error" | b"err" | b"err!" | b"fatal" | b"ftl" | b"critical" | b"crit" | b"alert"
        | b"emerg" | b"emergency" | b"panic" | b"dpanic" | b"severe" | b"fail" | b"failure"
        | b"e" | b"f" => LineLevel::Error,
        b"debug" | b"dbg" | b"dbug" | b"verbose" | b"debug1" | b"debug2" | b"debug3"
        | b"debug4" | b"debug5" | b"config" | b"fine" | b"d" => LineLevel::Debug,
        b"trace" | b"trc" | b"trce" | b"finer" | b"finest" | b"t" | b"v" => LineLevel::Trace,
        _ => return None,
    })
}

/// The level named `word` where it stands between other words: whole, and in capitals.
#[must_use]
pub(super) fn in_capitals(word: &str) -> Option<LineLevel> {
    let capitals = word.len() > 2
        && word
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    (capitals && !matches!(word, "LOG" | "SYSTEM" | "NOTE" | "CONFIG" | "FINE"))
        .then(|| level(word))
        .flatten()
}

/// The level with `number`: below 10 a severity of syslog (RFC 5424, 6.2.1), else one of bunyan
/// and pino.
#[must_use]
pub(super) const fn numbered(number: u64) -> LineLevel {
    match number {
        0..=3 => LineLevel::Error,
        4 => LineLevel::Warning,
        5 | 6 => LineLevel::Info,
        7..=9 => LineLevel::Debug,
        10..=19 => LineLevel::Trace,
        20..=29 => LineLevel::Debug,
        30..=39 => LineLevel::Info,
        40..=49 => LineLevel::Warning,
        _ => LineLevel::Error,
    }
}

/// The level with a number of Python's `logging`.
#[must_use]
pub(super) const fn of_python(number: u64) -> LineLevel {
    match number {
        0..=9 => LineLevel::Trace,
        10..=19 => LineLevel::Debug,
        20..=29 => LineLevel::Info,
        30..=39 => LineLevel::Warning,
        _ => LineLevel::Error,
    }
}

/// The level with a severity number of OpenTelemetry (logs data model, "SeverityNumber").
#[must_use]
pub(super) const fn of_telemetry(number: u64) -> LineLevel {
    match number {
        0..=4 => LineLevel::Trace,
        5..=8 => LineLevel::Debug,
        9..=12 => LineLevel::Info,
        13..=16 => LineLevel::Warning,
        _ => LineLevel::Error,
    }
}

/// The level of an answer with this HTTP status.
#[must_use]
pub(super) const fn of_status(status: u16) -> LineLevel {
    match status {
        500.. => LineLevel::Error,
        400..=499 => LineLevel::Warning,
        _ => LineLevel::Info,
    }
}
