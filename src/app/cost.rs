//! What hubdeck itself costs, read from `/proc/self`; unknown where there is none.

use std::time::{Duration, Instant};

use crate::model::SelfCost;

/// Time between two measurements.
pub const INTERVAL: Duration = Duration::from_secs(10);

/// Measures the process between two calls.
pub struct Meter {
    before: Option<(Instant, u64, u64)>,
}

impl Meter {
    /// A meter with nothing measured yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { before: None }
    }

    /// Cost since the last call; rates are unknown at the first. `calls` counts engine calls so
    /// far.
    #[allow(clippy::cast_precision_loss)] // counters far below 2^53
    pub fn measure(&mut self, now: Instant, calls: u64) -> SelfCost {
        let ticks = cpu_ticks();
        let rates = self.before.and_then(|(then, ticks_then, calls_then)| {
            let seconds = now.duration_since(then).as_secs_f64();
            (seconds > 0.0).then(|| {
                let cpu = ticks.map(|ticks| {
                    let used = ticks.saturating_sub(ticks_then) as f64;
                    used / rustix::param::clock_ticks_per_second() as f64 / seconds * 100.0
                });
                // A new connection starts a new count.
                (
                    cpu,
                    calls
                        .checked_sub(calls_then)
                        .map(|calls| calls as f64 / seconds),
                )
            })
        });
        self.before = Some((now, ticks.unwrap_or_default(), calls));
        SelfCost {
            cpu_percent: rates.and_then(|(cpu, _)| cpu),
            rss_bytes: resident_bytes(),
            engine_calls_per_s: rates.and_then(|(_, calls)| calls),
        }
    }
}

impl Default for Meter {
    fn default() -> Self {
        Self::new()
    }
}

/// User and system time of this process in clock ticks: fields 14 and 15 of `/proc/self/stat`
/// (proc(5)).
fn cpu_ticks() -> Option<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name stands in brackets and may hold anything, so fields count from its end.
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// Resident memory: field 2 of `/proc/self/statm` in pages.
fn resident_bytes() -> Option<u64> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_need_two_measurements() {
        let mut meter = Meter::new();
        let start = Instant::now();
        let first = meter.measure(start, 10);
        assert_eq!((first.cpu_percent, first.engine_calls_per_s), (None, None));
        let second = meter.measure(start + Duration::from_secs(2), 14);
        assert_eq!(second.engine_calls_per_s, Some(2.0));
        let reconnected = meter.measure(start + Duration::from_secs(4), 1);
        assert_eq!(reconnected.engine_calls_per_s, None);
        if cfg!(target_os = "linux") {
            assert!(second.rss_bytes.is_some_and(|bytes| bytes > 1_000_000));
            assert!(second.cpu_percent.is_some());
        }
    }
}
