//! Grouping of log lines by their shape: `cargo bench --bench patterns`.
#![allow(missing_docs)] // criterion's macros make undocumented items

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hubdeck::logs::patterns::PatternMiner;
use hubdeck::logs::record::{self, Record};
use hubdeck::model::{LogLine, Timestamp};

/// Lines of the corpus.
const LINES: u32 = 20_000;

/// Line `n` of a stack: JSON and access logs, a database, a broker, a program's own text.
fn text(n: u32) -> String {
    let (ms, id, host) = (
        n % 977,
        u64::from(n) * 0x9e37_79b9_7f4a_7c15 % 0xffff_ffff,
        n % 250,
    );
    match n % 10 {
        0..=2 => format!(
            r#"{{"time":"2026-03-28T14:02:11.{ms:03}Z","level":"info","msg":"request served","method":"GET","path":"/api/orders/{n}","status":200,"duration_ms":{ms},"correlation_id":"{id:08x}"}}"#
        ),
        3 | 4 => format!(
            r#"10.0.0.{host} - - [28/Mar/2026:14:02:11 +0000] "GET /api/items/{n}?page=2 HTTP/1.1" 200 {ms} "-" "curl/8.5.0""#
        ),
        5 => format!(
            "2026-03-28 14:02:11.{ms:03} UTC [{host}] LOG:  checkpoint complete: wrote {ms} buffers (0.{ms}%)"
        ),
        6 => format!(
            "time=2026-03-28T14:02:11.{ms:03}Z level=INFO msg=\"job done\" job={id:016x} took={ms}ms"
        ),
        7 => format!(
            "[1] 2026/03/28 14:02:11.{ms:06} [INF] 10.0.0.{host}:{ms} - cid:{n} - Client connection closed: Client Closed"
        ),
        8 => format!(
            "2026-03-28 14:02:11,{ms:03} ERROR worker-{host}: connection to 10.0.0.{host}:5432 refused, attempt {ms}"
        ),
        _ => format!(
            "INFO:     Finished server process [{n}] of user u{id:x} after {ms} ms and {host} requests"
        ),
    }
}

fn corpus() -> Vec<LogLine> {
    (0..LINES)
        .map(|n| {
            let text = text(n);
            LogLine {
                at: Timestamp::from_second(1_800_000_000 + i64::from(n / 100)).ok(),
                level: record::level(&text),
                text,
                ..LogLine::default()
            }
        })
        .collect()
}

fn patterns(criterion: &mut Criterion) {
    let lines = corpus();
    let records: Vec<Record<'_>> = lines.iter().map(|line| Record::read(&line.text)).collect();
    let mut group = criterion.benchmark_group("patterns");
    group.throughput(Throughput::Elements(u64::from(LINES)));
    group.bench_function("read and add a line", |bencher| {
        bencher.iter(|| {
            let mut miner = PatternMiner::default();
            for line in &lines {
                black_box(miner.add(line));
            }
            miner.patterns().count()
        });
    });
    group.bench_function("add a record", |bencher| {
        bencher.iter(|| {
            let mut miner = PatternMiner::default();
            for (line, record) in lines.iter().zip(&records) {
                black_box(miner.add_record(line, record));
            }
            miner.patterns().count()
        });
    });
    group.finish();
}

criterion_group!(benches, patterns);
criterion_main!(benches);
