//! What an operator has to look at, one after the other.

use crate::model::{HealthState, IncidentId, Service, ServiceId, Snapshot};
use crate::tui::input::page::View;
use crate::tui::state::{Scope, UiState, incidents};

/// One thing to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceInTrouble {
    /// A service: the root of an incident, or one in trouble that no incident is about.
    Service(ServiceId),
    /// An incident whose root is no service.
    Incident(IncidentId),
}

/// Everything to look at among what project and stack let through, worst first: roots of open
/// incidents, then services in trouble without one. Where that is nothing, that of all stacks.
#[must_use]
pub fn problems(ui: &UiState, snapshot: &Snapshot) -> Vec<ServiceInTrouble> {
    let found = in_view(&ui.scope, snapshot);
    if !found.is_empty() || ui.scope.stack.is_none() {
        return found;
    }
    in_view(&ui.scope.all_stacks(), snapshot)
}

fn in_view(scope: &Scope, snapshot: &Snapshot) -> Vec<ServiceInTrouble> {
    let open = incidents::open(scope, snapshot);
    let mut found: Vec<ServiceInTrouble> = Vec::new();
    for incident in &open {
        match incident.root.service() {
            Some(root) if snapshot.service(root).is_some() => {
                found.push(ServiceInTrouble::Service(root.clone()));
            }
            Some(_) => {}
            None => found.push(ServiceInTrouble::Incident(incident.id)),
        }
    }
    let known = |service: &Service| open.iter().any(|open| open.concerns(&service.id));
    for state in [HealthState::Unhealthy, HealthState::Degraded] {
        let services = snapshot.services.iter();
        let others = services.filter(|service| {
            service.health.state == state && scope.admits(service) && !known(service)
        });
        found.extend(others.map(|service| ServiceInTrouble::Service(service.id.clone())));
    }
    found
}

/// The problem after the one that is looked at now; the first one where none is. `None` when there
/// is no problem.
#[must_use]
pub fn next(ui: &UiState, snapshot: &Snapshot) -> Option<ServiceInTrouble> {
    let all = problems(ui, snapshot);
    let current = current(ui, snapshot);
    let at = current.and_then(|current| all.iter().position(|each| *each == current));
    let next = at.map_or(0, |at| (at + 1) % all.len());
    all.get(next).cloned()
}

/// What is looked at now.
fn current(ui: &UiState, snapshot: &Snapshot) -> Option<ServiceInTrouble> {
    let service = match &ui.details {
        Some(details) => Some(&details.service),
        None if ui.view == View::Incidents => {
            let chosen = incidents::selected(ui, snapshot)?;
            return Some(match chosen.root.service() {
                Some(root) => ServiceInTrouble::Service(root.clone()),
                None => ServiceInTrouble::Incident(chosen.id),
            });
        }
        None if matches!(ui.view, View::Map | View::Services) => ui.selection.selected.as_ref(),
        // From a view that shows no selection the first problem is the next one.
        None => None,
    };
    service.cloned().map(ServiceInTrouble::Service)
}

#[cfg(test)]
mod tests;
