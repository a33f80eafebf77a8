//! The terminal face: keys in, cells out.
//! Knows: model, topology, explain, drawing, plan, the snapshot receiver, the trait `Operations`.
//! Never: talks to an engine, a probe or the network; screen state never leaves this room.
//!
//! Inside, `input → state → update → draw → terminal → run`: each module names only modules to its
//! left, so that nothing but `update` changes what lives between two frames.

pub mod draw;
#[cfg(test)]
pub mod fixture;
pub mod input;
mod run;
pub mod state;
pub mod terminal;
#[cfg(test)]
pub mod test_console;
pub mod update;

pub use run::{ConsoleContext, Exit, TuiError, has_kept_columns, run};
pub use state::{
    ColorChoice, ConsoleOptions, KeyOptions, LinkChoice, LogOptions, Notice, NotifyOptions,
    StartOptions, TerminalOptions,
};
