//! Esc: clears what was set in this place, else goes back to the place before.

use std::collections::BTreeSet;

use crate::model::Snapshot;
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::history::{VisitedLogs, VisitedPlace};
use crate::tui::state::logs::LogBegin;
use crate::tui::state::logs::find::FindText;
use crate::tui::state::scope::visible_services;
use crate::tui::state::{DetailsState, LogsState, UiState, availability, operations};
use crate::tui::update::history::arrived;
use crate::tui::update::logs;

/// Hides the panel of the running operation; else clears what was set in this place: the search, the
/// marks, the filter or the stack, whichever comes first. Else it goes back to the place before; without one to the map, where it drops the
/// selection.
pub(super) fn back(ui: &mut UiState, snapshot: &Snapshot) {
    if let Some(operation) = operations::in_panel(ui, snapshot) {
        ui.operations.hidden = Some(operation.id);
        return;
    }
    if clear_set_here(ui, snapshot) || go_back(ui, snapshot) {
        return;
    }
    if ui.details.take().is_none() && ui.view == View::Map {
        ui.selection.selected = None;
    }
    ui.view = View::Map;
}

/// Clears one thing that differs from the place before; `false` where nothing does.
fn clear_set_here(ui: &mut UiState, snapshot: &Snapshot) -> bool {
    if ui.details.is_some() && availability::logs_visible(ui) {
        return clear_in_logs(&mut ui.logs);
    }
    if let Some(details) = &mut ui.details {
        let searched = details.has_text() && !details.search.text.is_empty();
        details.search.text.clear();
        return searched;
    }
    if ui.view == View::Logs {
        return clear_in_logs(&mut ui.logs) || clear_hiding_filter(ui, snapshot);
    }
    if clear_hiding_filter(ui, snapshot) {
        return true;
    }
    let before = ui.session.history.latest();
    let home = &ui.session.home_stack;
    let same = |marks: &BTreeSet<_>| before.is_some_and(|place| place.marked == *marks);
    let (selection, scope) = (&mut ui.selection, &mut ui.scope);
    if !selection.marked.is_empty() && !same(&selection.marked) {
        selection.marked.clear();
    } else if !scope.filter.is_empty() && before.is_none_or(|it| it.scope.filter != scope.filter) {
        scope.filter.clear();
    } else if scope.stack != *home && before.is_none_or(|it| it.scope.stack != scope.stack) {
        scope.stack.clone_from(home);
    } else {
        return false;
    }
    true
}

/// Where the filter hides everything, Esc shows it again, wherever it was set.
fn clear_hiding_filter(ui: &mut UiState, snapshot: &Snapshot) -> bool {
    let hides = !ui.scope.filter.is_empty() && visible_services(snapshot, ui).is_empty();
    if hides {
        ui.scope.filter.clear();
    }
    hides
}

/// Clears one thing that was set in a log: the patterns, the chosen line, the chosen pattern, the
/// search, the filter.
fn clear_in_logs(logs: &mut LogsState) -> bool {
    if let Some(patterns) = logs.patterns.as_mut().filter(|it| it.is_open) {
        patterns.is_open = false;
        return true;
    }
    let chosen = logs.chosen().is_some();
    logs.cursor = None;
    if chosen {
        return true;
    }
    if logs.find.wanted.pattern.is_some() {
        logs::patterns::open(logs);
        return true;
    }
    if !logs.find.wanted.search.is_empty() {
        logs::find::want(logs, |wanted| wanted.search.clear());
        return true;
    }
    if logs.find.opened_for.as_ref() == Some(&logs.find.wanted) {
        return false;
    }
    let hides = logs.find.wanted.hides();
    logs.find.context = 0;
    logs::find::want(logs, |wanted| *wanted = FindText::default());
    hides
}

/// Goes back to the latest place that still exists; `false` when there is none.
fn go_back(ui: &mut UiState, snapshot: &Snapshot) -> bool {
    while let Some(place) = ui.session.history.pop() {
        let details = place.details.as_ref();
        if details.is_none_or(|details| snapshot.service(&details.service).is_some()) {
            restore(ui, place);
            return true;
        }
    }
    false
}

fn restore(ui: &mut UiState, place: VisitedPlace) {
    ui.field = None;
    ui.view = place.view;
    ui.scope.stack = place.scope.stack;
    ui.scope.filter = place.scope.filter;
    // Where nothing was selected, what was found meanwhile stays selected.
    if place.selected.is_some() {
        ui.selection.selected = place.selected;
    }
    (ui.map.top, ui.map.left) = (place.map.top, place.map.left);
    ui.table.top = place.table_top;
    ui.past = place.past;
    let details = place.details.as_ref();
    let on_logs = details.map_or(place.view == View::Logs, |it| it.tab == DetailsTab::Logs);
    if on_logs {
        restore_logs(ui, place.logs);
    }
    ui.details = place.details.map(|details| DetailsState {
        top: details.top,
        ..DetailsState::of(details.service, details.tab)
    });
}

/// Shows the log as it was: the lines that are still there, else those from the first line that was
/// in sight on.
fn restore_logs(ui: &mut UiState, left: VisitedLogs) {
    if let Some(whole) = left.whole {
        let generation = ui.logs.find.generation;
        ui.logs = *whole;
        // Streams are opened again behind the last lines; answers of before are none to this.
        ui.logs.sources.clear();
        ui.logs.patterns = None;
        ui.logs.find.generation = generation;
        logs::find::look_again(&mut ui.logs);
        return;
    }
    let logs = &mut ui.logs;
    let same = logs.services == left.services && logs.begin == left.begin;
    if same {
        let since = arrived(logs).saturating_sub(left.arrived);
        let (back, below) = left.back;
        let since = if left.follow { 0 } else { since };
        logs.back = back.saturating_add(usize::try_from(since).unwrap_or(usize::MAX));
        logs.below = below;
        logs.follow = left.follow;
    } else {
        let seen = left.first_in_sight.filter(|_| !left.follow);
        let begin = match (left.begin, seen) {
            (LogBegin::Moment(_), _) | (_, None) => left.begin,
            (_, Some(seen)) => LogBegin::Moment(seen),
        };
        logs::follow_from(ui, left.services, begin);
    }
    ui.logs.in_view = left.in_view;
    logs::find::want(&mut ui.logs, |wanted| *wanted = left.wanted);
    ui.logs.cursor = None;
}
