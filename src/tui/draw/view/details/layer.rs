//! Why a service is in its layer, and how to put it into another.

use crate::model::{LayerAssignment, LayerOrigin, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;

use crate::tui::draw::view::details::page::PageSection;

/// The layer of `service` with the scores of all evidence.
pub(super) fn section<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let mut section = PageSection::new(context, "Layer", width);
    let layers = &context.snapshot.layers;
    let assigned = &service.layer;
    section.text(
        "layer",
        &verdict(assigned, layers.title(assigned.layer)),
        Role::Text,
    );
    for (at, evidence) in assigned.evidence.iter().enumerate() {
        let words = format!(
            "{:>3} % {}: {}",
            evidence.confidence,
            layers.title(evidence.layer),
            evidence.reason
        );
        let role = if evidence.layer == assigned.layer {
            Role::Text
        } else {
            Role::Muted
        };
        section.text(if at == 0 { "scores" } else { "" }, &words, role);
    }
    let ids: Vec<&str> = layers.iter().map(|name| name.id.as_str()).collect();
    let label = format!("with label hubdeck.layer=…, one of {}", ids.join(", "));
    section.text("override", &label, Role::Muted);
    let rule = format!(
        "or in the config file: [[service]] match = \"{}\" layer = \"…\"",
        service.id
    );
    section.text("", &rule, Role::Muted);
    section
}

/// `Data, 92 % confidence: image postgres`.
fn verdict(assigned: &LayerAssignment, title: &str) -> String {
    let confidence = match assigned.origin {
        // What an operator has set is not doubted.
        LayerOrigin::Config | LayerOrigin::Label => String::new(),
        _ => format!(", {} % confidence", assigned.confidence),
    };
    format!("{title}{confidence}: {}", assigned.reason)
}
