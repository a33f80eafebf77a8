//! Evidence in the image.

use crate::model::{ImageHint, InstanceFacts, Layer};

use super::clues::{Clues, Weight};
use super::{Clue, Origin, Subject, words};

/// What the catalog knows of the image, and of the role that the name gives it.
pub(super) fn clues(subject: &Subject, names: &[String]) -> Vec<Clue> {
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
    let known_words = Clues::builtin();
    // What ends TLS and passes requests on is the entry point, even where it also serves the pages.
    let front = || {
        let is_entry_point = subject.place.needs > 0
            && subject
                .facts
                .is_some_and(|facts| publishes_port(facts, 443));
        names
            .iter()
            .find(|word| !is_entry_point && words::names_a_front_end(word))
    };
    let role = if is_web_server(hint) {
        front().map(|word| role(Layer::Ui, word))
    } else if hint.layer == Layer::App {
        // One image often runs in several roles, of which some only operate the others, and one may
        // be the web server in front of them.
        let tool = words::any(names, &known_words.tools).map(|word| role(Layer::Infra, word));
        let web_server = || names.iter().find(|word| words::names_a_web_server(word));
        tool.or_else(|| web_server().map(|word| role(Layer::Edge, word)))
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

fn publishes_port(facts: &InstanceFacts, number: u16) -> bool {
    facts
        .ports
        .iter()
        .any(|port| port.published == Some(number))
}
