//! A target's place in the schedule: its grid, its host, and where it is between two probes.

use std::sync::Arc;
use std::time::Duration;

use super::Pace;

/// Jitter around a grid point, in permille of the period, to both sides.
const JITTER: i64 = 100;

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) host: Arc<str>,
    pub(super) hash: u64,
    pub(super) fast: bool,
    pub(super) due: Duration,
    /// The grid point that `due` stands for, without jitter.
    pub(super) base: Duration,
    /// When it last started.
    pub(super) started: Option<Duration>,
    pub(super) stage: Stage,
    /// Due again while it ran or was suspended.
    pub(super) again: bool,
}

/// Where a target is between two probes.
#[derive(Debug)]
pub(super) enum Stage {
    /// In the queue of its host.
    Waiting,
    /// Probed now, counted for this host.
    Running(Arc<str>),
    /// Not probed until it is resumed.
    Suspended,
}

impl Slot {
    /// Moves to the first grid point after both `last` and `now`; jitter never puts it before
    /// `now`.
    pub(super) fn advance(&mut self, pace: &Pace, last: Duration, now: Duration) {
        let period = if self.fast {
            pace.fast.min(pace.interval)
        } else {
            pace.interval
        };
        let period = millis(period).max(1);
        let after = millis(last.max(now));
        let phase = self.hash % period;
        let index = if after < phase {
            0
        } else {
            (after - phase) / period + 1
        };
        let base = phase.saturating_add(index.saturating_mul(period));
        self.base = Duration::from_millis(base);
        self.due =
            Duration::from_millis(base.saturating_add_signed(jitter(self.hash ^ index, period)))
                .max(now);
    }
}

pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Jitter in milliseconds for the grid point that `seed` names; the same in every run.
fn jitter(seed: u64, period: u64) -> i64 {
    // SplitMix64's finalizer: neighbouring seeds give unrelated values.
    let mut mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    let share = i64::try_from(mixed % 2_001).unwrap_or_default() - 1_000;
    i64::try_from(period)
        .unwrap_or(i64::MAX)
        .saturating_mul(share)
        .saturating_mul(JITTER)
        / 1_000_000
}
