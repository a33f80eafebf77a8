//! Options with every name looked up.

use crate::tui::draw::theme::Theme;
use crate::tui::input::column::Column;
use crate::tui::input::keymap::{KeyWarning, Keymap};
use crate::tui::input::page::View;
use crate::tui::run::TuiError;
use crate::tui::state::{ConsoleOptions, TableState};

impl ConsoleOptions {
    /// Checks theme, keymap and columns without opening a terminal, and returns what bindings cost.
    ///
    /// # Errors
    /// The first thing that is wrong, with what is allowed.
    pub fn check(&self) -> Result<Vec<KeyWarning>, TuiError> {
        Resolved::from_options(self).map(|resolved| resolved.keymap.warnings().to_vec())
    }
}

/// Options with every name looked up.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub theme: Theme,
    pub keymap: Keymap,
    pub columns: Vec<Column>,
    pub view: View,
}

impl Resolved {
    /// Looks every name up.
    pub fn from_options(options: &ConsoleOptions) -> Result<Self, TuiError> {
        let theme = Theme::load(&options.theme, &options.theme_dirs)?;
        let keymap = Keymap::from_config(&options.keymap, &options.keys)?;
        let columns = if options.columns.is_empty() {
            TableState::default().columns
        } else {
            options
                .columns
                .iter()
                .map(|id| column(id))
                .collect::<Result<_, _>>()?
        };
        let view = View::parse(&options.start.view).ok_or_else(|| TuiError::UnknownView {
            view: options.start.view.clone(),
            allowed: View::ALL.map(View::id).join(", "),
        })?;
        Ok(Self {
            theme,
            keymap,
            columns,
            view,
        })
    }
}

fn column(id: &str) -> Result<Column, TuiError> {
    Column::parse(id).ok_or_else(|| TuiError::UnknownColumn {
        column: id.to_owned(),
        allowed: Column::ALL.map(Column::id).join(", "),
    })
}
