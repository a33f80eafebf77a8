//! Log tails: the lines of one or several containers, newest at the bottom.
//!
//! Only the lines in sight are read, parsed and wrapped, however many the ring holds.

mod line;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

use crate::model::{OperationKind, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::nothing;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::input::action::Action;
use crate::tui::state::logs::InView;
use crate::tui::state::{Drawn, LogsState, UiState, Viewport, availability};

use crate::tui::state::logs::place::LogPlace;
use crate::tui::state::logs::text as log_text;
use line::Looks;

/// Columns from which on there is room for milliseconds and for what is switched on.
const WIDE: u16 = 70;

/// Draws the logs view.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let logs = &ui.logs;
    drawn.visible.extend(logs.services.iter().cloned());
    let mut body = area;
    if area.height >= 3 {
        draw_status(buffer, line_writer::row(area, area.y), context, logs);
        body.y += 1;
        body.height -= 1;
    }
    if !logs.notice.is_empty() && body.height >= 2 {
        body.height -= 1;
        draw_notice(buffer, line_writer::row(area, body.bottom()), context, logs);
    }
    draw_tail(buffer, body, context, logs, drawn);
    if logs.ring.lines.is_empty() {
        draw_nothing(buffer, body, context, ui);
    }
}

/// Writes in the middle of `area` why there is no line to draw.
fn draw_nothing(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) {
    let muted = context.theme.style(Role::Muted);
    let words = why_nothing(context, ui);
    line_writer::centred_text(buffer, area, &words, context.glyphs, muted);
}

/// Why there is no line, and what to do.
fn why_nothing(context: &DrawContext<'_>, ui: &UiState) -> String {
    let (snapshot, logs) = (context.snapshot, &ui.logs);
    let key = |action| context.keymap.label(&action, context.glyphs.ascii);
    if availability::is_lost(snapshot) {
        let retry = key(Action::Refresh);
        return format!(
            "engine unreachable: its logs are read again once it answers; {retry} retries now"
        );
    }
    if logs.services.is_empty() {
        let why = nothing::why(snapshot, ui);
        return if snapshot.stacks.is_empty() {
            why
        } else {
            format!("{why}; {} switches the stack", key(Action::NextStack))
        };
    }
    let found = |id| snapshot.service(id);
    if !logs
        .services
        .iter()
        .any(|id| found(id).is_some_and(|each| !each.instances.is_empty()))
    {
        let start = key(Action::Request {
            kind: OperationKind::Start,
            with_dependents: false,
        });
        return format!("no log: it has no container; {start} starts it, Esc goes back");
    }
    match logs.from {
        Some(_) => format!(
            "no lines since then; {} follows the end",
            key(Action::ToggleFollow)
        ),
        None => "no lines yet; new ones appear here".to_owned(),
    }
}

/// Rows of the `rows` of a view that lines take: what does not fill the view stands at its top.
fn filled(logs: &LogsState, columns: usize, rows: usize) -> usize {
    let lines = &logs.ring.lines;
    if lines.len() >= rows {
        return rows;
    }
    let heights = lines
        .iter()
        .map(|each| log_text::rows(each, logs.wrap, columns));
    heights.sum::<usize>().min(rows)
}

/// Draws the lines of `logs`, the newest at the bottom; nothing where there are none.
pub fn draw_tail(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    logs: &LogsState,
    drawn: &mut Drawn,
) {
    let lines = &logs.ring.lines;
    let rows = usize::from(area.height);
    drawn.viewport = Viewport {
        top: 0,
        rows,
        total: lines.len(),
    };
    if lines.is_empty() {
        return;
    }
    let looks = Looks::new(context, logs, area.width >= WIDE);
    let text_area = Rect {
        width: area.width.saturating_sub(1).max(1),
        ..area
    };
    let columns = usize::from(text_area.width)
        .saturating_sub(looks.prefix_cells())
        .max(1);
    let place = LogPlace::clamped(logs, columns, rows);
    let mut first = lines.len();
    let bottom = usize::from(area.y) + filled(logs, columns, rows) + place.below;
    let mut bottom = u16::try_from(bottom).unwrap_or(u16::MAX);
    for index in (0..lines.len() - place.back.min(lines.len() - 1)).rev() {
        if bottom <= area.y {
            break;
        }
        let height =
            u16::try_from(log_text::rows(&lines[index], logs.wrap, columns)).unwrap_or(u16::MAX);
        let top = i32::from(bottom) - i32::from(height);
        looks.draw(buffer, text_area, top, index, columns);
        first = index;
        bottom = u16::try_from(top.max(0)).unwrap_or(0);
    }
    let shown = lines.len() - place.back - first;
    drawn.viewport.top = first;
    drawn.columns = columns;
    let bar = Viewport {
        top: first,
        rows: shown,
        total: lines.len(),
    };
    scroll::bar(buffer, area, bar, context.theme, context.glyphs);
}

/// Whose logs, how many lines, what is missing; at the right what is switched on.
fn draw_status(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, logs: &LogsState) {
    let (theme, glyphs) = (context.theme, context.glyphs);
    let muted = theme.style(Role::Muted);
    let dot = if glyphs.ascii { " | " } else { " · " };
    let right = switches(logs, dot, row.width);
    let end = line_writer::put_right(buffer, row, row.right(), row.y, &right, muted);
    let left = Rect {
        width: end.saturating_sub(row.x).saturating_sub(1),
        ..row
    };
    let ring = &logs.ring;
    let names = names(context, logs);
    let names = text::cut(&names, usize::from(left.width) / 2, glyphs).into_owned();
    let mut spans = vec![Span::styled(names, theme.style(Role::Title))];
    let mut add = |words: String, role| {
        spans.push(Span::styled(dot, muted));
        spans.push(Span::styled(words, theme.style(role)));
    };
    // What is missing comes before what is there: it must be seen in a narrow terminal too.
    let lines = |before: &str, count: u64, after: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{} {before}line{plural}{after}", words::count(count))
    };
    if ring.dropped > 0 {
        add(lines("", ring.dropped, " lost"), Role::Degraded);
    }
    if ring.discarded > 0 {
        add(lines("older ", ring.discarded, " discarded"), Role::Muted);
    }
    if !logs.search.is_empty() {
        add(format!("search \"{}\"", logs.search), Role::Hit);
    }
    add(lines("", ring.lines.len() as u64, ""), Role::Muted);
    line_writer::put_cut(buffer, left, left.x, left.y, &spans, glyphs);
}

/// The services whose logs are shown, after each other.
fn names(context: &DrawContext<'_>, logs: &LogsState) -> String {
    if let Some(in_view) = &logs.in_view {
        return names_in_view(in_view, logs.services.len());
    }
    let name = |id| match context.snapshot.service(id) {
        Some(service) => service.full_title(),
        None => Cow::Borrowed(id.as_str()),
    };
    logs.services
        .iter()
        .map(name)
        .collect::<Vec<_>>()
        .join(", ")
}

/// `stack hub · 9 services`, and how many of them are followed where these are not all.
fn names_in_view(in_view: &InView, followed: usize) -> String {
    let InView { scope, services } = in_view;
    let count = words::plural(*services, "service");
    let count = if followed < *services {
        format!("{followed} of {count}, the others are left out")
    } else {
        count
    };
    let what = scope
        .stack
        .as_ref()
        .map_or_else(|| "everything".to_owned(), |stack| format!("stack {stack}"));
    match scope.filter.as_str() {
        "" => format!("{what}: {count}"),
        filter => format!("{what} matching \"{filter}\": {count}"),
    }
}

fn switches(logs: &LogsState, dot: &str, width: u16) -> String {
    let place = match (logs.follow, logs.back) {
        (true, _) => "following".to_owned(),
        (false, 0) => "stopped".to_owned(),
        (false, back) => format!("{} below", words::count(back as u64)),
    };
    let mut words = Vec::new();
    if width >= WIDE {
        words.extend(logs.timestamps.then_some("timestamps"));
        words.extend(logs.wrap.then_some("wrap"));
    }
    words.push(place.as_str());
    words.join(dot)
}

fn draw_notice(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, logs: &LogsState) {
    let words = text::cut(&logs.notice, usize::from(row.width), context.glyphs);
    line_writer::put(
        buffer,
        row,
        row.x,
        row.y,
        &words,
        context.theme.style(Role::Degraded),
    );
}

#[cfg(test)]
mod tests;
