//! Counters of one container, as they stand at one moment.

use std::collections::BTreeMap;

use serde::Deserialize;

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
    /// Who told them.
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

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wire {
    read: Option<String>,
    cpu_stats: Cpu,
    memory_stats: Memory,
    networks: Option<BTreeMap<String, Network>>,
    blkio_stats: Option<Block>,
    pids_stats: Option<Pids>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Cpu {
    cpu_usage: CpuUsage,
    system_cpu_usage: Option<u64>,
    online_cpus: Option<u32>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CpuUsage {
    total_usage: Option<u64>,
    percpu_usage: Option<Vec<u64>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Memory {
    usage: Option<u64>,
    limit: Option<u64>,
    stats: Option<MemoryDetail>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct MemoryDetail {
    total_inactive_file: Option<u64>,
    inactive_file: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Network {
    rx_bytes: Option<u64>,
    tx_bytes: Option<u64>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Block {
    io_service_bytes_recursive: Option<Vec<BlockEntry>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BlockEntry {
    op: String,
    value: u64,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Pids {
    current: Option<u64>,
}

/// The reading of an API answer that arrived at `now`; `None` when the container does not run.
pub(super) fn from_wire(wire: Wire, now: Timestamp) -> Option<RawStats> {
    let at = super::facts::time(wire.read.as_deref());
    let cpu_ns = wire.cpu_stats.cpu_usage.total_usage;
    // A stopped container answers with a zero time and no figures.
    if at.is_none() && cpu_ns.unwrap_or(0) == 0 {
        return None;
    }
    let cpus = wire.cpu_stats.online_cpus.filter(|count| *count > 0).or_else(|| {
        let per_cpu = wire.cpu_stats.cpu_usage.percpu_usage.as_ref()?;
        u32::try_from(per_cpu.len()).ok().filter(|count| *count > 0)
    });
    let detail = wire.memory_stats.stats.unwrap_or_default();
    let cache = detail.total_inactive_file.or(detail.inactive_file);
    let networks = wire.networks;
    let block = wire.blkio_stats.and_then(|block| block.io_service_bytes_recursive);
    let network = |pick: fn(&Network) -> Option<u64>| {
        networks.as_ref().map(|all| all.values().filter_map(pick).sum::<u64>())
    };
    Some(RawStats {
        at: at.unwrap_or(now),
        origin: StatsOrigin::Api,
        cpu_ns,
        system_ns: wire.cpu_stats.system_cpu_usage,
        online_cpus: cpus,
        memory_bytes: wire.memory_stats.usage.map(|usage| working_set(usage, cache)),
        memory_limit_bytes: wire.memory_stats.limit.filter(|limit| *limit > 0),
        network_rx_bytes: network(|each| each.rx_bytes),
        network_tx_bytes: network(|each| each.tx_bytes),
        block_read_bytes: block.as_deref().map(|entries| block_sum(entries, b'r')),
        block_write_bytes: block.as_deref().map(|entries| block_sum(entries, b'w')),
        pids: wire.pids_stats.and_then(|pids| pids.current),
    })
}

/// Usage without inactive file cache, when that is smaller than usage.
pub(super) fn working_set(usage: u64, cache: Option<u64>) -> u64 {
    cache.filter(|cache| *cache < usage).map_or(usage, |cache| usage - cache)
}

fn block_sum(entries: &[BlockEntry], letter: u8) -> u64 {
    let wanted = |entry: &&BlockEntry| {
        entry.op.bytes().next().is_some_and(|first| first.to_ascii_lowercase() == letter)
    };
    entries.iter().filter(wanted).map(|entry| entry.value).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<RawStats> {
        from_wire(serde_json::from_str(json).expect("stats"), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn figures_follow_docker_stats() {
        let stats = read(
            r#"{"read":"2024-05-06T07:08:09.5Z","pids_stats":{"current":7},
            "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":10},{"op":"read","value":5},
              {"op":"Write","value":3},{"op":"Total","value":18}]},
            "cpu_stats":{"cpu_usage":{"total_usage":900,"percpu_usage":[1,2,3]},"system_cpu_usage":5000,"online_cpus":0},
            "memory_stats":{"usage":1000,"limit":4000,"stats":{"total_inactive_file":100,"inactive_file":50}},
            "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}}}"#,
        )
        .expect("figures");
        assert_eq!((stats.cpu_ns, stats.system_ns, stats.online_cpus), (Some(900), Some(5000), Some(3)));
        assert_eq!((stats.memory_bytes, stats.memory_limit_bytes), (Some(900), Some(4000)));
        assert_eq!((stats.network_rx_bytes, stats.network_tx_bytes), (Some(11), Some(22)));
        assert_eq!((stats.block_read_bytes, stats.block_write_bytes), (Some(15), Some(3)));
        assert_eq!(stats.pids, Some(7));
        assert_eq!(stats.at.to_string(), "2024-05-06T07:08:09.5Z");
    }

    #[test]
    fn what_is_not_told_is_absent() {
        let bare =
            read(r#"{"read":"2024-05-06T07:08:09Z","blkio_stats":{"io_service_bytes_recursive":null}}"#);
        let bare = bare.expect("a reading");
        assert_eq!((bare.cpu_ns, bare.memory_bytes, bare.network_rx_bytes), (None, None, None));
        assert_eq!((bare.block_read_bytes, bare.pids, bare.online_cpus), (None, None, None));
        assert_eq!(
            read(r#"{"read":"0001-01-01T00:00:00Z","cpu_stats":{"cpu_usage":{"total_usage":0}}}"#),
            None
        );
        assert_eq!(working_set(10, Some(10)), 10);
        assert_eq!(working_set(10, None), 10);
    }
}
