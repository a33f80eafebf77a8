//! How many lines of which level a log view shows over time.

use crate::model::LineLevel;
use crate::tui::state::LogsState;

use super::ring::LineWeight;

/// Lengths of a bucket in milliseconds that divide time as clocks do.
const STEPS: [i64; 20] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

/// One of so many lines may be left out as much older than the others.
const OLD: usize = 20;

/// How many times longer the time must be with these lines than without.
const FAR: i64 = 4;

/// Lines of a span of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Lines of level error.
    pub errors: usize,
    /// Lines of level warning.
    pub warnings: usize,
    /// All lines.
    pub lines: usize,
}

/// The lines that are shown, counted over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// Begin of the first bucket, in milliseconds since the epoch.
    pub begin: i64,
    /// Length of a bucket in milliseconds.
    pub step: i64,
    /// Lines by time; without a gap.
    pub buckets: Vec<Bucket>,
}

impl Histogram {
    /// Counts the shown lines of `logs` in at most `columns` buckets; `None` where no line has a
    /// time, or there is no column.
    #[must_use]
    pub fn of(logs: &LogsState, columns: usize) -> Option<Self> {
        let (first, last) = span(logs)?;
        let step = step(last - first, columns)?;
        let begin = first - first.rem_euclid(step);
        let mut histogram = Self {
            begin,
            step,
            buckets: Vec::new(),
        };
        let count = histogram.index(last).map_or(0, |index| index + 1);
        histogram.buckets = vec![Bucket::default(); count];
        each_weight(logs, |weight| histogram.add(weight));
        Some(histogram)
    }

    fn add(&mut self, weight: LineWeight) {
        let index = self.index(weight.at);
        let Some(bucket) = index.and_then(|index| self.buckets.get_mut(index)) else {
            return;
        };
        bucket.lines += 1;
        match weight.level {
            Some(LineLevel::Error) => bucket.errors += 1,
            Some(LineLevel::Warning) => bucket.warnings += 1,
            _ => {}
        }
    }

    /// The bucket of the moment `at`, in milliseconds since the epoch.
    #[must_use]
    pub fn index(&self, at: i64) -> Option<usize> {
        usize::try_from((at - self.begin).div_euclid(self.step)).ok()
    }

    /// The most lines in one bucket.
    #[must_use]
    pub fn most(&self) -> usize {
        let lines = self.buckets.iter().map(|bucket| bucket.lines);
        lines.max().unwrap_or_default()
    }

    /// The next bucket with lines after (`later`) or before `from`; `None` stands before the first.
    #[must_use]
    pub fn next(&self, from: Option<usize>, later: bool) -> Option<usize> {
        let has_lines = |index: &usize| self.buckets.get(*index).is_some_and(|it| it.lines > 0);
        if later {
            let from = from.map_or(0, |from| from + 1);
            (from..self.buckets.len()).find(has_lines)
        } else {
            let from = from.unwrap_or(0).min(self.buckets.len());
            (0..from).rev().find(has_lines)
        }
    }

    /// When bucket `index` begins, in milliseconds since the epoch.
    #[must_use]
    pub fn begin_of(&self, index: usize) -> i64 {
        let index = i64::try_from(index).unwrap_or(i64::MAX);
        self.begin.saturating_add(self.step.saturating_mul(index))
    }
}

/// The least step that covers `length` with `columns` buckets.
fn step(length: i64, columns: usize) -> Option<i64> {
    let columns = i64::try_from(columns).ok().filter(|columns| *columns > 1)?;
    let day = STEPS.last().copied()?;
    // One bucket more than fits begins where the first moment is inside a bucket.
    let fits = |step: &i64| length / *step + 2 <= columns;
    let days = (length / (columns - 2).max(1) / day + 1) * day;
    Some(STEPS.into_iter().find(fits).unwrap_or(days))
}

/// Time of the first and the last shown line, in milliseconds since the epoch. The tails of several
/// containers go back to different times: a few much older lines are left out, so that the bars of
/// the others do not stand in a corner.
fn span(logs: &LogsState) -> Option<(i64, i64)> {
    let (mut first, mut last, mut count) = (i64::MAX, i64::MIN, 0);
    each_weight(logs, |weight| {
        first = first.min(weight.at);
        last = last.max(weight.at);
        count += 1;
    });
    if count == 0 {
        return None;
    }
    let (mut old, mut index) = (first, 0);
    each_weight(logs, |weight| {
        if index == count / OLD {
            old = weight.at;
        }
        index += 1;
    });
    let is_far = last.saturating_sub(first) / FAR > last.saturating_sub(old);
    let first = if is_far {
        old.clamp(first, last)
    } else {
        first
    };
    Some((first, last))
}

/// Gives each shown line that has a time.
fn each_weight(logs: &LogsState, mut visit: impl FnMut(LineWeight)) {
    let mut visit = |weight: &LineWeight| {
        if weight.at > 0 {
            visit(*weight);
        }
    };
    match &logs.find.shown {
        None => logs.ring.weights.iter().for_each(visit),
        Some(shown) => {
            let indices = shown
                .numbers
                .iter()
                .filter_map(|each| logs.ring.index(*each));
            let weights = indices.filter_map(|index| logs.ring.weights.get(index));
            weights.for_each(&mut visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(lines: &[(i64, Option<LineLevel>)]) -> LogsState {
        let mut logs = LogsState::default();
        let weights = lines.iter().map(|(at, level)| LineWeight {
            at: *at,
            level: *level,
        });
        logs.ring.weights = weights.collect();
        logs
    }

    #[test]
    fn lines_are_counted_by_time_and_level() {
        use LineLevel::{Error, Info, Warning};
        let logs = logs(&[
            (10_050, Some(Info)),
            (10_900, Some(Error)),
            (12_000, Some(Warning)),
            (12_100, None),
            (0, None),
        ]);
        let histogram = Histogram::of(&logs, 4).unwrap();
        assert_eq!((histogram.begin, histogram.step), (10_000, 1_000));
        let counts: Vec<_> = histogram
            .buckets
            .iter()
            .map(|it| (it.errors, it.warnings, it.lines))
            .collect();
        assert_eq!(counts, [(1, 0, 2), (0, 0, 0), (0, 1, 2)]);
        assert_eq!(histogram.most(), 2);
        assert_eq!(
            (
                histogram.next(Some(0), true),
                histogram.next(Some(2), false)
            ),
            (Some(2), Some(0))
        );
        assert_eq!(
            (histogram.next(Some(2), true), histogram.begin_of(2)),
            (None, 12_000)
        );
    }

    #[test]
    fn any_length_fits_into_any_width() {
        for length in [
            0,
            1,
            99,
            7_777,
            86_400_000,
            31_536_000_000,
            3_153_600_000_000,
        ] {
            for columns in [2, 3, 80, 300] {
                let logs = logs(&[(1_234_567, None), (1_234_567 + length, None)]);
                let histogram = Histogram::of(&logs, columns).unwrap();
                assert!(histogram.buckets.len() <= columns, "{length} in {columns}");
                assert_eq!(
                    histogram.buckets.iter().map(|it| it.lines).sum::<usize>(),
                    2
                );
            }
        }
        assert_eq!(Histogram::of(&LogsState::default(), 80), None);
        assert_eq!(Histogram::of(&logs(&[(5, None)]), 1), None);
    }
}
