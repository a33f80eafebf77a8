//! Benchmarks of what happens with log lines.

#![allow(missing_docs, clippy::expect_used)]

mod reading;

use criterion::{criterion_group, criterion_main};

criterion_group!(all, reading::benches);
criterion_main!(all);
