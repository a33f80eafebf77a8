//! The loops that feed the store: what runs, how much it uses, what it logs, whether it answers.
//! Knows: model, engine, probe, probing.
//! Never: knows how the store keeps things, or a screen; never decides health.

pub mod backoff;
pub mod configuration;
pub mod connections;
pub mod disk;
pub mod engine;
pub mod evidence;
pub mod logs;
pub mod probes;
pub mod stats;
