//! Which services are shown: those that project, stack and filter let through.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{Layers, Service, ServiceId, Snapshot, StackName};
use crate::tui::state::UiState;
use crate::tui::state::filter::Filter;

/// What limits the services that are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Projects named on the command line; empty shows all.
    pub projects: Vec<StackName>,
    /// Only this stack is shown.
    pub stack: Option<StackName>,
    /// Only services whose id, image, state or layer contains this (any case).
    pub filter: String,
}

impl Scope {
    /// Whether the project and the stack let `service` through.
    #[must_use]
    pub fn admits(&self, service: &Service) -> bool {
        self.admits_project(service) && (self.stack.is_none() || service.stack == self.stack)
    }

    /// Whether `service` is of the projects named on the command line.
    fn admits_project(&self, service: &Service) -> bool {
        let named = |stack: &StackName| self.projects.contains(stack);
        self.projects.is_empty() || service.stack.as_ref().is_some_and(named)
    }

    /// As [`Scope::admits`] for the service with `id`, which may be gone: its stack is known by its id
    /// then.
    #[must_use]
    pub fn admits_id(&self, snapshot: &Snapshot, id: &ServiceId) -> bool {
        if let Some(service) = snapshot.service(id) {
            return self.admits(service);
        }
        let stack = id.as_str().split_once('/').map(|(stack, _)| stack);
        let named = |name: &StackName| stack == Some(name.as_str());
        (self.projects.is_empty() || self.projects.iter().any(named))
            && self.stack.as_ref().is_none_or(named)
    }

    /// The same projects with all of their stacks and no filter.
    #[must_use]
    pub fn all_stacks(&self) -> Self {
        Self {
            projects: self.projects.clone(),
            ..Self::default()
        }
    }
}

/// Whether the project, the stack and the filter let `service` through.
#[must_use]
pub fn shows(ui: &UiState, service: &Service, layers: &Layers) -> bool {
    in_scope(ui, service) && Filter::new(&ui.scope.filter).matches(service, layers)
}

/// Whether the project and the stack let `service` through.
#[must_use]
pub fn in_scope(ui: &UiState, service: &Service) -> bool {
    ui.scope.admits(service)
}

/// Whether `service` is of the projects named on the command line.
#[must_use]
pub fn in_project(ui: &UiState, service: &Service) -> bool {
    ui.scope.admits_project(service)
}

/// Services of the chosen projects and stack that match the filter, in the snapshot's order (by
/// id).
#[must_use]
pub fn visible_services<'a>(snapshot: &'a Snapshot, ui: &UiState) -> Vec<&'a Arc<Service>> {
    let filter = Filter::new(&ui.scope.filter);
    snapshot
        .services
        .iter()
        .filter(|service| in_scope(ui, service))
        .filter(|service| filter.matches(service, &snapshot.layers))
        .collect()
}

/// Puts services whose names the filter finds before those that it finds elsewhere; equal ones keep
/// their order.
pub fn names_first(services: &mut [&Arc<Service>], ui: &UiState, layers: &Layers) {
    let filter = Filter::new(&ui.scope.filter);
    if !filter.is_empty() {
        services.sort_shared_by_key(|service| filter.rank(service, layers));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HealthState;
    use crate::tui::fixture;
    use crate::tui::state::selection::{first_to_look_at, is_root};

    fn names(filter: &str, stack: Option<&str>) -> Vec<String> {
        let snapshot = fixture::sixty().snapshot();
        let mut ui = fixture::ui(80, 24);
        ui.scope.filter = filter.to_owned();
        ui.scope.stack = stack.map(Into::into);
        visible_services(&snapshot, &ui)
            .iter()
            .map(|service| service.id.to_string())
            .collect()
    }

    #[test]
    fn filters_look_at_id_image_state_and_layer() {
        assert_eq!(names("", None).len(), 60);
        assert_eq!(names("", Some("lab")).len(), 20);
        assert_eq!(names("POSTGRES", Some("hub")), ["hub/db"]);
        assert_eq!(names("edge", Some("hub")), ["hub/proxy"]);
        assert_eq!(
            names("completed", None),
            ["hub/migrate", "lab/migrate", "shop/migrate"]
        );
        assert_eq!(names("shop redis:7", None), ["shop/redis"]);
        assert_eq!(names("infra loki", Some("lab")), ["lab/loki"]);
        assert!(names("no such thing", None).is_empty());
    }

    #[test]
    fn names_come_before_stacks_and_images() {
        let mut snapshot = fixture::nine().snapshot();
        let change = |snapshot: &mut Snapshot, id: &str, name: &str, image: &str| {
            let at = snapshot
                .services
                .iter()
                .position(|service| service.id.as_str() == id)
                .unwrap();
            let service = Arc::make_mut(&mut snapshot.services[at]);
            service.id = name.into();
            service.name = name.rsplit('/').next().unwrap().into();
            for instance in &mut service.instances {
                Arc::make_mut(&mut instance.facts).image = image.to_owned();
            }
        };
        change(&mut snapshot, "hub/db", "backend/db", "postgres:16");
        change(&mut snapshot, "hub/redis", "hub/old-backend", "redis:7");
        change(&mut snapshot, "hub/migrate", "hub/migrate", "hub/backend:1");
        let mut ui = fixture::ui(80, 24);
        ui.scope.filter = "Backend".to_owned();
        let mut services = visible_services(&snapshot, &ui);
        names_first(&mut services, &ui, &snapshot.layers);
        let ids: Vec<&str> = services.iter().map(|service| service.id.as_str()).collect();
        assert_eq!(
            ids,
            [
                "hub/backend",
                "hub/old-backend",
                "backend/db",
                "hub/migrate",
                "hub/worker"
            ]
        );
    }

    #[test]
    fn the_root_of_trouble_comes_first() {
        let snapshot = fixture::failing().snapshot();
        let services: Vec<_> = snapshot.services.iter().collect();
        assert_eq!(first_to_look_at(&services).unwrap().id.as_str(), "hub/db");
        let roots: Vec<_> = services.iter().filter(|service| is_root(service)).collect();
        assert_eq!(roots.len(), 1);
        let healthy = fixture::nine().snapshot();
        let services: Vec<_> = healthy.services.iter().collect();
        assert!(first_to_look_at(&services).is_none());
    }

    #[test]
    fn what_is_stopped_comes_first_where_nothing_is_worse() {
        let mut stopped = fixture::nine();
        let last = stopped.ids().pop().unwrap();
        stopped.change(&last, |service| {
            service.state(HealthState::Stopped, 20, "stopped");
        });
        let snapshot = stopped.snapshot();
        let services: Vec<_> = snapshot.services.iter().collect();
        assert_eq!(first_to_look_at(&services).unwrap().id.as_str(), last);
    }
}
