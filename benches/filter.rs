//! Filtering: 100,000 lines of 200 bytes, as a filter that is being typed has to: `cargo bench --bench
//! filter`.
#![allow(missing_docs)] // criterion's macros make undocumented items

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use hubdeck::logs::LogFilter;
use hubdeck::model::{LineLevel, LogLine};

const LINES: usize = 100_000;
const BYTES: usize = 200;

/// What is measured, each under its name.
const FILTERS: [(&str, &str); 9] = [
    ("text", "refused"),
    ("text with capitals", "\"Upstream Refused\""),
    ("literal", "/Upstream refused/"),
    ("alternation", "/refused|timed out|reset by peer/"),
    ("class with repetition", r"/status=5\d\d \w+ in \d{3,}ms/"),
    ("any case", "/upstream.*refused/i"),
    ("inverted", "-/health|metrics/"),
    ("level and text", "level>=warning refused"),
    ("field", "status>=500"),
];

/// Lines of an application, one in fifty an error.
fn lines() -> Vec<Arc<LogLine>> {
    let line = |number: usize| {
        let failed = number.is_multiple_of(50);
        let (status, message) = if failed {
            (502, "upstream refused the connection")
        } else {
            (200, "request answered")
        };
        let mut text = format!(
            "time=2026-03-28T14:02:11.{:03}Z level={} msg=\"{message}\" method=GET path=/api/v1/orders/{number} status={status} done in {}ms client=10.0.3.{} id=",
            number % 1_000,
            if failed { "error" } else { "info" },
            number % 900,
            number % 250,
        );
        while text.len() < BYTES {
            text.push(char::from(
                b'a' + u8::try_from((number + text.len()) % 26).unwrap_or(0),
            ));
        }
        Arc::new(LogLine {
            text,
            level: Some(if failed {
                LineLevel::Error
            } else {
                LineLevel::Info
            }),
            ..LogLine::default()
        })
    };
    (0..LINES).map(line).collect()
}

fn filter(criterion: &mut Criterion) {
    let lines = lines();
    let mut group = criterion.benchmark_group("filter 100,000 lines of 200 bytes");
    group.sample_size(20);
    for (name, text) in FILTERS {
        let Ok(filter) = LogFilter::parse(text) else {
            continue;
        };
        group.bench_function(format!("{name}, one thread"), |bencher| {
            bencher.iter(|| lines.iter().filter(|line| filter.matches(line)).count());
        });
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(filter.filter_all(&lines)).len());
        });
    }
    group.finish();
}

criterion_group!(benches, filter);
criterion_main!(benches);
