//! The question before an operation that interrupts: what will happen, what else it affects.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explain;
use crate::explain::plan::{PlanLine, services, title};
use crate::model::Plan;
use crate::model::text::capitalized;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::state::{Drawn, Hit, Viewport};

use crate::tui::draw::chrome::dialog_frame;
use crate::tui::draw::chrome::dialog_frame::DialogLine;

/// What is asked.
pub struct Question<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Whether "yes" is chosen.
    pub yes: bool,
    /// First line shown.
    pub top: usize,
}

/// Fewer lines of a plan are not read as one.
const LEAST_LINES: u16 = 2;

/// Draws the question, or that there is no room for it: then no answer counts.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    question: &Question<'_>,
    drawn: &mut Drawn,
) {
    let readable = draw_plan(buffer, area, context, question, drawn);
    dialog_frame::conclude(buffer, area, context, (readable, "the plan"), drawn);
}

/// Draws the question as far as there is room; returns whether it can be read: the whole title and
/// all answers, and of the plan at least the first lines, with the key that scrolls to the rest.
fn draw_plan(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    question: &Question<'_>,
    drawn: &mut Drawn,
) -> bool {
    let width = area.width.min(76);
    let room = usize::from(width.saturating_sub(4)).max(1);
    let lines = lines(question.plan, context, room);
    let all = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let size = (width, all.saturating_add(2));
    let title = format!("{}?", title(question.plan));
    let Some(inner) = dialog_frame::ask(buffer, area, context, size, &title) else {
        return false;
    };
    // The line above the answers shows how much is below.
    let shown = Rect {
        height: inner.height.saturating_sub(2),
        ..inner
    };
    let rows = usize::from(shown.height);
    let top = dialog_frame::draw_lines(buffer, shown, context, &lines, question.top);
    let below = lines.len().saturating_sub(top + rows);
    let above_answers = Rect {
        height: inner.height.saturating_sub(1),
        ..inner
    };
    dialog_frame::more_below(buffer, above_answers, context, below);
    drawn.dialog = Viewport {
        top,
        rows,
        total: lines.len(),
    };
    let line = Rect {
        y: inner.bottom().saturating_sub(1),
        height: inner.height.min(1),
        ..inner
    };
    draw_answers(buffer, line, context, question, drawn);
    let widest = answers_width(&answers(question.plan, inner.width))
        .max(text::width(&dialog_frame::below_note(context, lines.len())));
    shown.height >= all.min(LEAST_LINES) && usize::from(inner.width) >= widest
}

/// Cells between two answers.
const GAP: u16 = 1;

/// The answers to go on and to cancel, which is chosen until another one is, whole and short.
fn forms(plan: &Plan) -> [[String; 2]; 2] {
    let verb = capitalized(plan.operation.kind.verb());
    let services = services(plan);
    let count = if services > 1 {
        format!(" {services}")
    } else {
        String::new()
    };
    [
        [
            format!("[y] {verb}{count}"),
            "[n] Cancel (default)".to_owned(),
        ],
        [format!("[y] {verb}"), "[n] Cancel".to_owned()],
    ]
}

/// The longest form of the answers that takes at most `room` cells; else the shortest.
fn answers(plan: &Plan, room: u16) -> [String; 2] {
    let [whole, short] = forms(plan);
    if answers_width(&whole) <= usize::from(room) {
        whole
    } else {
        short
    }
}

/// Cells of the line of answers, each with the mark of the chosen one.
fn answers_width(form: &[String; 2]) -> usize {
    let titles = form.iter().map(|title| text::width(title) + 2);
    titles.sum::<usize>() + usize::from(GAP)
}

fn draw_answers(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    question: &Question<'_>,
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    let mut x = line.x;
    let titles = answers(question.plan, line.width);
    for (title, answer) in titles.into_iter().zip([true, false]) {
        let (mark, role) = match (question.yes == answer, context.glyphs.ascii) {
            (true, false) => ("▌", Role::Selection),
            (true, true) => (">", Role::Selection),
            (false, _) => (" ", Role::Muted),
        };
        let style = theme.style(role);
        let start = x;
        x = line_writer::put(buffer, line, x, line.y, &format!("{mark}{title} "), style);
        let place = Rect::new(start, line.y, x.saturating_sub(start), 1);
        drawn.add(place, line, Hit::Do(Action::Answer(answer)));
        x = x.saturating_add(GAP);
    }
}

/// The lines of the plan, wrapped at `width` cells.
fn lines(plan: &Plan, context: &DrawContext<'_>, width: usize) -> Vec<DialogLine> {
    let mut lines = Vec::new();
    for line in explain::plan::lines(plan, context.snapshot) {
        let (role, indent) = match &line {
            PlanLine::Warning(_) => (Role::Degraded, 0),
            PlanLine::Loss(_) => (Role::Unhealthy, 0),
            PlanLine::Notice(_) => (Role::Text, 0),
            PlanLine::Unneeded(_) => (Role::Muted, 0),
            PlanLine::Step(..) => (Role::Text, 2),
        };
        for part in wrapped(&line, width.saturating_sub(indent)) {
            lines.push(DialogLine {
                text: format!("{}{part}", " ".repeat(indent)),
                style: context.theme.style(role),
            });
        }
    }
    lines
}

/// `line` in parts of at most `width` cells. How long a step took the last time stands at the right
/// end.
fn wrapped(line: &PlanLine, width: usize) -> Vec<String> {
    let PlanLine::Step(step, Some(last_time)) = line else {
        return text::wrap(&line.text(), width);
    };
    let mut parts = text::wrap(step, width);
    let used = |part: &str| text::width(part) + text::width(last_time);
    match parts.last_mut() {
        Some(part) if used(part) + 2 <= width => {
            part.push_str(&" ".repeat(width.saturating_sub(used(part))));
            part.push_str(last_time);
        }
        _ => parts.push(last_time.clone()),
    }
    parts
}

#[cfg(test)]
mod tests;
