//! The steps of an operation and how they stand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explain;
use crate::model::words;
use crate::model::{EngineCall, OperationId, OperationStatus, Step, StepState, StepWait};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::state::{Drawn, Hit, Viewport, operations};

use crate::tui::draw::chrome::dialog_frame;
use crate::tui::draw::chrome::dialog_frame::DialogLine;

/// Columns of the panel.
const MOST_WIDE: u16 = 90;
/// Columns of the panel with what a program writes.
const MOST_WIDE_OUTPUT: u16 = 140;

/// Draws the steps of operation `id`, or of the latest, from line `top` on; with `record` also what was
/// called and answered.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (id, record): (Option<OperationId>, bool),
    top: usize,
    drawn: &mut Drawn,
) {
    let Some(operation) = operations::shown(id, context.snapshot) else {
        let size = (area.width.min(MOST_WIDE), 4);
        dialog_frame::open(buffer, area, context, size, "No operation");
        return;
    };
    // Lines of programs are long.
    let most = if operation.plan.compose().is_some() {
        MOST_WIDE_OUTPUT
    } else {
        MOST_WIDE
    };
    let width = area.width.min(most);
    let room = usize::from(width.saturating_sub(4)).max(1);
    let lines = lines(operation, record, context, room);
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let size = (width, count.saturating_add(4));
    let title = title(operation, context);
    let inner = dialog_frame::open(buffer, area, context, size, &title);
    let has_keys = inner.height >= 3;
    let body = Rect {
        height: inner.height - 2 * u16::from(has_keys),
        ..inner
    };
    let top = dialog_frame::scroll(buffer, body, context, &lines, top);
    drawn.dialog = Viewport {
        top,
        rows: usize::from(body.height),
        total: lines.len(),
    };
    if has_keys {
        let line = line_writer::row(inner, inner.bottom() - 1);
        draw_keys(buffer, line, context, (operation, record), drawn);
    }
}

/// "restart hub/db with dependents".
pub fn what(operation: &OperationStatus) -> String {
    let asked = &operation.plan.operation;
    if let Some(call) = operation.plan.compose() {
        return format!("{} {}", asked.kind.verb(), call.invocation.project.name);
    }
    let subject = match asked.targets.as_slice() {
        [one] => one.to_string(),
        many => words::plural(many.len(), "service"),
    };
    let dependents = if asked.with_dependents {
        " with dependents"
    } else {
        ""
    };
    format!("{} {subject}{dependents}", asked.kind.verb())
}

fn title(operation: &OperationStatus, context: &DrawContext<'_>) -> String {
    let ended = operation.finished_at.unwrap_or(context.now());
    let length = ended.duration_since(operation.started_at);
    let took = words::duration(length);
    let how = match (operation.finished_at, &operation.error, operation.cancelled) {
        (None, ..) => format!("running for {took}"),
        (Some(_), Some(_), _) => format!("failed after {took}"),
        (Some(_), None, Some(_)) => format!("cancelled after {took}"),
        // As the timeline and the message say it.
        (Some(_), None, None) => {
            return explain::timeline::succeeded(&operation.plan.operation, length);
        }
    };
    format!("{}: {how}", what(operation))
}

fn lines(
    operation: &OperationStatus,
    record: bool,
    context: &DrawContext<'_>,
    width: usize,
) -> Vec<DialogLine> {
    let theme = context.theme;
    let mut lines = Vec::new();
    let mut add = |content: &str, role: Role, indent: usize| {
        for part in text::wrap(content, width.saturating_sub(indent)) {
            lines.push(DialogLine {
                text: format!("{}{part}", " ".repeat(indent)),
                style: theme.style(role),
            });
        }
    };
    let waves = operation.plan.steps.last().map_or(0, |step| step.wave);
    for (index, (step, state, times)) in operation.each_step().enumerate() {
        let number = if waves > 0 {
            format!("{}. ", step.wave + 1)
        } else {
            String::new()
        };
        let (mut words, role) = words(step, state);
        if let Some(activity) = operation.activities.get(index) {
            words = activity.to_string();
        }
        if let Some(left) = times.time_left(context.now()) {
            words.push_str(&format!(", {} left", words::duration(left)));
        }
        add(&format!("{number}{}: {words}", step.call()), role, 0);
        if let StepState::Failed { error } = state {
            add(error, Role::Unhealthy, 3);
        }
        let called = operation.calls.get(index).filter(|_| record);
        for line in called.into_iter().flat_map(|calls| recorded(step, calls)) {
            add(&line, Role::Muted, 3);
        }
    }
    if let Some(error) = &operation.error
        && !operation
            .steps
            .iter()
            .any(|state| matches!(state, StepState::Failed { error: own } if own == error))
    {
        add(error, Role::Unhealthy, 0);
    }
    let finishing = operation.finishing_commands();
    if !operation.is_running() && !finishing.is_empty() {
        add("To finish it, in this order:", Role::Text, 0);
        finishing.iter().for_each(|it| add(it, Role::Text, 2));
    }
    add_output(&mut lines, operation, context, width);
    lines
}

/// What its program wrote, after a line between.
fn add_output(
    lines: &mut Vec<DialogLine>,
    operation: &OperationStatus,
    context: &DrawContext<'_>,
    width: usize,
) {
    if operation.output.is_empty() {
        return;
    }
    let style = context.theme.style(Role::Muted);
    let words = match operation.output.left_out {
        0 => String::new(),
        many => format!("{} before these are not kept", words::plural(many, "line")),
    };
    lines.push(DialogLine { text: words, style });
    let style = context.theme.style(Role::Text);
    for line in operation.output.since(0) {
        let parts = text::wrap(&line.text, width);
        lines.extend(parts.into_iter().map(|text| DialogLine { text, style }));
    }
}

/// The `docker` command that does the same as `step`, and each of its `calls` with the answer.
fn recorded(step: &Step, calls: &[EngineCall]) -> Vec<String> {
    let command = step.docker_command().filter(|_| !calls.is_empty());
    let calls = calls.iter();
    let calls = calls.map(|call| format!("{}: {}", call.call, call.answer_words()));
    command.into_iter().chain(calls).collect()
}

/// How a step stands.
fn words(step: &Step, state: &StepState) -> (String, Role) {
    match state {
        StepState::Pending => ("pending".to_owned(), Role::Muted),
        StepState::Running => ("in progress".to_owned(), Role::Starting),
        StepState::Waiting if step.wait == StepWait::Exit => {
            ("waiting for exit 0".to_owned(), Role::Starting)
        }
        StepState::Waiting => ("waiting until healthy".to_owned(), Role::Starting),
        StepState::Succeeded => ("done".to_owned(), Role::Healthy),
        StepState::Unchanged => (
            "unchanged, it has the newest image".to_owned(),
            Role::Healthy,
        ),
        StepState::Unverified => ("done, health not checked".to_owned(), Role::Degraded),
        StepState::Failed { .. } => ("failed".to_owned(), Role::Unhealthy),
        StepState::Skipped { reason } => (format!("skipped: {}", reason.clause()), Role::Degraded),
    }
}

/// The keys of the panel, with what they do now.
fn draw_keys(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    (operation, record): (&OperationStatus, bool),
    drawn: &mut Drawn,
) {
    let theme = context.theme;
    let several = context.snapshot.operations.len() > 1;
    let offered = [
        (operation.is_running(), Action::Cancel, "cancel"),
        (
            operation.calls.iter().any(|calls| !calls.is_empty()),
            Action::Inspect,
            if record { "hide the record" } else { "record" },
        ),
        (several, Action::Pane(1), "next operation"),
        (true, Action::Back, "close"),
    ];
    let mut x = line.x;
    for (_, action, words) in offered.into_iter().filter(|(offered, ..)| *offered) {
        let key = context.keymap.label(&action, context.glyphs.ascii);
        if key.is_empty() {
            continue;
        }
        let start = x;
        x = line_writer::put(buffer, line, x, line.y, &key, theme.style(Role::Key));
        x = line_writer::put(
            buffer,
            line,
            x.saturating_add(1),
            line.y,
            words,
            theme.style(Role::Footer),
        );
        drawn.add(
            Rect::new(start, line.y, x.saturating_sub(start), 1),
            line,
            Hit::Do(action),
        );
        x = x.saturating_add(2);
    }
}
