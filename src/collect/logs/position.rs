//! Where what was read of a log ends. Lines are recognised by the engine's times; those may step back
//! with its clock, so that their order is the one in which the engine gives them.

use crate::model::{LogLine, Timestamp};

/// The end of what was read, by the engine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Position {
    /// The time of the last line.
    last: Option<Timestamp>,
    /// How many lines at the end have it.
    equal: usize,
    /// The latest time of all lines.
    latest: Option<Timestamp>,
}

impl Position {
    /// Moves behind `lines`.
    pub fn pass(&mut self, lines: &[LogLine]) {
        for at in lines.iter().filter_map(|line| line.at) {
            self.equal = if self.last == Some(at) {
                self.equal + 1
            } else {
                1
            };
            self.last = Some(at);
            self.latest = self.latest.max(Some(at));
        }
    }

    /// The time of the last line; `None` before the first that has one.
    pub const fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// Whether the newest line of the log, which has the time `newest`, comes behind it.
    pub fn is_before(&self, newest: Timestamp) -> bool {
        let stepped_back = self.last < self.latest;
        Some(newest) > self.latest || (stepped_back && Some(newest) != self.last)
    }

    /// Whether the clock stepped back before the newest line of the log, which has the time `newest`
    /// where there is one.
    pub fn has_stepped_back(&self, newest: Option<Timestamp>) -> bool {
        self.last < self.latest || newest.is_some_and(|newest| Some(newest) < self.latest)
    }
}

/// Leaves out what a stream gives of lines before a position. Everything behind the first line that
/// comes after it is new, whatever the clock does.
#[derive(Debug)]
pub(super) struct Skip {
    position: Position,
    /// Without a position: the time from which on lines are wanted.
    begin: Option<Timestamp>,
    is_over: bool,
}

impl Skip {
    /// Leaves out the lines up to `position`; where there is none yet, those before `begin`.
    pub const fn to(position: Position, begin: Option<Timestamp>) -> Self {
        Self {
            position,
            begin,
            is_over: false,
        }
    }

    /// From when on the engine is asked for lines. The line at that time comes again: an engine that
    /// has found it gives all that follow, also where its clock stepped back since.
    pub fn since(&self) -> Option<Timestamp> {
        self.position.latest.or(self.begin)
    }

    /// Takes away from `lines`, the next ones of the stream, what comes before.
    pub fn cut(&mut self, lines: &mut Vec<LogLine>) {
        lines.retain(|line| self.is_over || line.at.is_none_or(|at| self.is_behind(at)));
    }

    fn is_behind(&mut self, at: Timestamp) -> bool {
        let Some(last) = self.position.last else {
            self.is_over = self.begin.is_none_or(|begin| at >= begin);
            return self.is_over;
        };
        if at == last && self.position.equal > 0 {
            self.position.equal -= 1;
            self.is_over = self.position.equal == 0;
            return false;
        }
        // The last line may not be there any more.
        self.is_over = Some(at) > self.position.latest;
        self.is_over
    }
}

/// The first time among `lines`.
pub(super) fn first_time(lines: &[LogLine]) -> Option<Timestamp> {
    lines.iter().find_map(|line| line.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn lines(seconds: &[i64]) -> Vec<LogLine> {
        let line = |second: &i64| LogLine {
            at: Some(time(*second)),
            ..LogLine::default()
        };
        seconds.iter().map(line).collect()
    }

    fn position(read: &[i64]) -> Position {
        let mut position = Position::default();
        position.pass(&lines(read));
        position
    }

    #[test]
    fn a_stream_goes_on_behind_the_last_line_whatever_the_clock_did() {
        for (read, given, expected) in [
            (&[1, 2][..], &[2, 3][..], &[3][..]),
            // An engine that rounds the time down to the second, and one that has no such line.
            (&[1, 5], &[1, 5, 6], &[6]),
            (&[1, 2], &[4, 5], &[4, 5]),
            // Lines at one time.
            (&[1, 2, 2], &[2, 2, 2, 3], &[2, 3]),
            (&[1, 2], &[2, 2, 3], &[2, 3]),
            // The clock stepped back before the end of what was read, behind it, and twice.
            (&[90, 30, 31], &[90, 30, 31, 32, 91], &[32, 91]),
            (&[89, 90], &[90, 30, 31], &[30, 31]),
            (&[90, 50, 20], &[90, 50, 20, 10, 60], &[10, 60]),
            (&[90, 30], &[91, 32], &[91, 32]),
        ] {
            let mut skip = Skip::to(position(read), None);
            assert_eq!(skip.since(), read.iter().max().map(|it| time(*it)));
            let mut out = Vec::new();
            for line in given {
                let mut chunk = lines(&[*line]);
                skip.cut(&mut chunk);
                out.extend(chunk);
            }
            assert_eq!(out, lines(expected), "{read:?} then {given:?}");
        }
    }

    #[test]
    fn without_a_position_the_begin_counts_for_the_first_line() {
        let mut skip = Skip::to(Position::default(), Some(time(50)));
        let mut given = lines(&[49, 50, 10, 11]);
        skip.cut(&mut given);
        assert_eq!(given, lines(&[50, 10, 11]));
        let mut all = lines(&[3, 1]);
        Skip::to(Position::default(), None).cut(&mut all);
        assert_eq!(all.len(), 2);
        // A line without a time is where it is.
        let mut untimed = vec![LogLine::default()];
        Skip::to(position(&[1]), None).cut(&mut untimed);
        assert_eq!(untimed.len(), 1);
    }

    #[test]
    fn the_newest_line_tells_whether_there_are_others() {
        assert!(position(&[1, 2]).is_before(time(3)));
        assert!(!position(&[1, 2]).is_before(time(2)));
        assert!(!position(&[1, 2]).is_before(time(1)), "an old one");
        assert!(position(&[9, 2]).is_before(time(3)), "behind a step back");
        assert!(!position(&[9, 2]).is_before(time(2)));
        assert!(position(&[9, 2]).has_stepped_back(None));
        assert!(position(&[1, 9]).has_stepped_back(Some(time(3))));
        assert!(!position(&[1, 9]).has_stepped_back(Some(time(9))));
        assert!(!position(&[]).has_stepped_back(Some(time(9))));
    }
}
