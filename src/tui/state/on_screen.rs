//! What takes keys and clicks now.

use crate::model::Snapshot;
use crate::tui::input::action::Action;
use crate::tui::input::event::Screen;
use crate::tui::input::page::{KeyPage, View};
use crate::tui::input::resolve::Mode;
use crate::tui::state::{ConfirmStep, Dialog, Hit, UiState, availability};

/// The screen with what it shows.
#[derive(Clone, Copy, Debug)]
pub struct OnScreen<'a> {
    /// Screen state.
    pub ui: &'a UiState,
    /// The snapshot that is shown.
    pub snapshot: &'a Snapshot,
}

impl Screen for OnScreen<'_> {
    fn mode(&self) -> Mode {
        match &self.ui.dialog {
            Some(Dialog::Confirm { step, .. }) => match step {
                ConfirmStep::First => Mode::Confirm,
                ConfirmStep::Second => Mode::ConfirmAgain,
                ConfirmStep::Name(_) => Mode::ConfirmName,
            },
            Some(Dialog::Leave { .. }) => Mode::Leave,
            Some(Dialog::Operation { .. }) => Mode::Operation,
            Some(Dialog::Help { .. } | Dialog::Legend { .. }) => Mode::Help,
            Some(Dialog::Palette(_)) => Mode::Palette,
            Some(
                Dialog::Actions { .. }
                | Dialog::Maintenance { .. }
                | Dialog::Containers { .. }
                | Dialog::Copy { .. },
            ) => Mode::Actions,
            Some(Dialog::Columns(_)) => Mode::Columns,
            Some(Dialog::Record(_)) => Mode::Record,
            None if self.ui.field.is_some() => Mode::Field,
            None if no_engine(self.snapshot) => Mode::NoEngine,
            None => key_page(self.ui).map_or(Mode::View, Mode::Page),
        }
    }

    /// Only the map is wider than the screen.
    fn scrolls_sideways(&self) -> bool {
        let ui = self.ui;
        ui.view == View::Map && ui.details.is_none() && ui.dialog.is_none()
    }

    /// A click selects; a click on what is selected opens it.
    fn clicked(&self, column: u16, row: u16) -> Option<Action> {
        let ui = self.ui;
        Some(match ui.drawn.at(column, row)? {
            Hit::Service(id)
                if ui.selection.selected.as_ref() == Some(id) && ui.details.is_none() =>
            {
                Action::Enter
            }
            Hit::Service(id) => Action::Select(id.clone()),
            Hit::Row(row) => Action::Row(*row),
            Hit::Do(action) => action.clone(),
        })
    }
}

/// The page in sight, where keys may mean something of their own on it.
#[must_use]
pub fn key_page(ui: &UiState) -> Option<KeyPage> {
    if availability::logs_visible(ui) {
        let line = ui.logs.chosen();
        return Some(line.map_or(KeyPage::Logs, |_| KeyPage::LogLine));
    }
    (ui.view == View::Services && ui.details.is_none()).then_some(KeyPage::Table)
}

/// Whether no engine was ever reached in this run.
#[must_use]
pub fn no_engine(snapshot: &Snapshot) -> bool {
    snapshot.engine.status.is_lost()
        && snapshot.engine.info.is_none()
        && snapshot.services.is_empty()
}
