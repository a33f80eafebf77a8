//! Which layer of the map a service belongs to, with everything that was weighed.
//!
//! What an operator says decides: a rule of the config file, then the `hubdeck.layer` label. Then
//! work that ends: jobs and backups belong to operations whatever their image is. Everything else
//! is weighed. Clues of one origin (image, name, what runs, place in the graph) repeat each other,
//! so only the surest of each counts; origins are independent, so they add up: two that are 60 %
//! and 50 % sure are 80 % sure together. The layer with most behind it wins; what speaks for
//! another takes from its confidence.

use std::cmp::Reverse;

use crate::model::SortShared as _;
use crate::model::{
    ImageHint, InstanceFacts, Layer, LayerAssignment, LayerEvidence, LayerOrigin, Layers,
};

use super::catalog::Catalog;
use clues::{Clues, Weight};

mod clues;
mod command;
mod container;
mod job;
mod words;

/// The label that sets the layer: the id or the title of one.
pub const LAYER_LABEL: &str = "hubdeck.layer";

/// Place of a service among the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
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
    pub place: Place,
}

/// Where a clue comes from. Clues of one origin repeat each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    /// The image and what it brings: ports, variables, folders.
    Image,
    /// The service's name.
    Name,
    /// Command and healthcheck.
    Run,
    /// Its place in the graph.
    Place,
    /// Nothing.
    Nothing,
}

impl Origin {
    const ALL: [Self; 5] = [
        Self::Image,
        Self::Name,
        Self::Run,
        Self::Place,
        Self::Nothing,
    ];
}

/// One thing that speaks for a layer.
#[derive(Clone, Debug)]
struct Clue {
    layer: Layer,
    confidence: u8,
    origin: Origin,
    /// Whether the image catalog knows it.
    is_known: bool,
    reason: String,
}

impl Clue {
    fn new(origin: Origin, weight: Weight, reason: String) -> Self {
        Self {
            layer: weight.layer,
            confidence: weight.confidence,
            origin,
            is_known: false,
            reason,
        }
    }

    fn layer_origin(&self) -> LayerOrigin {
        match self.origin {
            _ if self.is_known => LayerOrigin::Catalog,
            Origin::Nothing => LayerOrigin::Default,
            _ => LayerOrigin::Graph,
        }
    }
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
    let label = subject
        .facts
        .and_then(|facts| facts.labels.reveal().get(LAYER_LABEL))
        .map(String::as_str);
    let from_label = label.and_then(|text| subject.layers.parse(text.trim()));
    let mut found = inferred(subject);
    if let Some(layer) = from_label {
        let reason = format!("label {LAYER_LABEL}");
        found = overruled(
            found,
            LayerAssignment::of(layer, LayerOrigin::Label, 100, reason),
        );
    }
    if let Some(layer) = subject.rule {
        found = overruled(
            found,
            LayerAssignment::of(layer, LayerOrigin::Config, 100, "set in the config file"),
        );
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

/// The layer as facts alone tell it.
fn inferred(subject: &Subject) -> LayerAssignment {
    let names = words::of(subject.name);
    let mut found = job::clues(subject, &names);
    let is_job = found.first().is_some_and(|job| job.confidence >= job::SURE);
    found.extend(image(subject, &names));
    if let Some(facts) = subject.facts {
        container::clues(facts, subject.hint, &mut found);
    }
    found.extend(name(subject, &names));
    found.extend(place(subject));
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

/// Weighs `clues`, which are not empty; the first of them decides alone when `is_job`.
fn decide(mut clues: Vec<Clue>, is_job: bool) -> LayerAssignment {
    let doubt = |layer: Layer| -> f64 {
        let surest = |origin| {
            let of = clues
                .iter()
                .filter(|clue| clue.layer == layer && clue.origin == origin);
            of.map(|clue| clue.confidence).max().unwrap_or(0)
        };
        Origin::ALL
            .into_iter()
            .map(|origin| 1.0 - f64::from(surest(origin)) / 100.0)
            .product()
    };
    let doubts = Layer::BUILT_IN.map(|layer| (layer, doubt(layer)));
    let least = doubts.into_iter().min_by(|a, b| a.1.total_cmp(&b.1));
    let winner = match (is_job, least) {
        (false, Some((layer, _))) => layer,
        _ => Layer::Infra,
    };
    let own = 1.0 - doubt(winner);
    let rival = doubts
        .into_iter()
        .filter(|(layer, _)| *layer != winner)
        .map(|(_, doubt)| 1.0 - doubt);
    let rival = rival.fold(0.0_f64, f64::max);
    // A job is one whatever its image is: that its image is a store does not speak against it.
    let confidence = percent(if is_job {
        own
    } else {
        own * (1.0 - rival / 2.0)
    });
    clues.sort_shared_by_key(|clue| (clue.layer != winner, Reverse(clue.confidence)));
    let (origin, reason) = clues
        .first()
        .map_or((LayerOrigin::Default, String::new()), |first| {
            (first.layer_origin(), first.reason.clone())
        });
    let evidence = clues
        .into_iter()
        .map(|clue| LayerEvidence {
            layer: clue.layer,
            confidence: clue.confidence,
            reason: clue.reason,
        })
        .collect();
    LayerAssignment {
        layer: winner,
        origin,
        confidence,
        reason,
        evidence,
    }
}

/// Whole percent, at most 99: only an operator is never wrong.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped before
fn percent(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 99.0) as u8
}

/// What the catalog knows of the image, and of the role that the name gives it.
fn image(subject: &Subject, names: &[String]) -> Vec<Clue> {
    let Some(hint) = subject.hint else {
        return Vec::new();
    };
    let confidence = match hint.layer {
        Layer::Data => 92,
        Layer::Edge if is_web_server(hint) => 75,
        Layer::Edge | Layer::Infra => 88,
        Layer::Ui => 85,
        Layer::App | Layer::Added(_) => 80,
    };
    let weight = Weight {
        layer: hint.layer,
        confidence,
    };
    let known = Clue {
        is_known: true,
        ..Clue::new(Origin::Image, weight, format!("image {}", hint.kind))
    };
    let role = |layer, word: &str| {
        let reason = format!("image {}, named {word}", hint.kind);
        Clue::new(
            Origin::Name,
            Weight {
                layer,
                confidence: 92,
            },
            reason,
        )
    };
    let clues = Clues::builtin();
    // What ends TLS and passes requests on is the door, even where it also serves the pages.
    let front = || {
        let is_door = subject.place.needs > 0
            && subject
                .facts
                .is_some_and(|facts| publishes_port(facts, 443));
        names
            .iter()
            .find(|word| !is_door && words::names_a_front_end(word))
    };
    let role = if is_web_server(hint) {
        front().map(|word| role(Layer::Ui, word))
    } else if hint.layer == Layer::App {
        // One image often runs in several roles, of which some only operate the others, and one may
        // be the web server in front of them.
        let tool = words::any(names, &clues.tools).map(|word| role(Layer::Infra, word));
        let door = || names.iter().find(|word| words::names_a_web_server(word));
        tool.or_else(|| door().map(|word| role(Layer::Edge, word)))
    } else {
        None
    };
    std::iter::once(known).chain(role).collect()
}

/// Whether the image may serve a built front end just as well as it may be a proxy.
fn is_web_server(hint: &ImageHint) -> bool {
    matches!(
        hint.kind.as_str(),
        "nginx" | "apache" | "caddy" | "lighttpd"
    )
}

/// What the name tells.
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

/// What the place in the graph tells.
fn place(subject: &Subject) -> Option<Clue> {
    let (place, facts) = (subject.place, subject.facts?);
    let tell = |layer, confidence, reason: &str| {
        Some(Clue::new(
            Origin::Place,
            Weight { layer, confidence },
            reason.to_owned(),
        ))
    };
    let entry = facts
        .ports
        .iter()
        .filter_map(|port| port.published)
        .find(|port| matches!(port, 80 | 443));
    if let Some(port) = entry
        && place.needed_by == 0
        && place.needs > 0
        && place.stores == 0
    {
        return tell(
            Layer::Edge,
            55,
            &format!("publishes {port} and is depended on by nothing"),
        );
    }
    // Of a known image this tells little.
    let part = |confidence: u8| {
        if subject.hint.is_some() {
            confidence / 3
        } else {
            confidence
        }
    };
    match (place.needs > 0, place.needed_by > 0) {
        // A store needs others like it at most.
        _ if place.stores > 0 && place.needs >= place.stores + 2 => tell(
            Layer::App,
            part(60),
            "needs a store and several other services",
        ),
        _ if place.stores > 0 => tell(Layer::App, part(40), "needs a store"),
        (true, true) => tell(Layer::App, part(35), "needs services and is needed"),
        (true, false) => tell(
            Layer::App,
            part(30),
            "needs services, depended on by nothing",
        ),
        (false, true) if subject.hint.is_none() => tell(Layer::App, 25, "needed by others"),
        (false, false) if subject.hint.is_none() && facts.publishes() => {
            tell(Layer::App, 22, "publishes a port")
        }
        _ => None,
    }
}

fn publishes_port(facts: &InstanceFacts, number: u16) -> bool {
    facts
        .ports
        .iter()
        .any(|port| port.published == Some(number))
}

#[cfg(test)]
mod tests;
