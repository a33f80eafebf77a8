//! The question how to leave while an operation runs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::{OperationStatus, StepState};
use crate::tui::action::{Action, Leaving};
use crate::tui::frame::Stage;
use crate::tui::scene::{Hit, HitMap, Viewport};
use crate::tui::state::UiState;
use crate::tui::theme::Role;
use crate::tui::widget::{pen, text};
use crate::tui::{chrome::operation, operating};

use super::boxed;

/// Draws the question: what runs, and the answers.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    selected: usize,
    hits: &mut HitMap,
) {
    let theme = stage.scene.theme;
    let width = area.width.min(76);
    let room = usize::from(width.saturating_sub(4)).max(1);
    let running = operating::running(ui, stage.scene.snapshot);
    let known = stage.scene.snapshot.operations.iter().filter(|each| running.contains(&each.id));
    let told: Vec<String> = known.flat_map(|each| text::wrap(&state(each), room)).collect();
    let answers = Leaving::ALL.map(|answer| (answer, words(answer)));
    let wanted = u16::try_from(told.len() + 1 + answers.len() + 2).unwrap_or(u16::MAX);
    let title = "Quit while an operation is running?";
    let inner = boxed::open(buffer, area, stage, (width, wanted), title);
    // The answers matter more than what they are about.
    let rows = inner.height.min(3);
    let above = Rect { height: inner.height - rows, ..inner };
    for (y, line) in (above.top()..above.bottom()).zip(&told) {
        pen::put(buffer, above, above.x, y, line, theme.style(Role::Text));
    }
    let list = Rect { y: inner.bottom() - rows, height: rows, ..inner };
    hits.dialog = Viewport { top: 0, rows: answers.len(), total: answers.len() };
    for (y, (at, (answer, (key, words)))) in (list.top()..list.bottom()).zip(answers.into_iter().enumerate())
    {
        let line = Rect { y, height: 1, ..list };
        let end = pen::put(buffer, line, line.x, y, key, theme.style(Role::Key));
        let words = text::cut(words, usize::from(line.right().saturating_sub(end + 2)), stage.scene.glyphs);
        pen::put(buffer, line, end.saturating_add(2), y, &words, theme.style(Role::Text));
        if at == selected {
            buffer.set_style(line, theme.style(Role::Selection));
        }
        hits.add(line, area, Hit::Do(Action::Leave(answer)));
    }
}

const fn words(answer: Leaving) -> (&'static str, &'static str) {
    match answer {
        Leaving::Wait => ("w", "Wait: quit when it has ended"),
        Leaving::Abandon => ("a", "Abandon: finish the call in flight, leave out the rest, quit"),
        Leaving::Stay => ("s", "Stay (Esc)"),
    }
}

/// "restart hub/db: 1 of 3 steps done, now: restart hub-api-1".
fn state(operation: &OperationStatus) -> String {
    let steps = operation.plan.steps.iter().zip(&operation.steps);
    let now: Vec<String> = steps
        .filter_map(|(step, state)| match state {
            StepState::Running => Some(step.call()),
            StepState::Waiting => Some(format!("waiting for {} to be healthy", step.name)),
            _ => None,
        })
        .collect();
    let now = if now.is_empty() { String::new() } else { format!(", now: {}", now.join(", ")) };
    let (done, all) = (operation.steps_done(), operation.steps.len());
    format!("{}: {done} of {all} steps done{now}", operation::what(operation))
}
