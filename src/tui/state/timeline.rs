//! The timeline: which events are shown, and which one is chosen.

pub mod brackets;
mod folds;
pub mod kept;

use std::cmp::Reverse;
use std::sync::Arc;

use crate::explain::timeline;
use crate::model::SortShared as _;
use crate::model::{Change, Snapshot, TimelineEvent, Timestamp};
use crate::tui::state::UiState;
use crate::tui::state::filter::Filter;

pub use folds::{TimelineRow, folded};

/// State of the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineState {
    /// Selected event's number; `None` selects the newest.
    pub selected: Option<u64>,
    /// First row shown.
    pub top: usize,
}

/// The events that are shown, newest first by when they happened: an event may be recorded long
/// after, such as those before hubdeck was started.
#[must_use]
pub fn shown<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<TimelineEvent>> {
    let filter = Filter::new(&ui.scope.filter);
    let mut events: Vec<_> = snapshot
        .timeline
        .iter()
        .filter(|event| in_view(ui, snapshot, event) && matches(&filter, event))
        .collect();
    events.sort_shared_by_key(|event| Reverse(place(event)));
    events
}

/// The rows that are shown, newest first: what happened to several services of one incident at once is
/// one row.
#[must_use]
pub fn rows<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<TimelineRow<'a>> {
    let events = shown(ui, snapshot);
    let mut rows = folded(events.into_iter().rev(), snapshot);
    rows.reverse();
    rows
}

/// By what events are sorted.
fn place(event: &TimelineEvent) -> (Timestamp, u64) {
    (event.at, event.sequence)
}

/// Whether the projects and the stack let the event through; events about no service always are.
fn in_view(ui: &UiState, snapshot: &Snapshot, event: &TimelineEvent) -> bool {
    let about = event.service.as_ref();
    about.is_none_or(|id| ui.scope.admits_id(snapshot, id))
}

fn matches(filter: &Filter, event: &TimelineEvent) -> bool {
    let service = event.service.as_ref().map_or("", |id| id.as_str());
    // Without a filter no words are made.
    filter.is_empty()
        || filter.matches_any(&[
            service,
            &timeline::words(&event.change),
            kind_word(&event.change),
        ])
}

/// The chosen event; the newest one unless another was chosen. `None` when nothing is shown.
#[must_use]
pub fn selected<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Option<&'a Arc<TimelineEvent>> {
    let rows = rows(ui, snapshot);
    rows.get(index(ui, snapshot, &rows)).map(|row| row.event)
}

/// The chosen row; the nearest older one when it is no longer shown.
#[must_use]
pub fn index(ui: &UiState, snapshot: &Snapshot, rows: &[TimelineRow<'_>]) -> usize {
    let Some(sequence) = ui.past.timeline.selected else {
        return 0;
    };
    let mut all = snapshot.timeline.iter();
    let chosen = all.find(|event| event.sequence == sequence);
    // One that is not kept any more was older than all others.
    let at = chosen.map_or(rows.len(), |chosen| {
        rows.partition_point(|row| place(row.event) > place(chosen))
    });
    at.min(rows.len().saturating_sub(1))
}

/// The word that a filter finds a kind by.
const fn kind_word(change: &Change) -> &'static str {
    match change {
        Change::Health { .. } => "health",
        Change::Started { .. } => "started",
        Change::Finished | Change::Ended(_) | Change::Restarted => "died",
        Change::OutOfMemory => "oom",
        Change::ErrorBurst(_) => "errors logs",
        Change::Stopped { .. } => "stopped",
        Change::NetworkJoined { .. } | Change::NetworkLeft { .. } => "network",
        Change::Paused => "paused",
        Change::Unpaused => "unpaused",
        Change::Created { .. }
        | Change::Recreated { .. }
        | Change::Scaled { .. }
        | Change::Deployed(_) => "created deploy",
        Change::Removed { .. } => "removed",
        Change::Incident { .. } => "incident",
        Change::EngineLost { .. } | Change::EngineBack | Change::EngineGap(_) => "engine",
        Change::Operation(_) => "operation",
        Change::Own(_) => "hubdeck",
    }
}
