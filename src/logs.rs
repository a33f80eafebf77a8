//! What log lines say: level, own time, message, fields, the lines of a stack trace; which lines a
//! filter lets through, which are alike, and the figures that follow from them.
//! Knows: model.
//! Never: does I/O or reads a clock.

mod colours;
pub mod export;
pub mod figures;
pub mod filter;
mod json;
mod mask;
pub mod patterns;
pub mod plain;
pub mod record;
pub mod record_reader;
pub mod route;
pub mod tree;

pub use colours::without_colours;
pub use export::ExportForm;
pub use filter::{FilterError, LogFilter};
pub use json::{JsonPart, Severity, readable};
pub use plain::{plain, skeleton};
