//! The one-shot commands: status, map, explain, check, config check. The third face: it prints a
//! snapshot and ends with an exit code.
//! Knows: model, config, explain, document, plan, the operations trait; a [`Poll`] for snapshots.
//! Never: asks an engine or draws a screen itself, reads the time of day, or changes state.

mod charset;
pub mod check;
pub mod config_check;
mod diagnostics;
pub mod explain;
mod failure;
pub mod map;
mod output;
mod poll;
pub mod status;

pub use charset::{Charset, charset, charset_of_locale};
pub use diagnostics::unknown_projects;
pub use failure::CommandError;
pub use output::{print, say, say_command};
pub use poll::{Poll, Wanted};

/// Exit code of bad usage or configuration, as clap's own.
pub const EXIT_USAGE: u8 = 2;
