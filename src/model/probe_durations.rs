//! How long the probes of a service took: a histogram that only grows.

use serde::{Deserialize, Serialize};

/// Upper bounds of the buckets in seconds, each included; what took longer is counted in all only.
const BOUNDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// Durations of the probes of a service that were answered, in seconds, as a Prometheus histogram
/// keeps them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProbeDurations {
    /// Probes of each bucket, without those of the buckets below.
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl ProbeDurations {
    /// Counts a probe that took so many milliseconds.
    pub fn observe(&mut self, milliseconds: f64) {
        let seconds = milliseconds / 1_000.0;
        if !seconds.is_finite() || seconds < 0.0 {
            return;
        }
        let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
        if let Some(bucket) = bucket.and_then(|at| self.buckets.get_mut(at)) {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }

    /// Upper bound of each bucket with the probes that took no longer.
    pub fn cumulative(&self) -> impl Iterator<Item = (f64, u64)> {
        let mut total = 0;
        BOUNDS.iter().zip(&self.buckets).map(move |(bound, count)| {
            total += count;
            (*bound, total)
        })
    }

    /// How many probes there were.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// How long they took together, in seconds.
    #[must_use]
    pub const fn sum(&self) -> f64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_holds_its_bound_and_all_below() {
        let mut durations = ProbeDurations::default();
        for milliseconds in [1.0, 1.1, 400.0, 20_000.0, f64::NAN, -1.0] {
            durations.observe(milliseconds);
        }
        let counts: Vec<u64> = durations.cumulative().map(|(_, count)| count).collect();
        assert_eq!(counts, [1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
        assert_eq!(durations.count(), 4);
        assert!((durations.sum() - 20.4021).abs() < 1e-9);
    }
}
