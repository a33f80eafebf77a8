//! One log record as a tree of its fields.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::logs::tree::{TreeRow, TreeRowKind};
use crate::model::words;
use crate::tui::draw::chrome::dialog_frame;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::state::logs::record::RecordView;
use crate::tui::state::{Drawn, Hit, Viewport, scroll_to};

/// Cells of the widest name of a field.
const KEY_CELLS: usize = 24;

/// Draws the record with its keys below.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    view: &RecordView,
    drawn: &mut Drawn,
) {
    let rows = view.rows();
    let keys = keys(context, view);
    let width = area.width.saturating_sub(4);
    let inner_width = usize::from(width.saturating_sub(4)).max(1);
    let below = text::wrap(&keys, inner_width);
    let detail = detail(view, inner_width);
    let height = rows.len() + below.len() + detail.len() + 4;
    let size = (width, line_writer::cells(height));
    let inner = dialog_frame::open(buffer, area, context, size, &title(context, view));
    let taken = line_writer::cells(below.len() + detail.len() + 1);
    let list = Rect {
        height: inner.height.saturating_sub(taken).max(inner.height.min(3)),
        ..inner
    };
    draw_rows(buffer, list, context, view, &rows, drawn);
    let muted = context.theme.style(Role::Muted);
    let plain = context.theme.style(Role::Text);
    let details = detail.iter().map(|line| (line, plain));
    let notes = details.chain(below.iter().map(|line| (line, muted)));
    for (y, (line, style)) in (list.bottom() + 1..inner.bottom()).zip(notes) {
        line_writer::put(buffer, inner, inner.x, y, line, style);
    }
}

/// Whose record, and when.
fn title(context: &DrawContext<'_>, view: &RecordView) -> String {
    let at = view.line.at;
    let at = at.map(|at| words::clock_millis(at, context.zone));
    let parts = [Some(view.source.clone()), at];
    let dot = if context.glyphs.ascii { " | " } else { " · " };
    parts.into_iter().flatten().collect::<Vec<_>>().join(dot)
}

fn keys(context: &DrawContext<'_>, view: &RecordView) -> String {
    use crate::tui::input::action::Action;
    let dot = if context.glyphs.ascii { " | " } else { " · " };
    let copy = context.keymap.label(&Action::Copy, context.glyphs.ascii);
    let mut keys = vec![format!("{copy}: copy the value")];
    let opens = view.row().is_some_and(|row| row.open.is_some());
    if opens {
        keys.push("Enter: fold or unfold".to_owned());
    } else if view.filter().is_some() {
        keys.push("Enter: only lines with this value".to_owned());
    }
    keys.push("Esc: close".to_owned());
    keys.join(dot)
}

/// The value of the chosen row where it is longer than its line.
fn detail(view: &RecordView, width: usize) -> Vec<String> {
    /// Lines of a long value that are shown below the tree.
    const LINES: usize = 6;
    let value = view.row().map(|row| row.value).unwrap_or_default();
    if text::width(&value) + KEY_CELLS < width {
        return Vec::new();
    }
    let mut lines = text::wrap(&value.replace('\t', " "), width);
    lines.truncate(LINES);
    lines
}

fn draw_rows(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    view: &RecordView,
    rows: &[TreeRow],
    drawn: &mut Drawn,
) {
    let height = usize::from(area.height);
    let top = scroll_to(0, view.selected, height, rows.len());
    drawn.dialog = Viewport {
        top,
        rows: height,
        total: rows.len(),
    };
    let widths = rows.iter().map(|row| text::width(&row.key) + 2 * row.depth);
    let cells = widths.max().unwrap_or(0).min(KEY_CELLS);
    for (index, row) in rows.iter().enumerate().skip(top).take(height) {
        let line = line_writer::row(area, area.y + line_writer::cells(index - top));
        draw_row(buffer, line, context, row, cells);
        if index == view.selected {
            line_writer::cursor(buffer, line, context.theme, context.glyphs);
        }
        drawn.add(line, area, Hit::Row(index));
    }
}

fn draw_row(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    row: &TreeRow,
    cells: usize,
) {
    let theme = context.theme;
    let sign = match (row.open, context.glyphs.ascii) {
        (None, _) => " ",
        (Some(true), false) => "▾",
        (Some(false), false) => "▸",
        (Some(true), true) => "-",
        (Some(false), true) => "+",
    };
    let x = line.x + 1 + line_writer::cells(2 * row.depth);
    line_writer::put(buffer, line, x, line.y, sign, theme.style(Role::Muted));
    let key = text::cut(&row.key, KEY_CELLS, context.glyphs);
    let x = line_writer::put(buffer, line, x + 2, line.y, &key, theme.style(Role::Dim));
    let column = line.x + 5 + line_writer::cells(cells);
    let at = if row.key.is_empty() {
        x
    } else {
        column.max(x + 1)
    };
    let room = usize::from(line.right().saturating_sub(at));
    let shown = row.value.replace(['\n', '\t'], " ");
    let value = text::cut(&shown, room, context.glyphs);
    line_writer::put(buffer, line, at, line.y, &value, theme.style(role(row)));
}

fn role(row: &TreeRow) -> Role {
    match row.kind {
        TreeRowKind::Level(level) => Role::of_level(level),
        TreeRowKind::Trace | TreeRowKind::OwnTime => Role::Muted,
        _ => Role::Text,
    }
}
