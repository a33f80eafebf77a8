//! The timeline: which events are shown, and which one is chosen.

use std::sync::Arc;

use crate::explain::timeline;
use crate::model::{Change, Snapshot, StackName, TimelineEvent};
use crate::tui::state::filter::Filter;
use crate::tui::state::{UiState, scope};

/// State of the timeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TimelineState {
    /// Selected event's number; `None` selects the newest.
    pub selected: Option<u64>,
    /// First row shown.
    pub top: usize,
}

/// The events that are shown, newest first.
#[must_use]
pub fn shown<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<TimelineEvent>> {
    let filter = Filter::new(&ui.scope.filter);
    snapshot
        .timeline
        .iter()
        .rev()
        .filter(|event| in_view(ui, snapshot, event) && matches(&filter, event))
        .collect()
}

/// Whether the projects and the stack let the event through; events about no service always are.
fn in_view(ui: &UiState, snapshot: &Snapshot, event: &TimelineEvent) -> bool {
    let Some(id) = &event.service else {
        return true;
    };
    if let Some(service) = snapshot.service(id) {
        return scope::in_scope(ui, service);
    }
    // The service is gone: the stack is known by its id.
    let stack = id.as_str().split_once('/').map(|(stack, _)| stack);
    let named = |name: &StackName| stack == Some(name.as_str());
    (ui.scope.projects.is_empty() || ui.scope.projects.iter().any(named))
        && ui.scope.stack.as_ref().is_none_or(named)
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
    let events = shown(ui, snapshot);
    events.get(index(ui, &events)).copied()
}

/// Row of the chosen event; the nearest older one when it is no longer shown.
#[must_use]
pub fn index(ui: &UiState, events: &[&Arc<TimelineEvent>]) -> usize {
    let Some(sequence) = ui.timeline.selected else {
        return 0;
    };
    // Newest first: sequences fall.
    events
        .partition_point(|event| event.sequence > sequence)
        .min(events.len().saturating_sub(1))
}

/// The word that a filter finds a kind by.
const fn kind_word(change: &Change) -> &'static str {
    match change {
        Change::Health { .. } => "health",
        Change::Started { .. } => "started",
        Change::Finished | Change::Ended(_) | Change::Restarted => "died",
        Change::OutOfMemory => "oom",
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
