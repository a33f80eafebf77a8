//! The text of a log line as it is shown: made readable, without escape sequences, wrapped.

use std::borrow::Cow;

use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::sgr;
use crate::logs::parts::{self as shown, RecordPart};
use crate::logs::record::{LogForm, Record};
use crate::logs::without_colours;
use crate::model::words::count;
use crate::model::{LineLevel, LogLine};
use crate::tui::state::text::grapheme_width;

/// What a part of a line is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LinePart {
    /// Its level.
    Level(LineLevel),
    /// Its message.
    Message,
    /// The name of a further field.
    Key,
    /// The value of a further field.
    Value,
    /// Text in the style that the line itself asks for.
    Plain(Style),
    /// A line of a stack trace.
    Trace,
    /// How much of the line was cut off, or is folded.
    Cut,
}

impl From<RecordPart> for LinePart {
    fn from(part: RecordPart) -> Self {
        match part {
            RecordPart::Level(level) => Self::Level(level),
            RecordPart::Message => Self::Message,
            RecordPart::Key => Self::Key,
            RecordPart::Value => Self::Value,
        }
    }
}

/// The text of a line in parts; of a record with a stack trace that of its first line.
/// Of JSON only the chosen `fields` are shown, all where there are none.
#[must_use]
pub fn parts<'a>(line: &'a LogLine, fields: &[String]) -> Vec<(Cow<'a, str>, LinePart)> {
    let first = line.text.split('\n').next().unwrap_or_default();
    let mut parts: Vec<(Cow<'_, str>, LinePart)> = match folded(first, fields) {
        Some(parts) => parts,
        None => sgr::Pieces::new(first)
            .map(|(text, style)| (text.into(), LinePart::Plain(style)))
            .collect(),
    };
    if line.cut_bytes > 0 {
        let words = format!(" [{} bytes cut]", count(line.cut_bytes));
        parts.push((words.into(), LinePart::Cut));
    }
    parts
}

/// The parts of a JSON object with a message: level, message, fields; `None` for other text.
fn folded<'a>(text: &'a str, fields: &[String]) -> Option<Vec<(Cow<'a, str>, LinePart)>> {
    if !text.starts_with('{') {
        return None;
    }
    let record = Record::read(text);
    if record.form != LogForm::Json || record.message.is_empty() {
        return None;
    }
    let parts = shown::parts(record, fields).into_iter();
    Some(parts.map(|(text, part)| (text, part.into())).collect())
}

/// Columns from one tab stop to the next.
const TAB: usize = 8;

/// A place in wrapped text.
#[derive(Debug)]
pub struct WrapCursor {
    row: usize,
    used: usize,
    columns: usize,
}

impl WrapCursor {
    /// The beginning of text that is wrapped at `columns`.
    #[must_use]
    pub const fn new(columns: usize) -> Self {
        Self {
            row: 0,
            used: 0,
            columns,
        }
    }

    /// The row that has been reached.
    #[must_use]
    pub const fn row(&self) -> usize {
        self.row
    }

    /// Walks over the graphemes of `part` with their row and column while `visit` returns true. A tab
    /// is an empty place up to the next stop of its row.
    pub fn each<'t>(
        &mut self,
        part: &'t str,
        mut visit: impl FnMut(usize, usize, &'t str) -> bool,
    ) -> bool {
        for grapheme in part.graphemes(true) {
            let mut cells = match grapheme {
                "\t" => TAB - self.used % TAB,
                grapheme => grapheme_width(grapheme),
            };
            if self.used > 0 && self.used + cells > self.columns {
                self.row += 1;
                self.used = 0;
                cells = if grapheme == "\t" { TAB } else { cells };
            }
            if !visit(self.row, self.used, grapheme) {
                return false;
            }
            self.used += cells;
        }
        true
    }
}

/// Whether `text` without its colours contains `needle` (lower case), any case.
#[must_use]
pub fn contains(text: &str, needle: &str) -> bool {
    let text = without_colours(text);
    if text.is_ascii() && needle.is_ascii() {
        let (text, needle) = (text.as_bytes(), needle.as_bytes());
        return needle.is_empty()
            || text
                .windows(needle.len())
                .any(|part| part.eq_ignore_ascii_case(needle));
    }
    text.to_lowercase().contains(needle)
}
