//! How busy the engine's host is, where that is this machine: two small files of the kernel, read
//! every few seconds.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use super::disk::is_here;
use crate::model::{HostUse, Observation, Snapshot, Timestamp};

/// Time between two readings.
const EVERY: Duration = Duration::from_secs(5);
/// Time until the second reading, which is the first with a CPU figure; and between two looks
/// whether the engine is known.
const SOON: Duration = Duration::from_secs(1);
/// By how much the memory that the engine reports may differ from that of this machine, in percent:
/// a virtual machine between the two has another size.
const SAME_MEMORY: u64 = 1;

/// Reads for as long as `out` is read; never the figures of this machine for an engine elsewhere,
/// such as one in a virtual machine on it.
pub async fn run(mut snapshots: watch::Receiver<Arc<Snapshot>>, out: mpsc::Sender<Observation>) {
    // At once, as a command that prints one snapshot does not wait for it.
    let connected = snapshots.wait_for(|snapshot| engine_memory(snapshot).is_some());
    tokio::select! {
        _connected = connected => {}
        () = out.closed() => return,
    }
    let mut meter = HostMeter::default();
    let mut reported = false;
    while !out.is_closed() {
        let memory = engine_memory(&snapshots.borrow());
        let host = memory.and_then(|memory| meter.read(memory));
        let first = host.is_none_or(|host| host.cpu_percent.is_none());
        if host.is_some() || reported {
            reported = host.is_some();
            if out.send(Observation::Host(host)).await.is_err() {
                return;
            }
        }
        sleep(if first { SOON } else { EVERY }).await;
    }
}

/// The memory that an engine on this machine reports; `None` for an engine elsewhere, for one that is
/// lost, and while it is not known.
fn engine_memory(snapshot: &Snapshot) -> Option<u64> {
    let info = snapshot.engine.info.as_ref()?;
    info.memory_bytes
        .filter(|_| is_here(snapshot) && snapshot.engine.status.is_connected())
}

/// Reads the figures of this machine.
#[derive(Debug, Default)]
struct HostMeter {
    before: Option<CpuTimes>,
}

impl HostMeter {
    /// The figures of this machine where it has about `memory` bytes, as the engine's host has.
    fn read(&mut self, memory: u64) -> Option<HostUse> {
        let stat = std::fs::read_to_string("/proc/stat").ok()?;
        let meminfo = std::fs::read_to_string("/proc/meminfo").ok()?;
        self.take(&stat, &meminfo, memory, Timestamp::now())
    }

    fn take(&mut self, stat: &str, meminfo: &str, memory: u64, at: Timestamp) -> Option<HostUse> {
        let total = bytes(meminfo, "MemTotal:")?;
        if total.abs_diff(memory) > total / 100 * SAME_MEMORY {
            self.before = None;
            return None;
        }
        let available = bytes(meminfo, "MemAvailable:")?;
        let times = CpuTimes::parse(stat)?;
        let before = self.before.replace(times);
        Some(HostUse {
            at,
            cpu_percent: before.and_then(|before| times.percent_since(before)),
            memory_used_bytes: total.saturating_sub(available),
            memory_total_bytes: total,
        })
    }
}

/// Time that all cores together spent since the machine was started, in clock ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CpuTimes {
    idle: u64,
    all: u64,
}

impl CpuTimes {
    /// The first line of `/proc/stat` (proc(5)): user, nice, system, idle, iowait, irq, softirq,
    /// steal; what guests use is part of user already.
    fn parse(stat: &str) -> Option<Self> {
        let mut fields = stat.lines().next()?.split_whitespace();
        if fields.next() != Some("cpu") {
            return None;
        }
        let ticks: Vec<u64> = fields
            .take(8)
            .map_while(|ticks| ticks.parse().ok())
            .collect();
        let (idle, waiting) = (*ticks.get(3)?, ticks.get(4).copied().unwrap_or(0));
        Some(Self {
            idle: idle.saturating_add(waiting),
            all: ticks.iter().sum(),
        })
    }

    /// Use since `before` in percent; `None` where no time went by, or the counters went back.
    #[allow(clippy::cast_precision_loss)] // ticks of a few seconds
    fn percent_since(self, before: Self) -> Option<f64> {
        let all = self.all.checked_sub(before.all).filter(|all| *all > 0)?;
        let idle = self.idle.saturating_sub(before.idle).min(all);
        Some((all - idle) as f64 / all as f64 * 100.0)
    }
}

/// The figure of `/proc/meminfo` (proc(5)) behind `name`, which is in KiB.
fn bytes(meminfo: &str, name: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with(name))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EngineFlavour, EngineInfo, EngineStatus};

    const MEMINFO: &str = "MemTotal:        8000000 kB\nMemFree:          100000 kB\n\
                           MemAvailable:    6000000 kB\n";
    const TOTAL: u64 = 8_000_000 * 1024;

    fn stat(user: u64, idle: u64) -> String {
        format!("cpu  {user} 0 0 {idle} 10 0 0 0 0 0\ncpu0 1 2 3 4\n")
    }

    fn take(meter: &mut HostMeter, stat: &str, memory: u64) -> Option<HostUse> {
        meter.take(stat, MEMINFO, memory, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn cpu_is_what_was_used_between_two_readings() {
        let mut meter = HostMeter::default();
        let first = take(&mut meter, &stat(100, 900), TOTAL).unwrap();
        assert_eq!(first.cpu_percent, None);
        assert_eq!(first.memory_used_bytes, 2_000_000 * 1024);
        assert_eq!(first.memory_total_bytes, TOTAL);
        assert!((first.memory_share() - 0.25).abs() < 1e-9);
        let second = take(&mut meter, &stat(125, 975), TOTAL).unwrap();
        assert_eq!(second.cpu_percent, Some(25.0));
        let still = take(&mut meter, &stat(125, 975), TOTAL).unwrap();
        assert_eq!(still.cpu_percent, None, "no time went by");
        let back = take(&mut meter, &stat(1, 2), TOTAL).unwrap();
        assert_eq!(back.cpu_percent, None, "another kernel");
    }

    #[test]
    fn a_machine_of_another_size_is_not_the_host() {
        let mut meter = HostMeter::default();
        assert!(take(&mut meter, &stat(1, 2), TOTAL / 2).is_none());
        assert!(take(&mut meter, &stat(1, 2), TOTAL - TOTAL / 500).is_some());
    }

    #[test]
    fn files_of_another_form_give_nothing() {
        let mut meter = HostMeter::default();
        assert!(take(&mut meter, "intr 1 2 3\n", TOTAL).is_none());
        assert!(take(&mut meter, "cpu 1 2\n", TOTAL).is_none());
        let old = "MemTotal: 8000000 kB\n";
        let none = meter.take(&stat(1, 2), old, TOTAL, Timestamp::UNIX_EPOCH);
        assert!(none.is_none(), "kernels before 3.14 have no MemAvailable");
    }

    #[cfg(target_os = "linux")]
    #[tokio::test(start_paused = true)]
    async fn this_machine_is_read_as_soon_as_its_engine_is_known() {
        let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap();
        let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
        let (seen, snapshots) = watch::channel(Arc::new(snapshot.clone()));
        let (out, mut observations) = mpsc::channel(1);
        let reader = tokio::spawn(run(snapshots, out));
        tokio::task::yield_now().await;
        snapshot.engine.status = EngineStatus::Connected {
            since: Timestamp::UNIX_EPOCH,
        };
        snapshot.engine.info = Some(engine(bytes(&meminfo, "MemTotal:")));
        let known = tokio::time::Instant::now();
        seen.send_replace(Arc::new(snapshot));
        let Some(Observation::Host(Some(host))) = observations.recv().await else {
            panic!("no reading");
        };
        assert_eq!(known.elapsed(), Duration::ZERO);
        assert!(host.memory_used_bytes <= host.memory_total_bytes);
        drop(observations);
        reader.await.unwrap();
    }

    fn engine(memory_bytes: Option<u64>) -> EngineInfo {
        EngineInfo {
            endpoint: "unix:///var/run/docker.sock".to_owned(),
            chosen_by: "default socket".to_owned(),
            id: None,
            host_name: None,
            version: "26.1.5".to_owned(),
            api_version: "1.45".to_owned(),
            flavour: EngineFlavour::Docker,
            cpus: None,
            memory_bytes,
            local: true,
        }
    }
}
