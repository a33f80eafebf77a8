//! A log line in rows: its parts, the lines of a stack trace folded or not, wrapped or cut.

use std::borrow::Cow;
use std::sync::Arc;

use crate::logs::without_colours;
use crate::model::words;
use crate::model::{InstanceId, LogLine};

use super::text::{LinePart, WrapCursor, parts};

/// How lines look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineLook {
    /// Whether timestamps are shown.
    pub timestamps: bool,
    /// Whether long lines wrap.
    pub wrap: bool,
    /// Whether the lines of stack traces are shown below the first one.
    pub unfolded: bool,
    /// Cells that lines are scrolled to the left; not while they wrap.
    pub left: usize,
    /// Whether the histogram above the lines is hidden.
    pub no_histogram: bool,
    /// Which fields are shown of the lines of which container.
    pub fields: Arc<ChosenFields>,
}

/// Which fields are shown of the lines of which container; all where none are chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenFields {
    /// The containers that were looked at, also those of which all fields are shown.
    pub sources: usize,
    /// Containers with their fields in order.
    pub of: Vec<(InstanceId, Vec<String>)>,
}

impl ChosenFields {
    /// The fields that are shown of the lines of `instance`; empty for all.
    fn of(&self, instance: &InstanceId) -> &[String] {
        let found = self.of.iter().find(|(id, _)| id == instance);
        found.map_or(&[], |(_, fields)| fields)
    }
}

/// One line of a record: its parts in order.
pub type Parts<'a> = Vec<(Cow<'a, str>, LinePart)>;

/// The lines of a record as they look: the first one, and those of its stack trace where they are
/// not folded.
#[must_use]
pub fn paragraphs<'a>(line: &'a LogLine, look: &LineLook) -> Vec<Parts<'a>> {
    let fields = look.fields.of(&line.instance);
    let Some((_, trace)) = line.text.split_once('\n') else {
        return vec![parts(line, fields)];
    };
    let count = trace.split('\n').count();
    let mut first = parts(line, fields);
    if !look.unfolded {
        let words = format!(" +{}", words::plural(count, "line"));
        first.push((words.into(), LinePart::Cut));
        return vec![first];
    }
    let rest = trace
        .split('\n')
        .map(|text| vec![(without_colours(text), LinePart::Trace)]);
    std::iter::once(first).chain(rest).collect()
}

/// Rows that `line` takes in `columns` cells.
#[must_use]
pub fn rows(line: &LogLine, look: &LineLook, columns: usize) -> usize {
    let is_one = !look.unfolded || !line.text.contains('\n');
    // Cells are never more than bytes: a short line needs no closer look.
    if is_one
        && (!look.wrap
            || (line.text.len() <= columns
                && line.cut_bytes == 0
                && !line.text.contains(['\t', '{', '\n'])))
    {
        return 1;
    }
    let width = if look.wrap { columns } else { usize::MAX };
    let paragraphs = paragraphs(line, look);
    paragraphs.iter().map(|parts| wrapped(parts, width)).sum()
}

/// Rows of one line of a record that is wrapped at `columns`.
fn wrapped(parts: &Parts<'_>, columns: usize) -> usize {
    let mut cursor = WrapCursor::new(columns);
    for (text, _) in parts {
        cursor.each(text, |_, _, _| true);
    }
    cursor.row() + 1
}
