//! The question before an operation that interrupts: what will happen, what else it affects.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explain::plan::{called_all, enumerate, lost_words};
use crate::model::text::capitalized;
use crate::model::words;
use crate::model::{
    OperationKind, Plan, Published, ServiceId, StackName, Step, StepWait, host_ports,
};
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
    let Some(inner) = dialog_frame::ask(buffer, area, context, size, &title(question.plan)) else {
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

/// How many services the plan acts on.
fn services(plan: &Plan) -> usize {
    let ids: BTreeSet<&ServiceId> = plan.steps.iter().map(|step| &step.service).collect();
    ids.len()
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

fn title(plan: &Plan) -> String {
    let verb = capitalized(plan.operation.kind.verb());
    let what = match plan.operation.targets.as_slice() {
        [one] => one.to_string(),
        many => words::plural(many.len(), "service"),
    };
    let whose = match plan.operation.targets.len() {
        1 => "its",
        _ => "their",
    };
    let along = services(plan).saturating_sub(plan.operation.targets.len());
    let dependents = match (plan.operation.with_dependents, along) {
        (true, 1) => format!(" and {whose} dependent"),
        (true, 2..) => format!(" and {whose} {along} dependents"),
        _ => String::new(),
    };
    let removes = match plan.removes.len() {
        0 => String::new(),
        1 => ", which removes its container".to_owned(),
        many => format!(", which removes {many} containers"),
    };
    format!("{verb} {what}{dependents}{removes}?")
}

/// Warnings first, then what is lost, what may notice, and the steps in order.
fn lines(plan: &Plan, context: &DrawContext<'_>, width: usize) -> Vec<DialogLine> {
    let theme = context.theme;
    let mut lines = Vec::new();
    let mut add = |content: String, role: Role, indent: usize| {
        for part in text::wrap(&content, width.saturating_sub(indent)) {
            lines.push(DialogLine {
                text: format!("{}{part}", " ".repeat(indent)),
                style: theme.style(role),
            });
        }
    };
    for warning in &plan.warnings {
        add(format!("! {warning}"), Role::Degraded, 0);
    }
    let concerned = |what: &str, ids: &[ServiceId]| {
        let names = || names(plan, ids, context);
        (!ids.is_empty()).then(|| format!("{what}: {}", names()))
    };
    let impact = &plan.impact;
    let lost = |lost| lost_words(context.snapshot, lost, beside(plan, context));
    let losses = concerned(unavailable(plan), &impact.hard).into_iter();
    for words in losses.chain(impact.routes.iter().map(lost)) {
        add(words, Role::Unhealthy, 0);
    }
    if let Some(words) = concerned("May notice", &impact.soft) {
        add(words, Role::Text, 0);
    }
    if plan.impact.is_empty() {
        add(unneeded(plan, context), Role::Muted, 0);
    }
    let waves = plan
        .steps
        .iter()
        .map(|step| step.wave)
        .max()
        .unwrap_or_default();
    for step in &plan.steps {
        let number = if waves > 0 {
            format!("{}. ", step.wave + 1)
        } else {
            String::new()
        };
        add(format!("{number}{}", step_words(plan, step)), Role::Text, 2);
    }
    lines
}

/// `restart hub-db-1, then wait until healthy`, `run the job hub-migrate-1 again and wait for exit 0`.
fn step_words(plan: &Plan, step: &Step) -> String {
    let wait = match step.wait {
        StepWait::Exit => {
            let again = match step.kind {
                OperationKind::Restart => " again",
                _ => "",
            };
            return format!("run the job {}{again} and wait for exit 0", step.name);
        }
        StepWait::Healthy => ", then wait until healthy",
        StepWait::No => "",
    };
    let removed = if plan.removes.contains(&step.name) {
        ", then the engine removes it"
    } else {
        ""
    };
    format!("{} {}{wait}{removed}", step.kind.verb(), step.name)
}

/// For how long what needs the targets is unavailable.
const fn unavailable(plan: &Plan) -> &'static str {
    match plan.operation.kind {
        OperationKind::Restart => "Unavailable while this runs",
        _ => "Will be unavailable",
    }
}

/// That no service depends on the targets; who uses a published port from outside is not known.
fn unneeded(plan: &Plan, context: &DrawContext<'_>) -> String {
    let targets = plan.operation.targets.iter();
    let targets = targets.filter_map(|id| context.snapshot.service(id));
    let instances = targets.flat_map(|service| &service.instances);
    let ports = host_ports(instances.map(|instance| &*instance.facts));
    let numbers = ports
        .iter()
        .filter(|port| matches!(port, Published::Number(_)));
    let ports: Vec<String> = numbers.map(|port| format!(":{port}")).collect();
    let (them, publish) = match plan.operation.targets.len() {
        1 => ("it", "it publishes"),
        _ => ("them", "they publish"),
    };
    if ports.is_empty() {
        return format!("Nothing depends on {them}.");
    }
    format!("Nothing depends on {them}; {publish} {}.", ports.join(", "))
}

/// All of `services` as the map calls them beside the first target.
fn names(plan: &Plan, services: &[ServiceId], context: &DrawContext<'_>) -> String {
    enumerate(
        &called_all(context.snapshot, services, beside(plan, context)),
        services.len(),
    )
}

/// The stack of the first target.
fn beside<'a>(plan: &Plan, context: &DrawContext<'a>) -> Option<&'a StackName> {
    let first = plan.operation.targets.first();
    let service = first.and_then(|id| context.snapshot.service(id));
    service.and_then(|service| service.stack.as_ref())
}

#[cfg(test)]
mod tests;
