//! What stands in a cell of the table.

use ratatui::style::Style;

use crate::explain;
use crate::model::words;
use crate::model::{Metric, Overlay, Service, host_ports};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::text;
use crate::tui::state::Column;

use crate::tui::draw::view::services::columns;
use crate::tui::draw::view::services::columns::Placed;

/// Text and style of a cell. What is not known stays empty: absent is not zero.
pub(super) fn cell(
    placed: &Placed,
    service: &Service,
    context: &DrawContext<'_>,
    named_in_full: bool,
) -> (String, Style) {
    let role = |role| context.theme.style(role);
    let text = match placed.column {
        Column::State => return state(placed, service, context),
        Column::Name if named_in_full => service.full_title().into_owned(),
        Column::Name => service.title().to_owned(),
        Column::Stack => {
            return (
                service
                    .stack
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                role(Role::Muted),
            );
        }
        Column::Layer => {
            return (
                context
                    .snapshot
                    .layers
                    .title(service.layer.layer)
                    .to_owned(),
                role(Role::Muted),
            );
        }
        Column::Image => return (service.image().to_owned(), role(Role::Muted)),
        Column::Replicas => return replicas(service, context),
        Column::Ports => ports(service),
        Column::Cpu => number(service.total(Metric::Cpu), words::percent),
        Column::Memory => number(service.total(Metric::Memory), words::bytes_short),
        Column::Network => rates(service, Metric::NetworkRx, Metric::NetworkTx),
        Column::Block => rates(service, Metric::BlockRead, Metric::BlockWrite),
        Column::Latency => return latency(service, context),
        Column::Restarts => return restarts(service, context),
        Column::Uptime => uptime(service, context),
        Column::Reason => return reason(placed, service, context),
    };
    (text, role(Role::Text))
}

fn state(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> (String, Style) {
    let health = &service.health;
    let overlay = health
        .shown_overlays()
        .next()
        .map_or(" ", |overlay| context.glyphs.overlay(overlay));
    let shown = health.shown_state();
    let word = if placed.width > columns::SIGNS {
        shown.id()
    } else {
        ""
    };
    let role = if health.has(Overlay::Stale) {
        Role::Stale
    } else {
        Role::of(health.state)
    };
    (
        format!("{}{overlay}{word}", context.glyphs.shown(shown)),
        context.theme.style(role),
    )
}

fn replicas(service: &Service, context: &DrawContext<'_>) -> (String, Style) {
    let (running, all) = service.replicas();
    match all {
        0 => (String::new(), Style::default()),
        _ if running == all => (format!("{running}/{all}"), context.theme.style(Role::Muted)),
        _ => (format!("{running}/{all}"), context.theme.style(Role::Text)),
    }
}

/// Published ports of every instance, in order, without repeats.
pub(super) fn ports(service: &Service) -> String {
    host_ports(service.instances.iter().map(|instance| &*instance.facts))
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

fn number(value: Option<f64>, format: impl Fn(f64) -> String) -> String {
    value.map_or_else(String::new, format)
}

fn rates(service: &Service, inward: Metric, outward: Metric) -> String {
    match (service.total(inward), service.total(outward)) {
        (None, None) => String::new(),
        (a, b) => format!(
            "{}/s",
            words::bytes_short(a.unwrap_or(0.0) + b.unwrap_or(0.0))
        ),
    }
}

fn latency(service: &Service, context: &DrawContext<'_>) -> (String, Style) {
    let Some(probe) = service.health.probe.as_ref().filter(|probe| probe.counts) else {
        return (String::new(), Style::default());
    };
    match probe.latency_ms {
        Some(latency) if probe.success => (words::millis(latency), context.theme.style(Role::Text)),
        _ if probe.success => (String::new(), Style::default()),
        _ => ("fails".to_owned(), context.theme.style(Role::Unhealthy)),
    }
}

fn restarts(service: &Service, context: &DrawContext<'_>) -> (String, Style) {
    let known = service
        .instances
        .iter()
        .map(|instance| instance.facts.known_restarts());
    // A sum without one of its parts would be none.
    let Some(restarts) = known.sum::<Option<u64>>() else {
        return ("?".to_owned(), context.theme.style(Role::Dim));
    };
    let role = if restarts == 0 {
        Role::Dim
    } else {
        Role::Degraded
    };
    (restarts.to_string(), context.theme.style(role))
}

fn uptime(service: &Service, context: &DrawContext<'_>) -> String {
    let facts = service
        .primary()
        .map(|instance| &instance.facts)
        .filter(|facts| facts.is_running());
    let started = facts.and_then(|facts| facts.started_at);
    started.map_or_else(String::new, |at| words::age(at, context.now()))
}

fn reason(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> (String, Style) {
    let health = &service.health;
    let mut forms = explain::shorter_with_missed(service);
    if let Some(root) = health.blocked_by.first() {
        // The source of the check goes with what blocks it.
        forms.truncate(2);
        for form in &mut forms {
            form.insert_str(0, &format!("blocked by {root}: "));
        }
    }
    let text = text::cut_reason(&forms, usize::from(placed.width), context.glyphs).into_owned();
    let role = if health.state.is_problem() {
        Role::Text
    } else {
        Role::Muted
    };
    (text, context.theme.style(role))
}
