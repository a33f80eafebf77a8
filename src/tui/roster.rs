//! Whether one service is shown, and which services an action is about.

use crate::model::{Layers, Service, ServiceId, Snapshot, StackName};

use super::select::Filter;
use super::state::{UiState, View};
use super::view::timeline;

/// Whether the project, the stack and the filter let `service` through.
#[must_use]
pub fn shows(ui: &UiState, service: &Service, layers: &Layers) -> bool {
    in_project(ui, service)
        && ui
            .stack
            .as_ref()
            .is_none_or(|stack| service.stack.as_ref() == Some(stack))
        && Filter::new(&ui.filter).matches(service, layers)
}

/// How many marks the project, the stack and the filter hide: no action is about those.
#[must_use]
pub fn hidden_marks(ui: &UiState, snapshot: &Snapshot) -> usize {
    ui.marked
        .iter()
        .filter(|id| !shows_id(ui, id, snapshot))
        .count()
}

fn shows_id(ui: &UiState, id: &ServiceId, snapshot: &Snapshot) -> bool {
    snapshot
        .service(id)
        .is_some_and(|service| shows(ui, service, &snapshot.layers))
}

/// Whether `service` is of the projects named on the command line.
#[must_use]
pub fn in_project(ui: &UiState, service: &Service) -> bool {
    ui.projects.is_empty()
        || service
            .stack
            .as_ref()
            .is_some_and(|stack| ui.projects.contains(stack))
}

/// The stack of the selected service, or the one that is shown alone.
#[must_use]
pub fn stack_of_selection(ui: &UiState, snapshot: &Snapshot) -> Option<StackName> {
    let selected = ui
        .details
        .as_ref()
        .map(|details| &details.service)
        .or(ui.selected.as_ref());
    let service = selected.and_then(|id| snapshot.service(id));
    service.map_or_else(|| ui.stack.clone(), |service| service.stack.clone())
}

/// What an action is about: what is on screen. The details, the followed logs, the chosen event; on
/// the map and in the table the marks among what the filters show, else the selection.
#[must_use]
pub fn targets(ui: &UiState, snapshot: &Snapshot) -> Vec<ServiceId> {
    let exists = |id: &&ServiceId| snapshot.service(id).is_some();
    let those = |ids: &mut dyn Iterator<Item = &ServiceId>| -> Vec<_> {
        ids.filter(exists).cloned().collect()
    };
    if let Some(details) = &ui.details {
        return vec![details.service.clone()];
    }
    match ui.view {
        View::Map | View::Services => {
            let marked = those(&mut ui.marked.iter().filter(|id| shows_id(ui, id, snapshot)));
            if marked.is_empty() {
                those(&mut ui.selected.iter())
            } else {
                marked
            }
        }
        View::Logs => those(&mut ui.logs.services.iter()),
        View::Timeline => {
            let event = timeline::selected(ui, snapshot);
            those(&mut event.and_then(|event| event.service.as_ref()).into_iter())
        }
        View::OwnLog => Vec::new(),
    }
}
