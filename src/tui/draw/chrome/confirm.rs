//! The question before an operation that interrupts: what will happen, what else it affects.

mod plan_lines;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explain::plan::title;
use crate::model::text::capitalized;
use crate::model::words::plural;
use crate::model::{Confirmation, Plan};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::state::{ConfirmStep, Drawn, Hit, Viewport};

use crate::tui::draw::chrome::dialog_frame::DialogLine;
use crate::tui::draw::chrome::{dialog_frame, field};

/// What is asked.
pub struct Question<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// What is asked about it now.
    pub step: &'a ConfirmStep,
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
    let lines = plan_lines::lines(question.plan, context, room);
    let prompt = prompt(question, context, room);
    let foot = line_writer::cells(prompt.len()).saturating_add(2);
    let all = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let size = (width, all.saturating_add(foot));
    let title = format!("{}?", title(question.plan));
    let Some(inner) = dialog_frame::ask(buffer, area, context, size, &title) else {
        return false;
    };
    // The line above the prompt and the answers shows how much is below.
    let shown = Rect {
        height: inner.height.saturating_sub(foot),
        ..inner
    };
    let rows = usize::from(shown.height);
    let top = dialog_frame::draw_lines(buffer, shown, context, &lines, question.top);
    let below = lines.len().saturating_sub(top + rows);
    let above_foot = Rect {
        height: shown.height.saturating_add(1).min(inner.height),
        ..inner
    };
    dialog_frame::more_below(buffer, above_foot, context, below);
    drawn.dialog = Viewport {
        top,
        rows,
        total: lines.len(),
    };
    let under = Rect {
        y: above_foot.bottom(),
        height: inner.height - above_foot.height,
        ..inner
    };
    let answers = draw_foot(buffer, under, context, (question, &prompt), drawn);
    let widest = answers.max(text::width(&dialog_frame::below_note(context, lines.len())));
    shown.height >= all.min(LEAST_LINES) && usize::from(inner.width) >= widest
}

/// Draws what is said above the answers, and the answers or the field for the name in the last line;
/// returns the cells that those need.
fn draw_foot(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (question, prompt): (&Question<'_>, &[DialogLine]),
    drawn: &mut Drawn,
) -> usize {
    let line = line_writer::row(area, area.bottom().saturating_sub(1));
    let above = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    dialog_frame::draw_lines(buffer, above, context, prompt, 0);
    let ConfirmStep::Name(typed) = question.step else {
        draw_answers(buffer, line, context, question, drawn);
        return answers_width(&answers(question, area.width));
    };
    let style = context.theme.style(Role::Key);
    let x = line_writer::put(buffer, line, line.x, line.y, "> ", style);
    let width = line.right().saturating_sub(x);
    field::input(buffer, Rect { x, width, ..line }, context, typed);
    LEAST_INPUT
}

/// In fewer cells a name is not typed.
const LEAST_INPUT: usize = 12;

/// What is said above the answers to a question that is not answered by one key.
fn prompt(question: &Question<'_>, context: &DrawContext<'_>, width: usize) -> Vec<DialogLine> {
    let operation = &question.plan.operation;
    let words = match (question.step, question.plan.confirmation()) {
        (ConfirmStep::Second, _) => {
            let services = plural(operation.targets.len(), "service");
            format!("{services} are asked for: confirm it with another key.")
        }
        (ConfirmStep::Name(_), Confirmation::Name(name)) => {
            let verb = operation.kind.verb();
            format!("Production: type {name} and press Enter to {verb} it; Esc cancels.")
        }
        _ => return Vec::new(),
    };
    let style = context.theme.style(Role::Degraded);
    let parts = text::wrap(&words, width).into_iter();
    parts.map(|text| DialogLine { text, style }).collect()
}

/// Cells between two answers.
const GAP: u16 = 1;

/// The answers to go on and to cancel, which is chosen until another one is, whole and short.
fn forms(question: &Question<'_>) -> [[String; 2]; 3] {
    let verb = capitalized(question.plan.operation.kind.verb());
    let count = match question.plan.steps.len() {
        0 | 1 => String::new(),
        many => format!(" {many}"),
    };
    let (key, all) = match question.step {
        ConfirmStep::Second => ("a", " all"),
        ConfirmStep::First | ConfirmStep::Name(_) => ("y", ""),
    };
    [
        [
            format!("[{key}] {verb}{all}{count}"),
            "[n] Cancel (default)".to_owned(),
        ],
        [
            format!("[{key}] {verb}{all}{count}"),
            "[n] Cancel".to_owned(),
        ],
        [format!("[{key}] {verb}{all}"), "[n] Cancel".to_owned()],
    ]
}

/// The longest form of the answers that takes at most `room` cells; else the shortest.
fn answers(question: &Question<'_>, room: u16) -> [String; 2] {
    let [whole, counted, short] = forms(question);
    let fits = |form: &[String; 2]| answers_width(form) <= usize::from(room);
    [whole, counted].into_iter().find(fits).unwrap_or(short)
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
    let titles = answers(question, line.width);
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

#[cfg(test)]
mod tests;
