//! How far the clock of a container is off, from the times that its lines have themselves.

use super::own_time::OwnTime;
use crate::model::{SignedDuration, Timestamp};

/// Lines compared; the median of them counts.
const ENOUGH: usize = 16;
const SECOND: i128 = 1_000_000_000;
/// A clock that is off by less is no news: lines are written a moment after they are made.
const TOLERANCE: i128 = 5_000_000_000;
/// Half of the lines may differ by this much; else they are no times of writing.
const SPREAD: i128 = 2_000_000_000;
/// Zones differ by multiples of a quarter of an hour.
const QUARTER: i128 = 900_000_000_000;
const DAY: i128 = 86_400_000_000_000;

/// Collects how far the times of lines are from those of the engine.
#[derive(Debug, Default)]
pub struct ClockDrift {
    /// The latest differences in nanoseconds, at most [`ENOUGH`].
    latest: Vec<i128>,
    next: usize,
    told: i128,
}

impl ClockDrift {
    /// Takes the times of one line; returns how far the clock is ahead of the engine's (negative:
    /// behind) in whole seconds, where that is news: more than 5 s, or 5 s other than what was returned last.
    pub fn push(&mut self, engine: Timestamp, own: OwnTime) -> Option<SignedDuration> {
        let difference = difference(engine, own)?;
        if self.latest.len() < ENOUGH {
            self.latest.push(difference);
        } else if let Some(oldest) = self.latest.get_mut(self.next) {
            *oldest = difference;
            self.next = (self.next + 1) % ENOUGH;
        }
        if self.latest.len() < ENOUGH {
            return None;
        }
        // The engine's time of a line is a moment later than its own.
        let off = (self.median()? + SECOND / 2).div_euclid(SECOND) * SECOND;
        let off = if off.abs() > TOLERANCE { off } else { 0 };
        if (off - self.told).abs() <= TOLERANCE {
            return None;
        }
        self.told = off;
        Some(SignedDuration::from_nanos(i64::try_from(off).ok()?))
    }

    /// The median of the differences; `None` where they say nothing in common.
    fn median(&self) -> Option<i128> {
        let mut sorted = self.latest.clone();
        sorted.sort_unstable();
        let quarter = |part: usize| sorted.get(ENOUGH * part / 4).copied();
        let middle = quarter(2)?;
        (quarter(3)? - quarter(1)? <= SPREAD).then_some(middle)
    }
}

/// How far `own` is ahead of `engine`, in nanoseconds; without the offset of its zone where it does
/// not say that. `None` where it is no time of a day.
fn difference(engine: Timestamp, own: OwnTime) -> Option<i128> {
    let engine = engine.as_nanosecond();
    let within = |difference: i128, unit: i128| (difference + unit / 2).rem_euclid(unit) - unit / 2;
    Some(match own {
        OwnTime::Moment(at) => at.as_nanosecond() - engine,
        OwnTime::Local(at) => {
            let difference = at.as_nanosecond() - engine;
            // No zone is further from UTC than 14 hours.
            if difference.abs() > DAY {
                difference
            } else {
                within(difference, QUARTER)
            }
        }
        OwnTime::WithoutYear(at) => within(at.as_nanosecond() - engine, QUARTER),
        OwnTime::WithoutDate(time) => within(time.as_nanos() - engine, QUARTER),
        OwnTime::Relative(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(offset: SignedDuration, own: impl Fn(Timestamp) -> OwnTime) -> Vec<i64> {
        let mut drift = ClockDrift::default();
        let begin: Timestamp = "2026-03-28T14:02:11Z".parse().unwrap();
        (0..64)
            .filter_map(|line| {
                let at = begin + SignedDuration::from_secs(line);
                // One line in eight waits in a buffer for a minute.
                let late = SignedDuration::from_secs(if line % 8 == 3 { 60 } else { 0 });
                drift.push(at, own(at + offset - late))
            })
            .map(|off| off.as_secs())
            .collect()
    }

    #[test]
    fn a_clock_that_is_off_is_told_once() {
        for (offset, own, expected) in [
            (0, OwnTime::Moment as fn(_) -> _, vec![]),
            (4, OwnTime::Moment, vec![]),
            (3_600, OwnTime::Moment, vec![3_600]),
            (-90, OwnTime::Moment, vec![-90]),
            // An hour is a zone where the line names none; 20 s are not.
            (3_600, OwnTime::Local, vec![]),
            (3_620, OwnTime::Local, vec![20]),
            (-20_700, OwnTime::WithoutYear, vec![]),
        ] {
            let offset = SignedDuration::from_secs(offset);
            assert_eq!(told(offset, own), expected, "{offset}");
        }
    }

    #[test]
    fn the_moment_until_the_engine_has_a_line_is_not_told() {
        let moment = SignedDuration::from_millis(40);
        for offset in [3_600, -3_600] {
            let off = SignedDuration::from_secs(offset) - moment;
            assert_eq!(told(off, OwnTime::Moment), [offset]);
        }
    }

    #[test]
    fn a_clock_that_is_set_right_is_told_too() {
        let mut drift = ClockDrift::default();
        let mut told = Vec::new();
        let begin: Timestamp = "2026-03-28T14:02:11Z".parse().unwrap();
        for line in 0..64 {
            let at = begin + SignedDuration::from_secs(line);
            let off = SignedDuration::from_secs(if line < 32 { 3_600 } else { 0 });
            told.extend(drift.push(at, OwnTime::Moment(at + off)));
        }
        assert_eq!(told, [SignedDuration::from_hours(1), SignedDuration::ZERO]);
    }

    #[test]
    fn times_of_other_things_are_no_clock() {
        let mut drift = ClockDrift::default();
        let at: Timestamp = "2026-03-28T14:02:11Z".parse().unwrap();
        for line in 0..64 {
            let own = at - SignedDuration::from_secs(line * 500);
            assert_eq!(drift.push(at, OwnTime::Moment(own)), None);
        }
    }
}
