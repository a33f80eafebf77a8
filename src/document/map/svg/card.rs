//! One card of the SVG.

use std::fmt::Write as _;

use super::super::content::MapContent;
use super::super::label;
use super::parts::{escape, fragment, sign};
use super::{CELL, SvgPlace};
use crate::drawing::Area;
use crate::model::{HealthState, Service};

/// The card numbered `at`: in a page a link to the service.
pub(super) fn card(
    content: &MapContent<'_>,
    at: usize,
    area: Area,
    place: SvgPlace,
    out: &mut String,
) {
    let card = &content.cards[at];
    let service = card.service;
    let (x, y) = (area.x * CELL, area.y * CELL);
    let (width, height) = (area.width * CELL, area.height * CELL);
    let name = format!(
        "{}{}",
        label::name(content, card),
        label::replicas(service, false)
    );
    let reason = label::reason(service);
    let (start, end) = tags(service, &name, &reason, place);
    let _infallible = write!(
        out,
        "{start}<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"8\"/>{}",
        sign(service.health.shown_state(), x + 18, y + 20)
    );
    let mut put = |class: &str, x: u32, y: u32, words: &str| {
        let _infallible = write!(
            out,
            "<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>",
            escape(words)
        );
    };
    put("name", x + 34, y + 25, &label::cut(&name, 22, "…"));
    let (image, ports) = (label::image(service), label::ports(service));
    put("muted", x + 12, y + 44, &label::cut(&image, 22, "…"));
    put("muted end", x + width - 12, y + 44, &ports);
    if let Some(third) = third_line(service, &reason) {
        put("why", x + 12, y + 62, &label::cut(&third, 30, "…"));
    } else if place != SvgPlace::Alone {
        put("why", x + 12, y + 62, "");
    }
    out.push_str(end);
}

/// The element around a card, with its name for those who do not see it.
fn tags(service: &Service, name: &str, reason: &str, place: SvgPlace) -> (String, &'static str) {
    let class = label::class(service.health.state);
    let title = escape(&format!(
        "{name}: {}, {reason}",
        service.health.shown_state()
    ));
    match place {
        SvgPlace::Alone => (
            format!("<g class=\"card {class}\"><title>{title}</title>"),
            "</g>\n",
        ),
        SvgPlace::Page { .. } => (
            format!(
                "<a class=\"card {class}\" href=\"#/services/{}\" data-service=\"{}\" \
                 aria-label=\"{title}\"><title>{title}</title>",
                fragment(service.id.as_str()),
                escape(service.id.as_str()),
            ),
            "</a>\n",
        ),
    }
}

/// What blocks a service, why it does not work, or its version.
fn third_line(service: &Service, reason: &str) -> Option<String> {
    let health = &service.health;
    if !health.blocked_by.is_empty() {
        let roots: Vec<&str> = health.blocked_by.iter().map(|root| root.as_str()).collect();
        return Some(format!("blocked by {}", roots.join(", ")));
    }
    match health.state {
        HealthState::Healthy | HealthState::Running => service
            .version
            .as_ref()
            .map(|version| format!("version {version}")),
        state => Some(format!("{}: {reason}", state.id())),
    }
}
