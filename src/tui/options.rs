//! What the console is given to run with, and how it can end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;
use ratatui::layout::Size;
use tokio::sync::watch;

use crate::model::{Snapshot, StackName};
use crate::operate::Operations;

use super::keymap::{KeyNote, Keymap, KeymapError};
use super::state::{Column, UiState};
use super::terminal::ColorChoice;
use super::theme::{Theme, ThemeError};

/// Settings of the console; they may change while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Name of the theme: embedded, or a file `NAME.toml` in one of `theme_dirs`.
    pub theme: String,
    /// Directories with themes of the user's own; the first one that has the name wins.
    pub theme_dirs: Vec<PathBuf>,
    /// Whether only ASCII may be written.
    pub ascii: bool,
    /// Whether colours are used.
    pub color: ColorChoice,
    /// Whether the mouse is captured from the start.
    pub mouse: bool,
    /// Keymap preset: `default`, `lazydocker` or `k9s`.
    pub keymap: String,
    /// Bindings that replace those of the preset: action id → keys.
    pub keys: BTreeMap<String, Vec<String>>,
    /// Ids of the columns of the services table, in order; empty for the usual ones.
    pub columns: Vec<String>,
    /// Lines from the end a log tail begins with, per container.
    pub log_tail: u32,
    /// Lines a log tail keeps.
    pub log_lines: usize,
    /// Bytes of text a log tail keeps.
    pub log_bytes: usize,
    /// Only these Compose projects are shown; empty for all.
    pub projects: Vec<StackName>,
    /// The stack that is shown first; others are a key away.
    pub stack: Option<StackName>,
    /// Whether secrets in log lines are masked on screen; exports always are.
    pub mask_logs: bool,
    /// Whether secrets in definitions of containers are shown on screen.
    pub show_secrets: bool,
    /// Whether everything shown is a demonstration.
    pub demo: bool,
    /// Where exports are written.
    pub export_dir: PathBuf,
    /// What there is to say of these options, one sentence each: shown once when they are taken
    /// over.
    pub notices: Vec<Notice>,
}

/// A sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// Whether it is about something that needs attention.
    pub warns: bool,
}

impl Options {
    /// Whether secrets in log lines are masked on screen.
    #[must_use]
    pub const fn masks_logs(&self) -> bool {
        self.mask_logs && !self.show_secrets
    }

    /// Checks theme, keymap and columns without opening a terminal, and tells what bindings cost.
    ///
    /// # Errors
    /// The first thing that is wrong, with what is allowed.
    pub fn check(&self) -> Result<Vec<KeyNote>, TuiError> {
        Resolved::from_options(self).map(|resolved| resolved.keymap.notes().to_vec())
    }
}

/// Options with every name looked up.
#[derive(Clone, Debug)]
pub(super) struct Resolved {
    pub theme: Theme,
    pub keymap: Keymap,
    pub columns: Vec<Column>,
}

impl Resolved {
    /// Looks every name up.
    pub fn from_options(options: &Options) -> Result<Self, TuiError> {
        let theme = Theme::load(&options.theme, &options.theme_dirs)?;
        let keymap = Keymap::from_config(&options.keymap, &options.keys)?;
        let columns = if options.columns.is_empty() {
            UiState::new(Size::ZERO).table.columns
        } else {
            options
                .columns
                .iter()
                .map(|id| column(id))
                .collect::<Result<_, _>>()?
        };
        Ok(Self {
            theme,
            keymap,
            columns,
        })
    }
}

fn column(id: &str) -> Result<Column, TuiError> {
    Column::parse(id).ok_or_else(|| TuiError::UnknownColumn {
        column: id.to_owned(),
        allowed: Column::ALL.map(Column::id).join(", "),
    })
}

/// Everything the console needs; made by `app`.
pub struct Context {
    /// The pictures.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// How to act.
    pub operations: Arc<dyn Operations>,
    /// How to look and behave.
    pub options: Options,
    /// New options after each reload of the config file.
    pub reload: watch::Receiver<Options>,
    /// The time zone in which times are shown.
    pub zone: TimeZone,
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
    Keymap(#[from] KeymapError),
    /// A column of the services table does not exist.
    #[error("there is no column {column:?} in the services table; allowed are: {allowed}")]
    UnknownColumn {
        /// What was asked for.
        column: String,
        /// Every column id.
        allowed: String,
    },
    /// The terminal does not do what it is asked.
    #[error(
        "cannot {action}: {source}; is standard output a terminal? `hubdeck status` needs none"
    )]
    Terminal {
        /// What was tried.
        action: &'static str,
        /// The system's error.
        source: std::io::Error,
    },
    /// Nothing makes snapshots any more.
    #[error("the console gets no snapshots any more; see hubdeck's log")]
    NoSnapshots,
}
