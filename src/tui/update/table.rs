//! Moving the selection in the table of services, and sorting it.

use crate::model::Snapshot;
use crate::tui::input::action::{Action, Direction};
use crate::tui::input::column::Column;
use crate::tui::state::table::rows;
use crate::tui::state::{UiState, scroll_to};
use crate::tui::update::details;
use crate::tui::update::scroll::scrolled;
use crate::tui::update::selection::mark;

/// Actions in the table of services.
pub(super) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    match action {
        Action::Move(Direction::Up) => step(ui, snapshot, |at, _| at.saturating_sub(1)),
        Action::Move(Direction::Down) => step(ui, snapshot, |at, last| (at + 1).min(last)),
        Action::First => step(ui, snapshot, |_, _| 0),
        Action::Last => step(ui, snapshot, |_, last| last),
        Action::Row(row) => step(ui, snapshot, |_, last| (*row).min(last)),
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            ui.table.top = scrolled(action, ui.table.top, ui.drawn.viewport);
        }
        Action::Sort(by) => sort(ui, *by, snapshot),
        Action::SortBy(column) => sort_by(ui, *column, snapshot),
        Action::Reverse => {
            ui.table.reverse = !ui.table.reverse;
            reveal(ui, snapshot);
        }
        Action::Enter => details::open(ui, snapshot),
        Action::Mark => {
            mark(ui);
            step(ui, snapshot, |at, last| (at + 1).min(last));
        }
        _ => {}
    }
}

fn sort(ui: &mut UiState, by: i32, snapshot: &Snapshot) {
    let columns = &ui.table.columns;
    let count = columns.len().max(1);
    let at = columns.iter().position(|column| *column == ui.table.sort);
    let next = match (at, by < 0) {
        (None, _) => 0,
        (Some(at), false) => (at + 1) % count,
        (Some(at), true) => (at + count - 1) % count,
    };
    ui.table.sort = columns.get(next).copied().unwrap_or(Column::State);
    ui.table.reverse = false;
    reveal(ui, snapshot);
}

/// Sorts by `column`, or reverses where the table is sorted by it already.
fn sort_by(ui: &mut UiState, column: Column, snapshot: &Snapshot) {
    let table = &mut ui.table;
    table.reverse = table.sort == column && !table.reverse;
    table.sort = column;
    reveal(ui, snapshot);
}

/// Selects the service that `to` makes of the current one's place and the last place; shows it.
fn step(ui: &mut UiState, snapshot: &Snapshot, to: impl Fn(usize, usize) -> usize) {
    let rows = rows(ui, snapshot);
    let Some(last) = rows.services().len().checked_sub(1) else {
        ui.selection.selected = None;
        return;
    };
    let selected = ui.selection.selected.as_ref();
    let at = selected.and_then(|id| rows.index_of(id));
    // Without a selection every key chooses what is on top.
    let next = at.map_or_else(|| rows.index_at(ui.table.top).min(last), |at| to(at, last));
    ui.selection.selected = rows.services().get(next).map(|each| each.id.clone());
    show_row(ui, rows.row_of(next), rows.count());
}

/// Scrolls the table so that the selection is visible.
pub(super) fn reveal(ui: &mut UiState, snapshot: &Snapshot) {
    let rows = rows(ui, snapshot);
    let selected = ui.selection.selected.as_ref();
    if let Some(at) = selected.and_then(|id| rows.index_of(id)) {
        show_row(ui, rows.row_of(at), rows.count());
    }
}

fn show_row(ui: &mut UiState, row: usize, count: usize) {
    let visible = ui.drawn.viewport.rows.max(1);
    ui.table.top = scroll_to(ui.table.top, row, visible, count);
}

/// Selects the first row when nothing that is shown is selected.
pub(super) fn select_first(ui: &mut UiState, snapshot: &Snapshot) {
    let rows = rows(ui, snapshot);
    let selected = ui.selection.selected.as_ref();
    if selected.and_then(|id| rows.index_of(id)).is_none() {
        ui.selection.selected = rows.services().first().map(|each| each.id.clone());
    }
    reveal(ui, snapshot);
}
