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
    /// Everything that is wrong, with what is allowed.
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
    ///
    /// # Errors
    /// All that are wrong: they are corrected in one go.
    pub fn from_options(options: &ConsoleOptions) -> Result<Self, TuiError> {
        let mut wrong: Vec<TuiError> = Vec::new();
        let theme = Theme::load(&options.theme, &options.theme_dirs);
        let theme = theme.map_err(|error| wrong.push(error.into())).ok();
        let keymap = Keymap::from_config(&options.keys.preset, &options.keys.bindings)
            .and_then(|keymap| keymap.with_commands(&options.keys.commands));
        let keymap = keymap.map_err(|error| wrong.push(error.into())).ok();
        let columns = columns(options, &mut wrong);
        let view = View::parse(&options.start.view);
        if view.is_none() {
            wrong.push(TuiError::UnknownView {
                view: options.start.view.clone(),
                allowed: View::ALL.map(View::id).join(", "),
            });
        }
        match (theme, keymap, view) {
            (Some(theme), Some(keymap), Some(view)) if wrong.is_empty() => Ok(Self {
                theme,
                keymap,
                columns,
                view,
            }),
            _ => Err(TuiError::Options(wrong)),
        }
    }
}

/// The columns that options name, or the usual ones; what is none goes to `wrong`.
fn columns(options: &ConsoleOptions, wrong: &mut Vec<TuiError>) -> Vec<Column> {
    let ids = &options.columns;
    if ids.is_empty() {
        return TableState::usual_columns(options.checks_images);
    }
    let read = |id: &String| column(id).map_err(|error| wrong.push(error)).ok();
    ids.iter().filter_map(read).collect()
}

fn column(id: &str) -> Result<Column, TuiError> {
    Column::parse(id).ok_or_else(|| TuiError::UnknownColumn {
        column: id.to_owned(),
        allowed: Column::ALL.map(Column::id).join(", "),
    })
}
