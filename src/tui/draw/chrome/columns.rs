//! The list in which the columns of the services table are chosen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::chrome::{dialog_frame, menu};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::Action;
use crate::tui::state::palette::{Item, ItemKind};
use crate::tui::state::{ColumnChooser, ColumnRow, Drawn, TableState, UiState};

/// Rows that the list keeps where the keys below it would take them.
const LEAST_ROWS: u16 = 4;

/// Draws the list with its keys below.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    chooser: &ColumnChooser,
    drawn: &mut Drawn,
) {
    let keys = if context.glyphs.ascii {
        "space: show or hide | left, right: move | s: sort | r: reset | Enter: keep | Esc: undo"
    } else {
        "space: show or hide · ←→: move · s: sort · r: reset · Enter: keep · Esc: undo"
    };
    let width = area.width.min(52);
    let lines = text::wrap(keys, usize::from(width.saturating_sub(4)).max(1));
    let (rows, below) = (chooser.rows.len(), line_writer::cells(lines.len()));
    let height = line_writer::cells(rows).saturating_add(below + 3);
    let title = "Columns of the services table";
    let inner = dialog_frame::open(buffer, area, context, (width, height), title);
    let has_keys = inner.height >= LEAST_ROWS + below;
    let list = Rect {
        height: inner.height - if has_keys { below } else { 0 },
        ..inner
    };
    let items = chooser.rows.iter().map(|row| item(*row, &ui.table));
    let items: Vec<Item> = items.collect();
    menu::draw_items(buffer, list, context, &items, chooser.selected, drawn);
    let muted = context.theme.style(Role::Muted);
    for (y, line) in (list.bottom()..inner.bottom()).zip(&lines) {
        line_writer::put(buffer, inner, inner.x, y, line, muted);
    }
}

fn item(row: ColumnRow, table: &TableState) -> Item {
    let sign = if row.shown { 'x' } else { ' ' };
    let sorted = match (table.sort == row.column, table.reverse) {
        (false, _) => "",
        (true, false) => "sorted",
        (true, true) => "sorted, reversed",
    };
    Item {
        kind: ItemKind::Argument(sorted),
        title: format!("[{sign}] {}", row.column.id()),
        action: Action::Columns,
        disabled: None,
        line: String::new(),
        goes_on: false,
    }
}
