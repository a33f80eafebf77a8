//! Dialogs one chooses from: the palette and the list of actions.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::{line_writer, text};
use crate::tui::input::action::ContainerUse;
use crate::tui::state::palette::{Item, ItemKind};
use crate::tui::state::{
    Drawn, Hit, PaletteInput, TextField, UiState, Viewport, palette, scroll_to,
};

use crate::tui::draw::chrome::{dialog_frame, field};

/// Draws the palette: a field over what it finds.
pub fn palette(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    input: &PaletteInput,
    drawn: &mut Drawn,
) {
    let (field, selected) = (&input.field, input.selected);
    let items = palette::find(&field.text, ui, context.snapshot, context.facts);
    let title = "Command, service or view";
    let inner = dialog_frame::open(buffer, area, context, (64, 20), title);
    let line = Rect {
        height: inner.height.min(1),
        ..inner
    };
    let style = |role| context.theme.style(role);
    line_writer::put(buffer, line, line.x, line.y, ":", style(Role::Key));
    let place = Rect {
        x: line.x + 1,
        width: line.width.saturating_sub(1),
        ..line
    };
    let end = field::input(buffer, place, context, field);
    draw_rest(buffer, place, context, (end, field), items.get(selected));
    let below = Rect {
        y: inner.y + line.height,
        height: inner.height - line.height,
        ..inner
    };
    let below = draw_said(buffer, below, context, (input, items.is_empty()));
    draw_items(buffer, below, context, &items, selected, drawn);
}

/// Draws what Tab would add to what is typed; which keys there are, where nothing is.
fn draw_rest(
    buffer: &mut Buffer,
    place: Rect,
    context: &DrawContext<'_>,
    (end, field): (u16, &TextField),
    first: Option<&Item>,
) {
    let rest = if field.text.is_empty() {
        Some(" Tab: complete, up: earlier lines")
    } else {
        first.and_then(|item| item.line.strip_prefix(&field.text))
    };
    let at_end = field.cursor == field.text.chars().count();
    if let Some(rest) = rest.filter(|_| at_end) {
        let muted = context.theme.style(Role::Dim);
        let cursor = end.saturating_sub(1);
        line_writer::put(buffer, place, cursor, place.y, rest, muted);
        if let Some(cell) = buffer.cell_mut((cursor, place.y)) {
            cell.modifier.insert(Modifier::REVERSED);
        }
    }
}

/// Draws what is wrong with what was typed, or that nothing is called so; returns the room below.
fn draw_said(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    (input, nothing): (&PaletteInput, bool),
) -> Rect {
    let nothing = nothing.then_some("nothing matches; Esc closes");
    let Some(words) = input.error.as_deref().or(nothing) else {
        return area;
    };
    let role = if input.error.is_some() {
        Role::Title
    } else {
        Role::Muted
    };
    let mut below = area;
    for line in text::wrap(words, usize::from(area.width).max(1)) {
        if below.height == 0 {
            break;
        }
        let style = context.theme.style(role);
        line_writer::put(buffer, area, area.x, below.y, &line, style);
        (below.y, below.height) = (below.y + 1, below.height - 1);
    }
    below
}

/// Draws the list of actions on the selection.
pub fn actions(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    selected: usize,
    drawn: &mut Drawn,
) {
    let items = palette::actions(ui, context.snapshot, context.facts);
    let targets = crate::tui::state::selection::targets(ui, context.snapshot);
    let title = match targets.as_slice() {
        [one] => format!("Actions on {one}"),
        many => format!("Actions on {} services", many.len()),
    };
    let height = u16::try_from(items.len())
        .unwrap_or(u16::MAX)
        .saturating_add(2);
    let inner = dialog_frame::open(buffer, area, context, (64, height), &title);
    draw_items(buffer, inner, context, &items, selected, drawn);
}

/// Draws the choice of what is copied.
pub fn copy(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    selected: usize,
    drawn: &mut Drawn,
) {
    let items = palette::to_copy(ui, context.snapshot);
    let height = line_writer::cells(items.len()).saturating_add(2);
    let inner = dialog_frame::open(buffer, area, context, (72, height), "Copy what?");
    draw_items(buffer, inner, context, &items, selected, drawn);
}

/// Draws the choice of the container in which something is run.
pub fn containers(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    (what, selected): (&ContainerUse, usize),
    drawn: &mut Drawn,
) {
    let items = palette::containers(what, ui, context.snapshot, context.facts);
    let title = match what {
        ContainerUse::Shell => "Shell in which container?".to_owned(),
        ContainerUse::Command(command) => format!("{} for which container?", command.name),
    };
    let height = line_writer::cells(items.len()).saturating_add(2);
    let inner = dialog_frame::open(buffer, area, context, (64, height), &title);
    draw_items(buffer, inner, context, &items, selected, drawn);
}

/// Draws the choice of maintenance, or that there is no room for it: it acts without a further
/// question, so that a choice counts only where each can be read in full.
pub fn maintenance(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    selected: usize,
    drawn: &mut Drawn,
) {
    let items = palette::maintenance(ui, context.snapshot, context.facts);
    let height = line_writer::cells(items.len()).saturating_add(2);
    let widths = items.iter().map(|item| text::width(&item.title));
    let longest = line_writer::cells(widths.max().unwrap_or_default());
    let size = (longest.saturating_add(6).max(64), height);
    let inner = dialog_frame::open(buffer, area, context, size, "Maintenance (mute incidents)");
    draw_items(buffer, inner, context, &items, selected, drawn);
    let readable = inner.height > 0 && inner.width >= longest.saturating_add(2);
    dialog_frame::conclude(buffer, area, context, (readable, "the choices"), drawn);
}

/// Draws a list of which one row is chosen.
pub(super) fn draw_items(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    items: &[Item],
    selected: usize,
    drawn: &mut Drawn,
) {
    let rows = usize::from(area.height);
    let selected = selected.min(items.len().saturating_sub(1));
    let top = scroll_to(0, selected, rows.max(1), items.len());
    drawn.dialog = Viewport {
        top,
        rows,
        total: items.len(),
    };
    for ((y, item), row) in (area.top()..area.bottom())
        .zip(items.iter().skip(top))
        .zip(top..)
    {
        let line = line_writer::row(area, y);
        draw_item(buffer, line, context, item, row == selected);
        drawn.add(line, area, Hit::Row(row));
    }
}

/// Draws one row: its title at the left, its key or why it cannot be chosen at the right.
fn draw_item(
    buffer: &mut Buffer,
    line: Rect,
    context: &DrawContext<'_>,
    item: &Item,
    chosen: bool,
) {
    let (theme, glyphs) = (context.theme, context.glyphs);
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
    line_writer::put(buffer, line, line.x, y, gutter, border);
    let room = usize::from(line.width.saturating_sub(2));
    let title = text::cut(&item.title, room, glyphs);
    let end = line_writer::put(buffer, line, line.x + 2, y, &title, theme.style(role));
    let hint = hint(context, item);
    let cells = u16::try_from(text::width(&hint)).unwrap_or(u16::MAX);
    if end.saturating_add(2 + cells) <= line.right() {
        let muted = theme.style(Role::Muted);
        line_writer::put_right(buffer, line, line.right(), y, &hint, muted);
    }
    if chosen {
        buffer.set_style(line, theme.style(Role::Selection));
    }
}

/// Why the item cannot be chosen, else its key or what it is.
fn hint(context: &DrawContext<'_>, item: &Item) -> String {
    if let Some(why) = &item.disabled {
        return why.clone();
    }
    match item.kind {
        ItemKind::Service => "service".to_owned(),
        ItemKind::Command(usage) => usage.to_owned(),
        ItemKind::Argument(what) => what.to_owned(),
        ItemKind::Container(state) => state.to_owned(),
        ItemKind::View | ItemKind::Action => {
            context.keymap.label(&item.action, context.glyphs.ascii)
        }
    }
}
