//! A simulated Docker Engine: speaks the real HTTP API on a socket, from a scenario.
//! Knows: model, axum.
//! Never: talks to a real engine, uses the client or another room; nothing here runs unless asked
//! for.

mod clock;
mod command;
mod control;
mod curve;
mod door;
mod error;
mod event;
mod files;
mod frame;
mod http;
mod id;
mod life;
mod listen;
mod log;
mod network;
mod scenario;
mod sized;
mod spec;
mod story;
mod swarm;
mod template;
mod world;

pub use control::{Bound, Control};
pub use error::SimError;
pub use http::router;
pub use listen::{Listen, serve};
pub use scenario::Scenario;

#[cfg(test)]
mod tests;
