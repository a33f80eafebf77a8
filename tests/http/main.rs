//! The HTTP API: routes, shapes and codes, and what clients may cost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod clients;
mod incidents;
mod limits;
mod listeners;
mod page;
mod routes;
mod secrets;
mod streams;
