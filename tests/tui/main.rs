//! The console in a pseudo terminal: keys in, screen out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod attach;
mod commands;
mod demo;
mod harness;
mod kept;
mod links;
mod notify;
mod odd_lines;
mod on_demo_stack;
mod operate;
mod piped;
mod safe_hands;
mod secrets;
mod settings;
mod shell;
mod terminals;
mod tmux;
