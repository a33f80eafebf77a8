//! Short texts about services and edges.

use unicode_width::UnicodeWidthStr as _;

use super::content::{Card, MapContent};
use crate::explain;
use crate::model::{Edge, HealthState, Service, host_ports, secrets, text, words};

/// Most characters of a name in a document.
const NAME_LIMIT: usize = 60;
/// Most characters of a reason in a document.
const REASON_LIMIT: usize = 200;
/// Most routes named on one edge.
const ROUTES: usize = 3;

/// The name of a service, cleaned; with its stack where there are several.
pub(super) fn name(content: &MapContent<'_>, card: &Card<'_>) -> String {
    let title = text::one_line(card.service.title(), NAME_LIMIT);
    match &card.service.stack {
        Some(stack) if content.has_several_stacks() => {
            format!("{}/{title}", text::clean(stack.as_str()))
        }
        _ => title,
    }
}

/// What stands on the card numbered `at`: sign and name, image, ports; what is empty is left out.
pub(super) fn lines(content: &MapContent<'_>, at: usize) -> impl Iterator<Item = String> {
    let card = &content.cards[at];
    let service = card.service;
    let (sign, name) = (
        service.health.shown_state().sign(false),
        name(content, card),
    );
    [
        format!("{sign} {name}{}", replicas(service, false)),
        image(service),
        ports(service),
    ]
    .into_iter()
    .filter(|line| !line.is_empty())
}

/// The class that gives a state its looks; healthy and running ones, and completed, stopped and
/// unknown ones are alike but for their sign.
pub(super) const fn class(state: HealthState) -> &'static str {
    match state {
        HealthState::Healthy | HealthState::Running => "healthy",
        HealthState::Completed | HealthState::Stopped | HealthState::Unknown => "quiet",
        HealthState::Starting => "starting",
        HealthState::Degraded => "degraded",
        HealthState::Unhealthy => "unhealthy",
    }
}

/// `nginx:1.25`: the image without registry and owner; empty for a service without containers.
pub(super) fn image(service: &Service) -> String {
    text::one_line(words::image(service.image()), NAME_LIMIT)
}

/// Published ports as `:8080`, `:random`, each once, at most three.
pub(super) fn ports(service: &Service) -> String {
    host_ports(service.instances.iter().map(|instance| &*instance.facts))
        .iter()
        .take(3)
        .map(|port| format!(":{port}"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// ` ×3` for a service of several instances; empty for one.
pub(super) fn replicas(service: &Service, ascii: bool) -> String {
    match service.replicas() {
        (_, 0 | 1) => String::new(),
        (running, all) if running == all => format!(" {}{all}", if ascii { "x" } else { "×" }),
        (running, all) => format!(" {running}/{all}"),
    }
}

/// Why the service is in its state, and what blocks it; cleaned, masked and cut.
pub(super) fn reason(service: &Service) -> String {
    let health = &service.health;
    let reason = secrets::mask_text(&text::one_line(&explain::short(service), REASON_LIMIT));
    let roots: Vec<String> = health
        .blocked_by
        .iter()
        .map(|root| text::clean(root.as_str()))
        .collect();
    match (reason.is_empty(), roots.is_empty()) {
        (_, true) => reason,
        (true, false) => format!("{} {}", explain::affected_by(health), roots.join(", ")),
        (false, false) => {
            let by = explain::affected_by(health);
            format!("{reason}; {by} {}", roots.join(", "))
        }
    }
}

/// What stands on an edge: a proxy's paths, else nothing.
pub(super) fn routes(edge: &Edge) -> String {
    let mut paths: Vec<String> = edge
        .routes()
        .map(|route| text::one_line(&route.label(), NAME_LIMIT))
        .filter(|path| !path.is_empty())
        .collect();
    paths.dedup();
    let more = paths.len().saturating_sub(ROUTES);
    paths.truncate(ROUTES);
    if more > 0 {
        paths.push(format!("+{more}"));
    }
    paths.join(", ")
}

/// `text` in at most `cells` columns of a terminal; a cut one ends in `ellipsis`, one column wide.
pub(super) fn cut(text: &str, cells: usize, ellipsis: &str) -> String {
    if text.width() <= cells {
        return text.to_owned();
    }
    match cells.checked_sub(1) {
        Some(room) => words::head(text, room, |grapheme| grapheme.width()).to_owned() + ellipsis,
        None => String::new(),
    }
}
