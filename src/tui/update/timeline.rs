//! Moving over the timeline.

use crate::model::Snapshot;
use crate::tui::input::action::{Action, Direction};
use crate::tui::input::page::DetailsTab;
use crate::tui::state::timeline::{index, rows, selected};
use crate::tui::state::{UiState, Viewport, operations, scroll_to};
use crate::tui::update::{details, scroll};

/// Moves the selection and scrolls, or opens the details of what the chosen event is about; other
/// actions are ignored.
pub(in crate::tui) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    if *action == Action::Enter {
        return open_event(ui, snapshot);
    }
    let all = rows(ui, snapshot);
    let room = ui.drawn.viewport.rows.max(1);
    let Some(next) = scroll::chosen(action, index(ui, snapshot, &all), all.len()) else {
        let viewport = Viewport {
            total: all.len(),
            ..ui.drawn.viewport
        };
        ui.past.timeline.top = scroll::scrolled(action, ui.past.timeline.top, viewport);
        return;
    };
    let row = all.get(next);
    // On the newest event the selection goes with what happens next.
    let follow = next == 0 && matches!(action, Action::First | Action::Move(Direction::Up));
    ui.past.timeline.selected = row.filter(|_| !follow).map(|row| row.event.sequence);
    ui.past.timeline.top = scroll_to(ui.past.timeline.top, next, room, all.len());
}

/// Opens the record of the operation that the chosen event is of, else the details of its service.
fn open_event(ui: &mut UiState, snapshot: &Snapshot) {
    let event = selected(ui, snapshot);
    if let Some(id) = event.and_then(|event| operations::of_event(event, snapshot)) {
        ui.dialog = Some(operations::dialog(Some(id), true, snapshot));
        return;
    }
    if let Some(service) = event.and_then(|event| event.service.clone()) {
        let state = snapshot.service(&service).map(|found| found.health.state);
        ui.selection.selected = Some(service);
        details::show_tab(ui, state.map(DetailsTab::first).unwrap_or_default());
    }
}
