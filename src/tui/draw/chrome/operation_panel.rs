//! The panel of a running operation: a row with its steps in order and how each stands.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::explain::plan::StepNames;
use crate::model::words;
use crate::model::{OperationStatus, Step, StepState, StepTimes, StepWait, Timestamp};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::input::page::View;
use crate::tui::state::{Drawn, Hit, UiState, operations};

use crate::tui::draw::chrome::{dialog_frame, operation};

/// Rows of the panel with its border.
const BOXED: u16 = 3;
/// Columns of the narrowest panel with a border.
const LEAST_BOXED: u16 = 20;
/// From this many rows of the view on the panel has a border; below it is one row.
const ROOMY: u16 = 12;
/// From this many rows of the view on there is a panel at all.
const LEAST: u16 = 5;
/// Cells between two steps.
const GAP: usize = 3;
/// In fewer cells than these the steps that are done are not counted beside those that run.
const NARROW: usize = 40;

/// A step as the row shows it.
struct StepItem {
    words: String,
    role: Role,
    /// Whether nothing more becomes of it.
    is_done: bool,
    /// Whether it runs beside the step before it.
    is_beside: bool,
}

/// The rows at the end of `body` for the panel; empty where no operation runs, the panel was
/// hidden, or there is no room.
pub fn place(body: Rect, context: &DrawContext<'_>, ui: &UiState) -> Rect {
    let height = match body.height {
        _ if operations::in_panel(ui, context.snapshot).is_none() => 0,
        ROOMY.. => BOXED,
        LEAST.. => 1,
        _ => 0,
    };
    Rect {
        y: body.bottom() - height,
        height,
        ..body
    }
}

/// Whether the view gives up the rows of the panel. The map does not: with fewer rows its cards
/// would change their size with every operation.
pub const fn takes_room(ui: &UiState) -> bool {
    !matches!(ui.view, View::Map) || ui.details.is_some()
}

/// Draws the panel in `area`, which [`place`] gave.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let Some(operation) = operations::in_panel(ui, context.snapshot).filter(|_| !area.is_empty())
    else {
        return;
    };
    let items = items(operation, context);
    if area.height < BOXED || area.width < LEAST_BOXED {
        let style = context.theme.style(Role::Text);
        buffer.set_style(area, style);
        (area.left()..area.right()).for_each(|x| {
            line_writer::put(buffer, area, x, area.y, " ", style);
        });
        let title = title(operation.plan.operation.kind.verb(), operation, context);
        let strong = context.theme.style(Role::Title);
        let x = line_writer::put(buffer, area, area.x + 1, area.y, &title, strong);
        draw_items(buffer, area, x.saturating_add(2), context, &items);
        return;
    }
    let title = title(&operation::what(operation), operation, context);
    let inner = dialog_frame::boxed(buffer, area, context, &title);
    draw_key(buffer, area, &title, context, drawn);
    draw_items(buffer, inner, inner.x, context, &items);
}

/// `restart hub/redis with dependents: 2/6 · 7s`.
fn title(what: &str, operation: &OperationStatus, context: &DrawContext<'_>) -> String {
    let (done, all) = (operation.steps_done(), operation.steps.len());
    let age = words::age(operation.started_at, context.now());
    let others = context.snapshot.operations.iter();
    let others = others.filter(|each| each.is_running() && !each.plan.operation.kind.is_silent());
    let others = others.count().saturating_sub(1);
    let others = match others {
        0 => String::new(),
        more => format!(" · {} more", words::plural(more, "operation")),
    };
    format!("{what}: {done}/{all} · {age}{others}")
}

/// The key that stops the operation, at the right end of the border.
fn draw_key(
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    context: &DrawContext<'_>,
    drawn: &mut Drawn,
) {
    let label = (context.keymap).label(&Action::Cancel, context.glyphs.ascii);
    if label.is_empty() {
        return;
    }
    let (key, words) = (format!(" {label}"), " stop after this step ");
    let width = text::width(&key) + text::width(words);
    let room = usize::from(area.width).saturating_sub(text::width(title) + 8);
    if width > room {
        return;
    }
    let start = area
        .right()
        .saturating_sub(line_writer::cells(width).saturating_add(2));
    let (strong, weak) = (Role::Key, Role::Footer);
    let x = line_writer::put(
        buffer,
        area,
        start,
        area.y,
        &key,
        context.theme.style(strong),
    );
    line_writer::put(buffer, area, x, area.y, words, context.theme.style(weak));
    let place = Rect::new(start, area.y, line_writer::cells(width), 1);
    drawn.add(place, area, Hit::Do(Action::Cancel));
}

/// The steps in order.
fn items(operation: &OperationStatus, context: &DrawContext<'_>) -> Vec<StepItem> {
    let names = StepNames::new(&operation.plan, context.snapshot);
    let mut wave = None;
    let mut items = Vec::with_capacity(operation.plan.steps.len());
    for (index, (step, state, times)) in operation.each_step().enumerate() {
        let name = names.of(step);
        let activity = operation.activities.get(index);
        let (words, role) = match activity {
            Some(activity) => under_way(&format!("{name} {activity}"), times, context),
            None => words(name, step, (state, times), context),
        };
        items.push(StepItem {
            words,
            role,
            is_done: state.is_final(),
            is_beside: wave == Some(step.wave),
        });
        wave = Some(step.wave);
    }
    items
}

/// `✓ redis 1.4s`, `◐ aggregator waiting for healthy 3s`, `proxy`.
fn words(
    name: String,
    step: &Step,
    (state, times): (&StepState, StepTimes),
    context: &DrawContext<'_>,
) -> (String, Role) {
    let took = took(times, context.now());
    let ascii = context.glyphs.ascii;
    let sign = |unicode, plain| if ascii { plain } else { unicode };
    match state {
        StepState::Pending => (name, Role::Muted),
        StepState::Running => under_way(&format!("{name} {}", step.kind.gerund()), times, context),
        StepState::Waiting => {
            let what = match step.wait {
                StepWait::Exit => "waiting for exit 0",
                StepWait::Healthy | StepWait::No => "waiting for healthy",
            };
            under_way(&format!("{name} {what}"), times, context)
        }
        StepState::Succeeded => (format!("{} {name}{took}", sign("✓", "+")), Role::Healthy),
        StepState::Unchanged => (
            format!("{} {name} unchanged", sign("✓", "+")),
            Role::Healthy,
        ),
        StepState::Unverified => (
            format!("{} {name} health not checked", sign("✓", "+")),
            Role::Degraded,
        ),
        StepState::Failed { .. } => (format!("{} {name} failed", sign("✖", "x")), Role::Unhealthy),
        StepState::Skipped { .. } => (format!("{name} skipped"), Role::Degraded),
    }
}

/// A step that is being done.
fn under_way(what: &str, times: StepTimes, context: &DrawContext<'_>) -> (String, Role) {
    let sign = if context.glyphs.ascii { "~" } else { "◐" };
    let words = format!("{sign} {what}{}", took(times, context.now()));
    (words, Role::Starting)
}

/// ` 1.4s` once the step has ended, ` 3s` while it runs; empty where it has not begun.
fn took(times: StepTimes, now: Timestamp) -> String {
    let Some(took) = times.took(now) else {
        return String::new();
    };
    match times.ended_at {
        Some(_) if took.as_secs() < 60 => format!(" {:.1}s", took.as_secs_f64()),
        _ => format!(" {}", words::duration(took)),
    }
}

/// Draws as many steps as there is room for. Where there is too little, those that are done give way
/// first, to how many they are; what is cut off at the end is counted.
fn draw_items(
    buffer: &mut Buffer,
    area: Rect,
    mut x: u16,
    context: &DrawContext<'_>,
    items: &[StepItem],
) {
    let room = usize::from(area.right().saturating_sub(x));
    let theme = context.theme;
    let left_out = left_out(items, room);
    // The title counts them too.
    if left_out > 0 && room >= NARROW {
        let sign = if context.glyphs.ascii { "+" } else { "✓" };
        let words = format!("{sign} {left_out} done");
        x = line_writer::put(buffer, area, x, area.y, &words, theme.style(Role::Healthy));
        x = x.saturating_add(line_writer::cells(GAP));
    }
    let shown = items.get(left_out..).unwrap_or_default();
    for (index, item) in shown.iter().enumerate() {
        let rest = shown.len() - index;
        let more = format!("{rest} more");
        let reserve = if rest > 1 {
            text::width(&more) + GAP
        } else {
            0
        };
        let between = if index == 0 {
            ""
        } else {
            between(item, context)
        };
        let width = text::width(between) + text::width(&item.words);
        let left = usize::from(area.right().saturating_sub(x));
        if index == 0 && width + reserve > left {
            let words = text::cut(&item.words, left, context.glyphs);
            line_writer::put(buffer, area, x, area.y, &words, theme.style(item.role));
            return;
        }
        if width + reserve > left {
            x = x.saturating_add(line_writer::cells(GAP));
            line_writer::put(buffer, area, x, area.y, &more, theme.style(Role::Muted));
            return;
        }
        x = line_writer::put(buffer, area, x, area.y, between, theme.style(Role::Muted));
        x = line_writer::put(buffer, area, x, area.y, &item.words, theme.style(item.role));
    }
}

/// What stands before a step: it runs beside the one before it, or after it.
const fn between(item: &StepItem, context: &DrawContext<'_>) -> &'static str {
    match (item.is_beside, context.glyphs.ascii) {
        (true, false) => " ∥ ",
        (true, true) => " | ",
        (false, false) => " · ",
        (false, true) => " > ",
    }
}

/// How many steps at the begin, all of them done, are left out so that the rest fits in `room`.
fn left_out(items: &[StepItem], room: usize) -> usize {
    let width = |items: &[StepItem]| -> usize {
        let all = items.iter().map(|item| text::width(&item.words) + GAP);
        all.sum()
    };
    if width(items) <= room + GAP {
        return 0;
    }
    let done = items.iter().take_while(|item| item.is_done).count();
    let fits = |from: &usize| {
        let counted = format!("  {from} done").len() + GAP;
        items
            .get(*from..)
            .is_some_and(|rest| width(rest) + counted <= room)
    };
    (1..=done).find(fits).unwrap_or(done)
}

#[cfg(test)]
mod tests;
