//! Resource health: memory against its limit, and processes that the kernel killed for lack of it.

use std::time::Duration;

use crate::model::{HealthPolicy, Timestamp};

use super::health::later;

/// Samples in a row over the threshold until it is a warning.
const SAMPLES: u8 = 2;
/// Percent points under the threshold at which the warning ends.
const MARGIN: u8 = 5;
/// How long a killed process inside a container that goes on is a warning.
const KILL: Duration = Duration::from_secs(600);

/// Memory of one container, as its samples tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pressure {
    /// Samples in a row over the threshold, up to [`SAMPLES`].
    over: u8,
    /// The latest share of the limit, in percent.
    percent: u8,
    /// When the kernel killed a process in it while it went on.
    killed_at: Option<Timestamp>,
}

impl Pressure {
    /// Takes in a sample: bytes used and the container's own limit.
    pub fn sample(&mut self, used: Option<u64>, limit: Option<u64>, policy: &HealthPolicy) {
        let (Some(used), Some(limit)) = (used, limit.filter(|limit| *limit > 0)) else {
            (self.over, self.percent) = (0, 0);
            return;
        };
        let percent = u128::from(used) * 100 / u128::from(limit);
        self.percent = u8::try_from(percent.min(200)).unwrap_or(u8::MAX);
        if self.percent >= policy.memory_warning {
            self.over = (self.over + 1).min(SAMPLES);
        } else if self.over < SAMPLES || self.percent.saturating_add(MARGIN) < policy.memory_warning {
            self.over = 0;
        }
    }

    /// The kernel killed a process in it.
    pub fn kill(&mut self, at: Timestamp) {
        self.killed_at = Some(at);
    }

    /// What is to be told, and until when at most; `None` when all is well.
    pub fn warning(&self, now: Timestamp) -> Option<(String, Option<Timestamp>)> {
        if let Some(end) = self.killed_at.map(|at| later(at, KILL)).filter(|end| *end > now) {
            return Some(("the kernel killed a process in it for lack of memory".to_owned(), Some(end)));
        }
        (self.over >= SAMPLES).then(|| (format!("memory at {} % of its limit", self.percent), None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_samples_over_the_threshold_warn_until_it_is_well_below() {
        let policy = HealthPolicy::default();
        let mut pressure = Pressure::default();
        let mut told = String::new();
        for percent in [89, 95, 50, 90, 91, 88, 86, 85, 84, 95, 96] {
            pressure.sample(Some(percent), Some(100), &policy);
            told.push(if pressure.warning(Timestamp::UNIX_EPOCH).is_some() { 'w' } else { '.' });
        }
        assert_eq!(told, "....wwww..w");
        let (text, until) = pressure.warning(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!((text.as_str(), until), ("memory at 96 % of its limit", None));
        pressure.sample(Some(96), None, &policy);
        assert_eq!(pressure.warning(Timestamp::UNIX_EPOCH), None, "no limit, no warning");
    }

    #[test]
    fn a_killed_process_is_a_warning_for_ten_minutes() {
        let mut pressure = Pressure::default();
        pressure.kill(Timestamp::UNIX_EPOCH);
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        assert!(pressure.warning(at(599)).is_some_and(|(_, until)| until == Some(at(600))));
        assert_eq!(pressure.warning(at(600)), None);
    }
}
