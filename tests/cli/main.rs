//! The command line and the settings: one-shot commands, `--serve` as a process, flags, environment and file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

#[path = "../../examples/generated/mod.rs"]
mod generated_files;

mod bad_probes;
mod check;
mod config;
mod config_check;
mod explain;
mod flags;
mod generated;
mod logs;
mod map;
mod operate;
mod own_log;
mod secrets;
mod serve;
mod serve_limits;
mod serve_log;
mod serve_streams;
mod shortage;
mod status;
mod tokens;
mod wait;
