//! Why a service is in its layer, and how to put it into another.

use crate::model::{LayerAssignment, LayerOrigin, Service};
use crate::tui::scene::Scene;
use crate::tui::theme::Role;

use super::page::Section;

/// The layer of `service` with everything that was weighed.
pub(super) fn section<'a>(scene: &'a Scene<'a>, service: &Service, width: u16) -> Section<'a> {
    let mut section = Section::new(scene, "Layer", width);
    let layers = &scene.snapshot.layers;
    let assigned = &service.layer;
    section.text("layer", &verdict(assigned, layers.title(assigned.layer)), Role::Text);
    section.text("why", &assigned.reason, Role::Text);
    for (at, evidence) in assigned.evidence.iter().enumerate() {
        let words =
            format!("{:>3} % {}: {}", evidence.confidence, layers.title(evidence.layer), evidence.reason);
        let role = if evidence.layer == assigned.layer { Role::Text } else { Role::Muted };
        section.text(if at == 0 { "weighed" } else { "" }, &words, role);
    }
    let id = layers.id(assigned.layer);
    let rule = format!("match = \"{}\", layer = \"{id}\"", service.id);
    section.text("to change it", &format!("label hubdeck.layer={id} on the container, or"), Role::Muted);
    section.text("", &format!("a [[service]] rule in the config file: {rule}"), Role::Muted);
    section
}

/// `Data, 92 % sure by its image`.
fn verdict(assigned: &LayerAssignment, title: &str) -> String {
    let by = match assigned.origin {
        LayerOrigin::Config => return format!("{title}, as the config file says"),
        LayerOrigin::Label => return format!("{title}, as its label says"),
        LayerOrigin::Catalog => "mostly by its image",
        LayerOrigin::Graph => "by what it is called, runs and is connected to",
        LayerOrigin::Default => "a guess",
    };
    format!("{title}, {} % sure, {by}", assigned.confidence)
}
