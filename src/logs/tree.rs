//! One record as a tree: what it says, its fields with what is nested in them, its stack trace.

use std::collections::BTreeSet;

use serde_json::Value;

use super::record::{OwnTime, Record};
use crate::model::{LineLevel, LogLine, Timestamp};

/// Deepest level that is opened; what is deeper stays as JSON.
const DEEPEST: usize = 16;

/// What a row of the tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeRowKind {
    /// Where the line comes from: its container or its stream.
    Origin,
    /// The level.
    Level(LineLevel),
    /// The message.
    Message,
    /// The time that the line has itself.
    OwnTime,
    /// A field; a filter can ask for it.
    Field,
    /// An element of a list.
    Element,
    /// A line of the stack trace, or all of it.
    Trace,
}

/// A row of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    /// What it is.
    pub kind: TreeRowKind,
    /// How deep it is nested.
    pub depth: usize,
    /// Its name.
    pub key: String,
    /// The names that lead to it, joined by `.`.
    pub path: String,
    /// Its value; of an object, a list or a trace that is folded, what is in it.
    pub value: String,
    /// Whether rows are nested in it: `Some(true)` where they are shown.
    pub open: Option<bool>,
}

impl TreeRow {
    /// A row of its own, with nothing nested in it.
    #[must_use]
    pub fn leaf(kind: TreeRowKind, key: &str, value: String) -> Self {
        Self {
            kind,
            depth: 0,
            key: key.to_owned(),
            path: key.to_owned(),
            value,
            open: None,
        }
    }
}

/// The rows of `line`; those below a path of `folded` are left out.
#[must_use]
pub fn rows(line: &LogLine, folded: &BTreeSet<String>) -> Vec<TreeRow> {
    let record = Record::read(&line.text);
    let mut tree = Tree {
        folded,
        rows: Vec::new(),
    };
    if let Some(level) = line.level {
        tree.leaf(TreeRowKind::Level(level), "level", level.id().to_owned());
    }
    tree.leaf(TreeRowKind::Message, "message", record.message.to_string());
    if let Some(time) = record.time {
        tree.leaf(TreeRowKind::OwnTime, "own time", own_time(time));
    }
    for field in &record.fields {
        tree.field(&field.key, &field.value);
    }
    if let Some(trace) = record.trace {
        tree.trace(trace);
    }
    tree.rows
}

fn own_time(time: OwnTime) -> String {
    let without_zone =
        |at: Timestamp, format: &str| format!("{} (without a zone)", at.strftime(format));
    match time {
        OwnTime::Moment(at) => at.to_string(),
        OwnTime::Local(at) => without_zone(at, "%Y-%m-%d %H:%M:%S%.f"),
        OwnTime::WithoutYear(at) => without_zone(at, "%b %d %H:%M:%S%.f"),
        OwnTime::WithoutDate(since_midnight) => {
            let at = Timestamp::UNIX_EPOCH.checked_add(since_midnight);
            without_zone(at.unwrap_or_default(), "%H:%M:%S%.f")
        }
        OwnTime::Relative(seconds) => format!("{seconds} s after the start"),
    }
}

struct Tree<'a> {
    folded: &'a BTreeSet<String>,
    rows: Vec<TreeRow>,
}

impl Tree<'_> {
    fn leaf(&mut self, kind: TreeRowKind, key: &str, value: String) {
        self.rows.push(TreeRow::leaf(kind, key, value));
    }

    /// A field of the record: text, or JSON.
    fn field(&mut self, key: &str, value: &str) {
        let nested = value.starts_with(['{', '[']);
        let nested = nested.then(|| serde_json::from_str::<Value>(value).ok());
        match nested.flatten() {
            Some(value) => self.value(TreeRowKind::Field, 0, key, key, &value),
            None => self.leaf(TreeRowKind::Field, key, value.to_owned()),
        }
    }

    fn value(&mut self, kind: TreeRowKind, depth: usize, key: &str, path: &str, value: &Value) {
        let is_deep = depth >= DEEPEST;
        let count = match value {
            Value::Object(fields) if !is_deep => fields.len(),
            Value::Array(elements) if !is_deep => elements.len(),
            _ => 0,
        };
        let open = (count > 0).then(|| !self.folded.contains(path));
        let shown = match value {
            Value::String(text) => text.clone(),
            _ if open == Some(true) => String::new(),
            other => other.to_string(),
        };
        self.rows.push(TreeRow {
            kind,
            depth,
            key: key.to_owned(),
            path: path.to_owned(),
            value: shown,
            open,
        });
        if open == Some(true) {
            self.nested(depth + 1, path, value);
        }
    }

    fn nested(&mut self, depth: usize, path: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    let path = format!("{path}.{key}");
                    self.value(TreeRowKind::Field, depth, key, &path, value);
                }
            }
            Value::Array(elements) => {
                for (index, value) in elements.iter().enumerate() {
                    let (key, path) = (format!("[{index}]"), format!("{path}[{index}]"));
                    self.value(TreeRowKind::Element, depth, &key, &path, value);
                }
            }
            _ => {}
        }
    }

    fn trace(&mut self, trace: &str) {
        const KEY: &str = "stack trace";
        let is_open = !self.folded.contains(KEY);
        let first = trace.split('\n').next().unwrap_or_default();
        self.leaf(
            TreeRowKind::Trace,
            KEY,
            if is_open {
                String::new()
            } else {
                first.to_owned()
            },
        );
        if let Some(row) = self.rows.last_mut() {
            row.open = Some(is_open);
        }
        if is_open {
            let lines = trace.split('\n').enumerate();
            self.rows.extend(lines.map(|(index, text)| TreeRow {
                kind: TreeRowKind::Trace,
                depth: 1,
                key: String::new(),
                path: format!("{KEY}[{index}]"),
                value: text.to_owned(),
                open: None,
            }));
        }
    }
}
