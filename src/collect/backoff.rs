//! How long to wait before the next attempt: pure, no clock, no randomness of its own.

use std::time::Duration;

/// Why a backoff cannot be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidBackoff {
    /// A zero wait would be a busy loop.
    #[error("the shortest wait must be longer than zero")]
    ZeroMin,
    /// The bounds are the wrong way round.
    #[error("the longest wait must not be shorter than the shortest")]
    MaxBelowMin,
    /// Jitter is a share of the wait.
    #[error("the jitter must be from 0 to 1")]
    Jitter,
}

/// Exponential backoff: doubles from `min` to `max`, each wait varied by ± `jitter`.
#[derive(Clone, Debug, PartialEq)]
pub struct Backoff {
    min: Duration,
    max: Duration,
    jitter: f64,
    failures: u32,
}

impl Backoff {
    /// A backoff between `min` and `max`; `jitter` is a share of the wait, 0 to 1.
    ///
    /// # Errors
    /// When the bounds or the jitter make no sense.
    pub fn new(min: Duration, max: Duration, jitter: f64) -> Result<Self, InvalidBackoff> {
        if min.is_zero() {
            return Err(InvalidBackoff::ZeroMin);
        }
        if max < min {
            return Err(InvalidBackoff::MaxBelowMin);
        }
        if !(0.0..=1.0).contains(&jitter) {
            return Err(InvalidBackoff::Jitter);
        }
        Ok(Self {
            min,
            max,
            jitter,
            failures: 0,
        })
    }

    /// The engine's: 0.5 s to 30 s, ± 20 %.
    #[must_use]
    pub const fn engine() -> Self {
        Self {
            min: Duration::from_millis(500),
            max: Duration::from_secs(30),
            jitter: 0.2,
            failures: 0,
        }
    }

    /// The wait after one more failure; `random` from 0 to 1 chooses within the jitter.
    ///
    /// Never shorter than `min`, never longer than `max`.
    pub fn next(&mut self, random: f64) -> Duration {
        let factor = 1u32.checked_shl(self.failures).unwrap_or(u32::MAX);
        self.failures = self.failures.saturating_add(1);
        let base = self.min.saturating_mul(factor).min(self.max);
        let random = if random.is_finite() {
            random.clamp(0.0, 1.0)
        } else {
            0.5
        };
        base.mul_f64(1.0 + self.jitter * (2.0 * random - 1.0))
            .clamp(self.min, self.max)
    }

    /// Begins anew after a success.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn doubles_to_the_maximum_and_begins_anew() {
        let mut backoff = Backoff::engine();
        let waits: Vec<_> = (0..8).map(|_| backoff.next(0.5).as_millis()).collect();
        assert_eq!(
            waits,
            [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        );
        backoff.reset();
        assert_eq!(backoff.next(0.5), Duration::from_millis(500));
    }

    #[test]
    fn nonsense_is_refused() {
        let second = Duration::from_secs(1);
        assert_eq!(
            Backoff::new(Duration::ZERO, second, 0.0),
            Err(InvalidBackoff::ZeroMin)
        );
        assert_eq!(
            Backoff::new(second, Duration::from_millis(1), 0.0),
            Err(InvalidBackoff::MaxBelowMin)
        );
        assert_eq!(
            Backoff::new(second, second, 1.1),
            Err(InvalidBackoff::Jitter)
        );
        assert_eq!(
            Backoff::new(second, second, f64::NAN),
            Err(InvalidBackoff::Jitter)
        );
        assert_eq!(
            Backoff::new(Duration::from_millis(500), 30 * second, 0.2),
            Ok(Backoff::engine())
        );
    }

    proptest! {
        #[test]
        fn every_wait_keeps_its_bounds(
            min in 1u64..5_000, extra in 0u64..100_000, jitter in 0.0f64..=1.0,
            randoms in prop::collection::vec(any::<f64>(), 1..80)
        ) {
            let (min, max) = (Duration::from_millis(min), Duration::from_millis(min + extra));
            let mut backoff = Backoff::new(min, max, jitter).expect("valid");
            for random in randoms {
                let wait = backoff.next(random);
                prop_assert!(min <= wait && wait <= max);
            }
        }

        #[test]
        fn without_jitter_waits_never_shrink(min in 1u64..5_000, extra in 0u64..100_000) {
            let mut backoff =
                Backoff::new(Duration::from_millis(min), Duration::from_millis(min + extra), 0.0).expect("valid");
            let waits: Vec<_> = (0..70).map(|_| backoff.next(0.3)).collect();
            prop_assert!(waits.is_sorted());
        }
    }
}
