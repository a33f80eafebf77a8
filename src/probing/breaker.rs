//! A breaker before an expensive probe: one that fails again and again is replaced by a cheap one
//! for a while.
//!
//! | state | probe | becomes |
//! |---|---|---|
//! | closed | full | open for 30 s after the 5th failure in a row |
//! | open | connect only | half open when its time is over, or when connecting works again |
//! | half open | full, once | closed after a success; open after a failure, twice as long, 5 min at most |
//!
//! Times are durations since one fixed moment.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::consecutive_results::ConsecutiveResults;

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
    /// Of full probes.
    streak: ConsecutiveResults,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Closed,
    Open {
        until: Duration,
        /// How long it is open in all.
        wait: Duration,
        /// Whether connecting worked last; `None` where it was not tried yet.
        answers: Option<bool>,
    },
    HalfOpen {
        wait: Duration,
        answers: Option<bool>,
    },
}

/// How much of a probe runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// All that the specification says.
    Full,
    /// Only whether the target accepts connections; nothing where it has no port, as a command.
    ConnectOnly,
}

/// How a full probe ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FullProbe {
    /// The service works.
    Succeeded,
    /// The service answered that it does not work.
    Refused,
    /// Nothing answered.
    NoAnswer,
}

/// Why no full probe runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pause {
    /// Failures in a row.
    pub failures: u32,
    /// Time until the next trial.
    pub left: Duration,
}

impl Breaker {
    /// The depth of a probe that starts at `now`; a trial counts as begun from here on.
    pub fn begin(&mut self, now: Duration) -> Depth {
        match self.state {
            State::Open { until, .. } if now < until => Depth::ConnectOnly,
            State::Open { wait, answers, .. } => {
                self.state = State::HalfOpen { wait, answers };
                Depth::Full
            }
            State::Closed | State::HalfOpen { .. } => Depth::Full,
        }
    }

    /// Takes in the end of a full probe.
    pub fn finished(&mut self, end: FullProbe, now: Duration) {
        if end == FullProbe::Succeeded {
            *self = Self::default();
            return;
        }
        self.streak.failed();
        match self.state {
            State::Closed if self.streak.failures() >= OPENS_AFTER => {
                // A target that only does not listen is tried as soon as it does.
                let answers = (end == FullProbe::NoAnswer).then_some(false);
                self.open(now, FIRST_WAIT, answers);
            }
            State::HalfOpen { wait, answers } => {
                self.open(now, wait.saturating_mul(2).min(LONGEST_WAIT), answers);
            }
            // A probe that began before the breaker opened changes nothing.
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

    /// Takes in whether connecting worked; true where a trial is due at once, as it works again.
    pub fn connected(&mut self, answering: bool, now: Duration) -> bool {
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

    /// Makes the next trial due now.
    pub fn run_soon(&mut self, now: Duration) {
        if let State::Open { until, .. } = &mut self.state {
            *until = (*until).min(now);
        }
    }

    /// Why no full probe runs at `now`; `None` where one runs.
    pub fn pause(&self, now: Duration) -> Option<Pause> {
        match self.state {
            State::Open { until, .. } => Some(Pause {
                failures: self.streak.failures(),
                left: until.saturating_sub(now),
            }),
            State::Closed | State::HalfOpen { .. } => None,
        }
    }
}
