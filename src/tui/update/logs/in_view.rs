//! The merged log of every service in view.

use std::sync::Arc;

use crate::logs::sources::services_gone;
use crate::model::SortShared as _;
use crate::model::{Service, ServiceId, Snapshot};
use crate::tui::state::UiState;
use crate::tui::state::logs::InView;
use crate::tui::state::scope::visible_services;

/// Containers whose logs are followed at once at most: each costs a connection to the engine.
const MAX_TAILS: usize = 200;
/// Services that are gone, of which the last lines are shown, at most.
const MAX_GONE: usize = 50;

/// Whether the log is that of everything in view, and its end.
pub(in crate::tui::update) const fn is_followed(ui: &UiState) -> bool {
    ui.logs.in_view.is_some() && ui.logs.begin.moment().is_none()
}

/// Follows the logs of all services that stack and filter show.
pub(in crate::tui::update) fn follow(ui: &mut UiState, snapshot: &Snapshot) {
    let (services, in_view) = chosen(ui, snapshot, &[]);
    super::follow(ui, services);
    ui.logs.in_view = Some(in_view);
}

/// Follows what has come into view since. Lines of what stays in view are kept; another stack or
/// filter begins anew.
pub(super) fn settle(ui: &mut UiState, snapshot: &Snapshot) {
    let Some(before) = ui.logs.in_view.as_ref().filter(|_| ui.details.is_none()) else {
        return;
    };
    if before.scope != ui.scope {
        return follow(ui, snapshot);
    }
    let (services, in_view) = chosen(ui, snapshot, &ui.logs.services);
    ui.logs.services = services;
    ui.logs.in_view = Some(in_view);
}

/// The services that are followed: all in view while their containers are few enough, else those
/// that are `followed` already, then those with a problem, then the others.
fn chosen(ui: &UiState, snapshot: &Snapshot, followed: &[ServiceId]) -> (Vec<ServiceId>, InView) {
    let mut services = visible_services(snapshot, ui);
    let in_view = InView {
        scope: ui.scope.clone(),
        services: services.len(),
    };
    let order = |service: &&Arc<Service>| {
        let is_followed = followed.contains(&service.id);
        (!is_followed, !service.health.state.is_problem())
    };
    let tails = services.iter().map(|each| each.instances.len());
    if tails.sum::<usize>() > MAX_TAILS {
        services.sort_shared_by_key(order);
    }
    let mut room = MAX_TAILS;
    let fit = services.iter().filter(|service| {
        let left = room.checked_sub(service.instances.len());
        room = left.unwrap_or(room);
        left.is_some()
    });
    let mut ids: Vec<ServiceId> = fit.map(|service| service.id.clone()).collect();
    if ids.is_empty() {
        // One with more containers than that is followed alone rather than nothing.
        ids.extend(services.first().map(|service| service.id.clone()));
    }
    // Their lines come from memory, without a connection. A filter finds what services are, and
    // nothing is known of these but their id.
    if ui.scope.filter.is_empty() {
        let gone = services_gone(snapshot).into_iter();
        ids.extend(
            gone.filter(|id| ui.scope.admits_id(snapshot, id))
                .take(MAX_GONE),
        );
    }
    ids.sort_shared();
    (ids, in_view)
}
