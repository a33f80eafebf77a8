//! The `filters` parameter: which containers and events are asked for.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use crate::model::DockerStatus;

use super::super::event::Event;
use super::super::refusal::LifecycleRefusal;
use super::super::schema::SimState;
use super::super::world::{Container, World};
use super::Params;

/// Filters by key. A thing passes when every key has a value that fits.
pub(super) struct Filters(BTreeMap<String, Vec<String>>);

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    List(Vec<String>),
    /// The form of clients before API 1.22, which Docker's own client still sends.
    Set(BTreeMap<String, bool>),
}

const CONTAINER_KEYS: [&str; 13] = [
    "ancestor", "before", "exited", "expose", "health", "id", "is-task", "label", "name",
    "network", "publish", "status", "volume",
];

impl Filters {
    /// Reads the parameter; keys that are not in `known` are refused as the engine does.
    fn parse(params: &Params, known: &[&str]) -> Result<Self, LifecycleRefusal> {
        let Some(text) = params.get("filters") else {
            return Ok(Self(BTreeMap::new()));
        };
        let read: BTreeMap<String, Values> = serde_json::from_str(text)
            .map_err(|_| LifecycleRefusal::Bad("invalid filter".into()))?;
        if let Some(key) = read.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(LifecycleRefusal::Bad(format!("invalid filter '{key}'")));
        }
        let lists = read.into_iter().map(|(key, values)| match values {
            Values::List(list) => (key, list),
            Values::Set(set) => (
                key,
                set.into_iter()
                    .filter(|(_, on)| *on)
                    .map(|(value, _)| value)
                    .collect(),
            ),
        });
        Ok(Self(
            lists.filter(|(_, values)| !values.is_empty()).collect(),
        ))
    }

    fn any(&self, key: &str, fits: impl Fn(&str) -> bool) -> bool {
        self.0
            .get(key)
            .is_none_or(|values| values.iter().any(|value| fits(value)))
    }

    fn every(&self, key: &str, fits: impl Fn(&str) -> bool) -> bool {
        self.0
            .get(key)
            .is_none_or(|values| values.iter().all(|value| fits(value)))
    }
}

/// Which containers a list asks for.
pub(super) struct ContainerFilter {
    filters: Filters,
    names: Option<Vec<Regex>>,
    /// Every state, not just those that run.
    all: bool,
}

impl ContainerFilter {
    pub(super) fn parse(params: &Params) -> Result<Self, LifecycleRefusal> {
        let filters = Filters::parse(params, &CONTAINER_KEYS)?;
        check_status(filters.0.get("status").map_or(&[], Vec::as_slice))?;
        let names = filters.0.get("name").map(|patterns| {
            // A pattern that is no regular expression fits nothing, as in the engine.
            patterns
                .iter()
                .filter_map(|pattern| Regex::new(pattern).ok())
                .collect()
        });
        let all = params.is("all")
            || params.get("limit").is_some_and(|limit| limit != "0")
            || filters.0.contains_key("status")
            || filters.0.contains_key("exited");
        Ok(Self {
            filters,
            names,
            all,
        })
    }

    pub(super) fn fits(&self, world: &World, container: &Container) -> bool {
        (self.all || container.state.is_up() || container.state == SimState::Restarting)
            && self
                .filters
                .any("status", |word| word == container.state.word())
            && self
                .filters
                .any("id", |id| container.id.to_string().starts_with(id))
            && self
                .filters
                .any("ancestor", |image| image == container.spec.image)
            && self
                .filters
                .any("health", |word| word == health_word(container.health))
            && self.filters.any("exited", |code| {
                container.state == SimState::Exited && code.parse() == Ok(container.exit_code)
            })
            && self.fits_name(&container.name)
            && self
                .filters
                .every("label", |wanted| has_label(world, container, wanted))
            && self.filters.any("network", |wanted| {
                let networks = world.attachments(container);
                networks
                    .iter()
                    .any(|net| net.name == wanted || net.id.to_string().starts_with(wanted))
            })
            && self.filters.any("volume", |wanted| {
                container
                    .spec
                    .mounts
                    .iter()
                    .any(|mount| mount.split(':').any(|part| part == wanted))
            })
    }

    fn fits_name(&self, name: &str) -> bool {
        let Some(patterns) = &self.names else {
            return true;
        };
        let slashed = format!("/{name}");
        patterns
            .iter()
            .any(|pattern| pattern.is_match(&slashed) || pattern.is_match(name))
    }
}

fn has_label(world: &World, container: &Container, wanted: &str) -> bool {
    let (key, value) = wanted
        .split_once('=')
        .map_or((wanted, None), |(key, value)| (key, Some(value)));
    let mut found = false;
    world.each_label(container, &mut |label, text| {
        found |= label == key && value.is_none_or(|value| value == text);
    });
    found
}

/// Docker's word for a health status.
pub(super) fn health_word(status: DockerStatus) -> &'static str {
    match status {
        DockerStatus::None => "none",
        DockerStatus::Starting => "starting",
        DockerStatus::Healthy => "healthy",
        DockerStatus::Unhealthy => "unhealthy",
    }
}

const EVENT_KEYS: [&str; 14] = [
    "config",
    "container",
    "daemon",
    "event",
    "image",
    "label",
    "network",
    "node",
    "plugin",
    "scope",
    "secret",
    "service",
    "type",
    "volume",
];

/// Which events a stream asks for.
pub(super) struct EventFilter(Filters);

impl EventFilter {
    pub(super) fn parse(params: &Params) -> Result<Self, LifecycleRefusal> {
        Filters::parse(params, &EVENT_KEYS).map(Self)
    }

    pub(super) fn fits(&self, event: &Event) -> bool {
        let attribute = |key: &str| {
            event
                .attributes
                .get(key)
                .and_then(|value| value.as_str())
                .unwrap_or_default()
        };
        let about = |key: &str, kind: &str| {
            self.0.any(key, |wanted| {
                event.kind == kind
                    && (event.actor.starts_with(wanted) || attribute("name") == wanted)
            })
        };
        self.0.any("type", |kind| kind == event.kind)
            // `health_status` asks for `health_status: healthy` too.
            && self.0.any("event", |action| {
                event.action == action || event.action.split(':').next() == Some(action)
            })
            && about("container", "container")
            && about("network", "network")
            && self.0.any("image", |image| attribute("image") == image)
            && self.0.any("scope", |scope| scope == "local")
            && self.0.every("label", |wanted| match wanted.split_once('=') {
                Some((key, value)) => attribute(key) == value,
                None => event.attributes.contains_key(wanted),
            })
    }
}

/// Refuses words that are no state of a container.
fn check_status(status: &[String]) -> Result<(), LifecycleRefusal> {
    let words = [
        "created",
        "running",
        "paused",
        "restarting",
        "removing",
        "exited",
        "dead",
    ];
    match status.iter().find(|word| !words.contains(&word.as_str())) {
        Some(unknown) => Err(LifecycleRefusal::Bad(format!(
            "invalid filter 'status={unknown}'"
        ))),
        None => Ok(()),
    }
}
