//! Resource health: memory and CPU against their limits, and OOM kills.

use std::time::Duration;

use crate::model::{HealthPolicy, Limits, PressureWarning, Sample, Timestamp};

use super::health::later;

/// Samples in a row over the threshold until memory is a warning.
const SAMPLES: u8 = 2;
/// How long the CPU has to be over its threshold without a break.
const BUSY: Duration = Duration::from_secs(60);
/// Percent points under the threshold at which a warning ends.
const MARGIN: u8 = 5;
/// How long a killed process inside a container that goes on is a warning.
const KILL: Duration = Duration::from_secs(600);

/// What follows from the samples of one container for its limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pressure {
    /// Samples in a row with memory over the threshold, up to [`SAMPLES`].
    memory_over: u8,
    /// The latest share of the memory limit, in percent.
    memory: u8,
    /// Since when the CPU is over its threshold.
    cpu_over_since: Option<Timestamp>,
    /// The latest share of the CPU limit, in percent.
    cpu: u8,
    /// The time of the latest sample.
    sampled_at: Timestamp,
    /// When the kernel killed a process in it while it went on.
    killed_at: Option<Timestamp>,
}

impl Pressure {
    /// Takes in a sample of a container with these limits of its own.
    pub fn sample(&mut self, sample: &Sample, limits: &Limits, policy: &HealthPolicy) {
        self.sampled_at = sample.at;
        self.memory(sample, limits, policy.memory_warning);
        self.cpu(sample, limits, policy.cpu_warning);
    }

    fn memory(&mut self, sample: &Sample, limits: &Limits, threshold: u8) {
        let limit = limits.memory_bytes.filter(|limit| *limit > 0);
        let (Some(used), Some(limit)) = (sample.memory_bytes, limit) else {
            (self.memory_over, self.memory) = (0, 0);
            return;
        };
        let percent = u128::from(used) * 100 / u128::from(limit);
        self.memory = u8::try_from(percent.min(200)).unwrap_or(u8::MAX);
        if self.memory >= threshold {
            self.memory_over = (self.memory_over + 1).min(SAMPLES);
        } else if self.memory_over < SAMPLES || is_well_below(self.memory, threshold) {
            self.memory_over = 0;
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=200 before
    fn cpu(&mut self, sample: &Sample, limits: &Limits, threshold: u8) {
        let limit = limits.cpus.filter(|cpus| *cpus > 0.0);
        let (Some(percent), Some(cpus)) = (sample.cpu_percent, limit) else {
            (self.cpu_over_since, self.cpu) = (None, 0);
            return;
        };
        self.cpu = (percent / cpus).clamp(0.0, 200.0) as u8;
        if self.cpu >= threshold {
            self.cpu_over_since.get_or_insert(sample.at);
        } else if !self.is_busy() || is_well_below(self.cpu, threshold) {
            self.cpu_over_since = None;
        }
    }

    fn is_busy(&self) -> bool {
        self.cpu_over_since
            .is_some_and(|since| self.sampled_at >= later(since, BUSY))
    }

    /// The kernel killed a process in it.
    pub fn kill(&mut self, at: Timestamp) {
        self.killed_at = Some(at);
    }

    /// What is to be reported, and until when at most; `None` when all is well.
    pub fn warning(&self, now: Timestamp) -> Option<(PressureWarning, Option<Timestamp>)> {
        if let Some(end) = self
            .killed_at
            .map(|at| later(at, KILL))
            .filter(|end| *end > now)
        {
            return Some((PressureWarning::Killed, Some(end)));
        }
        if self.memory_over >= SAMPLES {
            let percent = self.memory;
            return Some((PressureWarning::Memory { percent }, None));
        }
        self.is_busy().then(|| {
            let percent = self.cpu;
            (PressureWarning::Cpu { percent }, None)
        })
    }
}

fn is_well_below(percent: u8, threshold: u8) -> bool {
    percent.saturating_add(MARGIN) < threshold
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn two_samples_over_the_threshold_warn_until_it_is_well_below() {
        let policy = HealthPolicy::default();
        let limits = Limits {
            memory_bytes: Some(100),
            ..Limits::default()
        };
        let mut pressure = Pressure::default();
        let sample = |percent| Sample {
            memory_bytes: Some(percent),
            ..Sample::empty(at(0))
        };
        let mut told = String::new();
        for percent in [89, 95, 50, 90, 91, 88, 86, 85, 84, 95, 96] {
            pressure.sample(&sample(percent), &limits, &policy);
            told.push(if pressure.warning(Timestamp::UNIX_EPOCH).is_some() {
                'w'
            } else {
                '.'
            });
        }
        assert_eq!(told, "....wwww..w");
        assert_eq!(
            pressure.warning(Timestamp::UNIX_EPOCH),
            Some((PressureWarning::Memory { percent: 96 }, None))
        );
        pressure.sample(&sample(96), &Limits::default(), &policy);
        assert_eq!(
            pressure.warning(Timestamp::UNIX_EPOCH),
            None,
            "no limit, no warning"
        );
    }

    #[test]
    fn a_minute_at_its_cpu_limit_warns_until_it_is_well_below() {
        let policy = HealthPolicy::default();
        let limits = Limits {
            cpus: Some(0.5),
            ..Limits::default()
        };
        let mut pressure = Pressure::default();
        let mut told = String::new();
        for (index, percent) in [50.0, 48.0, 30.0, 50.0, 49.0, 48.0, 49.5, 46.0, 44.0, 50.0]
            .iter()
            .enumerate()
        {
            let time = at(i64::try_from(index).unwrap() * 30);
            let sample = Sample {
                cpu_percent: Some(*percent),
                ..Sample::empty(time)
            };
            pressure.sample(&sample, &limits, &policy);
            told.push(if pressure.warning(time).is_some() {
                'w'
            } else {
                '.'
            });
        }
        assert_eq!(told, ".....www..");
        pressure.sample(&Sample::empty(at(300)), &limits, &policy);
        assert_eq!(
            pressure.warning(at(300)),
            None,
            "an absent figure is no figure"
        );
    }

    #[test]
    fn a_killed_process_is_a_warning_for_ten_minutes() {
        let mut pressure = Pressure::default();
        pressure.kill(Timestamp::UNIX_EPOCH);
        assert!(
            pressure
                .warning(at(599))
                .is_some_and(|(_, until)| until == Some(at(600)))
        );
        assert_eq!(pressure.warning(at(600)), None);
    }
}
