//! Reading lines: the level of every line that arrives, whole records, records of a source.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use hubdeck::logs::parts::parts;
use hubdeck::logs::record::{Record, level};
use hubdeck::logs::record_reader::RecordReader;
use hubdeck::model::LogLine;

const LINES: [(&str, &str); 6] = [
    (
        "json",
        r#"{"timestamp":"2026-03-28T14:02:11.123Z","level":"INFO","logger":"hub.api","message":"request done","correlation_id":"c-17aa","method":"GET","path":"/api/orders/17","status":200,"duration_ms":12.5,"user":{"id":7,"name":"alice"}}"#,
    ),
    (
        "logfmt",
        r#"time=2026-03-28T14:02:11.123Z level=INFO msg="request done" method=GET path=/api/orders/17 status=200 duration_ms=12.5"#,
    ),
    (
        "access",
        r#"172.17.0.1 - - [28/Mar/2026:14:02:11 +0000] "GET /api/orders/17 HTTP/1.1" 200 157 "-" "Mozilla/5.0 (X11; Linux x86_64)" rt=0.005"#,
    ),
    (
        "spring",
        "2026-03-28 14:02:11.123  INFO 1 --- [nio-8080-exec-1] c.e.shop.OrderController : order 17 of alice was placed in 12 ms",
    ),
    (
        "tracing",
        "2026-03-28T14:02:11.123456Z  INFO hub::server: request done method=GET path=/api/orders/17 status=200 took=12ms",
    ),
    (
        "plain",
        "Server is listening on port 3000 for requests of anybody who may come along and ask for something that is on it",
    ),
];

fn reading(c: &mut Criterion) {
    for (name, line) in LINES {
        c.bench_function(&format!("logs/level/{name}"), |bencher| {
            bencher.iter(|| level(black_box(line)));
        });
        c.bench_function(&format!("logs/folded/{name}"), |bencher| {
            bencher.iter(|| parts(Record::read(black_box(line)), &[]).len());
        });
    }
    let lines: Vec<LogLine> = (0..1_000)
        .zip(LINES.iter().cycle())
        .map(|(_, line)| of(line.1))
        .collect();
    c.bench_function("logs/records/1000 lines", |bencher| {
        bencher.iter_batched(
            || lines.clone(),
            |lines| {
                let (mut reader, mut out) = (RecordReader::default(), Vec::with_capacity(1_000));
                for line in lines {
                    reader.push(line, &mut out);
                }
                out
            },
            BatchSize::LargeInput,
        );
    });
    let long = format!(
        r#"{{"level":"info","data":"{}","msg":"m"}}"#,
        "x".repeat(90_000)
    );
    c.bench_function("logs/condensed/90,000 bytes of json", |bencher| {
        bencher.iter_batched(
            || of(&long),
            |line| RecordReader::default().push(line, &mut Vec::new()),
            BatchSize::LargeInput,
        );
    });
}

fn of(text: &str) -> LogLine {
    LogLine {
        at: Some("2026-03-28T14:02:11.123Z".parse().expect("a time")),
        text: text.to_owned(),
        ..LogLine::default()
    }
}

criterion_group!(all, reading);
criterion_main!(all);
