//! The loops that fetch: discovery and events, resource samples, logs; and the backoff they share.
//! Knows: model, engine, probe.
//! Never: knows how the store keeps things, or the tui; never decides health.

pub mod backoff;
pub mod engine;
pub mod logs;
pub mod stats;
