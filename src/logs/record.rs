//! One record as what it says: level, own time, message and fields.

use std::borrow::Cow;

use crate::model::{LineLevel, Timestamp};

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

/// The time that a line has itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OwnTime {
    /// A moment: the line says its zone, or a number since the epoch.
    Moment(Timestamp),
    /// A date and time without a zone, as if it were UTC.
    Local(Timestamp),
    /// Seconds since the process or system started.
    Relative(f64),
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// Its name; of nested objects the names joined by `.`.
    pub key: Cow<'a, str>,
    /// Its value: text without quotes, everything else as JSON.
    pub value: Cow<'a, str>,
    /// The value where it is a number.
    pub number: Option<f64>,
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
    /// Its fields in their order, without level, time and message.
    pub fields: Vec<Field<'a>>,
    /// The lines after the first: a stack trace.
    pub trace: Option<&'a str>,
}

impl<'a> Record<'a> {
    /// Reads `text`: one record, cleaned, with or without SGR colours.
    #[must_use]
    pub fn read(text: &'a str) -> Self {
        let (first, trace) = match text.split_once('\n') {
            Some((first, trace)) => (first, Some(trace)),
            None => (text, None),
        };
        Self {
            form: LogForm::Plain,
            level: None,
            time: None,
            message: Cow::Borrowed(first),
            fields: Vec::new(),
            trace,
        }
    }

    /// The field named `key`.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.key == key)
    }
}

/// The level of `text` without reading the rest: for every line that arrives.
#[must_use]
pub fn level(text: &str) -> Option<LineLevel> {
    Record::read(text).level
}
