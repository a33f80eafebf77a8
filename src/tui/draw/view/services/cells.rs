//! What stands in a cell of the table.

mod log;

use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{
    Finding, ImageState, Metric, OperationStatus, Overlay, Reason, Service, StepState, host_ports,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::{gauge, spark, status, text};
use crate::tui::input::column::Column;
use crate::tui::state::operations;

use crate::tui::draw::view::services::columns::{Placed, SIGNS};
use crate::tui::draw::view::services::note;

/// Cells of a share in percent.
const SHARE: usize = 4;
type Cell = Vec<Span<'static>>;

/// The content of a cell, as wide as its column. What is not known is a dash: absent is not zero.
pub(super) fn cell(
    placed: &Placed,
    service: &Service,
    context: &DrawContext<'_>,
    named_in_full: bool,
) -> Cell {
    let plain =
        |content: &str, role| vec![styled(placed.fit(content, context.glyphs), role, context)];
    match placed.column {
        Column::State => state(placed, service, context),
        Column::Name if named_in_full => plain(&service.full_title(), Role::Text),
        Column::Name => plain(service.title(), Role::Text),
        Column::Stack => {
            let stack = service.stack.as_ref().map_or("", |stack| stack.as_str());
            plain(stack, Role::Muted)
        }
        Column::Layer => {
            let title = context.snapshot.layers.title(service.layer.layer);
            plain(title, Role::Muted)
        }
        Column::Image => plain(service.image(), Role::Muted),
        Column::Newer => newer(placed, service, context),
        Column::Replicas => replicas(placed, service, context),
        Column::Ports => plain(&ports(service), Role::Text),
        Column::Cpu => cpu(placed, service, context),
        Column::Memory => memory(placed, service, context),
        Column::Network => network(placed, service, context),
        Column::Block => {
            let rate = both(service, Metric::BlockRead, Metric::BlockWrite);
            value(
                placed,
                rate.map(|rate| format!("{}/s", words::bytes_short(rate))),
                context,
            )
        }
        Column::Latency => latency(placed, service, context),
        Column::Lines | Column::Errors | Column::Requests | Column::ServerErrors | Column::P95 => {
            log::cell(placed, service, context)
        }
        Column::Restarts => restarts(placed, service, context),
        Column::Uptime => uptime(placed, service, context),
        Column::Note => {
            let cells = usize::from(placed.width);
            let note = note::note(service, cells, context);
            let role = if service.health.state.is_problem() {
                Role::Text
            } else {
                Role::Muted
            };
            vec![styled(
                text::fit(&note, cells, context.glyphs),
                role,
                context,
            )]
        }
    }
}

fn styled(content: String, role: Role, context: &DrawContext<'_>) -> Span<'static> {
    Span::styled(content, context.theme.style(role))
}

/// The sign for what is not known.
const fn absent(glyphs: Glyphs) -> &'static str {
    if glyphs.ascii { "-" } else { "–" }
}

/// A number in a column without bar or sparkline.
fn value(placed: &Placed, known: Option<String>, context: &DrawContext<'_>) -> Cell {
    let role = if known.is_some() {
        Role::Text
    } else {
        Role::Dim
    };
    let content = known.unwrap_or_else(|| absent(context.glyphs).to_owned());
    vec![styled(placed.fit(&content, context.glyphs), role, context)]
}

/// Sign, short reason and overlays; while something is done to it, that.
fn state(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let glyphs = context.glyphs;
    let cells = usize::from(placed.width.saturating_sub(SIGNS));
    let fit = |content: String| text::fit(&content, usize::from(placed.width), glyphs);
    if let Some((operation, step)) = operations::at_work(&service.id, context.snapshot) {
        let sign = glyphs.state(crate::model::HealthState::Starting);
        let words = doing(operation, step, cells, context);
        return vec![styled(
            fit(format!("{sign} {words}")),
            Role::Starting,
            context,
        )];
    }
    let health = &service.health;
    let style = if health.has(Overlay::Stale) {
        context.theme.style(Role::Stale)
    } else {
        status::shown_style(context.theme, health.shown_state())
    };
    let sign = glyphs.shown(health.shown_state());
    let overlays = health.shown_overlays().map(|each| glyphs.overlay(each));
    let overlays: Vec<&str> = overlays.collect();
    let word = explain::short_reason(service, context.now());
    let wide = format!("{sign} {word} {}", overlays.concat());
    let wide = wide.trim_end();
    if text::width(wide) <= usize::from(placed.width) {
        return vec![Span::styled(fit(wide.to_owned()), style)];
    }
    let overlay = overlays.first().copied().unwrap_or(" ");
    let word = if cells == 0 { "" } else { &word };
    vec![Span::styled(fit(format!("{sign}{overlay}{word}")), style)]
}

/// `restarting 4s`, where there is less room without the age: how long the operation runs, while
/// its first wave does.
fn doing(
    operation: &OperationStatus,
    step: usize,
    cells: usize,
    context: &DrawContext<'_>,
) -> String {
    let (Some(planned), Some(progress)) =
        (operation.plan.steps.get(step), operation.steps.get(step))
    else {
        return String::new();
    };
    let waiting = *progress == StepState::Waiting;
    let word = status::in_progress(planned.kind, waiting);
    let age = words::age(operation.started_at, context.now());
    let forms = [format!("{word} {age}"), word.to_owned()];
    let mut forms = forms.into_iter().skip(usize::from(planned.wave > 0));
    forms
        .find(|form| text::width(form) <= cells)
        .unwrap_or_else(|| planned.kind.verb().to_owned())
}

/// Whether the registry has a newer image, where it said so.
fn newer(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let check = context.snapshot.image_checks.of(service);
    let (word, role) = match check.map(|check| &check.state) {
        Some(ImageState::Newer { .. }) => ("yes", Role::Text),
        Some(ImageState::Current) => ("no", Role::Muted),
        _ => (absent(context.glyphs), Role::Dim),
    };
    vec![styled(placed.fit(word, context.glyphs), role, context)]
}

fn replicas(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let (running, all) = service.replicas();
    let role = if running == all {
        Role::Muted
    } else {
        Role::Text
    };
    let content = if all == 0 {
        String::new()
    } else {
        format!("{running}/{all}")
    };
    vec![styled(placed.fit(&content, context.glyphs), role, context)]
}

/// Published ports of every instance, in order, without repeats.
pub(super) fn ports(service: &Service) -> String {
    host_ports(service.instances.iter().map(|instance| &*instance.facts))
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

/// The sum of two metrics; `None` when neither is known.
fn both(service: &Service, a: Metric, b: Metric) -> Option<f64> {
    match (service.total(a), service.total(b)) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0.0) + b.unwrap_or(0.0)),
    }
}

/// A value with its sparkline, where the column has room for one.
fn with_spark(
    placed: &Placed,
    (known, role): (Option<String>, Role),
    history: impl Iterator<Item = Option<f64>>,
    floor: f64,
    context: &DrawContext<'_>,
) -> Cell {
    let glyphs = context.glyphs;
    let (cells, all) = (placed.value_cells(), usize::from(placed.width));
    let is_known = known.is_some();
    let content = known.unwrap_or_else(|| absent(glyphs).to_owned());
    let role = if is_known { role } else { Role::Dim };
    let mut spans = vec![styled(
        text::fit_right(&content, cells, glyphs),
        role,
        context,
    )];
    let rest = all.saturating_sub(cells + 1);
    if is_known && rest > 0 {
        let line = spark::spark(history, rest, floor, glyphs);
        spans.push(styled(format!(" {line}"), Role::Muted, context));
    }
    spans
}

fn cpu(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let used = service.total(Metric::Cpu);
    let role = labels::cpu_role(context.snapshot, service);
    let history = labels::cpu_history(service);
    with_spark(
        placed,
        (used.map(words::percent), role),
        history,
        spark::CPU_FLOOR_PERCENT,
        context,
    )
}

/// Bytes, a bar against the limit, and the share of it.
fn memory(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let glyphs = context.glyphs;
    let Some(used) = service.total(Metric::Memory) else {
        let dash = text::fit_right(absent(glyphs), placed.value_cells(), glyphs);
        return vec![styled(dash, Role::Dim, context)];
    };
    let cells = placed.value_cells();
    let bytes = text::fit_right(&words::bytes_short(used), cells, glyphs);
    let mut spans = vec![styled(bytes, Role::Text, context)];
    let bar = usize::from(placed.width).saturating_sub(cells + SHARE + 2);
    if let Some((share, _)) = labels::memory_share(service).filter(|_| bar > 1) {
        spans.push(Span::raw(" "));
        spans.extend(gauge::gauge(share, bar, Role::Muted, context.theme, glyphs));
        let percent = format!("{:.0}%", share * 100.0);
        let percent = text::fit_right(&percent, SHARE + 1, glyphs);
        spans.push(styled(percent, Role::Text, context));
    }
    spans
}

/// Received and sent bytes per second.
fn network(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let glyphs = context.glyphs;
    let cells = placed.value_cells();
    let rate = |metric| service.total(metric).map(words::bytes_short);
    let (received, sent) = (rate(Metric::NetworkRx), rate(Metric::NetworkTx));
    let role = if received.is_some() {
        Role::Text
    } else {
        Role::Dim
    };
    let received = received.unwrap_or_else(|| absent(glyphs).to_owned());
    let rest = usize::from(placed.width).saturating_sub(cells);
    let sent = text::fit_right(&sent.unwrap_or_default(), rest, glyphs);
    vec![
        styled(text::fit_right(&received, cells, glyphs), role, context),
        styled(sent, Role::Text, context),
    ]
}

/// The latency of the latest probe that had an answer, good or bad.
fn latency(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let probe = service.health.probe.as_ref().filter(|probe| probe.counts);
    let known = probe.and_then(|probe| probe.latency_ms).map(words::millis);
    let slow = matches!(
        service.health.reason.innermost(),
        Reason::Probe {
            finding: Some(Finding::Slow { .. }),
            ..
        }
    );
    let role = if slow { Role::Degraded } else { Role::Text };
    let history = service.latency.column(0).rev().map(|(_, value)| value);
    with_spark(
        placed,
        (known, role),
        history,
        spark::LATENCY_FLOOR_MS,
        context,
    )
}

fn restarts(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let known = service
        .instances
        .iter()
        .map(|instance| instance.facts.known_restarts());
    // A sum without one of its parts would be none.
    let known = known.sum::<Option<u64>>();
    let health = &service.health;
    let role = match known {
        _ if health.has(Overlay::Flapping) || health.has(Overlay::Restarting) => Role::Degraded,
        None | Some(0) => Role::Dim,
        Some(_) => Role::Text,
    };
    let content = known.map_or_else(|| "?".to_owned(), |count| count.to_string());
    vec![styled(placed.fit(&content, context.glyphs), role, context)]
}

/// How long it has been up; of one that is not, with an arrow before it, how long it has been down.
fn uptime(placed: &Placed, service: &Service, context: &DrawContext<'_>) -> Cell {
    let facts = service.primary().map(|instance| &instance.facts);
    let running = facts.filter(|facts| facts.is_running());
    if let Some(started) = running.and_then(|facts| facts.started_at) {
        return value(placed, Some(words::age(started, context.now())), context);
    }
    // The engine does not say since when a container is paused, and still has the end of the run before.
    let is_paused = service.health.is_paused();
    let ended = facts.filter(|_| running.is_none() && !is_paused);
    let ended = ended.and_then(|facts| facts.finished_at);
    let ended = ended.or(is_paused.then_some(service.health.since));
    let Some(ended) = ended else {
        return value(placed, None, context);
    };
    let down = if context.glyphs.ascii { "-" } else { "↓" };
    let content = format!("{down}{}", words::age(ended, context.now()));
    let role = Role::of(service.health.state);
    vec![styled(placed.fit(&content, context.glyphs), role, context)]
}
