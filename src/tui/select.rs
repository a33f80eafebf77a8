//! Which services are shown, and which one matters most: shared by map, table and palette.

use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{HealthState, Layers, Service, Snapshot};

use super::roster;
use super::state::UiState;

/// Services of the chosen projects and stack that match the filter, in the snapshot's order (by
/// id).
#[must_use]
pub fn visible_services<'a>(snapshot: &'a Snapshot, ui: &UiState) -> Vec<&'a Arc<Service>> {
    let filter = Filter::new(&ui.filter);
    snapshot
        .services
        .iter()
        .filter(|service| roster::in_project(ui, service))
        .filter(|service| ui.stack.is_none() || service.stack == ui.stack)
        .filter(|service| filter.matches(service, &snapshot.layers))
        .collect()
}

/// Where the words of a filter are found; the better place is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The one word is the whole name or id.
    WholeName,
    /// In the name.
    Name,
    /// In the id: in the name of the stack too.
    Stack,
    /// In the image, the state or the layer too.
    Other,
}

/// A filter text, ready to be matched many times.
#[derive(Clone, Debug)]
pub struct Filter {
    words: Vec<String>,
}

impl Filter {
    /// Every word of `text` has to be found, in any case and any order.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            words: text.split_whitespace().map(str::to_lowercase).collect(),
        }
    }

    /// Whether everything matches.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word is in the id, the image, the state or the layer of `service`.
    #[must_use]
    pub fn matches(&self, service: &Service, layers: &Layers) -> bool {
        self.rank(service, layers).is_some()
    }

    /// Where the words are found in `service`, the best place first; `None` when one is not found.
    /// An empty filter is found in every name.
    #[must_use]
    pub fn rank(&self, service: &Service, layers: &Layers) -> Option<Place> {
        let (title, name, id) = (service.title(), service.name.as_str(), service.id.as_str());
        let whole = |text: &str| matches!(&self.words[..], [word] if *word == text.to_lowercase());
        if whole(title) || whole(name) || whole(id) {
            return Some(Place::WholeName);
        }
        if self.matches_any(&[title, name]) {
            return Some(Place::Name);
        }
        if self.matches_any(&[id, title]) {
            return Some(Place::Stack);
        }
        let layer = service.layer.layer;
        let texts = [
            id,
            title,
            service.image(),
            service.health.state.id(),
            layers.id(layer),
            layers.title(layer),
        ];
        self.matches_any(&texts).then_some(Place::Other)
    }

    /// Whether every word is in one of `texts`.
    #[must_use]
    pub fn matches_any(&self, texts: &[&str]) -> bool {
        if self.is_empty() {
            return true;
        }
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        self.words
            .iter()
            .all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

/// Puts services whose names the filter finds before those that it finds elsewhere; equal ones keep
/// their order.
pub fn names_first(services: &mut [&Arc<Service>], ui: &UiState, layers: &Layers) {
    let filter = Filter::new(&ui.filter);
    if !filter.is_empty() {
        services.sort_shared_by_key(|service| filter.rank(service, layers));
    }
}

/// The service to look at first: the root of trouble (worst state, blocked by nothing, oldest),
/// else the first one; `None` only when there are none.
#[must_use]
pub fn worst<'a>(services: &[&'a Arc<Service>]) -> Option<&'a Arc<Service>> {
    let problem = services
        .iter()
        .filter(|service| service.health.state.is_problem())
        .min_by(|a, b| {
            let rank = |service: &Service| {
                let health = &service.health;
                (
                    std::cmp::Reverse(health.state),
                    !health.blocked_by.is_empty(),
                    health.since,
                )
            };
            rank(a).cmp(&rank(b))
        });
    problem.or_else(|| services.first()).copied()
}

/// Whether `service` is itself a root of trouble: unhealthy and not blocked by another one.
#[must_use]
pub fn is_root(service: &Service) -> bool {
    service.health.state == HealthState::Unhealthy && service.health.blocked_by.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    fn names(filter: &str, stack: Option<&str>) -> Vec<String> {
        let snapshot = fixture::sixty().snapshot();
        let mut ui = fixture::ui(80, 24);
        ui.filter = filter.to_owned();
        ui.stack = stack.map(Into::into);
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
        assert_eq!(names("operations loki", Some("lab")), ["lab/loki"]);
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
        ui.filter = "Backend".to_owned();
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
        assert_eq!(worst(&services).unwrap().id.as_str(), "hub/db");
        let roots: Vec<_> = services.iter().filter(|service| is_root(service)).collect();
        assert_eq!(roots.len(), 1);
        let healthy = fixture::nine().snapshot();
        let services: Vec<_> = healthy.services.iter().collect();
        assert_eq!(worst(&services).unwrap().id, healthy.services[0].id);
        assert!(worst(&[]).is_none());
    }
}
