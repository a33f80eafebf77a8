//! Why the program ends without having done its work: one sentence each, and the exit code.

use crate::attach::AttachError;
use crate::cli::{CommandError, ExitStatus};
use crate::config::{ConfigError, Loaded, Problem};
use crate::model::PartDown;
use crate::serve::TlsRefusal;
use crate::tui::TuiError;
use crate::tui::input::keymap::{KeyWarning, KeymapError};

/// See [`Failure::status`] for the exit codes.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Flags, environment or file are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A one-shot command could not do its work.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The terminal failed.
    #[error(transparent)]
    Terminal(TuiError),
    /// A part that hubdeck cannot go on without fails again and again.
    #[error(
        "the {} {}{} and is given up; see the hubdeck log and report it",
        .0.part, .0.failure, in_a_row(.0.failures)
    )]
    Part(PartDown),
    /// Another hubdeck cannot be attached to.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// The certificate of `--serve` cannot be used.
    #[error(transparent)]
    Tls(TlsRefusal),
    /// Something the program needs cannot be had.
    #[error("{0}")]
    Setup(String),
}

impl Failure {
    /// [`ExitStatus::Usage`] for what the user can correct in arguments, environment or file.
    #[must_use]
    pub const fn status(&self) -> ExitStatus {
        match self {
            Self::Config(_)
            | Self::Tls(_)
            | Self::Attach(AttachError::Address { .. } | AttachError::Token(_))
            | Self::Terminal(TuiError::UnknownStack(_)) => ExitStatus::Usage,
            Self::Command(error) => error.status(),
            Self::Terminal(_) | Self::Part(_) | Self::Attach(_) | Self::Setup(_) => {
                ExitStatus::Failure
            }
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

/// What the terminal says of settings, each with the place it was set at.
#[must_use]
pub fn setting_problems(loaded: &Loaded, error: &TuiError) -> Vec<Problem> {
    let problem = |key: &str, message: String| Problem {
        place: loaded.place(key),
        message,
    };
    match error {
        TuiError::Theme(_) | TuiError::Terminal { .. } | TuiError::NoSnapshots => {
            vec![problem("ui.theme", error.to_string())]
        }
        TuiError::UnknownColumn { .. } => vec![problem("ui.columns", error.to_string())],
        TuiError::UnknownView { .. } => vec![problem("ui.view", error.to_string())],
        TuiError::UnknownStack(_) => vec![problem("ui.stack", error.to_string())],
        TuiError::Options(errors) => errors
            .iter()
            .flat_map(|error| setting_problems(loaded, error))
            .collect(),
        TuiError::Keymap(errors) => errors
            .0
            .iter()
            .map(|error| match error {
                KeymapError::UnknownPreset(_) => problem("ui.keymap", error.to_string()),
                KeymapError::UnknownAction { action } | KeymapError::UnknownKey { action, .. } => {
                    problem(&format!("keys.{action}"), error.to_string())
                }
                KeymapError::NoCommandKey { command, .. }
                | KeymapError::UndeliverableCommand { command, .. }
                | KeymapError::CommandTakesKey { command, .. }
                | KeymapError::CommandsShareKey { command, .. } => {
                    problem(&format!("command.{command}"), error.to_string())
                }
                KeymapError::Conflict { first, second, .. } => {
                    let other = loaded.place(&format!("keys.{second}"));
                    let message = format!("{error} ({second}: {other})");
                    problem(&format!("keys.{first}"), message)
                }
            })
            .collect(),
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
