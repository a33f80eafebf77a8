//! Flags, environment and file become validated settings.
//! Knows: model.
//! Never: knows the engine, the terminal or HTTP, and never leaves a bad value unsaid.

pub mod arguments;
mod change;
mod choices;
mod environment;
mod file;
mod layers;
mod load;
mod loaded;
mod merge;
mod problem;
mod reader;
pub mod reference;
mod rules;
mod schema;
mod settings;
mod token;
mod value;
mod warning;
mod watch;

pub use change::{Changes, Face};
pub use choices::{AsciiMode, ColorMode, LogFormat, LogLevel};
pub use environment::Environment;
pub use load::Request;
pub use loaded::Loaded;
pub use problem::{ConfigError, Place, Problem};
pub use schema::{Allowed, ENTRIES, Entry, TakesEffect};
pub use settings::{
    Cache, Engine, Log, Logs, Metrics, Poll, Probes, Serve, Settings, Timeline, Ui,
};
pub use token::Token;
pub use warning::Warning;
pub use watch::Watcher;
