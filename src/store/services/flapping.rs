//! Flapping, as Nagios measures it.

use std::collections::VecDeque;

use crate::model::HealthState;

/// States that are looked at: 21 give 20 transitions.
const WINDOW: usize = 21;
/// Percent of weighted change from which a service flaps.
const STARTS_AT: f64 = 30.0;
/// Percent at or below which it flaps no more.
const ENDS_AT: f64 = 20.0;

/// The recent states of a service and whether it flaps.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Flapping {
    states: VecDeque<HealthState>,
    on: bool,
}

impl Flapping {
    /// Adds the state that the newest check left.
    pub fn push(&mut self, state: HealthState) {
        self.states.push_back(state);
        if self.states.len() > WINDOW {
            self.states.pop_front();
        }
        let percent = percent(self.states.make_contiguous());
        self.on = if self.on {
            percent > ENDS_AT
        } else {
            percent >= STARTS_AT
        };
    }

    /// Whether it flaps.
    pub fn is_on(&self) -> bool {
        self.on
    }
}

/// Percent of state change over the last 21 states, newer changes weighing more: transition
/// x (1 oldest … 20 newest) weighs 0.75 + (x−1)·0.5/19. Fewer states count as if nothing had
/// changed before them.
#[allow(clippy::cast_precision_loss)] // numbers up to 20
pub fn percent(states: &[HealthState]) -> f64 {
    let transitions = WINDOW - 1;
    let newest = states.windows(2).rev().take(transitions);
    let sum: f64 = newest
        .enumerate()
        .filter(|(_, pair)| pair[0] != pair[1])
        .map(|(age, _)| 0.75 + (transitions - 1 - age) as f64 * 0.5 / (transitions - 1) as f64)
        .sum();
    100.0 * sum / transitions as f64
}

#[cfg(test)]
#[allow(clippy::cast_precision_loss)] // numbers up to 20
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `h`, `d` and `u` as states.
    fn states(text: &str) -> Vec<HealthState> {
        let state = |c| match c {
            'h' => HealthState::Healthy,
            'd' => HealthState::Degraded,
            _ => HealthState::Unhealthy,
        };
        text.chars().map(state).collect()
    }

    #[test]
    fn percent_agrees_with_nagios() {
        for (text, expected) in [
            ("", 0.0),
            ("h", 0.0),
            ("hhhhhhhhhhhhhhhhhhhhh", 0.0),
            // Every transition a change: the weights sum to 20.
            ("huhuhuhuhuhuhuhuhuhuh", 100.0),
            // One change, the newest and the oldest transition.
            ("hhhhhhhhhhhhhhhhhhhhu", 6.25),
            ("uhhhhhhhhhhhhhhhhhhhh", 3.75),
            // A change that left the window does not count.
            ("uhhhhhhhhhhhhhhhhhhhhh", 0.0),
            // The manual's example: 7 changes in 20 transitions unweighted is 35 %; weights of
            // transitions 3, 4, 5, 9, 12, 16, 19.
            ("hhhuhuuuuhhhuuuuhhhuu", 34.276_316),
        ] {
            let percent = percent(&states(text));
            assert!((percent - expected).abs() < 1e-5, "{text}: {percent}");
        }
    }

    #[test]
    fn it_starts_at_thirty_and_ends_at_twenty() {
        let mut flapping = Flapping::default();
        let mut turned = Vec::new();
        let text = "huhuhu".to_owned() + &"h".repeat(21);
        for (at, state) in states(&text).into_iter().enumerate() {
            let before = flapping.is_on();
            flapping.push(state);
            if flapping.is_on() != before {
                turned.push((at, percent(flapping.states.make_contiguous())));
            }
        }
        let [(_, on), (_, off)] = turned[..] else {
            panic!("on and off once: {turned:?}")
        };
        assert!((30.0..36.25).contains(&on) && off <= 20.0, "{turned:?}");
        assert!(
            turned[1].0 > turned[0].0 + 5,
            "hysteresis keeps it on for a while: {turned:?}"
        );
    }

    /// The formula as the manual has it: transitions numbered from 1, the oldest, to 20, the
    /// newest.
    fn by_the_manual(window: &[HealthState]) -> f64 {
        let missing = 21 - window.len();
        let changed = |x: usize| x > missing && window[x - missing - 1] != window[x - missing];
        let weight = |x: usize| 0.75 + (x as f64 - 1.0) * 0.5 / 19.0;
        (1..=20).filter(|x| changed(*x)).map(weight).sum::<f64>() * 100.0 / 20.0
    }

    proptest! {
        #[test]
        fn every_history_agrees_with_the_manual_and_the_two_limits(text in "[hud]{1,80}") {
            let mut flapping = Flapping::default();
            let all = states(&text);
            for (at, state) in all.iter().enumerate() {
                let before = flapping.is_on();
                flapping.push(*state);
                let window = &all[(at + 1).saturating_sub(21)..=at];
                let percent = percent(window);
                prop_assert!((percent - by_the_manual(window)).abs() < 1e-9, "{percent}");
                prop_assert!((0.0..=100.000_001).contains(&percent));
                let expected = match percent {
                    it if it >= 30.0 => true,
                    it if it <= 20.0 => false,
                    // Between the limits it stays as it was.
                    _ => before,
                };
                prop_assert_eq!(flapping.is_on(), expected, "at {}: {}", at, percent);
            }
            // 21 states alike end it, whatever was before.
            for _ in 0..21 {
                flapping.push(HealthState::Healthy);
            }
            prop_assert!(!flapping.is_on());
        }
    }
}
