//! Whether one service is shown, and which services an action is about.

use crate::model::{Service, ServiceId, Snapshot};

use super::select::Filter;
use super::state::UiState;

/// Whether the project, the stack and the filter let `service` through.
#[must_use]
pub fn shows(ui: &UiState, service: &Service) -> bool {
    in_project(ui, service)
        && ui.stack.as_ref().is_none_or(|stack| service.stack.as_ref() == Some(stack))
        && Filter::new(&ui.filter).matches(service)
}

/// Whether `service` is of the projects named on the command line.
#[must_use]
pub fn in_project(ui: &UiState, service: &Service) -> bool {
    ui.projects.is_empty() || service.stack.as_ref().is_some_and(|stack| ui.projects.contains(stack))
}

/// What an action is about: the marks that still exist, else the open details, else the selection.
#[must_use]
pub fn targets(ui: &UiState, snapshot: &Snapshot) -> Vec<ServiceId> {
    if let Some(details) = &ui.details {
        return vec![details.service.clone()];
    }
    let marked: Vec<_> = ui.marked.iter().filter(|id| snapshot.service(id).is_some()).cloned().collect();
    if !marked.is_empty() {
        return marked;
    }
    ui.selected.iter().filter(|id| snapshot.service(id).is_some()).cloned().collect()
}
