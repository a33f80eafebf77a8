//! The state that probe results in a row give, by thresholds and start period.

use crate::model::{HealthPolicy, HealthState, ProbeOutcome, ProbeResult, Timestamp};

use super::consecutive_results::ConsecutiveResults;

/// The results of one target, and the state that follows from them.
#[derive(Clone, Debug, Default)]
pub struct ProbeHistory {
    /// What the counting results left; `None` before the first.
    state: Option<HealthState>,
    streak: ConsecutiveResults,
    /// Whether enough failures in a row confirmed "unhealthy".
    confirmed: bool,
    /// The latest result and whether it counted; boxed, as every service has a history for itself
    /// and each of its containers, and few have results in both.
    last: Option<Box<(ProbeResult, bool)>>,
    /// End of the latest result that counted.
    counted_at: Option<Timestamp>,
    /// End of the latest success that counted.
    worked_at: Option<Timestamp>,
    /// End of the first of the results in a row that were no plain successes.
    trouble_since: Option<Timestamp>,
}

impl ProbeHistory {
    /// Takes in a result that counts. `starting`: whether the start period still runs.
    pub fn count(&mut self, result: ProbeResult, starting: bool, policy: &HealthPolicy) {
        self.counted_at = Some(result.checked_at);
        let outcome = match result.outcome {
            ProbeOutcome::Starting if starting => ProbeOutcome::Starting,
            // "Still starting" long after the start period is a failure.
            ProbeOutcome::Starting => ProbeOutcome::Failure,
            outcome => outcome,
        };
        let at = result.checked_at;
        self.last = Some(Box::new((result, true)));
        self.step(outcome, starting, policy);
        if outcome.works() {
            self.worked_at = Some(at);
        }
        self.date_trouble(outcome, at);
    }

    fn date_trouble(&mut self, outcome: ProbeOutcome, at: Timestamp) {
        match outcome {
            ProbeOutcome::Failure | ProbeOutcome::Warning
                if self.streak.failures() + self.streak.warnings() > 0 =>
            {
                self.trouble_since.get_or_insert(at);
            }
            ProbeOutcome::Success if self.state == Some(HealthState::Healthy) => {
                self.trouble_since = None
            }
            ProbeOutcome::Starting => self.trouble_since = None,
            _ => {}
        }
    }

    /// Keeps a result that does not count: it is shown, but changes no state.
    pub fn record_ignored(&mut self, result: ProbeResult) {
        self.last = Some(Box::new((result, false)));
    }

    fn step(&mut self, outcome: ProbeOutcome, starting: bool, policy: &HealthPolicy) {
        use HealthState::{Degraded, Healthy, Starting, Unhealthy, Unknown};
        let state = self.state.unwrap_or(Unknown);
        match outcome {
            ProbeOutcome::Success | ProbeOutcome::Warning => {
                if outcome == ProbeOutcome::Warning {
                    self.streak.warned();
                } else {
                    self.streak.succeeded();
                }
                let recovered = state != Unhealthy
                    || !self.confirmed
                    || self.streak.successes() >= policy.success_threshold;
                if recovered {
                    self.confirmed = false;
                    // First sight of something older: one sample shows.
                    let warnings = self.streak.warnings();
                    let warns = warnings >= 2 || (warnings == 1 && state == Unknown && !starting);
                    self.state = Some(if warns { Degraded } else { Healthy });
                }
            }
            // It says nothing, so that nothing changes.
            ProbeOutcome::Inconclusive => {}
            ProbeOutcome::Starting => {
                (self.streak, self.confirmed) = (ConsecutiveResults::default(), false);
                self.state = Some(Starting);
            }
            ProbeOutcome::Failure if starting && matches!(state, Unknown | Starting) => {
                self.streak.failed_uncounted();
                self.state = Some(Starting);
            }
            ProbeOutcome::Failure => {
                self.streak.failed();
                self.confirmed |= self.streak.failures() >= policy.failure_threshold;
                self.state = Some(match state {
                    _ if self.confirmed => Unhealthy,
                    Starting => Starting,
                    // First sight of something older: one sample shows.
                    Unknown | Unhealthy => Unhealthy,
                    _ => Degraded,
                });
            }
        }
    }

    /// The state that counting results left; `None` when none counted yet.
    #[must_use]
    pub fn state(&self) -> Option<HealthState> {
        self.state
    }

    /// Failures in a row.
    #[must_use]
    pub fn failures(&self) -> u32 {
        self.streak.failures()
    }

    /// Successes in a row.
    #[must_use]
    pub fn successes(&self) -> u32 {
        self.streak.successes()
    }

    /// The latest result and whether it counted.
    #[must_use]
    pub fn last(&self) -> Option<&(ProbeResult, bool)> {
        self.last.as_deref()
    }

    /// When the latest counting result came.
    #[must_use]
    pub fn counted_at(&self) -> Option<Timestamp> {
        self.counted_at
    }

    /// When the latest counting success came.
    #[must_use]
    pub fn worked_at(&self) -> Option<Timestamp> {
        self.worked_at
    }

    /// When the first of the failures and warnings in a row came.
    #[must_use]
    pub fn trouble_since(&self) -> Option<Timestamp> {
        self.trouble_since
    }

    /// Forgets results and counts but keeps the state until the next result.
    pub fn forget_results(&mut self) {
        *self = Self {
            state: self.state,
            confirmed: self.confirmed,
            counted_at: self.counted_at,
            worked_at: self.worked_at,
            trouble_since: self.trouble_since,
            ..Self::default()
        };
    }

    /// Changes the latest result in place.
    pub fn change_last(&mut self, change: impl FnOnce(&mut ProbeResult) -> bool) {
        if let Some((result, _)) = self.last.as_deref_mut() {
            change(result);
        }
    }

    /// Forgets the state too, after so long without a result that the next one decides alone.
    pub fn forget_state(&mut self) {
        *self = Self {
            last: self.last.take(),
            ..Self::default()
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn result(outcome: ProbeOutcome) -> ProbeResult {
        ProbeResult::of(outcome, Timestamp::UNIX_EPOCH)
    }

    fn outcome(letter: char) -> ProbeOutcome {
        match letter.to_ascii_lowercase() {
            's' => ProbeOutcome::Success,
            'w' => ProbeOutcome::Warning,
            'b' => ProbeOutcome::Starting,
            _ => ProbeOutcome::Failure,
        }
    }

    /// The states after each result; upper-case results come inside the start period.
    fn walk(results: &str) -> String {
        let (mut track, policy) = (ProbeHistory::default(), HealthPolicy::default());
        let letter = |letter: char| {
            track.count(
                result(outcome(letter)),
                letter.is_ascii_uppercase(),
                &policy,
            );
            match track.state().expect("a state after a result") {
                HealthState::Healthy => 'h',
                HealthState::Degraded => 'd',
                HealthState::Unhealthy => 'u',
                HealthState::Starting => 's',
                _ => '?',
            }
        };
        results.chars().map(letter).collect()
    }

    #[test]
    fn the_table_of_health() {
        for (results, states, why) in [
            ("S", "h", "starting → healthy: one success"),
            (
                "FFFFFFF",
                "sssssss",
                "failures inside the start period never count",
            ),
            ("FFFFfff", "ssssssu", "start period over and three failures"),
            ("FFffs", "ssssh", "two failures after it are not enough"),
            ("f", "u", "first sight of something older: one sample shows"),
            (
                "fs",
                "uh",
                "which one success takes back, as it was not confirmed",
            ),
            ("ffffs", "uuuuu", "once confirmed it takes two"),
            ("ffffss", "uuuuuh", "unhealthy → healthy: two successes"),
            ("ffffsfss", "uuuuuuuh", "in a row"),
            ("sf", "hd", "healthy → degraded: a failure"),
            ("sfff", "hddu", "→ unhealthy: three in a row"),
            ("sffsff", "hddhdd", "a success between them starts over"),
            (
                "SF",
                "hd",
                "after the first success the start period protects no more",
            ),
            ("sw", "hh", "one warning is none"),
            ("ws", "dh", "but at first sight of something older it shows"),
            ("W", "h", "not inside the start period"),
            ("sww", "hhd", "a warning twice"),
            ("swsw", "hhhh", "but in a row"),
            ("swws", "hhdh", "one success clears it"),
            ("ffffww", "uuuuud", "warnings are successes"),
            ("B", "s", "it says itself that it is starting"),
            ("SB", "hs", "it says that it starts again"),
            (
                "bbb",
                "uuu",
                "still starting after the start period is a failure",
            ),
            ("Bbbb", "sssu", "with the threshold"),
        ] {
            assert_eq!(walk(results), states, "{results}: {why}");
        }
    }

    #[test]
    fn forgetting_results_keeps_the_state() {
        let (mut track, policy) = (ProbeHistory::default(), HealthPolicy::default());
        for _ in 0..3 {
            track.count(result(ProbeOutcome::Failure), false, &policy);
        }
        track.forget_results();
        assert_eq!(
            (track.state(), track.failures(), track.last()),
            (Some(HealthState::Unhealthy), 0, None)
        );
        track.forget_state();
        assert_eq!((track.state(), track.counted_at()), (None, None));
    }

    proptest! {
        #[test]
        fn invariants(results in "[swfbSWFB]{1,40}", failures in 1..6_u32, successes in 1..5_u32) {
            let policy = HealthPolicy {
                failure_threshold: failures,
                success_threshold: successes,
                ..HealthPolicy::default()
            };
            let mut track = ProbeHistory::default();
            for letter in results.chars() {
                track.count(result(outcome(letter)), letter.is_ascii_uppercase(), &policy);
            }
            let state = track.state().expect("a state after a result");
            let tail = |letters: &str| {
                results.chars().rev().take_while(|c| letters.contains(*c)).count()
            };
            if tail("f") >= failures as usize {
                prop_assert_eq!(state, HealthState::Unhealthy);
            }
            if tail("sS") >= successes.max(2) as usize {
                prop_assert_eq!(state, HealthState::Healthy);
            }
            if state == HealthState::Healthy {
                prop_assert!(matches!(results.chars().last(), Some('s' | 'S' | 'w' | 'W')));
            }
            if tail("SWFB") == results.len() {
                prop_assert!(state != HealthState::Unhealthy || results.contains(['S', 'W']));
            }
        }
    }
}
