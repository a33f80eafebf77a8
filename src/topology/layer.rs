//! Which band of the map a service belongs to, with the reason.
//!
//! First match wins: a rule of the config file, the `hubdeck.layer` label, work that ends (jobs and
//! backups belong to operations whatever their image is), the image catalog, the service's name,
//! its ports and its place in the dependency graph.

use crate::model::{ImageHint, InstanceFacts, Layer, LayerAssignment, LayerOrigin};

use super::catalog::Catalog;
use words::{JOBS, Word};

mod words;

/// The label that sets the layer: `edge`, `ui`, `app`, `data` or `infra`.
pub const LAYER_LABEL: &str = "hubdeck.layer";

/// Place of a service among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// How many services it needs.
    pub needs: usize,
    /// How many services need it.
    pub needed_by: usize,
    /// Whether some service waits until it has completed.
    pub awaited: bool,
}

/// What is known of a service when its layer is sought.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Its name inside the stack.
    pub name: &'a str,
    /// The layer a config rule sets.
    pub rule: Option<Layer>,
    /// Its primary container; `None` for a service that only config knows.
    pub facts: Option<&'a InstanceFacts>,
    /// What the catalog knows of its image.
    pub hint: Option<&'a ImageHint>,
    /// Its place.
    pub place: Place,
}

/// Finds the layer of a service.
#[must_use]
pub fn assign(subject: &Subject) -> LayerAssignment {
    let label = subject.facts.and_then(|facts| facts.labels.get(LAYER_LABEL)).map(String::as_str);
    let from_label = label.and_then(Layer::parse);
    let mut found = by_rule(subject, from_label)
        .or_else(|| job(subject))
        .or_else(|| by_image(subject))
        .or_else(|| by_name(subject))
        .or_else(|| by_port(subject))
        .or_else(|| by_place(subject))
        .unwrap_or_else(|| told(Layer::App, LayerOrigin::Default, "nothing tells of another layer"));
    if let (Some(bad), None) = (label, from_label) {
        let bad = crate::model::text::one_line(bad, 40);
        found.reason.push_str(&format!("; the label {LAYER_LABEL}={bad:?} is no layer and was ignored"));
    }
    found
}

fn told(layer: Layer, origin: LayerOrigin, reason: impl Into<String>) -> LayerAssignment {
    LayerAssignment::of(layer, origin, 50, reason)
}

fn by_rule(subject: &Subject, label: Option<Layer>) -> Option<LayerAssignment> {
    if let Some(layer) = subject.rule {
        return Some(told(layer, LayerOrigin::Config, "set in the config file"));
    }
    label.map(|layer| told(layer, LayerOrigin::Label, format!("label {LAYER_LABEL}")))
}

/// Jobs that end, and backups.
fn job(subject: &Subject) -> Option<LayerAssignment> {
    if subject.place.awaited {
        return Some(told(
            Layer::Infra,
            LayerOrigin::Graph,
            "a one-shot: others wait until it has completed",
        ));
    }
    let word = words::of(subject.name).find(|word| JOBS.contains(word))?;
    // A looping backup is a backup; everything else named like a job must also be able to end.
    let is_backup = word.starts_with("backup") || word == "dump";
    let ends = subject.facts.is_some_and(|facts| {
        matches!(facts.restart_policy.as_str(), "" | "no" | "on-failure") && !publishes(facts)
    });
    (is_backup || ends).then(|| told(Layer::Infra, LayerOrigin::Graph, format!("a job, named {word}")))
}

fn by_image(subject: &Subject) -> Option<LayerAssignment> {
    let hint = subject.hint?;
    if is_web_server(hint) && words::of(subject.name).any(|word| words::FRONTENDS.contains(&word)) {
        let reason = format!("image {}, named {}", hint.kind, subject.name);
        return Some(told(Layer::Ui, LayerOrigin::Graph, reason));
    }
    // One image often runs in several roles, of which some only operate the others.
    if hint.layer == Layer::App
        && let Some(word) = words::of(subject.name).find(|word| words::TOOLS.contains(word))
    {
        return Some(told(Layer::Infra, LayerOrigin::Graph, format!("image {}, named {word}", hint.kind)));
    }
    Some(told(hint.layer, LayerOrigin::Catalog, format!("image {}", hint.kind)))
}

/// Whether the image may serve a built front end just as well as it may be a proxy.
fn is_web_server(hint: &ImageHint) -> bool {
    matches!(hint.kind.as_str(), "nginx" | "apache" | "caddy" | "lighttpd")
}

fn by_name(subject: &Subject) -> Option<LayerAssignment> {
    // A service built here that is named like a known image (`kibana`) most likely wraps it.
    if let Some(hint) = Catalog::builtin().lookup(&subject.name.to_lowercase())
        && !subject.name.contains(['/', ':', '@'])
    {
        return Some(told(hint.layer, LayerOrigin::Graph, format!("named like the image {}", hint.kind)));
    }
    // The last word tells most: `catalogue-db` is a database, `db-admin` is not.
    let named: Vec<&str> = words::of(subject.name).collect();
    let (word, layer) = (named.iter().rev().enumerate())
        .find_map(|(from_end, word)| Some((word, words::layer(word, from_end == 0)?)))?;
    match layer {
        Word::Is(layer) => Some(told(layer, LayerOrigin::Graph, format!("named {word}"))),
        // `web` with a database behind it and nothing in front is most likely a whole application.
        Word::Web if subject.place.needs > 1 => {
            Some(told(Layer::App, LayerOrigin::Graph, format!("named {word}, needs several services")))
        }
        Word::Web => Some(told(Layer::Ui, LayerOrigin::Graph, format!("named {word}"))),
    }
}

/// Container ports that speak for themselves.
const DATA_PORTS: [u16; 13] =
    [1433, 2379, 3306, 4222, 5432, 5672, 6379, 7687, 9042, 9092, 9200, 11211, 27017];

fn by_port(subject: &Subject) -> Option<LayerAssignment> {
    let ports = &subject.facts?.ports;
    let port = ports.iter().map(|port| port.container).find(|port| DATA_PORTS.contains(port))?;
    Some(told(Layer::Data, LayerOrigin::Graph, format!("listens on {port}")))
}

fn by_place(subject: &Subject) -> Option<LayerAssignment> {
    let place = subject.place;
    let facts = subject.facts?;
    let entry = facts.ports.iter().filter_map(|port| port.published).find(|port| matches!(port, 80 | 443));
    if let Some(port) = entry
        && place.needed_by == 0
        && place.needs > 0
    {
        return Some(told(
            Layer::Edge,
            LayerOrigin::Graph,
            format!("depended on by nothing, publishes {port}, needs others"),
        ));
    }
    let (needs, needed_by) = (place.needs > 0, place.needed_by > 0);
    let reason = match (needs, needed_by, publishes(facts)) {
        (true, true, _) => "needs services and is needed",
        (true, false, _) => "needs services, depended on by nothing",
        (false, true, _) => "needed by others",
        (false, false, true) => "publishes a port",
        (false, false, false) => return None,
    };
    Some(told(Layer::App, LayerOrigin::Graph, reason))
}

fn publishes(facts: &InstanceFacts) -> bool {
    facts.ports.iter().any(|port| port.published.is_some())
}

#[cfg(test)]
mod tests;
