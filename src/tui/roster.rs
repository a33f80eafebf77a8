//! Which services are shown: project, stack and filter, the same for map and table.

use std::sync::Arc;

use crate::model::{Service, ServiceId, Snapshot};

use super::state::UiState;

/// Whether the project, the stack and the filter let `service` through.
#[must_use]
pub fn shows(ui: &UiState, service: &Service) -> bool {
    in_project(ui, service)
        && ui.stack.as_ref().is_none_or(|stack| service.stack.as_ref() == Some(stack))
        && matches_filter(&ui.filter, service)
}

/// Whether `service` is of the projects named on the command line.
#[must_use]
pub fn in_project(ui: &UiState, service: &Service) -> bool {
    ui.projects.is_empty() || service.stack.as_ref().is_some_and(|stack| ui.projects.contains(stack))
}

/// The services shown, by id.
pub fn shown<'a>(ui: &'a UiState, snapshot: &'a Snapshot) -> impl Iterator<Item = &'a Arc<Service>> {
    snapshot.services.iter().filter(|service| shows(ui, service))
}

/// Whether the id, image, state or layer contains `filter`, any case. Every word must be found.
#[must_use]
pub fn matches_filter(filter: &str, service: &Service) -> bool {
    filter.split_whitespace().all(|word| {
        let texts = [
            service.id.as_str(),
            service.image(),
            service.health.state.id(),
            service.layer.layer.id(),
            service.layer.layer.title(),
        ];
        texts.iter().any(|text| contains(text, word))
    })
}

/// Whether `text` contains `word`, any case; ASCII without allocating.
fn contains(text: &str, word: &str) -> bool {
    if text.is_ascii() && word.is_ascii() {
        let (text, word) = (text.as_bytes(), word.as_bytes());
        return word.is_empty() || text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    }
    text.to_lowercase().contains(&word.to_lowercase())
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
