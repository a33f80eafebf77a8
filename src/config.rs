//! Flags, environment and file become validated settings.
//! Knows: model; of logs the language of filters.
//! Never: knows the engine, the terminal or HTTP, and never leaves a bad value unsaid.

pub mod arguments;
mod change;
mod choices;
mod commands;
mod environment;
mod file;
mod layers;
mod load;
mod loaded;
mod log_tables;
mod merge;
mod problem;
mod reader;
pub mod reference;
mod rules;
mod schema;
mod serving;
mod settings;
mod token;
pub mod tokens;
mod value;
mod warning;
mod watch;

pub use change::{Changes, RunMode};
pub use choices::{AsciiMode, ColorMode, LinkMode, LogFormat, LogLevel};
pub use environment::ProcessEnvironment;
pub use load::Request;
pub use loaded::Loaded;
pub use problem::{ConfigError, Problem, SettingPlace};
pub use schema::{Allowed, ENTRIES, SettingSpec, TakesEffect};
pub use settings::{
    CacheSettings, EngineSettings, LogSettings, LogsSettings, Metrics, Poll, Probes, ServeSettings,
    Settings, TimelineSettings, UiSettings,
};
pub use token::Token;
pub use tokens::{TokenRefusal, TokensFile};
pub use warning::Warning;
pub use watch::Watcher;
