//! Counters beside what `docker stats` and the kernel say.

use std::time::Duration;

use hubdeck::engine::{RawStats, StatsOrigin};
use hubdeck::model::Timestamp;
use tokio::time::sleep;

use super::{busybox, connect, facts};
use crate::support::docker::{docker, live};

/// Percent of one core between two readings.
fn cpu(before: &RawStats, after: &RawStats) -> f64 {
    let used = after.cpu_ns.unwrap() - before.cpu_ns.unwrap();
    let system = after.system_ns.unwrap() - before.system_ns.unwrap();
    used as f64 / system as f64 * f64::from(after.online_cpus.unwrap()) * 100.0
}

/// Bytes of a figure such as `1.5MiB`.
fn bytes(text: &str) -> f64 {
    let end = text.find(|c: char| c.is_alphabetic()).unwrap();
    let unit = match &text[end..] {
        "B" => 1.0,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        other => panic!("{other}"),
    };
    text[..end].parse::<f64>().unwrap() * unit
}

/// `words` are load, memory, `/`, its limit and processes as `docker stats` prints them.
fn check_memory_and_processes(origin: &str, stats: &RawStats, words: &[&str]) {
    let memory = stats.memory_bytes.unwrap() as f64;
    assert!(
        (memory - bytes(words[1])).abs() < 1_048_576.0,
        "{origin} says {memory}: {words:?}"
    );
    assert_eq!(stats.memory_limit_bytes, Some(100 << 20), "{origin}");
    assert_eq!(
        stats.pids.map(|pids| pids.to_string()).as_deref(),
        Some(words[4]),
        "{origin}"
    );
}

/// The received bytes are the same by both ways.
fn check_received(api: &RawStats, best: &RawStats) {
    assert_eq!(
        api.network_rx_bytes.is_some(),
        best.network_rx_bytes.is_some()
    );
    if best.origin == StatsOrigin::Cgroup {
        let apart = best
            .network_rx_bytes
            .unwrap()
            .abs_diff(api.network_rx_bytes.unwrap());
        assert!(apart < 1_000, "received bytes differ by {apart}");
    }
}

#[tokio::test]
async fn counters_agree_with_docker_stats_and_with_the_kernel() {
    if !live() {
        return;
    }
    let container = busybox(
        &["--cpus", "0.3", "--memory", "100m"],
        &[
            "sh",
            "-c",
            "head -c 20000000 /dev/zero > /dev/shm/x; while :; do :; done",
        ],
    );
    let engine = connect().await;
    let id = facts(&engine, &container).await.id;
    sleep(Duration::from_secs(1)).await;
    let by_api = async || {
        engine
            .read_stats_by_api(&id, Timestamp::now())
            .await
            .unwrap()
            .unwrap()
    };
    let by_best = async || {
        engine
            .read_stats(&id, Timestamp::now())
            .await
            .unwrap()
            .unwrap()
    };
    let (api, best) = (by_api().await, by_best().await);
    sleep(Duration::from_secs(3)).await;
    let (api_after, best_after) = (by_api().await, by_best().await);
    let line = docker(&[
        "stats",
        "--no-stream",
        "--format",
        "{{.CPUPerc}} {{.MemUsage}} {{.PIDs}}",
        container.name(),
    ]);
    let words: Vec<&str> = line.split_whitespace().collect();
    let told: f64 = words[0].trim_end_matches('%').parse().unwrap();
    for (origin, percent) in [
        ("api", cpu(&api, &api_after)),
        ("kernel", cpu(&best, &best_after)),
    ] {
        assert!(
            (percent - told).abs() < 8.0,
            "{origin} says {percent}, docker stats says {told}"
        );
    }
    for (origin, stats) in [("api", &api_after), ("kernel", &best_after)] {
        check_memory_and_processes(origin, stats, &words);
    }
    check_received(&api_after, &best_after);
    docker(&["stop", "-t", "0", container.name()]);
    assert_eq!(
        engine.read_stats(&id, Timestamp::now()).await.unwrap(),
        None,
        "what does not run has no figures"
    );
}
