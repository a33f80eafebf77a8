//! The form of a line, as far as its level takes it: for every line that arrives.

use super::forms;
use super::forms::access::Access;
use super::forms::{failure, java};
use super::head::Head;
use super::json::meaning;
use super::{json, logfmt, without_colours, words};
use crate::model::LineLevel;

/// The form of a line, with as much of it as its level takes.
pub(super) enum LineShape<'a> {
    Json,
    Access(Access<'a>),
    Logfmt,
    /// A head whose message may hold a JSON object from that byte on.
    Head(Head<'a>, Option<usize>),
    Plain,
}

/// What has to be known of every line that arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct LineSummary {
    /// Its level.
    pub level: Option<LineLevel>,
    /// Whether it begins a record of its own: it has a level, a time or fields by a known form.
    pub begins: bool,
    /// Whether it says more about the line before it, by its own words.
    pub belongs: bool,
    /// Whether lines may follow that belong to it; no program writes such behind JSON, logfmt and
    /// access logs.
    pub may_go_on: bool,
}

impl LineSummary {
    pub fn of(text: &str) -> Self {
        if text.starts_with('{') {
            return Self::at(&LineShape::of(text, false), text);
        }
        let (first, rest) = match text.split_once('\n') {
            Some((first, rest)) => (first, Some(rest)),
            None => (text, None),
        };
        let line = without_colours(first);
        let mut summary = Self::at(&LineShape::of(&line, false), &line);
        if let Some(rest) = rest {
            let below = || java::below(&line, rest).map(|(level, ..)| level);
            let level = summary.level.or_else(below);
            summary.level = level.max(failure::level_below(rest));
        }
        summary
    }

    fn at(shape: &LineShape<'_>, line: &str) -> Self {
        let belongs = matches!(shape, LineShape::Head(head, _) if head.belongs);
        Self {
            level: shape.level(line),
            begins: !belongs && !matches!(shape, LineShape::Plain),
            belongs,
            may_go_on: matches!(shape, LineShape::Head(..) | LineShape::Plain),
        }
    }
}

impl<'a> LineShape<'a> {
    /// The form of `line`, without colours; `whole` also with what its level does not take.
    pub fn of(line: &'a str, whole: bool) -> Self {
        let Some(first) = line.bytes().next() else {
            return Self::Plain;
        };
        if first == b'{' && json::begins_object(line) {
            return Self::Json;
        }
        if let Some(access) = Access::read(line, whole) {
            return Self::Access(access);
        }
        if first.is_ascii_alphabetic() && logfmt::is_logfmt(line) {
            return Self::Logfmt;
        }
        if let Some(mut head) = forms::head(line) {
            // For the level alone only what may be a request has to be looked at closely.
            if whole || memchr::memchr(b'"', head.message.as_bytes()).is_some() {
                head.take_logger();
            }
            return match Access::behind_head(head.message) {
                Some(access) => Self::Access(Access {
                    time: access.time.or(head.time),
                    ..access
                }),
                None => Self::with_json(head),
            };
        }
        match json_at(line) {
            Some(at) => Self::Head(
                Head {
                    message: line,
                    ..Head::default()
                },
                Some(at),
            ),
            None => Self::Plain,
        }
    }

    fn with_json(head: Head<'a>) -> Self {
        let at = json_at(head.message);
        Self::Head(head, at)
    }

    /// The level of `line`, which has this form.
    pub fn level(&self, line: &str) -> Option<LineLevel> {
        match self {
            Self::Json => meaning::level(line),
            Self::Access(access) => Some(words::of_status(access.status)),
            Self::Logfmt => logfmt::level(line),
            Self::Head(head, Some(at)) => head.level.or_else(|| {
                let object = head.message.get(*at..)?;
                meaning::level(object)
            }),
            // Behind the time of `log` of Go or of syslog.
            Self::Head(head, None) => head.level.or_else(|| {
                let failure = failure::is_head(head.message);
                failure.then_some(LineLevel::Error)
            }),
            Self::Plain => None,
        }
    }
}

/// Where the JSON object begins that `message` ends with.
fn json_at(message: &str) -> Option<usize> {
    if !message.ends_with('}') {
        return None;
    }
    let at = message.find("{\"")?;
    let object = message.get(at..)?;
    let whole = json::begins_object(object) && {
        let mut members = json::JsonMembers::of(object);
        members.by_ref().for_each(drop);
        members.after() == Some("")
    };
    whole.then_some(at)
}
