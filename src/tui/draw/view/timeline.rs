//! What happened, newest first: operations that run now on top, then the recorded events.

pub mod signs;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::explain;
use crate::model::words;
use crate::model::{Change, OperationStatus, Principal, Snapshot, StepState, TimelineEvent};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::state::timeline::{index, shown};
use crate::tui::state::{Drawn, Hit, UiState, Viewport};

/// Width from which on the absolute time is shown beside the age.
const WITH_CLOCK: u16 = 60;
/// Cells of the age with the blank after it.
const AGE: usize = 5;

/// Draws the timeline.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = draw_all_running(buffer, area.intersection(buffer.area), context);
    let events = shown(ui, context.snapshot);
    let (rows, total) = (usize::from(area.height), events.len());
    drawn.viewport = Viewport::clamped(ui.past.timeline.top, rows, total);
    let top = drawn.viewport.top;
    if area.is_empty() || events.is_empty() {
        drawn.viewport.top = 0;
        draw_nothing(buffer, area, context, ui);
        return;
    }
    let chosen = index(ui, context.snapshot, &events);
    let text_area = Rect {
        width: area.width.saturating_sub(u16::from(total > rows)),
        ..area
    };
    let in_sight = events.get(top..).unwrap_or_default();
    let in_sight = in_sight.get(..rows).unwrap_or(in_sight);
    let cells = cells(context, in_sight, area.width);
    for ((event, at), y) in in_sight.iter().zip(top..).zip(area.y..area.bottom()) {
        let row = line_writer::row(text_area, y);
        draw_event(buffer, row, context, event, cells);
        if at == chosen {
            line_writer::cursor(buffer, row, context.theme, context.glyphs);
        }
        drawn.areas.push((row, Hit::Row(at)));
    }
    scroll::bar(buffer, area, drawn.viewport, context.theme, context.glyphs);
}

/// Draws the operations that run, a row each, and leaves at least one row; returns the area below
/// them.
fn draw_all_running(buffer: &mut Buffer, mut area: Rect, context: &DrawContext<'_>) -> Rect {
    for operation in running(context.snapshot) {
        if area.height <= 1 {
            break;
        }
        draw_running(buffer, line_writer::row(area, area.y), context, operation);
        area = Rect {
            y: area.y + 1,
            height: area.height - 1,
            ..area
        };
    }
    area
}

fn draw_nothing(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let words = if ui.scope.filter.is_empty() {
        "nothing happened yet: starts, stops, failures and operations appear here"
    } else {
        "no event matches the filter; Esc clears it"
    };
    let y = area.y + area.height.saturating_sub(1) / 2;
    let muted = context.theme.style(Role::Muted);
    line_writer::centred(buffer, area, y, words, context.glyphs, muted);
}

/// Cells of the time (0: it is left out) and of the service of `events` in a view of `width`.
fn cells(context: &DrawContext<'_>, events: &[&Arc<TimelineEvent>], width: u16) -> (usize, usize) {
    let ids = events.iter().filter_map(|event| event.service.as_ref());
    let service = ids.map(|id| text::width(id.as_str())).max().unwrap_or(0);
    let moments = events.iter().map(|event| moment(context, event).len());
    let clock = moments.max().filter(|_| width >= WITH_CLOCK).unwrap_or(0);
    (clock, service.clamp(4, usize::from(width / 4).max(4)))
}

fn moment(context: &DrawContext<'_>, event: &TimelineEvent) -> String {
    words::moment(event.at, context.now(), context.zone)
}

/// Sign, time, age, service, text. `cells` are those of the time (none: it is left out) and of the
/// service.
fn draw_event(
    buffer: &mut Buffer,
    row: Rect,
    context: &DrawContext<'_>,
    event: &TimelineEvent,
    cells: (usize, usize),
) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let (sign, role) = signs::of(&event.change, glyphs);
    let mut spans = vec![Span::styled(format!(" {sign} "), theme.style(role))];
    if cells.0 > 0 {
        let moment = moment(context, event);
        spans.push(Span::styled(
            format!("{moment:>w$} ", w = cells.0),
            theme.style(Role::Muted),
        ));
    }
    let age = words::age(event.at, context.now());
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
    let quiet = event.change.is_creation()
        || matches!(
            event.change,
            Change::Started { .. } | Change::Removed { .. } | Change::Own(_)
        );
    spans.push(Span::styled(
        explain::timeline::words(&event.change),
        theme.style(if quiet { Role::Muted } else { Role::Text }),
    ));
    line_writer::put_cut(buffer, row, row.x, row.y, &spans, glyphs);
}

fn running(snapshot: &Snapshot) -> impl Iterator<Item = &Arc<OperationStatus>> {
    snapshot
        .operations
        .iter()
        .filter(|operation| operation.finished_at.is_none())
}

/// `» restart db, backend by terminal: 1 of 3 steps, waiting for hub-db-1, 12s`.
fn draw_running(
    buffer: &mut Buffer,
    row: Rect,
    context: &DrawContext<'_>,
    operation: &OperationStatus,
) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let (sign, role) = signs::operation(glyphs);
    let plan = &operation.plan;
    let targets = plan.operation.targets.iter().map(|id| id.as_str());
    let targets: Vec<&str> = targets.collect();
    let asked = format!("{} {}", plan.operation.kind.verb(), targets.join(", "));
    let by = format!(" by {}: ", principal(operation.principal));
    let age = format!(", {}", words::age(operation.started_at, context.now()));
    let spans = [
        Span::styled(format!(" {sign} "), theme.style(role)),
        Span::styled(asked, theme.style(Role::Title)),
        Span::styled(by, theme.style(Role::Muted)),
        Span::styled(progress(operation), theme.style(Role::Starting)),
        Span::styled(age, theme.style(Role::Muted)),
    ];
    line_writer::put_cut(buffer, row, row.x, row.y, &spans, glyphs);
}

/// `1 of 3 steps, waiting for hub-db-1`.
fn progress(operation: &OperationStatus) -> String {
    let steps = &operation.plan.steps;
    let is_done = |step: &&StepState| matches!(step, StepState::Succeeded);
    let done = operation.steps.iter().filter(is_done).count();
    let mut states = operation.steps.iter().zip(steps);
    let current = states.find_map(|(state, step)| match state {
        StepState::Running => Some(format!(", {} {}", step.kind.verb(), step.name)),
        StepState::Waiting => Some(format!(", waiting for {}", step.name)),
        _ => None,
    });
    let current = current.unwrap_or_default();
    format!("{done} of {} steps{current}", steps.len())
}

const fn principal(principal: Principal) -> &'static str {
    match principal {
        Principal::Terminal => "terminal",
        Principal::Http => "HTTP",
        Principal::Cli => "command line",
    }
}

#[cfg(test)]
mod tests;
