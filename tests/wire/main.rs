//! The real client against the simulated engine on a socket, and what the simulated engine answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod endpoint;
mod engine;
mod exec;
mod files;
mod named_engine;
mod odd;
mod operations;
mod shapes;
mod sim;
mod sim_answers;
mod sim_listeners;
mod sim_socket;
mod socket_policy;
mod tls;
