//! How far the engine's clock is from ours, and times carried from one to the other.
//!
//! Every answer gives the engine's time between two moments of ours: that it was asked, and that it
//! answered. Clocks that agree within two seconds are taken for the same, as a `Date` header counts
//! whole seconds. A difference that was found stays in force until an answer contradicts it, so
//! that times do not waver.

use tokio::sync::watch;
use tokio::time::Instant;

use crate::model::{InstanceFacts, SignedDuration, Timestamp};

/// Up to this difference clocks agree.
const AGREE: SignedDuration = SignedDuration::from_secs(2);
/// So much may an answer miss the difference in force without contradicting it.
const SLACK: SignedDuration = SignedDuration::from_millis(500);
/// A better answer corrects the difference in force from this on.
const FINE: SignedDuration = SignedDuration::from_millis(100);

/// The range in which the clock of the engine was, from one response.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// The earliest time the engine's clock may have shown.
    pub engine_time: Timestamp,
    /// How much later it may have been: a second for a time without fractions.
    pub within: SignedDuration,
    /// When the engine was asked.
    pub asked: Instant,
    /// When it had answered.
    pub answered: Instant,
}

/// The difference of two clocks, from and to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    from: SignedDuration,
    to: SignedDuration,
}

impl Range {
    fn width(self) -> SignedDuration {
        self.to - self.from
    }

    fn middle(self) -> SignedDuration {
        self.from + self.width() / 2
    }

    fn has(self, difference: SignedDuration) -> bool {
        self.from <= difference && difference <= self.to
    }
}

/// The difference in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Difference {
    /// By how much the engine's clock is ahead; behind, it is negative; zero where they agree.
    ahead: SignedDuration,
    /// How exact that is.
    width: SignedDuration,
}

impl Difference {
    /// The difference in force after an answer that allows for `range`.
    fn after(self, range: Range) -> Self {
        let agrees = range.from <= AGREE && range.to >= -AGREE;
        let wide = Range {
            from: range.from - SLACK,
            to: range.to + SLACK,
        };
        let holds = !self.ahead.is_zero() && wide.has(self.ahead);
        let better = range.width() < self.width / 2 && (range.middle() - self.ahead).abs() > FINE;
        match (agrees, holds) {
            (true, true) => self,
            (true, false) => Self::default(),
            (false, true) if !better => self,
            (false, _) => Self {
                ahead: range.middle(),
                width: range.width(),
            },
        }
    }
}

#[derive(Debug, Default)]
struct State {
    /// The most exact answer that was not evaluated yet.
    reading: Option<Reading>,
    difference: Difference,
}

/// The clock of one engine.
#[derive(Debug, Default)]
pub(super) struct Clock(watch::Sender<State>);

impl Clock {
    /// Records one response; [`Clock::update`] evaluates it.
    pub fn record(&self, reading: Reading) {
        let unsure = |reading: &Reading| reading.within + span(reading.asked, reading.answered);
        self.0.send_if_modified(|state| {
            let better = state
                .reading
                .is_none_or(|held| unsure(&reading) <= unsure(&held));
            if better {
                state.reading = Some(reading);
            }
            better
        });
    }

    /// Compares what was recorded with our time: it is `now` at the moment `at`. Returns whether the
    /// difference in force is another one than before.
    pub fn update(&self, now: Timestamp, at: Instant) -> bool {
        let Some(reading) = self.0.borrow().reading else {
            return false;
        };
        let ours = |moment: Instant| now - span(moment, at);
        let (asked, answered) = (ours(reading.asked), ours(reading.answered));
        let range = Range {
            from: reading.engine_time.duration_since(answered),
            to: reading.engine_time.duration_since(asked) + reading.within,
        };
        let mut moved = false;
        self.0.send_modify(|state| {
            let after = state.difference.after(range);
            moved = after.ahead != state.difference.ahead;
            *state = State {
                reading: None,
                difference: after,
            };
        });
        moved
    }

    /// By how much the engine's clock is ahead; zero while both agree.
    pub fn ahead(&self) -> SignedDuration {
        self.0.borrow().difference.ahead
    }

    /// A time of the engine by our clock.
    pub fn ours(&self, theirs: Timestamp) -> Timestamp {
        behind(theirs, self.ahead())
    }

    /// A time of ours by the engine's clock.
    pub fn theirs(&self, ours: Timestamp) -> Timestamp {
        ours.checked_add(self.ahead()).unwrap_or(ours)
    }

    /// Converts every time that the engine reported of a container to our clock.
    pub fn correct(&self, facts: &mut InstanceFacts) {
        if self.ahead().is_zero() {
            return;
        }
        let lone = [
            &mut facts.created_at,
            &mut facts.started_at,
            &mut facts.finished_at,
        ];
        let checks = facts.health_log.iter_mut().map(|check| &mut check.at);
        let docker = facts.docker.checked_at.iter_mut();
        for time in lone.into_iter().flatten().chain(checks).chain(docker) {
            *time = self.ours(*time);
        }
    }
}

/// The time that a clock shows which another one, that shows `theirs`, is `ahead` of. What lies outside
/// of all times stays as it is.
pub(super) fn behind(theirs: Timestamp, ahead: SignedDuration) -> Timestamp {
    theirs.checked_sub(ahead).unwrap_or(theirs)
}

/// How long it is from `from` to `to`; negative where `to` is earlier.
fn span(from: Instant, to: Instant) -> SignedDuration {
    let of = |duration| SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    match to.checked_duration_since(from) {
        Some(later) => of(later),
        None => -of(from.duration_since(to)),
    }
}

#[cfg(test)]
mod tests;
