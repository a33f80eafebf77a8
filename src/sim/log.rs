//! Log lines: the usual ones are a pure function of (seed, time) and never stored; those of the
//! trace (starts, injected lines) are merged in time order.

use std::sync::Arc;

use super::clock::{Nanos, SECOND};
use super::frame::FrameWriter;
use super::id::{mix, unit};
use super::trace::{Ailment, Injected};
use super::world::Container;

/// Lines kept by the simulated log driver for each container, of either kind.
const KEEP: u64 = 20_000;

/// Where a reader stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    line: u64,
    sequence: u64,
}

impl Container {
    /// What a check says now, when it fails.
    pub(super) fn failing(&self) -> Option<&Arc<str>> {
        self.ailment()?.output.as_ref()
    }

    /// How it differs from one that works, while it does.
    pub(super) fn ailment(&self) -> Option<&Ailment> {
        Some(&self.trace.as_ref()?.lasting()?.ailment)
    }

    /// What the check of instant `at` says, when it failed.
    pub(super) fn failed_at(&self, at: Nanos) -> Option<&str> {
        self.trace
            .as_ref()?
            .failure_at(at)?
            .ailment
            .output
            .as_deref()
    }

    /// The times in which it wrote lines, the newest first.
    fn runs(&self) -> impl Iterator<Item = (Nanos, Nanos)> {
        let now = self.awake_since.map(|since| (since, Nanos::MAX));
        let past = self
            .trace
            .iter()
            .flat_map(|trace| trace.runs.iter().rev().copied());
        // The life before the simulation started is not in the trace.
        let first =
            (self.run_epoch == 0 && self.awake_since.is_none() && self.finished > self.started)
                .then_some((self.started, self.finished));
        now.into_iter().chain(past).chain(first)
    }

    /// Instant of usual line `n`: spread over its slot by chance, yet in order.
    fn line_time(&self, n: u64) -> Nanos {
        let slot = SECOND as f64 / self.log_rate;
        self.created + ((n as f64 + 0.8 * unit(self.seed ^ n)) * slot) as Nanos
    }

    /// Number of the first usual line at or after `at`.
    fn first_line(&self, at: Nanos) -> u64 {
        let slot = SECOND as f64 / self.log_rate;
        let mut n = (((at - self.created) as f64 / slot).floor() - 1.0).max(0.0) as u64;
        while self.line_time(n) < at {
            n += 1;
        }
        n
    }

    fn writes(&self) -> bool {
        self.log_rate > 0.0 && !self.spec.logs.is_empty()
    }

    /// Usual lines in `[from, to)` as ranges of numbers, the newest first.
    fn ranges(&self, from: Nanos, to: Nanos) -> Vec<(u64, u64)> {
        if !self.writes() {
            return Vec::new();
        }
        let clip = |(start, end): (Nanos, Nanos)| (start.max(from), end.min(to));
        let runs = self.runs().map(clip).filter(|(start, end)| start < end);
        runs.map(|(start, end)| (self.first_line(start), self.first_line(end)))
            .collect()
    }

    fn injected(&self) -> impl DoubleEndedIterator<Item = &Injected> {
        self.trace.iter().flat_map(|trace| &trace.lines)
    }

    /// The place from which a reader sees the last `tail` lines (all that are kept when `None`) of
    /// those since `since`.
    pub(super) fn open_log(&self, tail: Option<u64>, since: Nanos, now: Nanos) -> Cursor {
        let mut left = tail.unwrap_or(KEEP).min(KEEP);
        let sequence = self.trace.as_ref().map_or(0, |trace| trace.next);
        let mut cursor = Cursor {
            line: if self.writes() {
                self.first_line(now)
            } else {
                0
            },
            sequence,
        };
        let mut injected = self
            .injected()
            .rev()
            .filter(|line| line.at >= since)
            .peekable();
        for (first, end) in self.ranges(since, now) {
            let mut n = end;
            while n > first && left > 0 {
                let at = self.line_time(n - 1);
                if let Some(line) = injected.next_if(|line| line.at >= at) {
                    cursor.sequence = line.sequence;
                } else {
                    n -= 1;
                    cursor.line = n;
                }
                left -= 1;
            }
        }
        // Beyond the usual lines: a ring of its own bound, so `None` keeps all of it.
        let rest = if tail.is_none() {
            usize::MAX
        } else {
            usize::try_from(left).unwrap_or(usize::MAX)
        };
        if let Some(line) = injected.take(rest).last() {
            cursor.sequence = line.sequence;
        }
        cursor
    }

    /// Writes what `cursor` has not seen of the lines before `until`, at most `limit` of them, and
    /// moves it. `true` when there is more.
    pub(super) fn read_log(
        &self,
        cursor: &mut Cursor,
        until: Nanos,
        limit: usize,
        out: &mut FrameWriter,
    ) -> bool {
        let mut injected = self
            .injected()
            .filter(|line| line.sequence >= cursor.sequence && line.at < until)
            .peekable();
        let mut left = limit;
        let (mut line, mut sequence) = (cursor.line, cursor.sequence);
        let ranges = if self.writes() {
            self.ranges(self.line_time(line), until)
        } else {
            Vec::new()
        };
        for (first, end) in ranges.into_iter().rev() {
            if left == 0 {
                break;
            }
            line = line.max(first);
            while line < end && left > 0 {
                let at = self.line_time(line);
                if let Some(extra) = injected.next_if(|extra| extra.at <= at) {
                    out.line(extra.at, extra.stderr, |text| {
                        text.extend_from_slice(&extra.text)
                    });
                    sequence = extra.sequence + 1;
                } else {
                    self.write_usual(line, at, out);
                    line += 1;
                }
                left -= 1;
            }
        }
        while left > 0 {
            let Some(extra) = injected.next() else { break };
            out.line(extra.at, extra.stderr, |text| {
                text.extend_from_slice(&extra.text)
            });
            sequence = extra.sequence + 1;
            left -= 1;
        }
        *cursor = Cursor { line, sequence };
        left == 0
    }

    fn write_usual(&self, n: u64, at: Nanos, out: &mut FrameWriter) {
        let chance = mix(self.seed ^ mix(n));
        let failure = self.trace.as_ref().and_then(|trace| trace.failure_at(at));
        let lines = match failure {
            Some(failure) if !failure.ailment.logs.is_empty() => &failure.ailment.logs,
            _ if chance % 100 < 3 && !self.spec.rare_logs.is_empty() => &self.spec.rare_logs[..],
            _ => &self.spec.logs[..],
        };
        let template = &lines[usize::try_from((chance >> 8) % lines.len() as u64).unwrap_or(0)];
        out.rendered(at, self.spec.stderr, |text| {
            template.render(at, n, chance >> 16, text)
        });
    }

    /// How long a follower may sleep until the next usual line, at least a tenth of a second: lines
    /// that come faster travel in batches.
    pub(super) fn next_line_in(&self, cursor: Cursor, now: Nanos) -> Nanos {
        if !self.writes() || self.awake_since.is_none() {
            return 60 * SECOND;
        }
        (self.line_time(cursor.line) - now).clamp(SECOND / 10, 60 * SECOND)
    }
}
