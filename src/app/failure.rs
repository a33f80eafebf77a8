//! Why the program ends without having done its work: one sentence each, and the exit code.

use crate::cli::{CommandError, ExitStatus};
use crate::config::{ConfigError, Loaded, Problem};
use crate::model::PartDown;
use crate::tui::TuiError;
use crate::tui::input::keymap::{KeyWarning, KeymapError};

/// See [`Failure::status`] for the exit codes.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Flags, environment or file are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A setting that only the terminal can judge is wrong.
    #[error(transparent)]
    Setting(Problem),
    /// A one-shot command could not do its work.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Flags that do not go together; one sentence.
    #[error("{0}")]
    Usage(String),
    /// The terminal failed.
    #[error(transparent)]
    Terminal(TuiError),
    /// A part that hubdeck cannot go on without fails again and again.
    #[error(
        "the {} {}{} and is given up; see the hubdeck log and report it",
        .0.part, .0.failure, in_a_row(.0.failures)
    )]
    Part(PartDown),
    /// Something the program needs cannot be had.
    #[error("{0}")]
    Setup(String),
}

impl Failure {
    /// [`ExitStatus::Usage`] for what the user can correct in arguments, environment or file.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        match self {
            Self::Config(_) | Self::Setting(_) | Self::Usage(_) => ExitStatus::Usage,
            Self::Command(error) => error.status(),
            Self::Terminal(_) | Self::Part(_) | Self::Setup(_) => ExitStatus::Failure,
        }
    }
}

/// How often it failed, where that was more than once.
fn in_a_row(failures: u32) -> String {
    match failures {
        0 | 1 => String::new(),
        many => format!(" {many} times in a row"),
    }
}

/// What the terminal says of a setting, with the place it was set at.
#[must_use]
pub fn setting_problem(loaded: &Loaded, error: &TuiError) -> Problem {
    let key = match error {
        TuiError::Theme(_) | TuiError::Terminal { .. } | TuiError::NoSnapshots => {
            "ui.theme".to_owned()
        }
        TuiError::Keymap(KeymapError::UnknownPreset(_)) => "ui.keymap".to_owned(),
        TuiError::Keymap(
            KeymapError::UnknownAction { action } | KeymapError::UnknownKey { action, .. },
        ) => {
            format!("keys.{action}")
        }
        TuiError::Keymap(KeymapError::Conflict { first, .. }) => format!("keys.{first}"),
        TuiError::UnknownColumn { .. } => "ui.columns".to_owned(),
    };
    Problem {
        place: loaded.place(&key),
        message: error.to_string(),
    }
}

/// What a binding costs, with the place it was set at.
#[must_use]
pub fn binding_problem(loaded: &Loaded, warning: &KeyWarning) -> Problem {
    Problem {
        place: loaded.place(&format!("keys.{}", warning.action())),
        message: warning.to_string(),
    }
}
