//! Flags, environment and file become validated settings.
//! Knows: model.
//! Never: knows the engine, the terminal or HTTP, and never leaves a bad value unsaid.

mod change;
pub mod cli;
mod environment;
mod example;
mod file;
mod layers;
mod load;
mod problem;
mod rules;
mod schema;
mod settings;
mod token;
mod value;
mod warning;
mod watch;

pub use change::{Changes, Face};
pub use environment::Environment;
pub use example::EXAMPLE;
pub use load::{Loaded, Request};
pub use problem::{ConfigError, Place, Problem};
pub use schema::{Allowed, ENTRIES, Entry, TakesEffect};
pub use settings::{
    AsciiMode, Cache, ColorMode, Engine, Log, LogFormat, LogLevel, Logs, Metrics, Poll, Probes,
    Serve, Settings, Timeline, Token, Ui,
};
pub use warning::Warning;
pub use watch::Watcher;
