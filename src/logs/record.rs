//! One record as what it says: level, own time, message and fields.

use std::borrow::Cow;

pub use super::field::Field;
use super::forms::access::Access;
use super::forms::{failure, java, proxy_error};
use super::head::Head;
use super::json::meaning;
use super::own_time;
pub use super::own_time::OwnTime;
use super::shape::{LineShape, LineSummary};
use super::{logfmt, without_colours};
use crate::model::LineLevel;

/// The form in which a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// A JSON object, alone or after a prefix.
    Json,
    /// `key=value` pairs.
    Logfmt,
    /// An access log of a web server.
    Access,
    /// Text of a known program or logger.
    Text,
    /// Nothing of it is known.
    Plain,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub struct Record<'a> {
    /// Its form.
    pub form: LogForm,
    /// Its level.
    pub level: Option<LineLevel>,
    /// Its own time.
    pub time: Option<OwnTime>,
    /// Its message: the text without level, time and fields.
    pub message: Cow<'a, str>,
    /// Its fields in their order, without level, time and message. Those of an access log are
    /// named `method`, `path`, `status`, `bytes`, `duration_ms`, `client`, `user_agent`, `referer`
    /// whatever the server.
    pub fields: Vec<Field<'a>>,
    /// The lines after the first: a stack trace.
    pub trace: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// Reads `text`: one record, cleaned, with or without SGR colours.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        if text.starts_with('{') {
            // JSON may take several lines.
            return read_line(text, LineShape::of(text, true));
        }
        let (first, trace) = match text.split_once('\n') {
            Some((first, trace)) => (first, Some(trace)),
            None => (text, None),
        };
        let line = without_colours(first);
        let below = trace.and_then(|trace| java::below(&line, trace));
        let mut record = match line {
            Cow::Borrowed(line) => read_line(line, LineShape::of(line, true)),
            Cow::Owned(line) => read_line(&line, LineShape::of(&line, true)).into_owned(),
        };
        record.trace = trace;
        match below.filter(|_| record.level.is_none()) {
            Some((level, message, trace)) => {
                record.level = Some(level);
                record.message = Cow::Borrowed(message);
                record.trace = trace;
            }
            None => record.take_message_below(),
        }
        let below = trace.and_then(failure::level_below);
        record.level = record.level.max(below);
        record
    }

    /// The field named `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The console of .NET writes the message below its head.
    fn take_message_below(&mut self) {
        if self.message.is_empty()
            && self.form == LogForm::Text
            && let Some(below) = self.trace
        {
            let (message, trace) = match below.split_once('\n') {
                Some((message, trace)) => (message, Some(trace)),
                None => (below, None),
            };
            self.message = Cow::Borrowed(message.trim());
            self.trace = trace;
        }
    }

    fn into_owned<'b>(self) -> Record<'b> {
        Record {
            form: self.form,
            level: self.level,
            time: self.time,
            message: Cow::Owned(self.message.into_owned()),
            fields: self.fields.into_iter().map(Field::into_owned).collect(),
            trace: None,
        }
    }
}

/// The level of `text` without reading the rest: for every line that arrives.
#[must_use]
pub fn level(text: &str) -> Option<LineLevel> {
    LineSummary::of(text).level
}

/// The time that `text` has itself.
#[must_use]
pub fn own_time(text: &str) -> Option<OwnTime> {
    let first = text.split_once('\n').map_or(text, |(first, _)| first);
    let line = without_colours(first);
    match LineShape::of(&line, false) {
        LineShape::Access(access) => access.time,
        LineShape::Head(head, _) => head.time,
        LineShape::Json => meaning::read(text).0.time,
        LineShape::Logfmt => logfmt::LogfmtTokens::of(&line)
            .find(|token| logfmt::TIME.contains(&token.key))
            .and_then(|token| value_time(token.raw)),
        LineShape::Plain => None,
    }
}

fn read_line<'a>(line: &'a str, shape: LineShape<'a>) -> Record<'a> {
    let level = match shape {
        // Read with the rest.
        LineShape::Json => None,
        _ => shape.level(line),
    };
    let record = Record {
        form: LogForm::Plain,
        level,
        time: None,
        message: Cow::Borrowed(line),
        fields: Vec::new(),
        trace: None,
    };
    match shape {
        LineShape::Json => of_json(record, line),
        LineShape::Access(access) => of_access(record, &access),
        LineShape::Logfmt => of_logfmt(record, line),
        LineShape::Head(head, at) => of_head(record, &head, at),
        LineShape::Plain => record,
    }
}

fn of_json<'a>(mut record: Record<'a>, line: &'a str) -> Record<'a> {
    let (meaning, after) = meaning::read(line);
    record.form = LogForm::Json;
    record.level = meaning.level;
    record.time = meaning.time;
    record.fields = meaning.fields;
    record.message = meaning.message.unwrap_or_default();
    record.trace = after.strip_prefix('\n').filter(|it| !it.is_empty());
    let behind = after.trim();
    if record.trace.is_none() && !behind.is_empty() {
        let message = format!("{} {behind}", record.message);
        record.message = Cow::Owned(message.trim_start().to_owned());
    }
    record
}

fn of_access<'a>(mut record: Record<'a>, access: &Access<'a>) -> Record<'a> {
    record.form = LogForm::Access;
    record.time = access.time;
    record.message = Cow::Borrowed(access.request);
    let fields = &mut record.fields;
    if let Some((method, path)) = access.target() {
        fields.push(Field::of("method", method));
        fields.push(Field::of("path", path));
    }
    fields.push(Field::measured("status", f64::from(access.status)));
    let optional = [
        ("bytes", access.bytes),
        ("client", Some(access.client)),
        ("user", access.user),
        ("referer", access.referer),
        ("user_agent", access.user_agent),
    ];
    for (name, value) in optional {
        fields.extend(value.map(|value| Field::of(name, value)));
    }
    fields.extend(
        access
            .duration_ms
            .map(|it| Field::measured("duration_ms", it)),
    );
    let more = access.more.iter();
    fields.extend(more.map(|(name, value)| Field::of(*name, *value)));
    record
}

fn of_logfmt<'a>(mut record: Record<'a>, line: &'a str) -> Record<'a> {
    record.form = LogForm::Logfmt;
    record.message = Cow::Borrowed("");
    let mut level_taken = false;
    for token in logfmt::LogfmtTokens::of(line) {
        let is_level = logfmt::LEVEL.contains(&token.key) && !level_taken;
        if token.key.is_empty() {
            continue;
        } else if is_level && record.level.is_some() {
            level_taken = true;
        } else if record.message.is_empty() && logfmt::MESSAGE.contains(&token.key) {
            record.message = logfmt::unquoted(token.raw);
        } else if record.time.is_none()
            && logfmt::TIME.contains(&token.key)
            && let Some(time) = value_time(token.raw)
        {
            record.time = Some(time);
        } else {
            let value = logfmt::unquoted(token.raw);
            record.fields.push(Field::of(token.key, value));
        }
    }
    record
}

fn of_head<'a>(mut record: Record<'a>, head: &Head<'a>, at: Option<usize>) -> Record<'a> {
    record.form = LogForm::Text;
    record.time = head.time;
    let named = head.fields.iter().flatten();
    record.fields = named
        .map(|(name, value)| Field::of(*name, *value))
        .collect();
    let message = head.message;
    if let Some((before, object)) = at.and_then(|at| message.split_at_checked(at)) {
        let (meaning, _) = meaning::read(object);
        record.form = LogForm::Json;
        record.time = record.time.or(meaning.time);
        let before = before.trim();
        record.message = match meaning.message {
            Some(inner) if before.is_empty() => inner,
            Some(inner) => {
                record.fields.push(Field::of("message", inner));
                Cow::Borrowed(before)
            }
            None => Cow::Borrowed(before),
        };
        record.fields.extend(meaning.fields);
    } else if let Some(error) = proxy_error::read(message) {
        record.message = Cow::Borrowed(error.message);
        record.fields.push(Field::of("pid", error.pid));
        let fields = error.fields.into_iter();
        record
            .fields
            .extend(fields.map(|(name, value)| Field::of(name, value)));
    } else {
        let (text, pairs) = message
            .split_at_checked(logfmt::trailing(message))
            .unwrap_or((message, ""));
        record.message = Cow::Borrowed(text.trim_end());
        let pairs = logfmt::LogfmtTokens::of(pairs);
        // In prose the pairs of a list have commas between them.
        let value = |raw: &'a str| logfmt::unquoted(raw.trim_end_matches(','));
        let fields = pairs.map(|token| Field::of(token.key, value(token.raw)));
        record.fields.extend(fields);
    }
    record
}

fn value_time(raw: &str) -> Option<OwnTime> {
    let text = raw.trim_matches('"');
    own_time::whole(text).or_else(|| own_time::number(text.parse().ok()?))
}

#[cfg(test)]
mod tests;
