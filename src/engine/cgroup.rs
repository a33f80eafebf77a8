//! Counters of a container straight from the kernel, for an engine on this machine.
//!
//! One stats call costs the engine about a millisecond of CPU; fifty containers every two seconds
//! would be 2.7 % of a core. These files are what the engine itself reads. A container is found by
//! its id in the path, so the files of another container are never taken for it; where anything
//! is missing (another cgroup parent, hubdeck inside a container) the caller asks the API.

use std::fs;
use std::path::{Path, PathBuf};

use super::stats::{RawStats, StatsOrigin, is_figure, memory_limit, working_set};
use crate::model::{InstanceId, Timestamp};

/// Where cgroups are mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// The cgroup file system of this machine.
#[derive(Clone, Debug)]
pub(super) struct Cgroups {
    root: PathBuf,
    unified: bool,
}

impl Cgroups {
    /// The mounted one; `None` where there is none.
    pub(super) fn detect() -> Option<Self> {
        let root = PathBuf::from(ROOT);
        let unified = root.join("cgroup.controllers").exists();
        (unified || root.join("cpuacct").exists()).then_some(Self { root, unified })
    }

    /// Reads the counters of container `id` at `now`; `None` when not everything can be read.
    pub(super) fn read(&self, id: &InstanceId, now: Timestamp) -> Option<RawStats> {
        paths(id)?.iter().find_map(|path| {
            if self.unified {
                self.read_v2(path, now)
            } else {
                self.read_v1(path, now)
            }
        })
    }

    /// A process of container `id`; `None` where none is visible.
    pub(super) fn pid(&self, id: &InstanceId) -> Option<u32> {
        let root = if self.unified {
            self.root.clone()
        } else {
            self.root.join("memory")
        };
        paths(id)?
            .iter()
            .find_map(|path| first_process(&root.join(path)))
    }

    fn read_v1(&self, path: &str, now: Timestamp) -> Option<RawStats> {
        let file = |controller: &str, name: &str| self.root.join(controller).join(path).join(name);
        let cpu_ns = number(&file("cpuacct", "cpuacct.usage"))?;
        let detail = fs::read_to_string(file("memory", "memory.stat")).ok()?;
        let usage = number(&file("memory", "memory.usage_in_bytes"))?;
        let block = fs::read_to_string(file("blkio", "blkio.throttle.io_service_bytes_recursive"))
            .or_else(|_| fs::read_to_string(file("blkio", "blkio.throttle.io_service_bytes")))
            .ok();
        let (rx, tx) = network(&self.root.join("memory").join(path))?;
        let limit = limit(&file("memory", "memory.limit_in_bytes"));
        Some(RawStats {
            memory_bytes: working_set(usage, keyed(&detail, "total_inactive_file"), limit),
            memory_limit_bytes: limit,
            network_rx_bytes: Some(rx),
            network_tx_bytes: Some(tx),
            block_read_bytes: block.as_deref().and_then(|text| block_v1(text, "Read")),
            block_write_bytes: block.as_deref().and_then(|text| block_v1(text, "Write")),
            pids: number(&file("pids", "pids.current")),
            ..blank(cpu_ns, now)?
        })
    }

    fn read_v2(&self, path: &str, now: Timestamp) -> Option<RawStats> {
        let dir = self.root.join(path);
        let cpu = fs::read_to_string(dir.join("cpu.stat")).ok()?;
        let detail = fs::read_to_string(dir.join("memory.stat")).ok()?;
        let usage = number(&dir.join("memory.current"))?;
        let block = fs::read_to_string(dir.join("io.stat")).ok();
        let (rx, tx) = network(&dir)?;
        let limit = limit(&dir.join("memory.max"));
        Some(RawStats {
            memory_bytes: working_set(usage, keyed(&detail, "inactive_file"), limit),
            memory_limit_bytes: limit,
            network_rx_bytes: Some(rx),
            network_tx_bytes: Some(tx),
            block_read_bytes: block.as_deref().and_then(|text| block_v2(text, "rbytes")),
            block_write_bytes: block.as_deref().and_then(|text| block_v2(text, "wbytes")),
            pids: number(&dir.join("pids.current")),
            ..blank(keyed(&cpu, "usage_usec")?.checked_mul(1_000)?, now)?
        })
    }
}

/// Where the cgroup of container `id` may be; `None` for an id that is none.
fn paths(id: &InstanceId) -> Option<[String; 3]> {
    // An id is a file name here: nothing but hex digits may be part of a path.
    if id.as_str().len() < 12 || !id.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    Some([
        format!("docker/{id}"),
        format!("system.slice/docker-{id}.scope"),
        format!("machine.slice/libpod-{id}.scope"),
    ])
}

/// A reading with CPU time only. One core's time passes as the clock does, so the clock stands
/// for the machine's CPU time over one core and the formula of the API's figures holds.
fn blank(cpu_ns: u64, now: Timestamp) -> Option<RawStats> {
    Some(RawStats {
        at: now,
        origin: StatsOrigin::Cgroup,
        cpu_ns: Some(cpu_ns).filter(|cpu| is_figure(*cpu)),
        system_ns: Some(u64::try_from(now.as_nanosecond()).ok()?),
        online_cpus: Some(1),
        memory_bytes: None,
        memory_limit_bytes: None,
        network_rx_bytes: None,
        network_tx_bytes: None,
        block_read_bytes: None,
        block_write_bytes: None,
        pids: None,
    })
}

fn number(path: &Path) -> Option<u64> {
    fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn limit(path: &Path) -> Option<u64> {
    // "max" is no number, and no limit.
    number(path).and_then(memory_limit)
}

/// The number after `key` in lines of `key number`.
fn keyed(text: &str, key: &str) -> Option<u64> {
    let (_, value) = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(name, _)| *name == key)?;
    value.trim().parse().ok()
}

/// Sums lines of `8:0 Read 1234`.
fn block_v1(text: &str, op: &str) -> Option<u64> {
    sum(text.lines().filter_map(|line| {
        let mut words = line.split_whitespace().skip(1);
        (words.next()? == op).then_some(words.next()?)
    }))
}

/// Sums `rbytes=1234` over lines of `8:0 rbytes=1234 wbytes=…`.
fn block_v2(text: &str, key: &str) -> Option<u64> {
    sum(text.split_whitespace().filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        (name == key).then_some(value)
    }))
}

/// The sum of counters; `None` where one of them is none.
fn sum<'a>(mut figures: impl Iterator<Item = &'a str>) -> Option<u64> {
    figures.try_fold(0u64, |sum, figure| {
        sum.checked_add(figure.parse().ok().filter(|it| is_figure(*it))?)
    })
}

/// Bytes received and sent over every interface but the loopback, in the container's namespace.
fn network(cgroup: &Path) -> Option<(u64, u64)> {
    let pid = first_process(cgroup)?;
    interfaces(&fs::read_to_string(format!("/proc/{pid}/net/dev")).ok()?)
}

fn first_process(cgroup: &Path) -> Option<u32> {
    // Podman keeps the processes one level deeper.
    [
        cgroup.join("cgroup.procs"),
        cgroup.join("container/cgroup.procs"),
    ]
    .iter()
    .find_map(|path| {
        fs::read_to_string(path)
            .ok()?
            .lines()
            .next()?
            .parse::<u32>()
            .ok()
    })
    // 0 is a process hubdeck cannot see from its own PID namespace.
    .filter(|pid| *pid != 0)
}

fn interfaces(text: &str) -> Option<(u64, u64)> {
    let mut total = (0u64, 0u64);
    for line in text.lines().skip(2) {
        let (name, figures) = line.split_once(':')?;
        if name.trim() == "lo" {
            continue;
        }
        let figures: Vec<u64> = figures
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .ok()?;
        total.0 = total.0.saturating_add(*figures.first()?);
        total.1 = total.1.saturating_add(*figures.get(8)?);
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a directory");
        for (path, text) in files {
            let path = dir.path().join(path.replace("ID", ID));
            fs::create_dir_all(path.parent().expect("a parent")).expect("directories");
            fs::write(path, text).expect("a file");
        }
        dir
    }

    fn read(dir: &tempfile::TempDir, unified: bool) -> Option<RawStats> {
        let now = Timestamp::from_second(1_700_000_000).expect("a time");
        Cgroups {
            root: dir.path().to_owned(),
            unified,
        }
        .read(&ID.into(), now)
    }

    /// A process that surely exists: this one.
    fn own_pid() -> String {
        format!("{}\n", std::process::id())
    }

    #[test]
    fn version_two_figures() {
        let pid = own_pid();
        let dir = tree(&[
            (
                "system.slice/docker-ID.scope/cpu.stat",
                "usage_usec 1500\nuser_usec 1000\n",
            ),
            ("system.slice/docker-ID.scope/memory.current", "1000\n"),
            (
                "system.slice/docker-ID.scope/memory.stat",
                "anon 5\ninactive_file 300\n",
            ),
            ("system.slice/docker-ID.scope/memory.max", "max\n"),
            (
                "system.slice/docker-ID.scope/io.stat",
                "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n",
            ),
            ("system.slice/docker-ID.scope/pids.current", "4\n"),
            ("system.slice/docker-ID.scope/cgroup.procs", &pid),
        ]);
        let stats = read(&dir, true).expect("figures");
        assert_eq!(
            (stats.cpu_ns, stats.online_cpus),
            (Some(1_500_000), Some(1))
        );
        assert_eq!(
            (stats.memory_bytes, stats.memory_limit_bytes),
            (Some(700), None)
        );
        assert_eq!(
            (stats.block_read_bytes, stats.block_write_bytes, stats.pids),
            (Some(11), Some(22), Some(4))
        );
    }

    #[test]
    fn version_one_figures() {
        let pid = own_pid();
        let dir = tree(&[
            ("cpuacct/docker/ID/cpuacct.usage", "77\n"),
            ("memory/docker/ID/memory.usage_in_bytes", "1000\n"),
            ("memory/docker/ID/memory.limit_in_bytes", "5000\n"),
            (
                "memory/docker/ID/memory.stat",
                "inactive_file 1\ntotal_inactive_file 400\n",
            ),
            ("memory/docker/ID/cgroup.procs", &pid),
            (
                "blkio/docker/ID/blkio.throttle.io_service_bytes_recursive",
                "8:0 Read 5\n8:0 Write 6\n8:16 Read 7\nTotal 18\n",
            ),
            ("pids/docker/ID/pids.current", "2\n"),
        ]);
        let stats = read(&dir, false).expect("figures");
        assert_eq!(
            (stats.cpu_ns, stats.memory_bytes, stats.memory_limit_bytes),
            (Some(77), Some(600), Some(5000))
        );
        assert_eq!(
            (stats.block_read_bytes, stats.block_write_bytes, stats.pids),
            (Some(12), Some(6), Some(2))
        );
    }

    #[test]
    fn figures_that_cannot_be_are_absent_and_the_others_stay() {
        let pid = own_pid();
        let read = |usage: &str, limit: &str, io: &str| {
            let dir = tree(&[
                ("docker/ID/cpu.stat", "usage_usec 1500\n"),
                ("docker/ID/memory.current", usage),
                ("docker/ID/memory.stat", "inactive_file 300\n"),
                ("docker/ID/memory.max", limit),
                ("docker/ID/io.stat", io),
                ("docker/ID/pids.current", "4\n"),
                ("docker/ID/cgroup.procs", &pid),
            ]);
            let stats = read(&dir, true).expect("figures");
            assert_eq!((stats.cpu_ns, stats.pids), (Some(1_500_000), Some(4)));
            (
                stats.memory_bytes,
                stats.memory_limit_bytes,
                stats.block_read_bytes,
            )
        };
        let io = "8:0 rbytes=10 wbytes=20\n";
        assert_eq!(
            read("18446744073709551612\n", "1000\n", io),
            (None, Some(1_000), Some(10))
        );
        assert_eq!(read("5000\n", "1000\n", io), (None, Some(1_000), Some(10)));
        assert_eq!(
            read("900\n", "18446744073709551615\n", io),
            (Some(600), None, Some(10))
        );
        assert_eq!(
            read("200\n", "max\n", "8:0 rbytes=-1 wbytes=20\n"),
            (Some(200), None, None)
        );
        let wrapped = "8:0 rbytes=9000000000000000000\n8:1 rbytes=9000000000000000000\n";
        assert_eq!(
            read("200\n", "max\n", wrapped),
            (Some(200), None, Some(18_000_000_000_000_000_000))
        );
    }

    #[test]
    fn a_partial_reading_is_none() {
        let dir = tree(&[
            ("docker/ID/cpu.stat", "usage_usec 1\n"),
            ("docker/ID/memory.current", "1\n"),
        ]);
        assert_eq!(read(&dir, true), None);
        let hidden = Cgroups {
            root: dir.path().to_owned(),
            unified: true,
        };
        assert_eq!(
            hidden.read(&"../../etc/passwd".into(), Timestamp::UNIX_EPOCH),
            None
        );
        assert!(
            network(&dir.path().join("docker")).is_none(),
            "no process list"
        );
    }

    #[test]
    fn interfaces_without_the_loopback() {
        let text = "Inter-|   Receive                            |  Transmit\n face |bytes    packets|bytes\n\
            \x20   lo:  100 1 0 0 0 0 0 0  100 1 0 0 0 0 0 0\n  eth0: 5 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\neth1:1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n";
        assert_eq!(interfaces(text), Some((6, 9)));
        assert_eq!(interfaces("a\nb\nnonsense\n"), None);
    }
}
