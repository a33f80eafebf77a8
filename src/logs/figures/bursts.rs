//! When a service logs far more errors than usually: with hysteresis, so that a rate at the limit is
//! one burst and not ten.

use crate::model::{ErrorBurst, Timestamp};

/// Fewest errors in a bucket that begin a burst.
const LEAST_ERRORS: f64 = 8.0;
/// A burst begins at this multiple of the usual rate …
const BEGIN_TIMES: f64 = 5.0;
/// … and ends where the rate stays at or below this multiple of it …
const END_TIMES: f64 = 2.0;
/// … for so many buckets.
const QUIET_BUCKETS: u8 = 2;
/// The usual rate is never taken to be lower than this, in errors a second: one in 20 seconds.
const LEAST_USUAL: f64 = 0.05;
/// Buckets from which on the usual rate is known.
const KNOWN_AFTER: u32 = 4;
/// Weight of a new bucket in the usual rate (an exponentially weighted mean).
const WEIGHT: f64 = 0.1;

/// Watches the errors of one service.
#[derive(Debug, Default)]
pub struct BurstDetector {
    /// Errors a second outside of bursts.
    usual: f64,
    buckets: u32,
    /// When the quiet buckets at the end of the current burst began, and how many there are.
    quiet: Option<(Timestamp, u8)>,
    latest: Option<ErrorBurst>,
}

impl BurstDetector {
    /// The latest burst; it lasts while it has no end.
    pub const fn latest(&self) -> Option<ErrorBurst> {
        self.latest
    }

    /// Takes the next bucket: `errors` within `seconds` from `begin` on.
    pub fn push(&mut self, begin: Timestamp, seconds: f64, errors: f64) {
        let rate = errors / seconds;
        let usual = self.usual.max(LEAST_USUAL);
        match self.latest.filter(|burst| burst.until.is_none()) {
            Some(burst) => self.go_on(burst, begin, errors, rate, usual),
            None if self.buckets >= KNOWN_AFTER
                && errors >= LEAST_ERRORS
                && rate >= usual * BEGIN_TIMES =>
            {
                self.latest = Some(ErrorBurst {
                    since: begin,
                    until: None,
                    errors: whole(errors),
                    peak_per_s: rate,
                    usual_per_s: self.usual,
                });
            }
            None => self.learn(rate),
        }
    }

    fn go_on(
        &mut self,
        mut burst: ErrorBurst,
        begin: Timestamp,
        errors: f64,
        rate: f64,
        usual: f64,
    ) {
        burst.errors += whole(errors);
        burst.peak_per_s = burst.peak_per_s.max(rate);
        if rate > usual * END_TIMES {
            self.quiet = None;
        } else {
            let (from, buckets) = self.quiet.unwrap_or((begin, 0));
            self.quiet = Some((from, buckets + 1));
            if buckets + 1 >= QUIET_BUCKETS {
                burst.until = Some(from);
                self.quiet = None;
            }
        }
        self.latest = Some(burst);
    }

    /// Until the usual rate is known, the mean of all buckets.
    fn learn(&mut self, rate: f64) {
        self.buckets = self.buckets.saturating_add(1);
        let weight = WEIGHT.max(1.0 / f64::from(self.buckets));
        self.usual += (rate - self.usual) * weight;
    }
}

fn whole(count: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count of lines"
    )]
    let count = count.round() as u64;
    count
}
