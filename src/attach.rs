//! Another hubdeck as the source of what the console shows: its snapshots, its log lines.
//! Knows: model, operate's trait; of engine the connection to another hubdeck, of collect the backoff.
//! Never: reads a clock, polls an engine, or shows anything itself.

mod error;
mod follower;
mod frames;
mod operations;
mod source;

pub use error::AttachError;
pub use follower::{Attached, attach};
pub use operations::AttachedOperations;
pub use source::AttachSource;
