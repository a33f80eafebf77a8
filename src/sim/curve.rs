//! Load curves: a container's activity over time, as a pure function with a closed integral,
//! so that counters are coherent however seldom anybody asks.

use std::f64::consts::TAU;

use super::clock::{Nanos, SECOND};
use super::id::unit;

/// Two slow waves around 1.0 plus a regular burst; all of it decided by the seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    swing: f64,
    waves: [(f64, f64); 2],
    burst: (f64, f64),
}

/// Length of a burst in seconds.
const BURST: f64 = 6.0;

impl Curve {
    /// The curve of `seed`; `swing` in `[0, 1]` is how far it strays from 1.0.
    pub(super) fn new(seed: u64, swing: f64) -> Self {
        let phase = |n: u64| unit(seed ^ n) * TAU;
        Self {
            swing: swing.clamp(0.0, 1.0),
            waves: [
                (TAU / (40.0 + 50.0 * unit(seed ^ 1)), phase(2)),
                (TAU / (9.0 + 8.0 * unit(seed ^ 3)), phase(4)),
            ],
            burst: (50.0 + 60.0 * unit(seed ^ 5), unit(seed ^ 6)),
        }
    }

    /// Activity at `at`: 1.0 is the mean of the waves, never below 0.
    pub(super) fn level(&self, at: Nanos) -> f64 {
        let t = at as f64 / SECOND as f64;
        let [(slow, a), (fast, b)] = self.waves;
        let waves = 1.0 + self.swing * (0.6 * (slow * t + a).sin() + 0.35 * (fast * t + b).sin());
        let (period, phase) = self.burst;
        let bursting = (t / period + phase).fract() * period < BURST;
        waves + if bursting { self.swing } else { 0.0 }
    }

    /// Integral of [`Curve::level`] over `[from, to]`, in seconds of activity 1.0.
    pub(super) fn work(&self, from: Nanos, to: Nanos) -> f64 {
        if to <= from {
            return 0.0;
        }
        let (start, end) = (from as f64 / SECOND as f64, to as f64 / SECOND as f64);
        let [(slow, a), (fast, b)] = self.waves;
        let wave = |w: f64, phase: f64| ((w * start + phase).cos() - (w * end + phase).cos()) / w;
        let (period, phase) = self.burst;
        let bursts = |t: f64| {
            let turns = t / period + phase;
            turns.floor() * BURST + (turns.fract() * period).min(BURST)
        };
        (end - start)
            + self.swing
                * (0.6 * wave(slow, a) + 0.35 * wave(fast, b) + bursts(end) - bursts(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_the_integral_of_the_level() {
        for seed in 0..20 {
            let curve = Curve::new(seed, 0.8);
            let (from, to) = (1_795_000_000 * SECOND, 1_795_000_300 * SECOND);
            let step = SECOND / 100;
            let sum: f64 = (0..30_000)
                .map(|n| curve.level(from + n * step + step / 2) * step as f64 / SECOND as f64)
                .sum();
            assert!(
                (sum - curve.work(from, to)).abs() < 0.5,
                "seed {seed}: {sum} {}",
                curve.work(from, to)
            );
        }
    }

    #[test]
    fn work_never_shrinks() {
        let curve = Curve::new(9, 1.0);
        let at = |n: i64| curve.work(0, n * SECOND / 7);
        assert!((0..5_000).all(|n| at(n + 1) >= at(n)));
    }
}
