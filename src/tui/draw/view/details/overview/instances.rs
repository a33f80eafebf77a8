//! The containers of a service, a row each.

use ratatui::text::Span;

use crate::model::words;
use crate::model::{HealthState, Instance, InstanceFacts, InstanceState, Metric, Service};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::details::overview::resources::measured;
use crate::tui::draw::view::details::page::PageSection;
use crate::tui::draw::widget::text;

/// The head of the column with the names.
const NAME_HEAD: &str = "container";

/// A table of the containers; columns that no container needs are left out.
pub(super) fn section<'a>(
    context: &'a DrawContext<'a>,
    service: &Service,
    width: u16,
) -> PageSection<'a> {
    let (running, all) = service.replicas();
    let mut section = PageSection::new(context, &format!("Replicas {running}/{all}"), width);
    if service.instances.is_empty() {
        return section;
    }
    let name_cells = service
        .instances
        .iter()
        .map(|each| text::width(&each.facts.name))
        .max()
        .unwrap_or(4);
    let least = NAME_HEAD.len();
    let name_cells = name_cells.clamp(least, section.width().saturating_sub(30).clamp(least, 40));
    let glyphs = context.glyphs;
    let head = format!(
        "{} {:<11}{:<11}{:>8}{:>6}{:>7}  memory",
        text::fit(NAME_HEAD, name_cells, glyphs),
        "state",
        "started",
        "restarts",
        "exit",
        "CPU",
    );
    let muted = context.theme.style(Role::Muted);
    section.line(vec![Span::styled(head, muted)]);
    for instance in &service.instances {
        let row = instance_row(context, instance, name_cells, section.width());
        section.line(row);
        if !instance.facts.error.is_empty() {
            section.indented(2, &instance.facts.error, Role::Unhealthy);
        }
        if let Some(unread) = instance.facts.unread.words() {
            section.indented(2, &unread, Role::Degraded);
        }
    }
    section
}

fn instance_row(
    context: &DrawContext<'_>,
    instance: &Instance,
    name_cells: usize,
    width: usize,
) -> Vec<Span<'static>> {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let facts = &instance.facts;
    let role = instance_role(facts.state, facts.exit_code);
    let started = match (facts.state, facts.started_at, facts.finished_at) {
        (InstanceState::Running | InstanceState::Paused, Some(at), _) | (_, _, Some(at)) => {
            format!("{} ago", words::age(at, context.now()))
        }
        _ => String::new(),
    };
    let runs = matches!(facts.state, InstanceState::Running | InstanceState::Paused);
    let exit = facts
        .exit_code
        .filter(|_| !runs)
        .map_or_else(String::new, |code| code.to_string());
    let cpu = instance
        .sample
        .and_then(|sample| sample.cpu_percent)
        .map_or_else(String::new, words::percent);
    let restarts = facts
        .known_restarts()
        .map_or_else(|| "?".to_owned(), |restarts| restarts.to_string());
    let mut spans = vec![
        Span::styled(
            text::fit(&facts.name, name_cells, glyphs),
            theme.style(Role::Text),
        ),
        Span::styled(format!(" {:<11}", facts.state.id()), theme.style(role)),
        Span::styled(
            format!("{started:<11}{restarts:>8}{exit:>6}{cpu:>7}  "),
            theme.style(Role::Text),
        ),
    ];
    let before = name_cells + 1 + 11 + 11 + 8 + 6 + 7 + 3;
    spans.extend(memory(context, instance, width.saturating_sub(before)));
    spans.extend(oom(context, facts));
    spans
}

/// Memory in words after a bar, where `room` is left for one; nothing where it was not measured.
fn memory(context: &DrawContext<'_>, instance: &Instance, room: usize) -> Vec<Span<'static>> {
    let Some(sample) = &instance.sample else {
        return Vec::new();
    };
    let Some(memory) = sample.get(Metric::Memory) else {
        return Vec::new();
    };
    #[allow(clippy::cast_precision_loss)] // a share needs no exact bytes
    let limit = sample.memory_limit_bytes.map(|limit| limit as f64);
    let words = match limit {
        Some(limit) => format!("{} of {}", words::bytes(memory), words::bytes(limit)),
        None => words::bytes(memory),
    };
    let bar = room.saturating_sub(words.len() + 1).min(16);
    let share = limit.filter(|_| bar >= 6).map(|limit| memory / limit);
    measured(context, share, bar, Role::Memory, words)
}

/// What was OOM-killed.
fn oom(context: &DrawContext<'_>, facts: &InstanceFacts) -> Option<Span<'static>> {
    if !facts.oom_killed {
        return None;
    }
    // Where the main process went on or ended in its own way, another process in it was OOM-killed.
    let main = !facts.is_running() && matches!(facts.exit_code, None | Some(137));
    let (words, role) = if main {
        (" OOM-killed", Role::Unhealthy)
    } else {
        (" process OOM-killed", Role::Degraded)
    };
    Some(Span::styled(words, context.theme.style(role)))
}

const fn instance_role(state: InstanceState, exit_code: Option<i64>) -> Role {
    match (state, exit_code) {
        (InstanceState::Running, _) => Role::of(HealthState::Healthy),
        (InstanceState::Exited, Some(0)) => Role::of(HealthState::Completed),
        (InstanceState::Exited | InstanceState::Dead, _) => Role::of(HealthState::Unhealthy),
        (InstanceState::Created | InstanceState::Removing, _) => Role::of(HealthState::Stopped),
        (InstanceState::Unknown, _) => Role::of(HealthState::Unknown),
        (InstanceState::Paused | InstanceState::Restarting, _) => Role::of(HealthState::Degraded),
    }
}
