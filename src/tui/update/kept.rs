//! What is to be kept for the next run.

use crate::model::Snapshot;
use crate::tui::state::kept::{KeptChange, KeptState, add_command};
use crate::tui::state::{Dialog, UiState};
use crate::tui::update::effect::Effect;

/// Takes what the run before kept.
pub fn take_kept(ui: &mut UiState, kept: KeptState) {
    ui.table.choose(kept.table.clone());
    ui.session.table = kept.table;
    ui.session.typed = kept.commands;
}

/// Remembers a line that is carried out. One with a secret in it is not kept beyond this run.
pub(super) fn command(ui: &mut UiState, line: &str, snapshot: &Snapshot) {
    add_command(&mut ui.session.typed, line);
    if snapshot.secrets.mask(line) == line {
        ui.session.to_keep = Some(line.to_owned());
    }
}

/// The next thing to keep.
pub(super) fn settle(ui: &mut UiState) -> Option<Effect> {
    if let Some(line) = ui.session.to_keep.take() {
        return Some(Effect::Keep(KeptChange::Command(line)));
    }
    let choice = ui.table.choice();
    // While the list of columns is open, Esc may still undo what is chosen there.
    if ui.session.table == choice || matches!(ui.dialog, Some(Dialog::Columns(_))) {
        return None;
    }
    ui.session.table = choice.clone();
    Some(Effect::Keep(KeptChange::Table(choice)))
}
