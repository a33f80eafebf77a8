//! The incidents: which are shown, in which order, and which one is chosen.

mod story;

use std::cmp::Reverse;
use std::sync::Arc;

use crate::explain;
use crate::model::SortShared as _;
use crate::model::{Incident, IncidentId, IncidentState, Snapshot};
use crate::tui::state::filter::Filter;
use crate::tui::state::{Scope, UiState};

pub use story::{by_others, happened_in, operations, story};

/// State of the view of incidents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct IncidentsState {
    /// The selected incident; `None` selects the first row.
    pub selected: Option<IncidentId>,
    /// First row shown.
    pub top: usize,
}

/// The incidents that are shown: open ones, worst first, then those that ended lately, newest
/// first.
#[must_use]
pub fn shown<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<Incident>> {
    let filter = Filter::new(&ui.scope.filter);
    let mut all = open(&ui.scope, snapshot);
    let ended = snapshot.incidents.iter().rev();
    all.extend(
        ended.filter(|incident| !incident.is_open() && in_view(&ui.scope, snapshot, incident)),
    );
    all.retain(|incident| matches(&filter, incident));
    all
}

/// Open incidents that the projects and the stack of `scope` let through, worst first: what is under all
/// services, then what blocks most, then the oldest.
#[must_use]
pub fn open<'a>(scope: &Scope, snapshot: &'a Snapshot) -> Vec<&'a Arc<Incident>> {
    let mut open: Vec<_> = snapshot
        .open_incidents()
        .filter(|incident| in_view(scope, snapshot, incident))
        .collect();
    open.sort_shared_by_key(|incident| {
        (
            incident.root.service().is_some(),
            Reverse(incident.blocked.len()),
            incident.opened_at,
        )
    });
    open
}

/// Whether the projects and the stack let its root or something that it blocks through; what is
/// under all services always is.
fn in_view(scope: &Scope, snapshot: &Snapshot, incident: &Incident) -> bool {
    let Some(root) = incident.root.service() else {
        return true;
    };
    let mut concerned = std::iter::once(root).chain(&incident.blocked);
    concerned.any(|id| scope.admits_id(snapshot, id))
}

fn matches(filter: &Filter, incident: &Incident) -> bool {
    // Without a filter no words are made.
    if filter.is_empty() {
        return true;
    }
    let number = format!("#{}", incident.id);
    let sentence = explain::incident::sentence(incident);
    let state = match incident.state() {
        IncidentState::Open => "open",
        IncidentState::Closed => "closed resolved",
    };
    let mut texts = vec![number.as_str(), incident.root.words(), &sentence, state];
    texts.extend(incident.blocked.iter().map(|id| id.as_str()));
    filter.matches_any(&texts)
}

/// The chosen incident; `None` when none is shown.
#[must_use]
pub fn selected<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Option<&'a Arc<Incident>> {
    let shown = shown(ui, snapshot);
    shown.get(index(ui, &shown)).copied()
}

/// Row of the chosen incident; the first one when it is no longer shown.
#[must_use]
pub fn index(ui: &UiState, shown: &[&Arc<Incident>]) -> usize {
    let chosen = ui.past.incidents.selected;
    let at = chosen.and_then(|id| shown.iter().position(|incident| incident.id == id));
    at.unwrap_or(0)
}
