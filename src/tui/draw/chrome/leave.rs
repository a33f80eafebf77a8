//! The question how to leave while an operation runs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{OperationStatus, StepState, StepWait};
use crate::tui::draw::chrome::{dialog_frame, operation};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::{Action, Leaving};
use crate::tui::state::{Drawn, Hit, UiState, Viewport, operations};

/// Cells of an answer's key and the gap after it.
const KEY: usize = 3;

/// Draws the question, or that there is no room for it: then no answer but to stay counts.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    selected: usize,
    drawn: &mut Drawn,
) {
    let readable = draw_question(buffer, area, context, ui, selected, drawn);
    dialog_frame::conclude(buffer, area, context, (readable, "the question"), drawn);
}

/// Draws what runs and the answers as far as there is room; returns whether it can be read: the
/// whole title, every answer, and at least the beginning of what runs.
fn draw_question(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    selected: usize,
    drawn: &mut Drawn,
) -> bool {
    let theme = context.theme;
    let width = area.width.min(76);
    let room = usize::from(width.saturating_sub(4)).max(1);
    let running = operations::running(ui, context.snapshot);
    let known = context
        .snapshot
        .operations
        .iter()
        .filter(|each| running.contains(&each.id));
    let states: Vec<String> = known
        .flat_map(|each| text::wrap(&state(each), room))
        .collect();
    let answers = Leaving::ALL.map(|answer| {
        let (key, words) = words(answer);
        (answer, key, text::wrap(words, room.saturating_sub(KEY)))
    });
    let rows = answers
        .iter()
        .map(|(_, _, lines)| lines.len())
        .sum::<usize>();
    let size = (
        width,
        u16::try_from(states.len() + 1 + rows).unwrap_or(u16::MAX),
    );
    let title = "Quit while an operation is running?";
    let Some(inner) = dialog_frame::ask(buffer, area, context, size, title) else {
        return false;
    };
    // The answers matter more than what they are about.
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    let above = Rect {
        height: inner.height.saturating_sub(rows),
        ..inner
    };
    for (y, line) in (above.top()..above.bottom()).zip(&states) {
        line_writer::put(buffer, above, above.x, y, line, theme.style(Role::Text));
    }
    drawn.dialog = Viewport {
        top: 0,
        rows: answers.len(),
        total: answers.len(),
    };
    let below = Rect {
        y: above.bottom(),
        height: inner.bottom() - above.bottom(),
        ..inner
    };
    let end = draw_answers(buffer, below, context, &answers, selected, drawn);
    end <= inner.bottom() && (states.is_empty() || above.height > 0) && room > 2 * KEY
}

/// An answer, its key and its lines.
type Offered = (Leaving, &'static str, Vec<String>);

/// Draws the answers one below the other as far as there is room; returns the row after the last
/// one as it would be were there room for all.
fn draw_answers(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    answers: &[Offered],
    selected: usize,
    drawn: &mut Drawn,
) -> u16 {
    let theme = context.theme;
    let mut y = area.y;
    for (at, (answer, key, lines)) in answers.iter().enumerate() {
        let height = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let place = Rect { y, height, ..area }.intersection(area);
        line_writer::put(buffer, place, place.x, place.y, key, theme.style(Role::Key));
        let x = place
            .x
            .saturating_add(u16::try_from(KEY).unwrap_or(u16::MAX));
        for (y, words) in (place.top()..place.bottom()).zip(lines) {
            line_writer::put(buffer, place, x, y, words, theme.style(Role::Text));
        }
        if at == selected {
            buffer.set_style(place, theme.style(Role::Selection));
        }
        drawn.add(place, area, Hit::Do(Action::Leave(*answer)));
        y = y.saturating_add(height);
    }
    y
}

const fn words(answer: Leaving) -> (&'static str, &'static str) {
    match answer {
        Leaving::Wait => ("w", "Wait: quit when it has ended"),
        Leaving::Abort => ("a", "Abort: finish the current step, skip the rest, quit"),
        Leaving::Stay => ("s", "Stay (Esc)"),
    }
}

/// "restart hub/db: 1 of 3 steps done, now: restart hub-api-1".
fn state(operation: &OperationStatus) -> String {
    let steps = operation.plan.steps.iter().zip(&operation.steps);
    let now: Vec<String> = steps
        .filter_map(|(step, state)| match state {
            StepState::Running => Some(step.call()),
            StepState::Waiting if step.wait == StepWait::Exit => {
                Some(format!("waiting for {} to exit", step.name))
            }
            StepState::Waiting => Some(format!("waiting for {} to be healthy", step.name)),
            _ => None,
        })
        .collect();
    let now = if now.is_empty() {
        String::new()
    } else {
        format!(", now: {}", now.join(", "))
    };
    let (done, all) = (operation.steps_done(), operation.steps.len());
    format!(
        "{}: {done} of {all} steps done{now}",
        operation::what(operation)
    )
}
