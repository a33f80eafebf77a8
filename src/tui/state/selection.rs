//! What is selected and marked: which services an action is about, and which one to look at first.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{HealthState, InstanceState, Service, ServiceId, Snapshot, StackName};
use crate::tui::input::page::View;
use crate::tui::state::preview::Preview;
use crate::tui::state::{UiState, incidents, scope, timeline};

/// What the operator chose.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    /// The selected service, shared by map, table and details.
    pub selected: Option<ServiceId>,
    /// Marked services.
    pub marked: BTreeSet<ServiceId>,
    /// What is shown of the selected service beside the view.
    pub preview: Preview,
}

/// How many marks the project, the stack and the filter hide: no action is about those.
#[must_use]
pub fn hidden_marks(ui: &UiState, snapshot: &Snapshot) -> usize {
    ui.selection
        .marked
        .iter()
        .filter(|id| !shows_id(ui, id, snapshot))
        .count()
}

fn shows_id(ui: &UiState, id: &ServiceId, snapshot: &Snapshot) -> bool {
    snapshot
        .service(id)
        .is_some_and(|service| scope::shows(ui, service, &snapshot.layers))
}

/// The stack of the selected service, or the one that is shown alone.
#[must_use]
pub fn stack_of_selection(ui: &UiState, snapshot: &Snapshot) -> Option<StackName> {
    let selected = ui
        .details
        .as_ref()
        .map(|details| &details.service)
        .or(ui.selection.selected.as_ref());
    let service = selected.and_then(|id| snapshot.service(id));
    service.map_or_else(|| ui.scope.stack.clone(), |service| service.stack.clone())
}

/// Whether some container of what an action is about is paused, so that pausing unpauses.
#[must_use]
pub fn is_paused(ui: &UiState, snapshot: &Snapshot) -> bool {
    let targets = targets(ui, snapshot);
    let mut instances = targets
        .iter()
        .filter_map(|id| snapshot.service(id))
        .flat_map(|service| &service.instances);
    instances.any(|instance| instance.facts.state == InstanceState::Paused)
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
            let marked = those(
                &mut ui
                    .selection
                    .marked
                    .iter()
                    .filter(|id| shows_id(ui, id, snapshot)),
            );
            if marked.is_empty() {
                those(&mut ui.selection.selected.iter())
            } else {
                marked
            }
        }
        // What only happens to be in view was not chosen.
        View::Logs if ui.logs.in_view.is_some() => Vec::new(),
        View::Logs => those(&mut ui.logs.services.iter()),
        View::Timeline => {
            let event = timeline::selected(ui, snapshot);
            those(&mut event.and_then(|event| event.service.as_ref()).into_iter())
        }
        View::Incidents => {
            let incident = incidents::selected(ui, snapshot);
            those(
                &mut incident
                    .and_then(|incident| incident.root.service())
                    .into_iter(),
            )
        }
        View::HubdeckLog => Vec::new(),
    }
}

/// The service to look at first: the worst problem, the root before what it blocks, the older
/// before the newer; where there is none, what is stopped or paused. `None` when all of them work.
#[must_use]
pub fn first_to_look_at<'a>(services: &[&'a Arc<Service>]) -> Option<&'a Arc<Service>> {
    let asks = |state: HealthState| state.is_problem() || state.is_broken();
    let rank = |service: &Service| {
        let health = &service.health;
        (
            std::cmp::Reverse(health.state),
            !health.blocked_by.is_empty(),
            health.since,
        )
    };
    services
        .iter()
        .filter(|service| asks(service.health.state))
        .min_by(|a, b| rank(a).cmp(&rank(b)))
        .copied()
}

/// Whether `service` is itself a root cause: unhealthy and not blocked by another one.
#[must_use]
pub fn is_root(service: &Service) -> bool {
    service.health.state == HealthState::Unhealthy && service.health.blocked_by.is_empty()
}
