//! Dialogs one chooses from: the palette and the list of actions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::frame::Stage;
use crate::tui::palette::{self, Item, Kind};
use crate::tui::scene::{Hit, HitMap, Viewport, scroll_to};
use crate::tui::state::{TextField, UiState};
use crate::tui::theme::Role;
use crate::tui::widget::{pen, text};

use super::{boxed, footer};

/// Draws the palette: a field over what it finds.
pub fn palette(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    field: &TextField,
    selected: usize,
    hits: &mut HitMap,
) {
    let items = palette::find(&field.text, ui, stage.scene.snapshot, stage.facts);
    let inner = boxed::open(
        buffer,
        area,
        stage,
        (64, 20),
        "Find a service, a view, an action",
    );
    let line = Rect {
        height: inner.height.min(1),
        ..inner
    };
    pen::put(
        buffer,
        line,
        line.x,
        line.y,
        ":",
        stage.scene.theme.style(Role::Key),
    );
    footer::input(
        buffer,
        Rect {
            x: line.x + 1,
            width: line.width.saturating_sub(1),
            ..line
        },
        stage,
        field,
    );
    let below = Rect {
        y: inner.y + line.height,
        height: inner.height - line.height,
        ..inner
    };
    draw_items(buffer, below, stage, &items, selected, hits);
    if items.is_empty() {
        pen::put(
            buffer,
            below,
            below.x,
            below.y,
            "nothing found",
            stage.scene.theme.style(Role::Muted),
        );
    }
}

/// Draws the list of actions on the selection.
pub fn actions(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    selected: usize,
    hits: &mut HitMap,
) {
    let items = palette::actions(ui, stage.scene.snapshot, stage.facts);
    let targets = crate::tui::roster::targets(ui, stage.scene.snapshot);
    let title = match targets.as_slice() {
        [one] => format!("Actions on {one}"),
        many => format!("Actions on {} services", many.len()),
    };
    let height = u16::try_from(items.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inner = boxed::open(buffer, area, stage, (64, height), &title);
    draw_items(buffer, inner, stage, &items, selected, hits);
}

/// Draws the choice of maintenance, or that there is no room for it: it acts without a further
/// question, so that a choice counts only where each can be read in full.
pub fn maintenance(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    selected: usize,
    hits: &mut HitMap,
) {
    let items = palette::maintenance(ui, stage.scene.snapshot, stage.facts);
    let height = u16::try_from(items.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let longest = items
        .iter()
        .map(|item| text::width(&item.title))
        .max()
        .unwrap_or_default();
    let longest = u16::try_from(longest).unwrap_or(u16::MAX);
    let size = (longest.saturating_add(6).max(64), height);
    let inner = boxed::open(
        buffer,
        area,
        stage,
        size,
        "Maintenance: no incident opens meanwhile",
    );
    draw_items(buffer, inner, stage, &items, selected, hits);
    let readable = inner.height > 0 && inner.width >= longest.saturating_add(2);
    boxed::conclude(buffer, area, stage, (readable, "the choices"), hits);
}

fn draw_items(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    items: &[Item],
    selected: usize,
    hits: &mut HitMap,
) {
    let rows = usize::from(area.height);
    let selected = selected.min(items.len().saturating_sub(1));
    let top = scroll_to(0, selected, rows.max(1), items.len());
    hits.dialog = Viewport {
        top,
        rows,
        total: items.len(),
    };
    for ((y, item), row) in (area.top()..area.bottom())
        .zip(items.iter().skip(top))
        .zip(top..)
    {
        let line = Rect {
            y,
            height: 1,
            ..area
        };
        draw_item(buffer, line, stage, item, row == selected);
        hits.add(line, area, Hit::Row(row));
    }
}

/// Draws one row: its title at the left, its key or why it cannot be chosen at the right.
fn draw_item(buffer: &mut Buffer, line: Rect, stage: &Stage<'_>, item: &Item, chosen: bool) {
    let (theme, glyphs) = (stage.scene.theme, stage.scene.glyphs);
    let role = if item.disabled.is_some() {
        Role::Dim
    } else {
        Role::Text
    };
    let gutter = match (chosen, glyphs.ascii) {
        (true, false) => "▌",
        (true, true) => ">",
        (false, _) => " ",
    };
    let (y, border) = (line.y, theme.style(Role::BorderFocus));
    pen::put(buffer, line, line.x, y, gutter, border);
    let room = usize::from(line.width.saturating_sub(2));
    let title = text::cut(&item.title, room, glyphs);
    let end = pen::put(buffer, line, line.x + 2, y, &title, theme.style(role));
    let note = note(stage, item);
    let cells = u16::try_from(text::width(&note)).unwrap_or(u16::MAX);
    if end.saturating_add(2 + cells) <= line.right() {
        let muted = theme.style(Role::Muted);
        pen::put_right(buffer, line, line.right(), y, &note, muted);
    }
    if chosen {
        buffer.set_style(line, theme.style(Role::Selection));
    }
}

/// Why the item cannot be chosen, else its key or what it is.
fn note(stage: &Stage<'_>, item: &Item) -> String {
    if let Some(why) = &item.disabled {
        return why.clone();
    }
    match item.kind {
        Kind::Service => "service".to_owned(),
        Kind::View | Kind::Action => stage.keymap.label(&item.action, stage.scene.glyphs.ascii),
    }
}
