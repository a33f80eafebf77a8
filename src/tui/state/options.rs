//! Settings of the console.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::logs::SavedFilter;
use crate::model::{CustomCommand, LogFields, StackName};

/// What was asked for on the command line or in config.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// As the terminal supports; `NO_COLOR` is respected.
    #[default]
    Auto,
    /// Always, as many as the terminal supports.
    Always,
    /// Never.
    Never,
}

/// When ports are written as links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkChoice {
    /// To a terminal that is known to show them.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Settings of the console; they may change while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsoleOptions {
    /// Name of the theme: embedded, or a file `NAME.toml` in one of `theme_dirs`.
    pub theme: String,
    /// Directories with themes of the user's own; the first one that has the name wins.
    pub theme_dirs: Vec<PathBuf>,
    /// Whether only ASCII may be written.
    pub ascii: bool,
    /// Whether colours are used.
    pub color: ColorChoice,
    /// Whether the mouse is captured from the start, and how new incidents are reported.
    pub terminal: TerminalOptions,
    /// What keys do.
    pub keys: KeyOptions,
    /// Ids of the columns of the services table, in order; empty for the usual ones.
    pub columns: Vec<String>,
    /// Whether registries are asked for newer images: then these have a column among the usual ones.
    pub checks_images: bool,
    /// How logs are read and shown.
    pub logs: LogOptions,
    /// Only these Compose projects are shown; empty for all.
    pub projects: Vec<StackName>,
    /// What is shown first.
    pub start: StartOptions,
    /// Whether secrets in definitions of containers are shown on screen.
    pub show_secrets: bool,
    /// Whether everything shown is a demonstration.
    pub demo: bool,
    /// Where exports are written.
    pub export_dir: PathBuf,
    /// Warnings about these options, one sentence each: shown once when they are taken
    /// over.
    pub notices: Vec<Notice>,
}

/// What keys do.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyOptions {
    /// Preset: `default`, `lazydocker` or `k9s`.
    pub preset: String,
    /// Bindings that replace those of the preset: action id → keys.
    pub bindings: BTreeMap<String, Vec<String>>,
    /// The operator's own commands.
    pub commands: Vec<Arc<CustomCommand>>,
}

/// What is shown first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartOptions {
    /// Name of the view.
    pub view: String,
    /// The only stack; others are a key away.
    pub stack: Option<StackName>,
    /// Whether the console ends where there is no such stack.
    pub stack_must_exist: bool,
}

/// What the terminal does beside the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Whether the mouse is captured from the start.
    pub mouse: bool,
    /// Whether ports are written as links.
    pub links: LinkChoice,
    /// How new incidents are reported.
    pub notify: NotifyOptions,
}

/// How new incidents are reported outside the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotifyOptions {
    /// Whether the bell rings.
    pub bell: bool,
    /// Whether a notification of the desktop is asked for (OSC 9).
    pub osc9: bool,
    /// Whether the title of the window has the worst incident.
    pub title: bool,
}

/// How logs are read and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// Lines from the end a log tail begins with, per container.
    pub tail: u32,
    /// Lines a log tail keeps.
    pub max_lines: usize,
    /// Bytes of text a log tail keeps.
    pub max_bytes: usize,
    /// Whether secrets in log lines are masked on screen; exports always are.
    pub mask: bool,
    /// Saved filters.
    pub filters: Vec<SavedFilter>,
    /// Which fields are shown of whose lines.
    pub fields: Vec<LogFields>,
}

/// A sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it is about something that needs attention.
    pub warns: bool,
}

impl ConsoleOptions {
    /// Whether secrets in log lines are masked on screen.
    #[must_use]
    pub const fn masks_logs(&self) -> bool {
        self.logs.mask && !self.show_secrets
    }
}
