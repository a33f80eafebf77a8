//! The table of services: sortable, filterable, over all projects.

mod cells;
mod columns;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::Service;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::nothing;
use crate::tui::draw::widget::line_writer;
use crate::tui::state::{Column, Drawn, Hit, UiState, Viewport};

use crate::tui::state::table::rows;

use columns::Placed;

/// Draws the table.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    let services = rows(ui, context.snapshot);
    let body = Rect {
        y: area.y.saturating_add(1),
        height: area.height.saturating_sub(1),
        ..area
    };
    drawn.viewport = Viewport::clamped(ui.table.top, usize::from(body.height), services.len());
    let top = drawn.viewport.top;
    let several_stacks = context.snapshot.stacks.len() > 1;
    let (placed, hidden) = columns::place(&ui.table.columns, &services, area, several_stacks);
    let caption = caption(drawn.viewport, hidden);
    draw_head(buffer, area, context, ui, &placed, &caption);
    if services.is_empty() {
        let words = nothing::why(context.snapshot, ui);
        let (y, muted) = (body.y + body.height / 2, context.theme.style(Role::Muted));
        return line_writer::centred(buffer, body, y, &words, context.glyphs, muted);
    }
    let named_in_full = several_stacks && !placed.iter().any(|each| each.column == Column::Stack);
    for (y, service) in (body.top()..body.bottom()).zip(services.iter().skip(top)) {
        let line = Rect {
            y,
            height: 1,
            ..area
        };
        draw_row(buffer, line, context, ui, service, &placed, named_in_full);
        drawn.add(line, body, Hit::Service(service.id.clone()));
        drawn.visible.push(service.id.clone());
        drawn.measured.push(service.id.clone());
    }
}

/// What the table does not show: rows outside, columns that do not fit.
fn caption(viewport: Viewport, hidden: usize) -> String {
    let mut parts = Vec::new();
    if viewport.total > viewport.rows {
        let last = (viewport.top + viewport.rows).min(viewport.total);
        parts.push(format!("{}-{last}/{}", viewport.top + 1, viewport.total));
    }
    if hidden > 0 {
        parts.push(format!("+{hidden} cols"));
    }
    parts.join(" ")
}

fn draw_head(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    placed: &[Placed],
    caption: &str,
) {
    let style = context.theme.style(Role::Muted);
    let arrow = match (context.glyphs.ascii, ui.table.reverse) {
        (false, false) => "↓",
        (false, true) => "↑",
        (true, false) => "v",
        (true, true) => "^",
    };
    for each in placed {
        let sorted = each.column == ui.table.sort;
        let title = if sorted {
            format!("{}{arrow}", each.title(true))
        } else {
            each.title(false).to_owned()
        };
        let title = each.fit(&title, context.glyphs);
        let style = if sorted {
            context.theme.style(Role::Title)
        } else {
            style
        };
        line_writer::put(buffer, area, each.x, area.y, &title, style);
    }
    if !caption.is_empty() {
        line_writer::put_right(
            buffer,
            area,
            area.right(),
            area.y,
            &format!(" {caption}"),
            context.theme.style(Role::Key),
        );
    }
}

fn draw_row(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    service: &Service,
    placed: &[Placed],
    named_in_full: bool,
) {
    let selected = ui.selection.selected.as_ref() == Some(&service.id);
    let marked = ui.selection.marked.contains(&service.id);
    for each in placed {
        let (text, style) = cells::cell(each, service, context, named_in_full);
        let style = if marked && each.column == Column::Name {
            context.theme.style(Role::Marked)
        } else {
            style
        };
        let text = each.fit(&text, context.glyphs);
        line_writer::put(buffer, line, each.x, line.y, &text, style);
    }
    if selected {
        buffer.set_style(line, context.theme.style(Role::Selection));
    }
    let (sign, role) = match (marked, selected, context.glyphs.ascii) {
        (true, _, false) => ("◆", Role::Marked),
        (true, _, true) => ("*", Role::Marked),
        (false, true, false) => ("▌", Role::BorderFocus),
        (false, true, true) => (">", Role::BorderFocus),
        (false, false, _) => return,
    };
    let style = context.theme.style(role);
    line_writer::put(buffer, line, line.x, line.y, sign, style);
}

#[cfg(test)]
mod tests;
