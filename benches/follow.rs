//! What following the logs of 20 containers costs that write 5,000 lines a second each: processor
//! time and memory of the follower alone, lines that came, lines that were dropped; then the same
//! with the log view of the console on it, with a filter and a search: how long its frames take.
//!
//! The simulated engine runs in a process of its own, on a socket. `cargo bench --bench follow`; with
//! `HUBDECK_BENCH_LINES` another number of lines a second in all.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark")]

#[path = "follow/console.rs"]
mod console;

use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use hubdeck::collect::logs::LogHub;
use hubdeck::engine::ConnectRequest;
use hubdeck::model::{LogBatch, LogQuery, LogSource, Timestamp};
use hubdeck::sim::{Control, Listen, Scenario, serve};
use tokio::sync::{mpsc, watch};

const CONTAINERS: usize = 20;
const LINES_PER_SECOND: f64 = 100_000.0;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(10);
/// Ticks of the kernel's counters in a second (`getconf CLK_TCK`).
const TICKS: f64 = 100.0;

struct Simulator(Child);

impl Drop for Simulator {
    fn drop(&mut self) {
        // It may have ended already.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if let Some(path) = std::env::var_os("HUBDECK_BENCH_SOCKET") {
        let lines = std::env::var("HUBDECK_BENCH_LINES").ok();
        let rate = lines.and_then(|it| it.parse().ok());
        let rate = rate.unwrap_or(LINES_PER_SECOND);
        let scenario = Scenario::sized(CONTAINERS, 0).with_log_rate(rate, CONTAINERS);
        let control = Control::new(Timestamp::now);
        let served = runtime.block_on(serve(scenario, Listen::Unix(path.into()), control));
        return served.expect("the simulator serves");
    }
    let directory = tempfile::tempdir().expect("a directory");
    let socket = directory.path().join("engine.sock");
    let program = std::env::current_exe().expect("this program");
    let child = Command::new(program)
        .env("HUBDECK_BENCH_SOCKET", &socket)
        .spawn()
        .expect("the simulator starts");
    let _simulator = Simulator(child);
    runtime.block_on(measure(&socket));
}

async fn measure(socket: &Path) {
    while !socket.exists() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let request = ConnectRequest::to_host(format!("unix://{}", socket.display()));
    let (engine, _) = request.connect().await.expect("the simulator answers");
    let containers = engine.list().await.expect("a list");
    let source = |id: &hubdeck::model::InstanceId| LogSource {
        instance: id.clone(),
        tty: Some(false),
    };
    let query = LogQuery {
        sources: containers.iter().map(|it| source(&it.id)).collect(),
        tail: Some(100),
        since: None,
        until: None,
        follow: true,
    };
    let (_link, link) = watch::channel(Some(engine));
    let mut tail = LogHub::new(link).follow(query, mpsc::channel(1).1);
    read(&mut tail, WARM_UP).await;
    let (begin, before) = (Instant::now(), processor_seconds());
    let (lines, bytes, dropped) = read(&mut tail, MEASURED).await;
    let elapsed = begin.elapsed().as_secs_f64();
    let cpu = (processor_seconds() - before) / elapsed * 100.0;
    println!(
        "{} containers: {:.0} lines/s of {} bytes, {dropped} dropped, {cpu:.1} % of one core, \
         {:.1} MiB resident at most",
        containers.len(),
        lines as f64 / elapsed,
        bytes / lines.max(1),
        peak_mebibytes(),
    );
    let names: Vec<_> = containers.iter().map(|it| it.id.clone()).collect();
    let (begin, before) = (Instant::now(), processor_seconds());
    let (frames, lines) = console::frames(&mut tail, &names, MEASURED).await;
    let elapsed = begin.elapsed().as_secs_f64();
    let cpu = (processor_seconds() - before) / elapsed * 100.0;
    println!(
        "the console on it: {:.0} lines/s, {:.0} frames/s, a frame after it was due {}, {cpu:.1} % \
         of one core, {:.1} MiB resident at most",
        lines as f64 / elapsed,
        frames.len() as f64 / elapsed,
        console::percentiles(frames),
        peak_mebibytes(),
    );
}

/// Lines, bytes of their text, and lines dropped that come within `time`.
async fn read(tail: &mut mpsc::Receiver<LogBatch>, time: Duration) -> (u64, u64, u64) {
    let (mut lines, mut bytes, mut dropped) = (0, 0, 0);
    let end = tokio::time::Instant::now() + time;
    while let Ok(Some(batch)) = tokio::time::timeout_at(end, tail.recv()).await {
        if let LogBatch::Lines {
            lines: came,
            dropped: lost,
        } = batch
        {
            lines += came.len() as u64;
            bytes += came.iter().map(|line| line.text.len() as u64).sum::<u64>();
            dropped += lost;
        }
    }
    (lines, bytes, dropped)
}

/// User and system time of this process so far.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit_once(')').expect("a name").1;
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.filter_map(|it| it.parse::<f64>().ok()).sum::<f64>() / TICKS
}

fn peak_mebibytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM"));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kibibytes.unwrap_or_default() / 1024.0
}
