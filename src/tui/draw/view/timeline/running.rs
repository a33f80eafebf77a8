//! The operations that run now, on top of the timeline.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::words;
use crate::model::{OperationStatus, Principal, Snapshot, StepState};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::timeline::signs;
use crate::tui::draw::widget::line_writer;

/// Draws the operations that run, a row each, and leaves at least one row; returns the area below
/// them.
pub(super) fn draw(buffer: &mut Buffer, mut area: Rect, context: &DrawContext<'_>) -> Rect {
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
    let by = format!(" by {}: ", principal(&operation.principal));
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

const fn principal(principal: &Principal) -> &'static str {
    match principal {
        Principal::Terminal => "terminal",
        Principal::Http(_) => "HTTP",
        Principal::Cli => "command line",
        Principal::AutoHeal => "auto-heal",
    }
}
