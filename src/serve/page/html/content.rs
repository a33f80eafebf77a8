//! What the page says before any script ran: how everything is, open incidents, the map, and each
//! service by layer.

use std::fmt::Write as _;
use std::sync::Arc;

use super::times::time;
use super::{escape, map};
use crate::explain;
use crate::model::{EngineStatus, LayerName, Service, ShownState, Snapshot, secrets, words};
use crate::serve::page::map::COLUMNS;

/// The content of `snapshot`.
pub(super) fn of(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    summary(snapshot, &mut out);
    incidents(snapshot, &mut out);
    let _infallible = write!(
        out,
        "<figure class=\"map\" id=\"map\">{}</figure>",
        map::page(snapshot, None, COLUMNS)
    );
    for name in snapshot.layers.iter() {
        layer(snapshot, name, &mut out);
    }
    out
}

/// One sentence, the engine, and how many services are in which state.
fn summary(snapshot: &Snapshot, out: &mut String) {
    let totals = snapshot.totals();
    let (class, sentence) = match (totals.all(), totals.unhealthy, totals.degraded) {
        (0, ..) => ("quiet", "No services found".to_owned()),
        (_, 0, 0) => beside_states(snapshot),
        (_, 0, degraded) => (
            "warn",
            format!("{} degraded", words::plural(degraded, "service")),
        ),
        (_, unhealthy, 0) => (
            "bad",
            format!("{} unhealthy", words::plural(unhealthy, "service")),
        ),
        (_, unhealthy, degraded) => (
            "bad",
            format!(
                "{} unhealthy, {degraded} degraded",
                words::plural(unhealthy, "service")
            ),
        ),
    };
    let _infallible = write!(
        out,
        "<section class=\"summary {class}\" id=\"summary\"><h1>{sentence}</h1><p>{} State of {}.</p><ul class=\"counts\">",
        engine(snapshot),
        time(snapshot.taken_at),
    );
    for state in ShownState::WORST_FIRST {
        let count = totals.get(state);
        if count > 0 {
            let _infallible = write!(out, "<li>{} {count} {state}</li>", sign(state));
        }
    }
    out.push_str("</ul></section>");
}

/// The sentence where nothing is unhealthy or degraded.
fn beside_states(snapshot: &Snapshot) -> (&'static str, String) {
    match (snapshot.open_incidents().count(), snapshot.totals().paused) {
        (0, 0) => ("good", "No known problems".to_owned()),
        (0, paused) => (
            "warn",
            format!("{} paused", words::plural(paused, "service")),
        ),
        (open, _) => ("warn", words::plural(open, "open incident")),
    }
}

fn engine(snapshot: &Snapshot) -> String {
    match &snapshot.engine.status {
        EngineStatus::Connecting => "Connecting to the engine.".to_owned(),
        EngineStatus::Connected { .. } => "The engine answers.".to_owned(),
        EngineStatus::Lost { since, .. } => {
            format!(
                "<strong class=\"stale\">The engine has not answered since {}: this is the last known state.</strong>",
                time(*since)
            )
        }
    }
}

/// The sign of a state, for the eye only: its word stands beside it.
fn sign(state: ShownState) -> String {
    format!("<svg class=\"sign {state}\" aria-hidden=\"true\"><use href=\"#sign-{state}\"/></svg>")
}

fn incidents(snapshot: &Snapshot, out: &mut String) {
    let mut open = snapshot.open_incidents().peekable();
    if open.peek().is_none() {
        return;
    }
    out.push_str("<section id=\"incidents\"><h2>Open incidents</h2><ul class=\"incidents\">");
    for incident in open {
        let sentence = secrets::mask_text(&explain::incident::sentence(incident));
        let _infallible = write!(
            out,
            "<li><strong>#{}</strong> {} <small>open since {}</small></li>",
            incident.id,
            escape(&sentence),
            time(incident.opened_at)
        );
    }
    out.push_str("</ul></section>");
}

/// The services of a layer; nothing where it has none.
fn layer(snapshot: &Snapshot, name: &LayerName, out: &mut String) {
    let of_layer = |service: &&Arc<Service>| service.layer.layer == name.layer;
    let mut members = snapshot.services.iter().filter(of_layer).peekable();
    if members.peek().is_none() {
        return;
    }
    let _infallible = write!(
        out,
        "<section><h2>{}</h2><div class=\"wide\"><table class=\"services\"><thead><tr><th scope=\"col\">State\
         <th scope=\"col\">Service<th scope=\"col\">Reason<th scope=\"col\">Since<th scope=\"col\">Running\
         <th scope=\"col\">Image</thead><tbody>",
        escape(&name.title)
    );
    for service in members {
        row(service, out);
    }
    out.push_str("</tbody></table></div></section>");
}

/// The row is what a card of the map links to.
fn row(service: &Service, out: &mut String) {
    let (running, all) = service.replicas();
    let health = &service.health;
    let state = health.shown_state();
    let since = if health.known_since().is_some() {
        time(health.since)
    } else {
        format!("seen so since {}", time(health.since))
    };
    let id = escape(service.id.as_str());
    let _infallible = write!(
        out,
        "<tr id=\"/services/{id}\" class=\"{state}\"><td>{} {state}<th scope=\"row\">{id}<td>{}<td>{since}\
         <td>{running}/{all}<td>{}",
        sign(state),
        escape(&secrets::mask_text(&explain::short(service))),
        escape(service.image()),
    );
}
