//! Lines of one source made into records: lines that belong together joined, each with its level,
//! none longer than what is shown.

use std::collections::VecDeque;

use super::clock_drift::ClockDrift;
use super::joining::Joining;
use super::record;
use super::shape::LineSummary;
use super::shortening::shortened;
use super::without_colours;
use crate::model::{LineLevel, LogLine, LogMark, LogStream, SignedDuration, Timestamp};

pub use super::shortening::LINE_LIMIT;

/// Lines of one record.
const MOST_LINES: usize = 500;
/// Pause after which a line is part of no record before it, by the engine's times.
const PAUSE: SignedDuration = SignedDuration::from_secs(1);
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
    left: Left,
    sequence: u64,
    drift: ClockDrift,
}

#[derive(Debug)]
struct Held {
    line: LogLine,
    lines: usize,
    /// What may follow; `None` where the record is complete.
    open: Option<Open>,
}

/// How a record may go on.
#[derive(Clone, Copy, Debug)]
struct Open {
    joining: Joining,
    /// The engine's time of its last line.
    at: Option<Timestamp>,
    /// The least level of what goes on.
    level: Option<LineLevel>,
}

/// How the last record of each stream may go on that was given before its end was known.
#[derive(Debug, Default)]
struct Left {
    stdout: Option<Open>,
    stderr: Option<Open>,
}

impl RecordReader {
    /// Takes the next line and appends the records that it completes to `out`.
    pub fn push(&mut self, line: LogLine, out: &mut Vec<LogLine>) {
        let mut line = shortened(line);
        let stream = line.stream;
        let text = without_colours(&line.text);
        let summary = LineSummary::of(&text);
        let left = self.left.of(stream).take();
        let mut held = self.held.iter_mut().rev();
        let held = held.find(|it| it.line.stream == stream);
        let mut open = held.as_ref().map_or(left, |held| held.open);
        let goes_on = open.as_mut();
        let goes_on = goes_on.is_some_and(|it| it.takes(&text, line.at, summary));
        if let Some(held) = held {
            held.open = open;
            if goes_on && held.lines < MOST_LINES {
                held.append(&line);
                return self.give(out);
            }
            open = held.end();
        }
        // What goes on with a record that was given already is at least as bad as it.
        let open = open.filter(|_| goes_on);
        let least = open.and_then(|it| it.level);
        let joining = match open {
            Some(open) => Some(open.joining),
            None => Joining::begin(&text, summary),
        };
        line.level = summary.level.max(least.filter(|_| !text.is_empty()));
        let open = joining.filter(|_| line.cut_bytes == 0).map(|joining| Open {
            joining,
            at: line.at,
            level: least,
        });
        self.begin(line, open);
        self.give(out);
    }

    /// Holds a new record.
    fn begin(&mut self, mut line: LogLine, open: Option<Open>) {
        self.compare(&line);
        line.sequence = self.number();
        self.held.push_back(Held {
            line,
            lines: 1,
            open,
        });
        if self.held.len() > MOST_WAITING {
            self.give_up_oldest();
        }
    }

    /// Ends the oldest record; what still goes on with it gets its level.
    fn give_up_oldest(&mut self) {
        if let Some(oldest) = self.held.front_mut() {
            *self.left.of(oldest.line.stream) = oldest.end();
        }
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
        self.give_up_oldest();
        self.give(out);
    }

    /// Gives what waits: the stream ended.
    pub fn flush(&mut self, out: &mut Vec<LogLine>) {
        for held in &mut self.held {
            held.end();
        }
        self.left = Left::default();
        self.give(out);
    }

    /// Gives the records that are complete, up to the first that is not.
    fn give(&mut self, out: &mut Vec<LogLine>) {
        while self.held.front().is_some_and(|it| it.open.is_none()) {
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
                open: None,
            });
        }
    }
}

impl Held {
    /// Takes `line`, which belongs to the record.
    fn append(&mut self, line: &LogLine) {
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
        if self.open.is_some_and(|it| it.joining.is_complete()) {
            self.end();
        }
    }

    /// Nothing more is added to the record. Gives how it could go on.
    fn end(&mut self) -> Option<Open> {
        let mut open = self.open.take()?;
        let text = &mut self.line.text;
        if self.lines > 1 {
            // Blank lines within a trace were taken for the sake of what could have followed.
            text.truncate(text.trim_end_matches('\n').len());
            self.line.level = record::level(text).max(open.level);
        }
        open.level = open.level.max(self.line.level);
        Some(open)
    }
}

impl Open {
    /// Whether `text`, the line that the engine had at `at`, goes on with the record.
    fn takes(&mut self, text: &str, at: Option<Timestamp>, summary: LineSummary) -> bool {
        let pause = at
            .zip(self.at)
            .map(|(at, before)| at.duration_since(before));
        self.at = at.or(self.at);
        pause.is_none_or(|it| it <= PAUSE) && self.joining.takes(text, summary)
    }
}

impl Left {
    const fn of(&mut self, stream: LogStream) -> &mut Option<Open> {
        match stream {
            LogStream::Stdout => &mut self.stdout,
            LogStream::Stderr => &mut self.stderr,
        }
    }
}

#[cfg(test)]
mod tests;
