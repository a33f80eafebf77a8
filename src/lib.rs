//! hubdeck: an operations console for stacks of containers.
//!
//! The rooms and the walls between them are described in `ARCHITECTURE.md` and enforced by
//! `tests/architecture.rs`.

pub mod app;
pub mod attach;
pub mod cli;
pub mod collect;
pub mod config;
pub mod document;
pub mod drawing;
pub mod engine;
pub mod explain;
pub mod inference;
pub mod logs;
pub mod model;
pub mod operate;
pub mod plan;
pub mod probe;
pub mod probing;
pub mod serve;
pub mod sim;
pub mod store;
pub mod topology;
pub mod tui;
