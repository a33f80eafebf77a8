//! Choosing the columns of the services table.

use crate::model::Snapshot;
use crate::tui::input::action::{Action, ColumnEdit, Direction};
use crate::tui::input::page::View;
use crate::tui::state::table::TableChoice;
use crate::tui::state::{ColumnChooser, Dialog, Facts, UiState};
use crate::tui::update::scroll::lines;
use crate::tui::update::{show, table, toast};

/// Opens the list over the table.
pub(super) fn open(ui: &mut UiState, snapshot: &Snapshot) {
    show(ui, View::Services, snapshot);
    ui.dialog = Some(Dialog::Columns(ColumnChooser::of(&ui.table)));
}

/// Answers `action` in the open list; `false` where it closes.
pub(super) fn respond(
    chooser: &mut ColumnChooser,
    action: &Action,
    ui: &mut UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> bool {
    let last = chooser.rows.len().saturating_sub(1);
    match action {
        Action::Enter => return false,
        Action::Back => {
            ui.table.choose(chooser.before.clone());
            table::reveal(ui, snapshot);
            return false;
        }
        Action::Column(change) => edit(chooser, *change, ui, (snapshot, facts)),
        Action::Row(row) => {
            chooser.selected = (*row).min(last);
            edit(chooser, ColumnEdit::Toggle, ui, (snapshot, facts));
        }
        Action::First => chooser.selected = 0,
        Action::Last => chooser.selected = last,
        Action::Move(Direction::Up) => chooser.selected = chooser.selected.saturating_sub(1),
        Action::Move(Direction::Down) => chooser.selected = (chooser.selected + 1).min(last),
        other => {
            let by = lines(other, ui.drawn.dialog.rows);
            chooser.selected = chooser.selected.saturating_add_signed(by).min(last);
        }
    }
    true
}

fn edit(
    chooser: &mut ColumnChooser,
    change: ColumnEdit,
    ui: &mut UiState,
    (snapshot, facts): (&Snapshot, &Facts),
) {
    let at = chooser.selected;
    match change {
        ColumnEdit::Toggle => toggle(chooser, ui, facts),
        ColumnEdit::Shift(by) => {
            let to = at.saturating_add_signed(by).min(chooser.rows.len() - 1);
            chooser.rows.swap(at, to);
            chooser.selected = to;
        }
        ColumnEdit::Sort => {
            if let Some(row) = chooser.rows.get(at) {
                table::act(ui, &Action::SortBy(row.column), snapshot);
            }
        }
        ColumnEdit::Reset => {
            ui.table.choose(TableChoice::default());
            chooser.show(&ui.table.columns);
            table::reveal(ui, snapshot);
        }
    }
    ui.table.columns = chooser.columns();
}

/// Shows or hides the chosen column; the last one stays.
fn toggle(chooser: &mut ColumnChooser, ui: &mut UiState, facts: &Facts) {
    let only = chooser.columns().len() == 1;
    if let Some(row) = chooser.rows.get_mut(chooser.selected) {
        if row.shown && only {
            return toast(ui, "the table needs at least one column", true, facts.now);
        }
        row.shown = !row.shown;
    }
}
