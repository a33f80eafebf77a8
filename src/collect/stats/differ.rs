//! From counters to rates: the difference of two readings, as `docker stats` forms it.

use crate::engine::{RawStats, StatsOrigin};
use crate::model::{InstanceFacts, NetworkMode, Sample, Timestamp};

/// Percent over what all cores together give up to which a CPU figure is inexact, not impossible.
const CPU_SLACK: f64 = 2.0;
/// Bytes per second that no interface and no device carries.
const TOO_FAST: f64 = 1e12;

/// The machine, as the engine reports it: figures beyond it cannot be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Machine {
    /// Memory in bytes.
    pub memory_bytes: Option<u64>,
    /// Cores.
    pub cpus: Option<u32>,
}

/// The previous reading of one container.
#[derive(Clone, Debug, Default)]
pub(super) struct Differ {
    previous: Option<(RawStats, Option<Timestamp>)>,
}

impl Differ {
    /// The sample of `stats`; rates are absent after the first reading, a restart or a change of
    /// origin, and figures that are impossible on `machine` are, too. A memory limit as large as
    /// the machine's memory is none.
    pub fn sample(
        &mut self,
        stats: RawStats,
        facts: &InstanceFacts,
        machine: Machine,
        now: Timestamp,
    ) -> Sample {
        let previous = self.previous.replace((stats, facts.started_at));
        let before = previous
            // Before the inspection it is not known when the process was started.
            .filter(|(_, started)| started.is_none() || *started == facts.started_at)
            .filter(|(old, _)| old.origin == stats.origin)
            .map(|(old, _)| old)
            .filter(|old| !went_back(old.cpu_ns, stats.cpu_ns));
        let network = !shares_network(facts);
        let rate = |pick: fn(&RawStats) -> Option<u64>| per_second(before.as_ref()?, &stats, pick);
        Sample {
            at: now,
            cpu_percent: before
                .as_ref()
                .and_then(|before| cpu_percent(before, &stats, machine.cpus)),
            memory_bytes: stats
                .memory_bytes
                .filter(|used| is_possible(*used, facts, machine)),
            memory_limit_bytes: memory_limit(stats.memory_limit_bytes, facts, machine.memory_bytes),
            network_rx_bytes_per_s: rate(|stats| stats.network_rx_bytes).filter(|_| network),
            network_tx_bytes_per_s: rate(|stats| stats.network_tx_bytes).filter(|_| network),
            block_read_bytes_per_s: rate(|stats| stats.block_read_bytes),
            block_write_bytes_per_s: rate(|stats| stats.block_write_bytes),
            pids: stats.pids,
        }
    }
}

fn went_back(old: Option<u64>, new: Option<u64>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if new < old)
}

/// Whether a container can use that much memory: neither more than there is, nor twice its limit.
fn is_possible(used: u64, facts: &InstanceFacts, machine: Machine) -> bool {
    machine.memory_bytes.is_none_or(|all| used <= all)
        && facts
            .limits
            .memory_bytes
            .is_none_or(|limit| used / 2 <= limit)
}

/// Δ container / Δ machine × cores × 100, only when both grew (the container may have idled).
#[allow(clippy::cast_precision_loss)] // nanoseconds of a few seconds
fn cpu_percent(old: &RawStats, new: &RawStats, cores: Option<u32>) -> Option<f64> {
    let used = new.cpu_ns?.checked_sub(old.cpu_ns?)?;
    let system = new
        .system_ns?
        .checked_sub(old.system_ns?)
        .filter(|delta| *delta > 0)?;
    let percent = used as f64 / system as f64 * f64::from(new.online_cpus?) * 100.0;
    // The kernel's own figures count one core whatever there are; the API's count all of them.
    let counted = new.online_cpus.filter(|_| new.origin == StatsOrigin::Api);
    let all = cores.into_iter().chain(counted).max();
    Some(percent)
        .filter(|percent| all.is_none_or(|all| *percent <= f64::from(all) * 100.0 * CPU_SLACK))
}

#[allow(clippy::cast_precision_loss)] // bytes of a few seconds
fn per_second(old: &RawStats, new: &RawStats, pick: fn(&RawStats) -> Option<u64>) -> Option<f64> {
    let bytes = pick(new)?.checked_sub(pick(old)?)?;
    let seconds = new.at.duration_since(old.at).as_secs_f64();
    (seconds > 0.0)
        .then(|| bytes as f64 / seconds)
        .filter(|rate| *rate < TOO_FAST)
}

/// Whether the figures of the network belong to another namespace: the host's, or another
/// container's, where they are counted already.
fn shares_network(facts: &InstanceFacts) -> bool {
    matches!(
        facts.network(),
        NetworkMode::Host | NetworkMode::Container(_) | NetworkMode::Namespace
    )
}

fn memory_limit(told: Option<u64>, facts: &InstanceFacts, host_memory: Option<u64>) -> Option<u64> {
    let below_host = |limit: &u64| host_memory.is_none_or(|host| *limit < host);
    let own = facts.limits.memory_bytes;
    // Without the machine's size, only a limit that was set is known to be one.
    own.or(told.filter(|_| host_memory.is_some()))
        .filter(below_host)
}

#[cfg(test)]
mod tests;
