//! What happened, newest first: operations that run now on top, then the recorded events.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{
    EventKind, IncidentChange, OperationStatus, Principal, Snapshot, StepState, TimelineEvent,
};
use crate::tui::action::{Action, Direction};
use crate::tui::roster;
use crate::tui::scene::{Hit, HitMap, Scene, Viewport, scroll_to};
use crate::tui::select::Filter;
use crate::tui::state::UiState;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, scroll, text, units};

/// Width from which on the absolute time is shown beside the age.
const WITH_CLOCK: u16 = 60;
/// Cells of the age with the blank after it.
const AGE: usize = 5;

/// The events that are shown, newest first.
fn shown<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Vec<&'a Arc<TimelineEvent>> {
    let filter = Filter::new(&ui.filter);
    snapshot
        .timeline
        .iter()
        .rev()
        .filter(|event| in_view(ui, snapshot, event) && matches(&filter, event))
        .collect()
}

/// Whether the projects and the stack let the event through; events about no service always are.
fn in_view(ui: &UiState, snapshot: &Snapshot, event: &TimelineEvent) -> bool {
    let Some(id) = &event.service else {
        return true;
    };
    if let Some(service) = snapshot.service(id) {
        return roster::in_project(ui, service)
            && (ui.stack.is_none() || service.stack == ui.stack);
    }
    // The service is gone: its id still tells the stack.
    let stack = id.as_str().split_once('/').map(|(stack, _)| stack);
    let named = |name: &crate::model::StackName| stack == Some(name.as_str());
    (ui.projects.is_empty() || ui.projects.iter().any(named)) && ui.stack.as_ref().is_none_or(named)
}

fn matches(filter: &Filter, event: &TimelineEvent) -> bool {
    let service = event.service.as_ref().map_or("", |id| id.as_str());
    filter.matches_any(&[service, &event.text, kind_word(&event.event)])
}

/// The chosen event; the newest one unless another was chosen. `None` when nothing is shown.
#[must_use]
pub fn selected<'a>(ui: &UiState, snapshot: &'a Snapshot) -> Option<&'a Arc<TimelineEvent>> {
    let events = shown(ui, snapshot);
    events.get(index(ui, &events)).copied()
}

/// Row of the chosen event; the nearest older one when it is no longer shown.
fn index(ui: &UiState, events: &[&Arc<TimelineEvent>]) -> usize {
    let Some(sequence) = ui.timeline.selected else {
        return 0;
    };
    // Newest first: sequences fall.
    events
        .partition_point(|event| event.sequence > sequence)
        .min(events.len().saturating_sub(1))
}

/// Draws the timeline.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    let area = draw_all_running(buffer, area.intersection(buffer.area), scene);
    let events = shown(ui, scene.snapshot);
    let (rows, total) = (usize::from(area.height), events.len());
    let top = ui.timeline.top.min(total.saturating_sub(rows));
    hits.viewport = Viewport { top, rows, total };
    if area.is_empty() || events.is_empty() {
        hits.viewport.top = 0;
        draw_nothing(buffer, area, scene, ui);
        return;
    }
    let chosen = index(ui, &events);
    let text_area = Rect {
        width: area.width.saturating_sub(u16::from(total > rows)),
        ..area
    };
    let in_sight = events.get(top..).unwrap_or_default();
    let in_sight = in_sight.get(..rows).unwrap_or(in_sight);
    let cells = cells(scene, in_sight, area.width);
    for ((event, at), y) in in_sight.iter().zip(top..).zip(area.y..area.bottom()) {
        let row = pen::row(text_area, y);
        draw_event(buffer, row, scene, event, cells);
        if at == chosen {
            let mark = if scene.glyphs.ascii { ">" } else { "▶" };
            pen::put(buffer, row, row.x, y, mark, scene.theme.style(Role::Title));
            buffer.set_style(row, scene.theme.style(Role::Selection));
        }
        hits.areas.push((row, Hit::Row(at)));
    }
    scroll::bar(buffer, area, hits.viewport, scene.theme, scene.glyphs);
}

/// Draws the operations that run, a row each, and leaves at least one row; returns the area below
/// them.
fn draw_all_running(buffer: &mut Buffer, mut area: Rect, scene: &Scene<'_>) -> Rect {
    for operation in running(scene.snapshot) {
        if area.height <= 1 {
            break;
        }
        draw_running(buffer, pen::row(area, area.y), scene, operation);
        area = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
    }
    area
}

fn draw_nothing(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState) {
    let words = if ui.filter.is_empty() {
        "nothing happened yet"
    } else {
        "no event matches the filter"
    };
    let y = area.y + area.height.saturating_sub(1) / 2;
    let muted = scene.theme.style(Role::Muted);
    pen::centred(buffer, area, y, words, scene.glyphs, muted);
}

/// Cells of the time (0: it is left out) and of the service of `events` in a view of `width`.
fn cells(scene: &Scene<'_>, events: &[&Arc<TimelineEvent>], width: u16) -> (usize, usize) {
    let ids = events.iter().filter_map(|event| event.service.as_ref());
    let service = ids.map(|id| text::width(id.as_str())).max().unwrap_or(0);
    let moments = events.iter().map(|event| moment(scene, event).len());
    let clock = moments.max().filter(|_| width >= WITH_CLOCK).unwrap_or(0);
    (clock, service.clamp(4, usize::from(width / 4).max(4)))
}

fn moment(scene: &Scene<'_>, event: &TimelineEvent) -> String {
    units::moment(event.at, scene.now, scene.zone)
}

/// Sign, time, age, service, text. `cells` are those of the time (none: it is left out) and of the
/// service.
fn draw_event(
    buffer: &mut Buffer,
    row: Rect,
    scene: &Scene<'_>,
    event: &TimelineEvent,
    cells: (usize, usize),
) {
    let (theme, glyphs) = (scene.theme, scene.glyphs);
    let (sign, role) = sign(&event.event, glyphs.ascii);
    let mut spans = vec![Span::styled(format!(" {sign} "), theme.style(role))];
    if cells.0 > 0 {
        let moment = moment(scene, event);
        spans.push(Span::styled(
            format!("{moment:>w$} ", w = cells.0),
            theme.style(Role::Muted),
        ));
    }
    let age = units::age(event.at, scene.now);
    spans.push(Span::styled(
        format!("{age:>w$} ", w = AGE - 1),
        theme.style(Role::Muted),
    ));
    let service = event.service.as_ref().map_or("", |id| id.as_str());
    let service = text::fit(service, cells.1, glyphs);
    spans.push(Span::styled(
        format!("{service} "),
        theme.style(Role::Title),
    ));
    let quiet = matches!(
        event.event,
        EventKind::Created | EventKind::Started | EventKind::Removed | EventKind::Own
    );
    spans.push(Span::styled(
        event.text.clone(),
        theme.style(if quiet { Role::Muted } else { Role::Text }),
    ));
    pen::put_cut(buffer, row, row.x, row.y, &spans, glyphs);
}

/// Sign and role of a kind of event; one cell wide.
const fn sign(event: &EventKind, ascii: bool) -> (&'static str, Role) {
    let (utf8, plain, role) = match event {
        EventKind::Health { to, .. } => {
            return (
                crate::tui::glyphs::Glyphs { ascii }.state(*to),
                Role::of(*to),
            );
        }
        EventKind::Started => ("▶", ">", Role::Healthy),
        EventKind::Died { exit_code: Some(0) } => ("■", "-", Role::Completed),
        EventKind::Died { .. } => ("✖", "X", Role::Unhealthy),
        EventKind::OutOfMemory => ("✖", "X", Role::Unhealthy),
        EventKind::Stopped => ("■", "-", Role::Stopped),
        EventKind::Network => ("≈", "~", Role::Starting),
        EventKind::Paused => ("‖", "=", Role::Starting),
        EventKind::Unpaused => ("▶", ">", Role::Healthy),
        EventKind::Created => ("+", "+", Role::Muted),
        EventKind::Removed => ("−", "-", Role::Muted),
        EventKind::Incident {
            change: IncidentChange::Closed,
            ..
        } => ("✓", "+", Role::Healthy),
        EventKind::Incident { .. } => ("⚑", "!", Role::Unhealthy),
        EventKind::EngineLost => ("◌", "*", Role::Stale),
        EventKind::EngineBack => ("●", "o", Role::Healthy),
        EventKind::EngineGap => ("?", "?", Role::Degraded),
        EventKind::Operation => ("»", "@", Role::Key),
        EventKind::Own => ("·", ".", Role::Muted),
    };
    (if ascii { plain } else { utf8 }, role)
}

/// The word that a filter finds a kind by.
const fn kind_word(event: &EventKind) -> &'static str {
    match event {
        EventKind::Health { .. } => "health",
        EventKind::Started => "started",
        EventKind::Died { .. } => "died",
        EventKind::OutOfMemory => "oom",
        EventKind::Stopped => "stopped",
        EventKind::Network => "network",
        EventKind::Paused => "paused",
        EventKind::Unpaused => "unpaused",
        EventKind::Created => "created deploy",
        EventKind::Removed => "removed",
        EventKind::Incident { .. } => "incident",
        EventKind::EngineLost | EventKind::EngineBack | EventKind::EngineGap => "engine",
        EventKind::Operation => "operation",
        EventKind::Own => "hubdeck",
    }
}

fn running(snapshot: &Snapshot) -> impl Iterator<Item = &Arc<OperationStatus>> {
    snapshot
        .operations
        .iter()
        .filter(|operation| operation.finished_at.is_none())
}

/// `» restart db, backend by terminal: 1 of 3 steps, waiting for hub-db-1, 12s`.
fn draw_running(buffer: &mut Buffer, row: Rect, scene: &Scene<'_>, operation: &OperationStatus) {
    let (theme, glyphs) = (scene.theme, scene.glyphs);
    let (sign, role) = sign(&EventKind::Operation, glyphs.ascii);
    let plan = &operation.plan;
    let targets: Vec<&str> = plan
        .operation
        .targets
        .iter()
        .map(|id| id.as_str())
        .collect();
    let done = operation
        .steps
        .iter()
        .filter(|step| matches!(step, StepState::Succeeded))
        .count();
    let current = operation
        .steps
        .iter()
        .zip(&plan.steps)
        .find_map(|(state, step)| match state {
            StepState::Running => Some(format!(", {} {}", step.kind.id(), step.name)),
            StepState::Waiting => Some(format!(", waiting for {}", step.name)),
            _ => None,
        });
    let spans = [
        Span::styled(format!(" {sign} "), theme.style(role)),
        Span::styled(
            format!("{} {}", plan.operation.kind.id(), targets.join(", ")),
            theme.style(Role::Title),
        ),
        Span::styled(
            format!(" by {}: ", principal(operation.principal)),
            theme.style(Role::Muted),
        ),
        Span::styled(
            format!(
                "{done} of {} steps{}",
                plan.steps.len(),
                current.unwrap_or_default()
            ),
            theme.style(Role::Starting),
        ),
        Span::styled(
            format!(", {}", units::age(operation.started_at, scene.now)),
            theme.style(Role::Muted),
        ),
    ];
    pen::put_cut(buffer, row, row.x, row.y, &spans, glyphs);
}

const fn principal(principal: Principal) -> &'static str {
    match principal {
        Principal::Terminal => "terminal",
        Principal::Http => "HTTP",
        Principal::Cli => "command line",
    }
}

/// Moves the selection and scrolls; other actions are ignored.
pub fn apply(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    let events = shown(ui, snapshot);
    let viewport = ui.drawn.viewport;
    let (rows, last) = (viewport.rows.max(1), events.len().saturating_sub(1));
    let at = index(ui, &events);
    let by = |count: i32, rows: usize| {
        let rows = isize::try_from(rows.max(1)).unwrap_or(isize::MAX);
        isize::try_from(count).unwrap_or(0).saturating_mul(rows)
    };
    let next = match action {
        Action::Move(Direction::Up) => at.saturating_sub(1),
        Action::Move(Direction::Down) => (at + 1).min(last),
        Action::First => 0,
        Action::Last => last,
        Action::Row(row) => (*row).min(last),
        Action::Page(count) => return scrolled(ui, by(*count, rows - 1), events.len()),
        Action::HalfPage(count) => return scrolled(ui, by(*count, rows / 2), events.len()),
        Action::Scroll(count) => return scrolled(ui, by(*count, 1), events.len()),
        _ => return,
    };
    let event = events.get(next);
    // On the newest event the selection goes with what happens next.
    let follow = next == 0 && matches!(action, Action::First | Action::Move(Direction::Up));
    ui.timeline.selected = event.filter(|_| !follow).map(|event| event.sequence);
    ui.timeline.top = scroll_to(ui.timeline.top, next, rows, events.len());
}

fn scrolled(ui: &mut UiState, by: isize, total: usize) {
    let last = total.saturating_sub(ui.drawn.viewport.rows);
    ui.timeline.top = ui
        .timeline
        .top
        .min(last)
        .saturating_add_signed(by)
        .min(last);
}

#[cfg(test)]
mod tests;
