//! Evidence in the place in the graph.

use crate::model::Layer;

use super::clues::Weight;
use super::{Clue, Origin, Subject};

/// The clue of how many services it needs, and how many need it.
pub(super) fn clue(subject: &Subject) -> Option<Clue> {
    let (place, facts) = (subject.place, subject.facts?);
    let clue_for = |layer, confidence, reason: &str| {
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
        return clue_for(
            Layer::Edge,
            55,
            &format!("publishes {port} and is depended on by nothing"),
        );
    }
    // For a known image this means little.
    let part = |confidence: u8| {
        if subject.hint.is_some() {
            confidence / 3
        } else {
            confidence
        }
    };
    match (place.needs > 0, place.needed_by > 0) {
        // A store needs others like it at most.
        _ if place.stores > 0 && place.needs >= place.stores + 2 => clue_for(
            Layer::App,
            part(60),
            "needs a store and several other services",
        ),
        _ if place.stores > 0 => clue_for(Layer::App, part(40), "needs a store"),
        (true, true) => clue_for(Layer::App, part(35), "needs services and is needed"),
        (true, false) => clue_for(
            Layer::App,
            part(30),
            "needs services, depended on by nothing",
        ),
        (false, true) if subject.hint.is_none() => clue_for(Layer::App, 25, "needed by others"),
        (false, false) if subject.hint.is_none() && facts.publishes() => {
            clue_for(Layer::App, 22, "publishes a port")
        }
        _ => None,
    }
}
