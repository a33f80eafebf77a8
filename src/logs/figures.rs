//! Figures of the log of one service: rates of records by level, requests with the percentiles of
//! their duration, bursts of errors, patterns of errors. Times are those that the engine gives the lines.

mod bursts;
mod lines;
mod request;
mod requests;
mod routes;

use super::patterns::PatternMiner;
use super::record::Record;
use crate::model::{
    ErrorPattern, LOG_BUCKET_SECONDS, LineLevel, LogFigures, LogLine, LogWindow, SignedDuration,
    Timestamp,
};
use bursts::BurstDetector;
use lines::{Counts, LineBuckets};
use request::LoggedRequest;
use requests::RequestWindow;
use routes::Routes;

/// Patterns kept of a service: those of its errors are wanted, not of everything.
const MAX_PATTERNS: usize = 200;
/// Patterns of errors shown.
const SHOWN_ERRORS: usize = 3;
/// Buckets of the last minute and of the last quarter of an hour.
const MINUTE_BUCKETS: i64 = 4;
const QUARTER_BUCKETS: i64 = 59;
/// Longest time for which a burst or a rate is caught up with after a pause.
const QUARTER: SignedDuration = SignedDuration::from_mins(15);

/// What one reading of the log of one container gave.
#[derive(Clone, Debug, PartialEq)]
pub struct LogReading {
    /// The records, oldest first.
    pub lines: Vec<LogLine>,
    /// From when on records were asked for; `None` for all there are.
    pub since: Option<Timestamp>,
    /// When it was read.
    pub until: Timestamp,
    /// Whether there were more, of which only the latest came.
    pub is_cut: bool,
}

/// The figures of one service while its log goes on.
#[derive(Debug)]
pub struct FigureCounter {
    patterns: PatternMiner,
    lines: LineBuckets,
    minute: RequestWindow,
    quarter: RequestWindow,
    routes: Routes,
    bursts: BurstDetector,
    /// The next bucket that the bursts are to see.
    next_bucket: Option<i64>,
    /// From when on everything was read, or is estimated.
    covered: Option<Timestamp>,
    /// The begin of the latest first reading from which older lines were left out.
    cut_until: Option<Timestamp>,
    /// Whether the log was read from its first line on.
    is_whole: bool,
    /// Until when rates are estimates.
    estimated_until: Option<Timestamp>,
}

impl Default for FigureCounter {
    fn default() -> Self {
        Self {
            patterns: PatternMiner::with_limit(MAX_PATTERNS),
            lines: LineBuckets::default(),
            minute: RequestWindow::new(i64::from(LOG_BUCKET_SECONDS), 4),
            quarter: RequestWindow::new(180, 5),
            routes: Routes::default(),
            bursts: BurstDetector::default(),
            next_bucket: None,
            covered: None,
            cut_until: None,
            is_whole: true,
            estimated_until: None,
        }
    }
}

impl FigureCounter {
    /// Counts what was read of one container of the service.
    pub fn add(&mut self, reading: &LogReading) {
        let first = reading.lines.iter().find_map(|line| line.at);
        if reading.since.is_none() {
            self.is_whole &= !reading.is_cut;
        }
        let begin = reading.since.or(first).unwrap_or(reading.until);
        if reading.since.is_none() && reading.is_cut {
            // Before its first line nothing is known of this container.
            self.cut_until = self.cut_until.max(Some(begin));
        }
        self.covered = Some(self.covered.map_or(begin, |covered| covered.min(begin)));
        let gap = first.and_then(|first| Gap::before(reading, first));
        let weight = gap.map_or(1.0, |gap| gap.weight);
        let mut counts = Counts::default();
        for line in &reading.lines {
            let is_request = self.count(line, weight);
            counts.add(line.level, is_request);
        }
        if let Some(gap) = gap {
            // What was left out is estimated by what came after it.
            self.lines
                .fill(gap.since, gap.first, counts.over(gap.known_seconds));
            self.estimated_until = Some(reading.until);
        }
    }

    /// Counts a record; whether it tells of a request, which stands for `weight` of them.
    fn count(&mut self, line: &LogLine, weight: f64) -> bool {
        let record = Record::read(&line.text);
        // Only those of errors are asked for; many others would push them out.
        if line.level == Some(LineLevel::Error) {
            self.patterns.add_record(line, &record);
        }
        let request = LoggedRequest::of(&record);
        let Some(at) = line.at else {
            return request.is_some();
        };
        self.lines.add(at, line.level, request.is_some());
        if let Some(request) = &request {
            self.minute.add(at, request, weight);
            self.quarter.add(at, request, weight);
            self.routes.add(at, request, weight);
        }
        request.is_some()
    }

    /// The figures up to `end`, the time before which every container of the service was
    /// read; `started` is when the service was last started or deployed. `None` before the first
    /// reading.
    pub fn figures(&mut self, end: Timestamp, started: Option<Timestamp>) -> Option<LogFigures> {
        let covered = self.covered.max(self.cut_until)?;
        self.watch_bursts(end, covered);
        let window = |full, requests: &RequestWindow| LogWindow {
            rates: self.lines.rates(full, end, covered),
            requests: requests.figures(end, covered),
        };
        let earliest = end.checked_sub(QUARTER).unwrap_or(end);
        Some(LogFigures {
            at: end,
            is_estimate: self.estimated_until.is_some_and(|until| until > earliest),
            last_minute: window(MINUTE_BUCKETS, &self.minute),
            last_quarter: window(QUARTER_BUCKETS, &self.quarter),
            history: self.lines.history(end, covered),
            request_history: self.lines.request_history(end, covered),
            routes: self.routes.busiest(end, covered),
            burst: self.bursts.latest(),
            errors: self.errors(started),
        })
    }

    /// Shows the bursts every full bucket before `end` that they have not seen.
    fn watch_bursts(&mut self, end: Timestamp, covered: Timestamp) {
        let last = lines::bucket(end);
        // Of the bucket in which reading began only a part is known.
        let first = self.next_bucket.unwrap_or(lines::bucket(covered) + 1);
        for number in first.max(last - QUARTER_BUCKETS)..last {
            if let Some(begin) = lines::begin(number) {
                let errors = self.lines.counts(number).errors;
                self.bursts
                    .push(begin, f64::from(LOG_BUCKET_SECONDS), errors);
            }
        }
        self.next_bucket = Some(last.max(first));
    }

    fn errors(&self, started: Option<Timestamp>) -> Vec<ErrorPattern> {
        // What was before cannot be told where reading began later.
        let knows_before =
            |started: Timestamp| self.is_whole || self.covered.is_some_and(|from| from < started);
        let started = started.filter(|started| knows_before(*started));
        let sorted = self.patterns.sorted(started).into_iter();
        sorted
            .filter(|pattern| pattern.is_error())
            .take(SHOWN_ERRORS)
            .map(|pattern| ErrorPattern {
                template: pattern.to_string(),
                count: pattern.count,
                first_seen: pattern.first_seen,
                last_seen: pattern.last_seen,
                is_new: started.is_some_and(|started| pattern.is_new_since(started)),
            })
            .collect()
    }
}

/// A time of which the lines were left out, as there were too many.
#[derive(Clone, Copy, Debug)]
struct Gap {
    since: Timestamp,
    /// The first line that came.
    first: Timestamp,
    /// From then on all lines are known, for so long.
    known_seconds: f64,
    /// By how much what is known has to be multiplied to stand for all.
    weight: f64,
}

impl Gap {
    /// What `reading` left out before its `first` line.
    fn before(reading: &LogReading, first: Timestamp) -> Option<Self> {
        let since = reading.since.filter(|_| reading.is_cut)?;
        // All in one moment: nothing is known about the rest.
        let known_seconds = reading.until.duration_since(first).as_secs_f64();
        if known_seconds <= 0.0 || since >= first {
            return None;
        }
        let whole = reading.until.duration_since(since).as_secs_f64();
        Some(Self {
            since,
            first,
            known_seconds,
            weight: (whole / known_seconds).max(1.0),
        })
    }
}

/// Seconds from `begin`, a number since the epoch, until `end`: at least one.
fn seconds(begin: i64, end: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a quarter of an hour")]
    let seconds = (end.as_millisecond() - begin * 1_000) as f64 / 1_000.0;
    seconds.max(1.0)
}

#[cfg(test)]
mod tests;
