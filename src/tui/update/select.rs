//! Moving the selection and scrolling, on the map and in the table.

use crate::model::{ServiceId, Snapshot};
use crate::tui::action::{Action, Direction};
use crate::tui::scene::{Viewport, scroll_to};
use crate::tui::select::Filter;
use crate::tui::state::{Column, DetailsState, DetailsTab, Level, UiState, View, Zoom};
use crate::tui::view;

/// `value` moved by `by`, never below zero.
pub(super) fn shift(value: usize, by: isize) -> usize {
    value.saturating_add_signed(by)
}

/// Lines a scrolling action moves; negative is up, zero for any other action.
pub(super) fn scroll_lines(action: &Action, rows: usize) -> isize {
    match action {
        Action::Page(count) => times(*count, rows.saturating_sub(1)),
        Action::HalfPage(count) => times(*count, rows / 2),
        Action::Scroll(count) => times(*count, 1),
        _ => 0,
    }
}

/// `count` times so many lines, at least one.
fn times(count: i32, lines: usize) -> isize {
    let lines = isize::try_from(lines.max(1)).unwrap_or(isize::MAX);
    isize::try_from(count).unwrap_or(0).saturating_mul(lines)
}

/// `top` after a scrolling action in `viewport`.
fn scrolled(action: &Action, top: usize, viewport: Viewport) -> usize {
    shift(top, scroll_lines(action, viewport.rows))
        .min(viewport.total.saturating_sub(viewport.rows))
}

/// Actions on the map.
pub(super) fn on_map(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    match action {
        Action::Move(direction) => view::map::move_selection(ui, *direction, snapshot),
        Action::First => (ui.map.top, ui.map.left) = (0, 0),
        Action::Last => {
            ui.map.top = ui
                .drawn
                .viewport
                .total
                .saturating_sub(ui.drawn.viewport.rows)
        }
        Action::Page(_) | Action::HalfPage(_) | Action::Scroll(_) => {
            ui.map.top = scrolled(action, ui.map.top, ui.drawn.viewport);
        }
        Action::Pan(by) => slide(ui, times(*by, ui.drawn.across.rows / 2)),
        Action::Slide(by) => slide(ui, times(*by, 1)),
        Action::Zoom(by) => zoom(ui, *by),
        Action::Enter => open_details(ui, snapshot),
        Action::Mark => mark(ui),
        _ => {}
    }
}

/// Scrolls the map sideways.
fn slide(ui: &mut UiState, by: isize) {
    let across = ui.drawn.across;
    let most = across.total.saturating_sub(across.rows);
    ui.map.left = shift(ui.map.left.min(most), by).min(most);
}

/// More or less detail than is on screen; beyond both ends the map chooses again.
fn zoom(ui: &mut UiState, by: i32) {
    let shown = ui.drawn.map.as_ref().map_or(Level::Line, |map| map.level);
    let rank = |level: Level| (level.has_lines(), level.rows(), level != Level::Glyph);
    let mut steps = Level::LADDER.into_iter();
    let next = if by > 0 {
        steps.find(|level| rank(*level) > rank(shown))
    } else {
        steps.rfind(|level| rank(*level) < rank(shown))
    };
    ui.map.zoom = next.map_or(Zoom::Auto, Zoom::At);
}

/// Actions in the table of services.
pub(super) fn in_table(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
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
        Action::Enter => open_details(ui, snapshot),
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

fn order(ui: &UiState, snapshot: &Snapshot) -> Vec<ServiceId> {
    view::services::rows(ui, snapshot)
        .into_iter()
        .map(|service| service.id.clone())
        .collect()
}

/// Selects the row that `to` makes of the current row and the last one; shows it.
fn step(ui: &mut UiState, snapshot: &Snapshot, to: impl Fn(usize, usize) -> usize) {
    let order = order(ui, snapshot);
    let Some(last) = order.len().checked_sub(1) else {
        ui.selected = None;
        return;
    };
    let at = ui
        .selected
        .as_ref()
        .and_then(|id| order.iter().position(|each| each == id));
    // Without a selection every key chooses what is on top.
    let next = at.map_or(ui.table.top.min(last), |at| to(at, last));
    ui.selected = order.get(next).cloned();
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
        .selected
        .as_ref()
        .and_then(|id| order.iter().position(|each| each == id))
    {
        ui.table.top = scroll_to(ui.table.top, at, ui.drawn.viewport.rows.max(1), order.len());
    }
}

/// Selects the first row when nothing that is shown is selected.
pub(super) fn first_in_table(ui: &mut UiState, snapshot: &Snapshot) {
    let rows = view::services::rows(ui, snapshot);
    if !rows
        .iter()
        .any(|service| Some(&service.id) == ui.selected.as_ref())
    {
        ui.selected = rows.first().map(|service| service.id.clone());
    }
    reveal(ui, snapshot);
}

/// Selects the service that the filter finds best, unless it finds the selected one as well.
pub(super) fn best_match(ui: &mut UiState, snapshot: &Snapshot) {
    let filter = Filter::new(&ui.filter);
    if filter.is_empty() || ui.details.is_some() || !matches!(ui.view, View::Map | View::Services) {
        return;
    }
    let place = |id: &ServiceId| filter.rank(snapshot.service(id)?, &snapshot.layers);
    let Some(best) = order(ui, snapshot).into_iter().next() else {
        return;
    };
    let selected = ui.selected.as_ref().and_then(place);
    if selected.is_none_or(|selected| Some(selected) > place(&best)) {
        ui.selected = Some(best);
        match ui.view {
            View::Services => reveal(ui, snapshot),
            _ => view::map::reveal(ui),
        }
    }
}

/// Selects `id` where it can be seen.
pub(super) fn jump(ui: &mut UiState, id: ServiceId, snapshot: &Snapshot) {
    let Some(service) = snapshot.service(&id) else {
        return;
    };
    if !super::super::roster::shows(ui, service, &snapshot.layers) {
        ui.filter.clear();
        ui.stack = None;
    }
    ui.selected = Some(id);
    ui.details = None;
    if !matches!(ui.view, View::Map | View::Services) {
        ui.view = View::Map;
    }
    match ui.view {
        View::Services => reveal(ui, snapshot),
        _ => view::map::reveal(ui),
    }
}

fn open_details(ui: &mut UiState, snapshot: &Snapshot) {
    if let Some(service) = ui.selected.clone() {
        let state = snapshot.service(&service).map(|found| found.health.state);
        ui.details = Some(DetailsState {
            service,
            tab: state.map(DetailsTab::first).unwrap_or_default(),
            top: 0,
            inspect: None,
            inspecting: false,
        });
    }
}

fn mark(ui: &mut UiState) {
    if let Some(id) = ui.selected.clone()
        && !ui.marked.remove(&id)
    {
        ui.marked.insert(id);
    }
}
