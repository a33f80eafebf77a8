//! What is selected and marked, whatever view shows it.

use crate::model::{ServiceId, Snapshot};
use crate::tui::input::page::View;
use crate::tui::state::filter::Filter;
use crate::tui::state::table::rows;
use crate::tui::state::{DetailsState, UiState, scope};
use crate::tui::update::{details, history, map, table};

/// Selects the service that the filter finds best, unless it finds the selected one as well.
pub(super) fn best_match(ui: &mut UiState, snapshot: &Snapshot) {
    let filter = Filter::new(&ui.scope.filter);
    if filter.is_empty() || ui.details.is_some() || !matches!(ui.view, View::Map | View::Services) {
        return;
    }
    let place = |id: &ServiceId| filter.rank(snapshot.service(id)?, &snapshot.layers);
    // Jobs stand last in the table, even where they are what was looked for.
    let rows = rows(ui, snapshot);
    let shown = rows.services().iter();
    let best = shown.min_by_key(|each| filter.rank(each, &snapshot.layers));
    let Some(best) = best.map(|each| each.id.clone()) else {
        return;
    };
    let selected = ui.selection.selected.as_ref().and_then(place);
    if selected.is_none_or(|selected| Some(selected) > place(&best)) {
        ui.selection.selected = Some(best);
        match ui.view {
            View::Services => table::reveal(ui, snapshot),
            _ => map::reveal(ui),
        }
    }
}

/// Selects `id` where it can be seen; over details, opens the same tab of its own.
pub(super) fn jump(ui: &mut UiState, id: ServiceId, snapshot: &Snapshot) {
    let Some(service) = snapshot.service(&id) else {
        return;
    };
    if let Some(details) = ui.details.as_ref().filter(|details| details.service != id) {
        let tab = details.tab;
        history::leave(ui);
        ui.selection.selected = Some(id.clone());
        ui.details = Some(DetailsState::of(id, tab));
        return details::follow_tab(ui);
    }
    let hidden = !scope::shows(ui, service, &snapshot.layers);
    if hidden || ui.details.is_some() || !matches!(ui.view, View::Map | View::Services) {
        history::leave(ui);
    }
    if hidden {
        ui.scope.filter.clear();
        ui.scope.stack = None;
    }
    ui.selection.selected = Some(id);
    ui.details = None;
    if !matches!(ui.view, View::Map | View::Services) {
        ui.view = View::Map;
    }
    match ui.view {
        View::Services => table::reveal(ui, snapshot),
        _ => map::reveal(ui),
    }
}

/// Marks the selected service, or takes its mark back.
pub(super) fn mark(ui: &mut UiState) {
    if let Some(id) = ui.selection.selected.clone()
        && !ui.selection.marked.remove(&id)
    {
        ui.selection.marked.insert(id);
    }
}
