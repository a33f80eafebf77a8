//! Moving over the incidents.

use crate::model::Snapshot;
use crate::tui::input::action::Action;
use crate::tui::input::page::DetailsTab;
use crate::tui::state::incidents::{index, selected, shown};
use crate::tui::state::{UiState, Viewport, scroll_to};
use crate::tui::update::{details, scroll};

/// Moves the selection and scrolls, or explains the root of the chosen incident; other actions are
/// ignored.
pub(in crate::tui) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    if *action == Action::Enter {
        return explain_root(ui, snapshot);
    }
    let incidents = shown(ui, snapshot);
    let viewport = Viewport {
        total: incidents.len(),
        ..ui.drawn.viewport
    };
    let Some(next) = scroll::chosen(action, index(ui, &incidents), incidents.len()) else {
        ui.past.incidents.top = scroll::scrolled(action, ui.past.incidents.top, viewport);
        return;
    };
    // On the first row the selection goes to what is worst then.
    let follow = next == 0 && *action == Action::First;
    let incident = incidents.get(next).filter(|_| !follow);
    ui.past.incidents.selected = incident.map(|incident| incident.id);
    ui.past.incidents.top = scroll_to(
        ui.past.incidents.top,
        next,
        viewport.rows.max(1),
        incidents.len(),
    );
}

/// Opens Why of the root of the chosen incident.
fn explain_root(ui: &mut UiState, snapshot: &Snapshot) {
    let incident = selected(ui, snapshot);
    if let Some(root) = incident.and_then(|incident| incident.root.service().cloned()) {
        // A worse incident may come meanwhile: what was opened stays selected.
        ui.past.incidents.selected = incident.map(|incident| incident.id);
        ui.selection.selected = Some(root);
        details::show_tab(ui, DetailsTab::Why);
    }
}

#[cfg(test)]
mod tests;
