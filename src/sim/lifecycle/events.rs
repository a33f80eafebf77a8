//! The events a real engine sends of containers and networks, and the labels that stand in them.

use serde_json::{Map, Value};

use crate::sim::clock::Nanos;
use crate::sim::event::Event;
use crate::sim::id::Id;
use crate::sim::world::{Container, World};

impl World {
    /// Sends an event about a container.
    pub(in crate::sim) fn event(
        &mut self,
        index: u32,
        now: Nanos,
        action: &str,
        extra: &[(&str, &str)],
    ) {
        let Some(container) = self.get(index) else {
            return;
        };
        let mut attributes = Map::new();
        self.each_label(container, &mut |key, value| {
            attributes.insert(key.to_owned(), Value::from(value));
        });
        let (image, name) = (&*container.spec.image, &*container.name);
        let fixed = [("image", image), ("name", name)];
        for (key, value) in fixed.iter().chain(extra) {
            attributes.insert((*key).to_owned(), Value::from(*value));
        }
        let (action, actor) = (action.to_owned(), container.id.to_string());
        let event = Event::new(now, "container", action, actor, attributes);
        self.events.emit(event);
    }

    pub(super) fn network_events(&mut self, index: u32, now: Nanos, action: &str) {
        let Some(container) = self.get(index) else {
            return;
        };
        let id = container.id.to_string();
        let networks: Vec<(String, Id)> = self
            .attachments(container)
            .into_iter()
            .map(|network| (network.name, network.id))
            .collect();
        for (name, network) in networks {
            let attributes = [("container", &*id), ("name", &*name), ("type", "bridge")];
            let attributes = attributes.map(|(key, value)| (key.to_owned(), Value::from(value)));
            let (action, actor) = (action.to_owned(), network.to_string());
            let attributes = attributes.into_iter().collect();
            let event = Event::new(now, "network", action, actor, attributes);
            self.events.emit(event);
        }
    }

    /// Calls `each` with every label: Compose's own and those of the scenario, which win.
    pub(in crate::sim) fn each_label(
        &self,
        container: &Container,
        each: &mut dyn FnMut(&str, &str),
    ) {
        let spec = &container.spec;
        if spec.swarm {
            self.swarm_labels(container, each);
        } else if let Some(stack) = self.stack(container) {
            let mut compose = |key: &str, value: &str| {
                let key = format!("com.docker.compose.{key}");
                if !spec.labels.contains_key(&key) {
                    each(&key, value);
                }
            };
            let service = format!("{}/{}", stack.name, spec.name);
            compose("config-hash", &Id::of("config", &service).to_string());
            compose("container-number", &container.number.to_string());
            compose("depends_on", &depends_on(&spec.depends_on));
            compose("image", &format!("sha256:{}", Id::of("image", &spec.image)));
            compose("oneoff", if spec.oneoff { "True" } else { "False" });
            compose("project", &stack.name);
            compose(
                "project.config_files",
                &format!("/srv/{}/compose.yaml", stack.name),
            );
            compose("project.working_dir", &format!("/srv/{}", stack.name));
            compose("service", &spec.name);
            compose("version", "2.26.1");
        }
        spec.labels.iter().for_each(|(key, value)| each(key, value));
    }
}

/// The label as Compose 2.26 writes it: `service:condition:restart`, joined by commas.
fn depends_on(entries: &[String]) -> String {
    let full = entries
        .iter()
        .map(|entry| match entry.matches(':').count() {
            0 => format!("{entry}:service_started:false"),
            1 => format!("{entry}:false"),
            _ => entry.clone(),
        });
    full.collect::<Vec<_>>().join(",")
}
