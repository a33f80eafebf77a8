//! Pure folds: observations in, services, health, incidents and the map out, without any engine.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "helpers of tests fail like tests"
)]

#[path = "../support/mod.rs"]
mod support;

mod accuracy;
mod any;
mod delay;
mod diagnosis;
mod edges;
mod engine;
mod expected;
mod first_sight;
mod flapping;
mod health;
mod incidents;
mod log_figures;
mod odd;
mod operations;
mod rules;
mod secrets;
mod shapes;
mod since;
mod snapshots;
mod streaks;
