//! The details: their tab, their place, what they are about.

use crate::model::{Inspection, Process, ServiceId, Snapshot};
use crate::tui::input::action::{Action, Direction};
use crate::tui::input::page::DetailsTab;
use crate::tui::state::inspect::InspectTree;
use crate::tui::state::processes::ProcessList;
use crate::tui::state::{DetailsState, TextSearch, UiState, Viewport};
use crate::tui::update::{history, inspect, logs, scroll};

/// Takes the answer to a raw inspection, where the details are still about its service.
pub fn inspected(ui: &mut UiState, service: &ServiceId, answer: Result<Inspection, String>) {
    let details = ui.details.as_mut();
    if let Some(details) = details.filter(|details| details.service == *service) {
        (details.inspect, details.tree) = (Some(answer), InspectTree::NEW);
    }
}

/// Takes a list of processes, where the details are still about its service.
pub fn processes_listed(
    ui: &mut UiState,
    service: &ServiceId,
    answer: Result<Vec<Process>, String>,
) {
    let details = ui.details.as_mut();
    if let Some(details) = details.filter(|details| details.service == *service) {
        details.processes.waits = false;
        details.processes.answer = Some(answer);
    }
}

/// Takes over which hit a frame went to.
pub(super) fn sought(ui: &mut UiState) {
    let Some(details) = &mut ui.details else {
        return;
    };
    if details.search.seek.take().is_some()
        && let Some(hit) = ui.drawn.hit
    {
        details.search.row = Some(hit.row);
        details.top = ui.drawn.viewport.top;
        if let (DetailsTab::Inspect, Some(Ok(answer))) = (details.tab, &details.inspect) {
            details.tree.unfold_to(&answer.outline, hit.row);
        }
    }
}

/// Searches `text` from the line on where the search began.
pub(super) fn search(details: &mut DetailsState, text: &str) {
    if details.search.text == text {
        return;
    }
    let search = &mut details.search;
    text.clone_into(&mut search.text);
    (search.row, search.seek) = (None, (!text.is_empty()).then_some(0));
    details.top = search.origin;
}

/// Opens the details of the selected service.
pub(super) fn open(ui: &mut UiState, snapshot: &Snapshot) {
    if let Some(service) = ui.selection.selected.clone() {
        let state = snapshot.service(&service).map(|found| found.health.state);
        let tab = state.map(DetailsTab::first).unwrap_or_default();
        history::leave(ui);
        ui.details = Some(DetailsState::of(service, tab));
    }
}

/// Shows a tab of the open details, or of the selected service.
pub(super) fn show_tab(ui: &mut UiState, tab: DetailsTab) {
    let service = match &ui.details {
        Some(details) => Some(details.service.clone()),
        None => ui.selection.selected.clone(),
    };
    let Some(service) = service else { return };
    if ui.details.is_none() {
        history::leave(ui);
    }
    let before = ui.details.take();
    let search = before.as_ref().map(|details| details.search.text.clone());
    let (inspect, tree) = before.map_or((None, InspectTree::NEW), |details| {
        (details.inspect, details.tree)
    });
    ui.details = Some(DetailsState {
        service: service.clone(),
        tab,
        top: 0,
        inspecting: inspect.is_some(),
        inspect,
        tree,
        processes: ProcessList::NONE,
        search: TextSearch {
            text: search.unwrap_or_default(),
            ..TextSearch::default()
        },
    });
    if tab == DetailsTab::Logs {
        logs::follow(ui, vec![service]);
    }
}

/// Follows the logs of the service whose details show them now.
pub(super) fn follow_tab(ui: &mut UiState) {
    if let Some(details) = ui
        .details
        .as_ref()
        .filter(|details| details.tab == DetailsTab::Logs)
    {
        let services = vec![details.service.clone()];
        // A begin that was chosen stays.
        if ui.logs.services != services {
            logs::follow(ui, services);
        }
    }
}

/// Scrolls and changes tabs; other actions are ignored.
pub(in crate::tui) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    scroll_or_change(ui, action, snapshot);
    follow_tab(ui);
}

fn scroll_or_change(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    let viewport = ui.drawn.viewport;
    let Some(details) = &mut ui.details else {
        return;
    };
    if let Action::Hit(by) = action
        && details.has_text()
    {
        let seek = details.search.seek.unwrap_or(0);
        details.search.seek = Some(seek.saturating_add(*by));
        return;
    }
    if let Action::Pane(by) = action {
        go_to(details, neighbour(details.tab, *by));
        return;
    }
    match (action, details.tab) {
        (action, DetailsTab::Inspect) => inspect::act(details, action, viewport),
        (Action::Move(Direction::Left), _) => go_to(details, neighbour(details.tab, -1)),
        (Action::Move(Direction::Right), _) => go_to(details, neighbour(details.tab, 1)),
        (action, DetailsTab::Logs) => logs::act(ui, action, snapshot),
        (action, _) => move_by(details, action, viewport),
    }
}

fn go_to(details: &mut DetailsState, tab: DetailsTab) {
    (details.tab, details.top) = (tab, 0);
    details.search.row = None;
}

fn neighbour(tab: DetailsTab, by: i32) -> DetailsTab {
    let all = DetailsTab::ALL;
    let at = all.iter().position(|each| *each == tab).unwrap_or(0);
    let count = i64::try_from(all.len()).unwrap_or(1);
    let next = (i64::try_from(at).unwrap_or(0) + i64::from(by)).rem_euclid(count);
    usize::try_from(next)
        .ok()
        .and_then(|next| all.get(next))
        .copied()
        .unwrap_or(tab)
}

/// Scrolls the page.
fn move_by(details: &mut DetailsState, action: &Action, viewport: Viewport) {
    details.top = scroll::moved(action, details.top, viewport);
}
