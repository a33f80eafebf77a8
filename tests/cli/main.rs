//! The command line and the settings: one-shot commands, `--serve` as a process, flags, environment and file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod bad_probes;
mod check;
mod config;
mod config_check;
mod explain;
mod flags;
mod logs;
mod map;
mod operate;
mod secrets;
mod serve;
mod serve_limits;
mod shortage;
mod status;
