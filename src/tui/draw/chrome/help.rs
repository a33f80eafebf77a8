//! The help: every bound action with its keys, and why it does not work now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::secrets::mask_text;
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::widget::text;
use crate::tui::input::action::Action;
use crate::tui::input::keymap::{ENTRIES, Group, KeymapEntry};
use crate::tui::state::{Drawn, UiState, Viewport, availability, key_page};

use crate::tui::draw::chrome::dialog_frame;
use crate::tui::draw::chrome::dialog_frame::DialogLine;

/// Draws the help from line `top` on.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    top: usize,
    drawn: &mut Drawn,
) {
    let size = (area.width.min(96), area.height.saturating_sub(2).max(6));
    let inner = dialog_frame::open(buffer, area, context, size, "Keys · Esc closes");
    let lines = lines(context, ui, usize::from(inner.width));
    let top = dialog_frame::scroll(buffer, inner, context, &lines, top);
    drawn.dialog = Viewport {
        top,
        rows: usize::from(inner.height),
        total: lines.len(),
    };
}

fn lines(context: &DrawContext<'_>, ui: &UiState, width: usize) -> Vec<DialogLine> {
    let theme = context.theme;
    // Without the help itself open, or everything would be disabled by it.
    let page = UiState {
        dialog: None,
        ..ui.clone()
    };
    let mut lines = Vec::new();
    for group in Group::ALL {
        let bound: Vec<_> = ENTRIES
            .iter()
            .filter(|entry| entry.group == group)
            .filter_map(|entry| keys(context, &page, entry))
            .collect();
        if bound.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(DialogLine {
                text: String::new(),
                style: theme.style(Role::Text),
            });
        }
        lines.push(DialogLine {
            text: group.title().to_owned(),
            style: theme.style(Role::Title),
        });
        for (entry, keys) in bound {
            let row = (&entry.action, entry.description, keys);
            lines.extend(entry_lines(context, &page, row, width));
        }
    }
    lines.extend(command_lines(context, &page, width));
    lines
}

/// The operator's own commands that have a key.
fn command_lines(context: &DrawContext<'_>, page: &UiState, width: usize) -> Vec<DialogLine> {
    let theme = context.theme;
    let mut lines = Vec::new();
    for command in &page.session.commands {
        let action = Action::Custom(command.clone());
        let key = context.keymap.label(&action, context.glyphs.ascii);
        if key.is_empty() {
            continue;
        }
        let does = format!("{}: {}", command.name, mask_text(&command.run));
        lines.extend(entry_lines(context, page, (&action, &does, key), width));
    }
    if !lines.is_empty() {
        let head = [("", Role::Text), ("Commands of your own", Role::Title)];
        let head = head.map(|(text, role)| DialogLine {
            text: text.to_owned(),
            style: theme.style(role),
        });
        lines.splice(..0, head);
    }
    lines
}

/// What a key does, or why it does not now, over as many lines as it needs.
fn entry_lines(
    context: &DrawContext<'_>,
    page: &UiState,
    (action, description, mut keys): (&Action, &str, String),
    width: usize,
) -> Vec<DialogLine> {
    let key_cells = if width < 60 { 9 } else { 14 };
    let why = availability::why_not(action, page, context.snapshot, context.facts);
    let (text, role) = match why {
        None => (description.to_owned(), Role::Text),
        Some(why) => (format!("{description} ({why})"), Role::Dim),
    };
    let parts = text::wrap(&text, width.saturating_sub(key_cells + 3)).into_iter();
    parts
        .map(|part| {
            let keys = text::fit(&std::mem::take(&mut keys), key_cells, context.glyphs);
            DialogLine {
                text: format!("  {keys} {part}"),
                style: context.theme.style(role),
            }
        })
        .collect()
}

/// The entry with its keys; `None` when no key is bound to it.
fn keys<'a>(
    context: &DrawContext<'_>,
    page: &UiState,
    entry: &'a KeymapEntry,
) -> Option<(&'a KeymapEntry, String)> {
    let keys: Vec<_> = context
        .keymap
        .keys_on(key_page(page), &entry.action)
        .iter()
        .map(|key| key.label(context.glyphs.ascii))
        .collect();
    (!keys.is_empty()).then(|| (entry, keys.join(" ")))
}
