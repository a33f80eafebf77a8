//! What log lines say: level, own time, message, fields, the lines of a stack trace; which lines a
//! filter lets through, which are alike, and the figures that follow from them.
//! Knows: model.
//! Never: does I/O or reads a clock.

pub mod clock_drift;
mod exception;
pub mod export;
mod field;
pub mod figures;
pub mod filter;
mod forms;
mod head;
mod joining;
mod json;
mod logfmt;
mod mask;
mod own_time;
pub mod parts;
pub mod patterns;
pub mod plain;
pub mod record;
pub mod record_reader;
pub mod route;
mod secrets;
mod shape;
mod shortening;
pub mod sources;
pub mod tree;
mod words;

pub use crate::model::without_colours;
pub use export::ExportForm;
pub use filter::{FilterError, LogFilter, SavedFilter};
pub use plain::{plain, skeleton};
pub use secrets::without_secrets;
