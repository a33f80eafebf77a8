//! A breaker before an expensive probe: what fails again and again is asked the cheap way
//! meanwhile.
//!
//! | state | asked | becomes |
//! |---|---|---|
//! | closed | the whole way | open for 30 s after the 5th failure in a row |
//! | open | the cheap way | half open when its time is over, or when the cheap way answers again |
//! | half open | the whole way, once | closed after a success; open after a failure, twice as long, 5 min at most |
//!
//! Times are durations since one fixed moment.

#[cfg(test)]
mod tests;

use std::time::Duration;

/// Failures in a row that open it.
const OPENS_AFTER: u32 = 5;
/// How long it stays open at first.
const FIRST_WAIT: Duration = Duration::from_secs(30);
/// How long it stays open at most.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The breaker of one target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Breaker {
    state: State,
    /// Failures in a row of the whole way.
    failures: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Duration,
        /// How long it is open in all.
        wait: Duration,
        /// Whether the cheap way answered last; `None` where it was not tried yet.
        answers: Option<bool>,
    },
    HalfOpen {
        wait: Duration,
        answers: Option<bool>,
    },
}

/// How a target is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The whole way.
    Whole,
    /// The cheap way: the whole one failed too often a moment ago.
    Cheap,
}

/// How an expensive probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The service works.
    Success,
    /// The service answered that it does not.
    Refusal,
    /// Nothing answered.
    Silence,
}

/// Why the whole way is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// Failures in a row.
    pub failures: u32,
    /// Time until the next trial.
    pub left: Duration,
}

impl Breaker {
    /// How to ask at `now`; from here on a trial counts as begun.
    pub fn begin(&mut self, now: Duration) -> Way {
        match self.state {
            State::Open { until, .. } if now < until => Way::Cheap,
            State::Open { wait, answers, .. } => {
                self.state = State::HalfOpen { wait, answers };
                Way::Whole
            }
            State::Closed | State::HalfOpen { .. } => Way::Whole,
        }
    }

    /// The whole way ended so.
    pub fn ended(&mut self, end: End, now: Duration) {
        if end == End::Success {
            *self = Self::default();
            return;
        }
        self.failures = self.failures.saturating_add(1);
        match self.state {
            State::Closed if self.failures >= OPENS_AFTER => {
                // What only does not listen is tried as soon as it does.
                let answers = (end == End::Silence).then_some(false);
                self.open(now, FIRST_WAIT, answers);
            }
            State::HalfOpen { wait, answers } => {
                self.open(now, wait.saturating_mul(2).min(LONGEST_WAIT), answers);
            }
            // One that began before it opened changes nothing.
            State::Closed | State::Open { .. } => {}
        }
    }

    fn open(&mut self, now: Duration, wait: Duration, answers: Option<bool>) {
        self.state = State::Open {
            until: now.saturating_add(wait),
            wait,
            answers,
        };
    }

    /// The cheap way ended so; tells whether a trial is due at once, as it answers again.
    pub fn looked(&mut self, answering: bool, now: Duration) -> bool {
        let State::Open { until, answers, .. } = &mut self.state else {
            return false;
        };
        let back = answering && *answers == Some(false);
        *answers = Some(answering);
        if back {
            *until = (*until).min(now);
        }
        back
    }

    /// Makes the next trial due now: somebody asks for it.
    pub fn hasten(&mut self, now: Duration) {
        if let State::Open { until, .. } = &mut self.state {
            *until = (*until).min(now);
        }
    }

    /// Why the whole way is not asked at `now`; `None` while it is.
    pub fn pause(&self, now: Duration) -> Option<Pause> {
        match self.state {
            State::Open { until, .. } => Some(Pause {
                failures: self.failures,
                left: until.saturating_sub(now),
            }),
            State::Closed | State::HalfOpen { .. } => None,
        }
    }
}
