//! Log tails: the lines of one or several containers, newest at the bottom.
//!
//! Only the lines in sight are read, parsed and wrapped, however many the ring holds.

mod histogram;
mod line;
mod marks;
mod notice;
mod patterns;
mod status;

pub use marks::sentence as mark_sentence;
pub(super) use notice::of_sources as notice_of_sources;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::logs::sources::sources;
use crate::model::{OperationKind, words};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::nothing;
use crate::tui::draw::widget::{line_writer, scroll, text};
use crate::tui::input::action::Action;
use crate::tui::state::logs::LogBegin;
use crate::tui::state::logs::place::{self, LogPlace};
use crate::tui::state::{Drawn, Hit, LogsState, UiState, Viewport, availability};

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
    let take = |body: &mut Rect, rows: u16| {
        let top = Rect {
            height: rows,
            ..*body
        };
        body.y += rows;
        body.height -= rows;
        top
    };
    if area.height >= 3 {
        let row = take(&mut body, 1);
        status::draw(buffer, row, context, logs);
    }
    if let Some(patterns) = logs.patterns.as_ref().filter(|it| it.is_open) {
        return patterns::draw(buffer, body, context, patterns, drawn);
    }
    let bars = histogram::rows(area, logs);
    let bars = take(&mut body, bars);
    if let Some(notice) = notice::words(context, logs).filter(|_| body.height >= 2) {
        body.height -= 1;
        let row = line_writer::row(area, body.bottom());
        draw_notice(buffer, row, context, &notice);
    }
    draw_tail(buffer, body, context, logs, drawn);
    if bars.height > 0 {
        let last = logs.len().saturating_sub(1 + logs.back);
        let sight = (logs.number(drawn.viewport.top), logs.number(last));
        histogram::draw(buffer, bars, context, logs, sight, drawn);
    }
    if logs.is_empty() {
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
    if sources(snapshot, &logs.services).is_empty() {
        let start = key(Action::Request {
            kind: OperationKind::Start,
            with_dependents: false,
        });
        return format!("no log: it has no container; {start} starts it, Esc goes back");
    }
    if !logs.ring.lines.is_empty() {
        return format!(
            "none of {} matches; Esc shows all of them",
            words::plural(logs.ring.lines.len(), "line")
        );
    }
    match logs.begin {
        LogBegin::Moment(_) => format!(
            "no lines since then; {} follows the end",
            key(Action::ToggleFollow)
        ),
        LogBegin::Since(age) => format!(
            "no lines in the last {}; new ones appear here",
            words::duration(age)
        ),
        LogBegin::Tail | LogBegin::All => "no lines yet; new ones appear here".to_owned(),
    }
}

/// Rows of the `rows` of a view that lines take: what does not fill the view stands at its top.
fn filled(logs: &LogsState, columns: usize, rows: usize) -> usize {
    if logs.len() >= rows {
        return rows;
    }
    let heights = (0..logs.len()).map(|back| place::height(logs, back, columns));
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
    let len = logs.len();
    let rows = usize::from(area.height);
    drawn.viewport = Viewport {
        top: 0,
        rows,
        total: len,
    };
    if len == 0 {
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
    let at = LogPlace::clamped(logs, columns, rows);
    drawn.log.place = Some(at);
    let mut first = len;
    let bottom = usize::from(area.y) + filled(logs, columns, rows) + at.below;
    let mut bottom = u16::try_from(bottom).unwrap_or(u16::MAX);
    for index in (0..len - at.back.min(len - 1)).rev() {
        if bottom <= area.y {
            break;
        }
        let height = line_writer::cells(place::height(logs, len - 1 - index, columns));
        let top = i32::from(bottom) - i32::from(height);
        looks.draw(buffer, text_area, top, index, columns);
        add_row(drawn, text_area, top, height, index);
        first = index;
        bottom = u16::try_from(top.max(0)).unwrap_or(0);
    }
    let shown = len - at.back - first;
    drawn.viewport.top = first;
    drawn.columns = columns;
    let bar = Viewport {
        top: first,
        rows: shown,
        total: len,
    };
    scroll::bar(buffer, area, bar, context.theme, context.glyphs);
}

/// Makes the rows of the shown line `index` answer the mouse.
fn add_row(drawn: &mut Drawn, area: Rect, top: i32, height: u16, index: usize) {
    let from = u16::try_from(top.max(i32::from(area.y))).unwrap_or(u16::MAX);
    let to = top.saturating_add(i32::from(height));
    let to = u16::try_from(to.max(0)).unwrap_or(u16::MAX);
    let rows = Rect {
        y: from,
        height: to.saturating_sub(from),
        ..area
    };
    drawn.add(rows, area, Hit::Row(index));
}

fn draw_notice(buffer: &mut Buffer, row: Rect, context: &DrawContext<'_>, notice: &str) {
    let words = text::cut(notice, usize::from(row.width), context.glyphs);
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
