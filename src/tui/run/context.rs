//! What the console is given to run with, and how it can end.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::sync::watch;

use crate::model::{Snapshot, UnknownStack};
use crate::operate::Operations;
use crate::tui::draw::theme::ThemeError;
use crate::tui::input::keymap::KeymapErrors;
use crate::tui::state::ConsoleOptions;
use crate::tui::terminal::TerminalError;

/// Everything the console needs; made by `app`.
pub struct ConsoleContext {
    /// The snapshots.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// How to act.
    pub operations: Arc<dyn Operations>,
    /// How to look and behave.
    pub options: ConsoleOptions,
    /// New options after each reload of the config file.
    pub reload: watch::Receiver<ConsoleOptions>,
    /// The time zone in which times are shown.
    pub zone: TimeZone,
    /// The file of what is kept for the next run; `None` keeps nothing.
    pub kept: Option<PathBuf>,
}

/// How the console ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The operator left, or the terminal is gone.
    Quit,
    /// The operator wants the embedded demo stack.
    Demo,
    /// A signal of this number asked for the end.
    Signal(i32),
}

/// Why the console cannot run.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The theme cannot be used.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The keymap cannot be used.
    #[error(transparent)]
    Keymap(#[from] KeymapErrors),
    /// A column of the services table does not exist.
    #[error("there is no column {column:?} in the services table; allowed are: {allowed}")]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// Every column id.
        allowed: String,
    },
    /// A view does not exist.
    #[error("there is no view {view:?}; there are: {allowed}")]
    UnknownView {
        /// What was asked for.
        view: String,
        /// Every view's name.
        allowed: String,
    },
    /// The stack named on the command line does not exist.
    #[error(transparent)]
    UnknownStack(#[from] UnknownStack),
    /// Several options are wrong, one sentence a line.
    #[error("{}", lines(.0))]
    Options(Vec<TuiError>),
    /// The terminal does not do what it is asked.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// Nothing makes snapshots any more.
    #[error("the console gets no snapshots any more; see the hubdeck log")]
    NoSnapshots,
}

fn lines(errors: &[TuiError]) -> String {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("\n")
}
