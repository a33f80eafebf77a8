//! A simulated Docker Engine: speaks the real HTTP API on a socket, from a scenario.
//! Knows: model, axum.
//! Never: talks to a real engine, uses the client or another room; nothing here runs unless asked
//! for.

mod agenda;
mod clock;
mod command;
mod control;
mod curve;
mod driver;
mod error;
mod event;
mod exec;
mod files;
mod frame;
mod generator;
mod http;
mod id;
mod lifecycle;
mod listener;
mod log;
mod network;
mod refusal;
mod scenario;
mod schema;
mod server;
mod shell;
mod swarm;
mod task;
mod template;
mod trace;
mod world;

pub use control::{Bound, Control};
pub use error::SimError;
pub use http::router;
pub use scenario::Scenario;
pub use server::{Listen, serve};

#[cfg(test)]
mod tests;
