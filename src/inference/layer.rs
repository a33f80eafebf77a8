//! Which layer of the map a service belongs to, with everything that was weighed.
//!
//! What an operator sets decides: a rule of the config file, then the `hubdeck.layer` label. Then
//! work that ends: jobs and backups belong to operations whatever their image is. Everything else
//! is weighed. Clues of one origin (image, name, what runs, place in the graph) repeat each other,
//! so only the surest of each counts; origins are independent, so they add up: two that are 60 %
//! and 50 % sure are 80 % sure together. The layer with most behind it wins; what is evidence for
//! another takes from its confidence.

use super::catalog::Catalog;
use crate::model::{ImageHint, InstanceFacts, Layer, LayerAssignment, LayerOrigin, Layers};
use clues::Weight;
use weighing::{Clue, Origin, decide};

mod clues;
mod command;
mod container;
mod graph;
mod image_evidence;
mod job;
mod weighing;
mod words;

/// The label that sets the layer: the id or the title of one.
pub const LAYER_LABEL: &str = "hubdeck.layer";

/// Place of a service among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GraphPlace {
    /// How many services it needs.
    pub needs: usize,
    /// How many of those keep data.
    pub stores: usize,
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
    /// The layers there are.
    pub layers: &'a Layers,
    /// Its primary container; `None` for a service that only config knows.
    pub facts: Option<&'a InstanceFacts>,
    /// What the catalog knows of its image.
    pub hint: Option<&'a ImageHint>,
    /// Its place.
    pub place: GraphPlace,
}

/// Whether a service most likely keeps data, by its image or, where that is unknown, its name.
#[must_use]
pub fn keeps_data(name: &str, hint: Option<&ImageHint>) -> bool {
    hint.map_or_else(
        || words::names_a_store(name),
        |hint| hint.layer == Layer::Data,
    )
}

/// Finds the layer of a service.
#[must_use]
pub fn assign(subject: &Subject) -> LayerAssignment {
    let labels = subject.facts.map(|facts| facts.labels.reveal());
    let label = labels.and_then(|labels| labels.get(LAYER_LABEL));
    let label = label.map(String::as_str);
    let from_label = label.and_then(|text| subject.layers.parse(text.trim()));
    let mut found = inferred(subject);
    if let Some(layer) = from_label {
        let reason = format!("label {LAYER_LABEL}");
        let own = LayerAssignment::of(layer, LayerOrigin::Label, 100, reason);
        found = overruled(found, own);
    }
    if let Some(layer) = subject.rule {
        let reason = "set in the config file";
        let own = LayerAssignment::of(layer, LayerOrigin::Config, 100, reason);
        found = overruled(found, own);
    }
    if let (Some(bad), None) = (label, from_label) {
        let bad = crate::model::text::one_line(bad, 40);
        found.reason.push_str(&format!(
            "; the label {LAYER_LABEL}={bad:?} is no layer and was ignored"
        ));
    }
    found
}

/// `stronger` with the evidence of `weaker` behind its own.
fn overruled(weaker: LayerAssignment, mut stronger: LayerAssignment) -> LayerAssignment {
    stronger.evidence.extend(weaker.evidence);
    stronger
}

/// The layer by facts alone.
fn inferred(subject: &Subject) -> LayerAssignment {
    let names = words::of(subject.name);
    let mut found = job::clues(subject, &names);
    let is_job = found.first().is_some_and(|job| job.confidence >= job::SURE);
    found.extend(image_evidence::clues(subject, &names));
    if let Some(facts) = subject.facts {
        container::clues(facts, subject.hint, &mut found);
    }
    found.extend(name(subject, &names));
    found.extend(graph::clue(subject));
    let weight = Weight {
        layer: Layer::App,
        confidence: 22,
    };
    if found.iter().all(|clue| clue.confidence < weight.confidence) {
        found.push(Clue::new(
            Origin::Nothing,
            weight,
            "nothing tells of another layer".into(),
        ));
    }
    decide(found, is_job)
}

/// Evidence of the name.
fn name(subject: &Subject, names: &[String]) -> Option<Clue> {
    // A service built here that is named like a known image (`kibana`) most likely wraps it.
    if subject.hint.is_none()
        && !subject.name.contains(['/', ':', '@'])
        && let Some(hint) = Catalog::builtin().lookup(&subject.name.to_lowercase())
    {
        let weight = Weight {
            layer: hint.layer,
            confidence: 80,
        };
        return Some(Clue::new(
            Origin::Name,
            weight,
            format!("named like the image {}", hint.kind),
        ));
    }
    words::clue(names, subject.place)
}

#[cfg(test)]
mod tests;
