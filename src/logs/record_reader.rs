//! Lines of one source made into records: lines that belong together joined, each with its level.

use super::record;
use crate::model::LogLine;

/// Joins the lines of one source, in the order in which the engine gives them.
#[derive(Debug, Default)]
pub struct RecordReader {
    held: Option<LogLine>,
    sequence: u64,
}

impl RecordReader {
    /// Takes the next line and appends the records that it completes to `out`.
    pub fn push(&mut self, mut line: LogLine, out: &mut Vec<LogLine>) {
        line.level = record::level(&line.text);
        line.sequence = self.sequence;
        self.sequence += 1;
        out.push(line);
    }

    /// Whether a record waits for lines that may belong to it.
    #[must_use]
    pub const fn is_holding(&self) -> bool {
        self.held.is_some()
    }

    /// Gives what waits: no line came for a while, or the stream ended.
    pub fn flush(&mut self, out: &mut Vec<LogLine>) {
        out.extend(self.held.take());
    }
}
