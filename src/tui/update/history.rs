//! Remembers a place before it is left.

use crate::tui::state::history::{VisitedDetails, VisitedLogs, VisitedPlace};
use crate::tui::state::{LogsState, UiState};

/// Remembers what is on screen, before it changes to another place.
pub(super) fn leave(ui: &mut UiState) {
    let place = VisitedPlace {
        view: ui.view,
        details: ui.details.as_ref().map(|details| VisitedDetails {
            service: details.service.clone(),
            tab: details.tab,
            top: details.top,
        }),
        selected: ui.selection.selected.clone(),
        marked: ui.selection.marked.clone(),
        scope: ui.scope.clone(),
        map: ui.map.clone(),
        table_top: ui.table.top,
        past: ui.past.clone(),
        logs: logs_left(ui),
    };
    ui.session.history.push(place);
}

fn logs_left(ui: &UiState) -> VisitedLogs {
    let logs = &ui.logs;
    let first = logs.line(ui.drawn.viewport.top);
    VisitedLogs {
        services: logs.services.clone(),
        in_view: logs.in_view.clone(),
        begin: logs.begin,
        follow: logs.follow,
        back: (logs.back, logs.below),
        arrived: arrived(logs),
        first_in_sight: first.and_then(|line| line.at),
        wanted: logs.find.wanted.clone(),
        whole: None,
    }
}

/// Lines that have arrived since the tail was opened.
pub(super) fn arrived(logs: &LogsState) -> u64 {
    logs.ring.discarded + logs.ring.lines.len() as u64
}
