//! What stands before the message of a text line: time, level, process, thread, logger.

mod tokens;

use super::own_time::{self, OwnTime};
use super::words;
use crate::model::LineLevel;
use tokens::{
    after, bracketed, is_certain, level_at, logger_at, process_at, separated, span_at, token_at,
};

/// Tokens that may stand between the begin of a line, or its time, and its level.
const MOST_BEFORE_LEVEL: usize = 4;
/// Fields of a head.
const MOST_FIELDS: usize = 5;
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
            if head.time.is_none() {
                head.take_time_behind_thread();
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
        } else if let Some((inner, rest)) = bracketed(text)
            && inner.contains('.')
        {
            // The kernel: `[   12.345678] usb 1-1: …`.
            self.take_seconds(inner, rest);
        }
    }

    /// Cassandra: `INFO  [main] 2026-03-28 14:02:11,123 CassandraDaemon.java:12 - message`.
    fn take_time_behind_thread(&mut self) {
        if let Some((thread, rest)) = bracketed(self.message)
            && let Some((time, length)) = own_time::at_begin(rest.trim_ascii_start())
        {
            self.time = Some(time);
            self.message = after(rest.trim_ascii_start(), length);
            self.add("thread", thread);
        }
    }

    /// Seconds since a start, which stand in brackets.
    fn take_seconds(&mut self, inner: &str, rest: &'a str) {
        let is_number = inner.bytes().all(|it| it.is_ascii_digit() || it == b'.');
        if let Some(seconds) = inner.parse().ok().filter(|_| is_number) {
            self.time = Some(OwnTime::Relative(seconds));
            self.message = separated(rest);
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
                // Logrus: `WARN[0003] message`.
                let before = rest.get(..rest.len() - after.len()).unwrap_or_default();
                if !timed
                    && !before.ends_with([' ', ']', ':'])
                    && let Some((inner, rest)) = bracketed(after)
                {
                    self.take_seconds(inner, rest);
                }
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
                rest = tokens::after(after, length);
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
