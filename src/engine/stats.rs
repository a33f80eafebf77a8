//! Counters of one container, as they stand at one moment.

use super::fields::JsonFields;
use crate::model::Timestamp;

/// Where a reading comes from; counters of two origins have different starting points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatsOrigin {
    /// The engine's API.
    Api,
    /// The kernel's own files, for an engine on this machine.
    Cgroup,
}

/// Counters of one container at one moment. Absent is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawStats {
    /// When they were read.
    pub at: Timestamp,
    /// Who reported them.
    pub origin: StatsOrigin,
    /// CPU time used so far in nanoseconds.
    pub cpu_ns: Option<u64>,
    /// CPU time of the whole machine so far in nanoseconds, over `online_cpus` cores.
    pub system_ns: Option<u64>,
    /// Cores `system_ns` counts.
    pub online_cpus: Option<u32>,
    /// Working set in bytes: usage without inactive file cache.
    pub memory_bytes: Option<u64>,
    /// Memory limit in bytes, the machine's memory where there is none.
    pub memory_limit_bytes: Option<u64>,
    /// Bytes received so far over all interfaces.
    pub network_rx_bytes: Option<u64>,
    /// Bytes sent so far over all interfaces.
    pub network_tx_bytes: Option<u64>,
    /// Bytes read from block devices so far.
    pub block_read_bytes: Option<u64>,
    /// Bytes written to block devices so far.
    pub block_write_bytes: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
}

/// The reading of an API answer that arrived at `now`; `None` when the container does not run.
pub(super) fn read(fields: &JsonFields<'_>, now: Timestamp) -> Option<RawStats> {
    let at = fields.time("read");
    let cpu = fields.object("cpu_stats");
    let usage = cpu.as_ref().and_then(|cpu| cpu.object("cpu_usage"));
    let cpu_ns = usage
        .as_ref()
        .and_then(|usage| counter(usage, "total_usage"));
    let (memory, limit) = memory_and_limit(fields);
    // A stopped container answers with a zero time and no figures.
    if at.is_none() && cpu_ns.unwrap_or(0) == 0 && memory.unwrap_or(0) == 0 {
        return None;
    }
    let entries = fields
        .object("blkio_stats")
        .and_then(|block| block.objects("io_service_bytes_recursive"));
    let block = |direction| block_sum(entries.as_deref()?, direction);
    Some(RawStats {
        at: at.unwrap_or(now),
        origin: StatsOrigin::Api,
        cpu_ns,
        system_ns: cpu
            .as_ref()
            .and_then(|cpu| counter(cpu, "system_cpu_usage")),
        online_cpus: cpu.as_ref().and_then(|cpu| cores(cpu, usage.as_ref())),
        memory_bytes: memory,
        memory_limit_bytes: limit,
        network_rx_bytes: network_sum(fields, "rx_bytes"),
        network_tx_bytes: network_sum(fields, "tx_bytes"),
        block_read_bytes: block(b'r'),
        block_write_bytes: block(b'w'),
        pids: processes(fields),
    })
}

/// The most processes that a kernel has.
const PIDS_LIMIT: u64 = 1 << 22;
/// The most cores that a kernel has, generously.
const CORES_LIMIT: u32 = 1 << 16;
/// A limit from here on is the kernel's way to say "none".
const NO_LIMIT: u64 = 1 << 62;

/// A figure that only grows from zero. The kernel's counters wrap when they are corrected below
/// zero: from half of their range on it is none.
fn counter(fields: &JsonFields<'_>, key: &str) -> Option<u64> {
    fields.get(key).filter(|figure| is_figure(*figure))
}

/// Whether the kernel can have counted that far.
pub(super) const fn is_figure(figure: u64) -> bool {
    figure <= i64::MAX.unsigned_abs()
}

/// A memory limit that limits anything.
pub(super) fn memory_limit(reported: u64) -> Option<u64> {
    (0 < reported && reported < NO_LIMIT).then_some(reported)
}

fn cores(cpu: &JsonFields<'_>, usage: Option<&JsonFields<'_>>) -> Option<u32> {
    let reported = cpu.get("online_cpus").filter(|count| *count > 0);
    let counted = || {
        let each = usage?.list::<u64>("percpu_usage")?;
        u32::try_from(each.len()).ok().filter(|count| *count > 0)
    };
    reported
        .or_else(counted)
        .filter(|count| *count <= CORES_LIMIT)
}

fn processes(fields: &JsonFields<'_>) -> Option<u64> {
    let pids = counter(&fields.object("pids_stats")?, "current")?;
    (pids <= PIDS_LIMIT).then_some(pids)
}

/// What is in use, and the limit.
fn memory_and_limit(fields: &JsonFields<'_>) -> (Option<u64>, Option<u64>) {
    let Some(memory) = fields.object("memory_stats") else {
        return (None, None);
    };
    let limit = counter(&memory, "limit").and_then(memory_limit);
    (memory_use(&memory, limit), limit)
}

fn memory_use(memory: &JsonFields<'_>, limit: Option<u64>) -> Option<u64> {
    let detail = memory.object("stats");
    let inactive = |key: &str| detail.as_ref().and_then(|detail| counter(detail, key));
    let cache = inactive("total_inactive_file").or_else(|| inactive("inactive_file"));
    working_set(memory.get("usage")?, cache, limit)
}

/// Usage without inactive file cache, when that is smaller than usage; `None` for a usage that
/// cannot be: below zero, or twice what the kernel allows.
pub(super) fn working_set(usage: u64, cache: Option<u64>, limit: Option<u64>) -> Option<u64> {
    let possible = is_figure(usage) && limit.is_none_or(|limit| usage / 2 <= limit);
    possible.then(|| {
        cache
            .filter(|cache| *cache < usage)
            .map_or(usage, |cache| usage - cache)
    })
}

/// The sum over all interfaces; a part of it would be no sum.
fn network_sum(fields: &JsonFields<'_>, key: &str) -> Option<u64> {
    let read = |networks: &JsonFields<'_>, name: &str| counter(&networks.object(name)?, key);
    let figures = fields.map("networks", read)?;
    figures
        .into_values()
        .try_fold(0u64, |sum, figure| sum.checked_add(figure?))
}

/// The sum over all devices of operations that begin with `letter`.
fn block_sum(entries: &[JsonFields<'_>], letter: u8) -> Option<u64> {
    entries.iter().try_fold(0u64, |sum, entry| {
        let operation = entry.text("op")?;
        let wanted = operation
            .bytes()
            .next()
            .is_some_and(|first| first.eq_ignore_ascii_case(&letter));
        if wanted {
            sum.checked_add(counter(entry, "value")?)
        } else {
            Some(sum)
        }
    })
}

#[cfg(test)]
mod tests;
