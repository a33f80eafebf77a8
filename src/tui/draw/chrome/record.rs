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
use crate::tui::state::{Drawn, Hit, Viewport};

/// Cells of the widest name of a field.
const KEY_CELLS: usize = 24;

/// A row of the tree with the lines of its value.
struct WrappedRow {
    row: TreeRow,
    lines: Vec<String>,
}

/// Draws the record with its keys below.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    view: &RecordView,
    drawn: &mut Drawn,
) {
    let width = area.width.saturating_sub(4);
    let inner_width = width.saturating_sub(4).max(1);
    let below = text::wrap(&keys(context, view), usize::from(inner_width));
    let room = usize::from(area.height).saturating_sub(below.len() + 3);
    let rows = view.rows();
    let cells = key_cells(&rows, inner_width);
    let rows = wrapped(rows, view.selected, (cells, inner_width, room));
    let height = lines_of(&rows) + below.len() + 3;
    let size = (width, line_writer::cells(height));
    let inner = dialog_frame::open(buffer, area, context, size, &title(context, view));
    let taken = line_writer::cells(below.len() + 1);
    let list = Rect {
        height: inner.height.saturating_sub(taken).max(inner.height.min(3)),
        ..inner
    };
    draw_rows(buffer, list, context, (view, &rows, cells), drawn);
    let rest = drawn.dialog.last_top().saturating_sub(drawn.dialog.top);
    let between = line_writer::row(inner, list.bottom());
    dialog_frame::more_below(buffer, between, context, rest);
    let muted = context.theme.style(Role::Muted);
    for (y, line) in (list.bottom() + 1..inner.bottom()).zip(&below) {
        line_writer::put(buffer, inner, inner.x, y, line, muted);
    }
}

/// Cells of the column of names: no more than a third where it is narrow.
fn key_cells(rows: &[TreeRow], width: u16) -> usize {
    let widths = rows.iter().map(|row| text::width(&row.key) + 2 * row.depth);
    let widest = KEY_CELLS.min(usize::from(width) / 3);
    widths.max().unwrap_or(0).min(widest)
}

/// The rows with their values, wrapped where all have room in `room` lines, else only that of row
/// `selected`.
fn wrapped(
    rows: Vec<TreeRow>,
    selected: usize,
    (cells, width, room): (usize, u16, usize),
) -> Vec<WrappedRow> {
    let wrap = |row: TreeRow| WrappedRow {
        lines: value_lines(
            &row,
            usize::from(width.saturating_sub(value_at(&row, cells))),
        ),
        row,
    };
    let mut all: Vec<WrappedRow> = rows.into_iter().map(wrap).collect();
    if lines_of(&all) > room {
        for (index, each) in all.iter_mut().enumerate() {
            if index != selected && each.lines.len() > 1 {
                each.lines = vec![each.row.value.replace('\n', " ")];
            }
        }
    }
    all
}

fn lines_of(rows: &[WrappedRow]) -> usize {
    rows.iter().map(|each| each.lines.len()).sum()
}

/// The lines of a value, each wrapped in `cells` with its indentation kept.
fn value_lines(row: &TreeRow, cells: usize) -> Vec<String> {
    // A tab has no width of its own here.
    let value = row.value.replace('\t', "    ");
    let wrap = |line: &str| {
        let text = line.trim_start();
        let spaces = line.strip_suffix(text).unwrap_or_default();
        let indent = text::width(spaces).min(cells / 2);
        let lines = text::wrap(text, cells.saturating_sub(indent));
        let indent = " ".repeat(indent);
        lines.into_iter().map(move |line| format!("{indent}{line}"))
    };
    value.split('\n').flat_map(wrap).collect()
}

/// The column of a value: behind that of the names, or behind the sign where it has no name.
fn value_at(row: &TreeRow, cells: usize) -> u16 {
    let sign = 3 + 2 * row.depth;
    line_writer::cells(if row.key.is_empty() { sign } else { 5 + cells })
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

fn draw_rows(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (view, rows, cells): (&RecordView, &[WrappedRow], usize),
    drawn: &mut Drawn,
) {
    let height = usize::from(area.height);
    let start = lines_of(rows.get(..view.selected).unwrap_or_default());
    let chosen = rows.get(view.selected).map_or(1, |each| each.lines.len());
    drawn.record_row = Viewport::clamped(view.above, height, chosen);
    let top = if chosen > height {
        start + drawn.record_row.top
    } else {
        (start + chosen).saturating_sub(height)
    };
    drawn.dialog = Viewport {
        top,
        rows: height,
        total: lines_of(rows),
    };
    let each_line =
        |(index, each): (usize, &WrappedRow)| (0..each.lines.len()).map(move |line| (index, line));
    let lines = rows.iter().enumerate().flat_map(each_line);
    for ((index, number), y) in lines.skip(top).zip(area.top()..area.bottom()) {
        let line = line_writer::row(area, y);
        if let Some(each) = rows.get(index) {
            draw_line(buffer, line, context, (each, number, cells));
        }
        if index == view.selected {
            line_writer::cursor(buffer, line, context.theme, context.glyphs);
        }
        drawn.add(line, area, Hit::Row(index));
    }
}

/// Draws line `number` of a row; the first one has the name.
fn draw_line(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    (each, number, cells): (&WrappedRow, usize, usize),
) {
    let (row, theme) = (&each.row, context.theme);
    if number == 0 {
        let sign = match (row.open, context.glyphs.ascii) {
            (None, _) => " ",
            (Some(true), false) => "▾",
            (Some(false), false) => "▸",
            (Some(true), true) => "-",
            (Some(false), true) => "+",
        };
        let x = line.x + 1 + line_writer::cells(2 * row.depth);
        line_writer::put(buffer, line, x, line.y, sign, theme.style(Role::Muted));
        let room = (cells + 1).saturating_sub(2 * row.depth);
        let key = text::cut(&row.key, room, context.glyphs);
        line_writer::put(buffer, line, x + 2, line.y, &key, theme.style(Role::Dim));
    }
    let at = line.x + value_at(row, cells);
    let room = usize::from(line.right().saturating_sub(at));
    let value = each.lines.get(number).map_or("", String::as_str);
    let value = text::cut(value, room, context.glyphs);
    line_writer::put(buffer, line, at, line.y, &value, theme.style(role(row)));
}

fn role(row: &TreeRow) -> Role {
    match row.kind {
        TreeRowKind::Level(level) => Role::of_level(level),
        TreeRowKind::Trace | TreeRowKind::OwnTime => Role::Muted,
        _ => Role::Text,
    }
}
