//! Lines of one source made into records: lines that belong together joined, each with its level,
//! none longer than what is shown.

use std::collections::VecDeque;

use super::clock_drift::ClockDrift;
use super::joining::Joining;
use super::record;
use super::shape::Glance;
use super::shortening::shortened;
use crate::model::{LogLine, LogMark};

pub use super::shortening::LINE_LIMIT;

/// Lines of one record.
const MOST_LINES: usize = 500;
/// Records that wait for an older one of the other stream.
const MOST_WAITING: usize = 64;
/// Of lines behind the first ones, every so many are compared with the engine's clock.
const COMPARED: u64 = 32;
/// Lines at the begin that are all compared with the engine's clock.
const FIRST: u64 = 32;

/// Joins the lines of one source, in the order in which the engine gives them. Lines of the two
/// streams are never joined; a record of one does not end that of the other.
#[derive(Debug, Default)]
pub struct RecordReader {
    /// Records in their order: the last one of each stream may go on.
    held: VecDeque<Held>,
    sequence: u64,
    drift: ClockDrift,
}

#[derive(Debug)]
struct Held {
    line: LogLine,
    lines: usize,
    /// What may follow; `None` where the record is complete.
    joining: Option<Joining>,
}

impl RecordReader {
    /// Takes the next line and appends the records that it completes to `out`.
    pub fn push(&mut self, line: LogLine, out: &mut Vec<LogLine>) {
        let mut line = shortened(line);
        let glance = Glance::of(&line.text);
        let last = self
            .held
            .iter()
            .rposition(|it| it.line.stream == line.stream);
        if let Some(held) = last.and_then(|at| self.held.get_mut(at)) {
            if held.takes(&line, glance) {
                self.give(out);
                return;
            }
            held.end();
        }
        self.compare(&line);
        line.level = glance.level;
        line.sequence = self.number();
        let joining = Joining::begin(&line.text, glance).filter(|_| line.cut_bytes == 0);
        self.held.push_back(Held {
            line,
            lines: 1,
            joining,
        });
        if self.held.len() > MOST_WAITING
            && let Some(oldest) = self.held.front_mut()
        {
            oldest.end();
        }
        self.give(out);
    }

    /// Whether a record waits for lines that may belong to it.
    #[must_use]
    pub fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// Number and lines of the oldest record that waits.
    #[must_use]
    pub fn oldest(&self) -> Option<(u64, usize)> {
        let oldest = self.held.front()?;
        Some((oldest.line.sequence, oldest.lines))
    }

    /// Gives the oldest record that waits and those that waited only for it.
    pub fn flush_oldest(&mut self, out: &mut Vec<LogLine>) {
        if let Some(oldest) = self.held.front_mut() {
            oldest.end();
        }
        self.give(out);
    }

    /// Gives what waits: no line came for a while, or the stream ended.
    pub fn flush(&mut self, out: &mut Vec<LogLine>) {
        self.held.iter_mut().for_each(Held::end);
        self.give(out);
    }

    /// Gives the records that are complete, up to the first that is not.
    fn give(&mut self, out: &mut Vec<LogLine>) {
        while self.held.front().is_some_and(|it| it.joining.is_none()) {
            out.extend(self.held.pop_front().map(|held| held.line));
        }
    }

    fn number(&mut self) -> u64 {
        let number = self.sequence;
        self.sequence += 1;
        number
    }

    /// Puts a mark before `line` where its own time shows that the container's clock is off.
    fn compare(&mut self, line: &LogLine) {
        if self.sequence > FIRST && !self.sequence.is_multiple_of(COMPARED) {
            return;
        }
        let times = line.at.zip(record::own_time(&line.text));
        if let Some(off) = times.and_then(|(engine, own)| self.drift.push(engine, own)) {
            let mark = LogLine {
                at: line.at,
                instance: line.instance.clone(),
                stream: line.stream,
                sequence: self.number(),
                mark: Some(LogMark::ClockOff(off)),
                ..LogLine::default()
            };
            self.held.push_back(Held {
                line: mark,
                lines: 1,
                joining: None,
            });
        }
    }
}

impl Held {
    /// Whether `line` belongs to the record, which takes it then.
    fn takes(&mut self, line: &LogLine, glance: Glance) -> bool {
        let Some(joining) = &mut self.joining else {
            return false;
        };
        if self.lines >= MOST_LINES || !joining.takes(&line.text, glance) {
            return false;
        }
        let complete = joining.is_complete();
        self.line.last_at = line.at.or(self.line.last_at);
        self.lines += 1;
        // What does not fit any more is counted, also a shorter line behind a longer one.
        if self.line.cut_bytes == 0 && self.line.text.len() + 1 + line.text.len() <= LINE_LIMIT {
            self.line.text.push('\n');
            self.line.text.push_str(&line.text);
            self.line.cut_bytes = line.cut_bytes;
        } else {
            self.line.cut_bytes += 1 + line.text.len() as u64 + line.cut_bytes;
        }
        if complete {
            self.end();
        }
        true
    }

    /// Nothing more belongs to the record.
    fn end(&mut self) {
        let text = &mut self.line.text;
        if self.joining.take().is_some() && self.lines > 1 {
            // Blank lines within a trace were taken for the sake of what could have followed.
            text.truncate(text.trim_end_matches('\n').len());
            self.line.level = record::level(text);
        }
    }
}

#[cfg(test)]
mod tests;
