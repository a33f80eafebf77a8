//! The one-shot commands: status, map, explain, wait, logs, those that operate, audit, check, token, config check.
//! They print a snapshot, log lines or what came of an operation, and end with an exit code.
//! Their arguments are declared in `config/arguments.rs`, and `app.rs` calls them.
//! Knows: model, config, logs, explain, document; a [`Poller`] for snapshots.
//! Never: asks an engine or draws a screen itself, reads the time of day, or changes state.

pub mod audit;
mod charset;
pub mod check;
pub mod completions;
pub mod compose;
pub mod config_check;
mod diagnostics;
mod exit_status;
pub mod explain;
mod failure;
pub mod logs;
pub mod map;
pub mod operate;
mod output;
mod poll;
pub mod socket_policy;
pub mod status;
pub mod token;
mod transient;
pub mod wait;

pub use charset::{Charset, charset, charset_of_locale};
pub use diagnostics::unknown_projects;
pub use exit_status::ExitStatus;
pub use failure::{CommandError, UnknownProject, WaitError, WaitedFor, WrongFilter};
pub use output::{print, print_command, print_error, print_line, print_question};
pub use poll::{Poller, Wanted};
pub use transient::TransientLine;
