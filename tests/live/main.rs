//! A real Docker Engine, with the images of `examples/hub` and `examples/exchange`.
//!
//! Without `HUBDECK_LIVE=1` every test here skips. They start containers on one engine and measure
//! times, so run them one after another:
//! `HUBDECK_LIVE=1 cargo test --test live -- --test-threads=1`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod attached;
mod auto_heal;
mod compose;
mod disk;
mod engine;
mod exec;
mod faults;
mod hub;
mod logs;
mod map;
mod operate;
mod operate_command;
mod probe_logs;
mod probes;
mod project;
mod reaction;
mod safe_hands;
mod secrets;
mod shapes;
mod shell;
mod ssh;
mod update;
mod walk;
