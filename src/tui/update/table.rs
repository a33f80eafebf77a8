//! Moving the selection in the table of services, and sorting it.

use crate::model::{ServiceId, Snapshot};
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::table::rows;
use crate::tui::state::{Column, UiState, scroll_to};
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

/// The services of the table, top to bottom.
pub(super) fn order(ui: &UiState, snapshot: &Snapshot) -> Vec<ServiceId> {
    rows(ui, snapshot)
        .into_iter()
        .map(|service| service.id.clone())
        .collect()
}

/// Selects the row that `to` makes of the current row and the last one; shows it.
fn step(ui: &mut UiState, snapshot: &Snapshot, to: impl Fn(usize, usize) -> usize) {
    let order = order(ui, snapshot);
    let Some(last) = order.len().checked_sub(1) else {
        ui.selection.selected = None;
        return;
    };
    let at = ui
        .selection
        .selected
        .as_ref()
        .and_then(|id| order.iter().position(|each| each == id));
    // Without a selection every key chooses what is on top.
    let next = at.map_or(ui.table.top.min(last), |at| to(at, last));
    ui.selection.selected = order.get(next).cloned();
    ui.table.top = scroll_to(
        ui.table.top,
        next,
        ui.drawn.viewport.rows.max(1),
        order.len(),
    );
}

/// Scrolls the table so that the selection is visible.
pub(super) fn reveal(ui: &mut UiState, snapshot: &Snapshot) {
    let order = order(ui, snapshot);
    if let Some(at) = ui
        .selection
        .selected
        .as_ref()
        .and_then(|id| order.iter().position(|each| each == id))
    {
        ui.table.top = scroll_to(ui.table.top, at, ui.drawn.viewport.rows.max(1), order.len());
    }
}

/// Selects the first row when nothing that is shown is selected.
pub(super) fn select_first(ui: &mut UiState, snapshot: &Snapshot) {
    let rows = rows(ui, snapshot);
    if !rows
        .iter()
        .any(|service| Some(&service.id) == ui.selection.selected.as_ref())
    {
        ui.selection.selected = rows.first().map(|service| service.id.clone());
    }
    reveal(ui, snapshot);
}
