//! Records by level in buckets of 15 seconds, for a quarter of an hour.

use std::collections::VecDeque;

use super::seconds;
use crate::model::{LOG_BUCKET_SECONDS, LineLevel, LogRates, Timestamp};

/// Buckets kept.
const BUCKETS: i64 = 60;
const LENGTH: i64 = LOG_BUCKET_SECONDS as i64;

/// Records in one bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// All.
    pub lines: f64,
    /// Errors.
    pub errors: f64,
    /// Warnings.
    pub warnings: f64,
    /// Requests.
    pub requests: f64,
}

impl Counts {
    /// Adds a record of `level`, which tells of a request or not.
    pub fn add(&mut self, level: Option<LineLevel>, is_request: bool) {
        self.lines += 1.0;
        if is_request {
            self.requests += 1.0;
        }
        match level {
            Some(LineLevel::Error) => self.errors += 1.0,
            Some(LineLevel::Warning) => self.warnings += 1.0,
            _ => {}
        }
    }

    fn plus(self, other: Self, times: f64) -> Self {
        Self {
            lines: other.lines.mul_add(times, self.lines),
            errors: other.errors.mul_add(times, self.errors),
            warnings: other.warnings.mul_add(times, self.warnings),
            requests: other.requests.mul_add(times, self.requests),
        }
    }

    /// The same for one of `seconds`.
    pub fn over(self, seconds: f64) -> Self {
        Self::default().plus(self, 1.0 / seconds)
    }

    fn per(self, seconds: f64) -> LogRates {
        LogRates {
            lines_per_s: self.lines / seconds,
            errors_per_s: self.errors / seconds,
            warnings_per_s: self.warnings / seconds,
        }
    }
}

/// Records of the last quarter of an hour.
#[derive(Debug, Default)]
pub struct LineBuckets {
    /// The number of the first bucket: seconds since the epoch divided by its length.
    first: i64,
    buckets: VecDeque<Counts>,
}

/// The number of the bucket that `at` is in.
pub fn bucket(at: Timestamp) -> i64 {
    at.as_second().div_euclid(LENGTH)
}

/// When bucket `number` begins.
pub fn begin(number: i64) -> Option<Timestamp> {
    Timestamp::from_second(number.checked_mul(LENGTH)?).ok()
}

impl LineBuckets {
    /// Counts a record of `level` at `at`, which tells of a request or not; one older than a quarter of
    /// an hour is left out.
    pub fn add(&mut self, at: Timestamp, level: Option<LineLevel>, is_request: bool) {
        if let Some(counts) = self.bucket_mut(bucket(at)) {
            counts.add(level, is_request);
        }
    }

    /// Counts `counts` a second between `from` and `to`: what was left out there is estimated.
    pub fn fill(&mut self, from: Timestamp, to: Timestamp, counts: Counts) {
        let earliest = bucket(to) - BUCKETS + 1;
        for number in bucket(from).max(earliest)..=bucket(to) {
            let begin = (number * LENGTH).max(from.as_second());
            let end = ((number + 1) * LENGTH).min(to.as_second());
            #[expect(clippy::cast_precision_loss, reason = "at most 15 seconds")]
            let within = (end - begin).max(0) as f64;
            if let Some(bucket) = self.bucket_mut(number) {
                *bucket = bucket.plus(counts, within);
            }
        }
    }

    fn bucket_mut(&mut self, number: i64) -> Option<&mut Counts> {
        let last = self.first + i64::try_from(self.buckets.len()).unwrap_or_default() - 1;
        if self.buckets.is_empty() || number > last + BUCKETS {
            self.buckets.clear();
            (self.first, _) = (number, self.buckets.push_back(Counts::default()));
        } else if number > last {
            (last..number).for_each(|_| self.buckets.push_back(Counts::default()));
        } else if number < self.first && last - number < BUCKETS {
            (number..self.first).for_each(|_| self.buckets.push_front(Counts::default()));
            self.first = number;
        }
        while i64::try_from(self.buckets.len()).unwrap_or(i64::MAX) > BUCKETS {
            self.buckets.pop_front();
            self.first += 1;
        }
        self.buckets
            .get_mut(usize::try_from(number - self.first).ok()?)
    }

    /// The records of bucket `number`.
    pub fn counts(&self, number: i64) -> Counts {
        let at = usize::try_from(number - self.first).ok();
        let found = at.and_then(|at| self.buckets.get(at));
        found.copied().unwrap_or_default()
    }

    /// Rates over the `full` buckets before that of `end` and what of it has passed; nothing was
    /// read before `covered`.
    pub fn rates(&self, full: i64, end: Timestamp, covered: Timestamp) -> LogRates {
        let first = bucket(end) - full;
        let numbers = first..=bucket(end);
        let sum = numbers.fold(Counts::default(), |sum, number| {
            sum.plus(self.counts(number), 1.0)
        });
        sum.per(seconds((first * LENGTH).max(covered.as_second()), end))
    }

    /// Rates of the full buckets before `end`, oldest first.
    pub fn history(&self, end: Timestamp, covered: Timestamp) -> Vec<Option<LogRates>> {
        let rates = |counts: Counts| counts.per(f64::from(LOG_BUCKET_SECONDS));
        self.full_buckets(end, covered)
            .map(|it| it.map(rates))
            .collect()
    }

    /// Requests a second in the same buckets; empty where there are none.
    pub fn request_history(&self, end: Timestamp, covered: Timestamp) -> Vec<Option<f64>> {
        let buckets = || self.full_buckets(end, covered);
        if !buckets().flatten().any(|counts| counts.requests > 0.0) {
            return Vec::new();
        }
        let rate = |counts: Counts| counts.requests / f64::from(LOG_BUCKET_SECONDS);
        buckets().map(|it| it.map(rate)).collect()
    }

    /// The full buckets before `end`, oldest first; `None` where nothing was read.
    fn full_buckets(
        &self,
        end: Timestamp,
        covered: Timestamp,
    ) -> impl Iterator<Item = Option<Counts>> {
        (bucket(end) - BUCKETS..bucket(end))
            .map(move |number| (number >= bucket(covered)).then(|| self.counts(number)))
    }
}
