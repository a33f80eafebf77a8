//! The help: every bound action with its keys, and why it does not work now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::availability;
use crate::tui::frame::Stage;
use crate::tui::keymap::{ENTRIES, Entry, Group};
use crate::tui::scene::{HitMap, Viewport};
use crate::tui::state::UiState;
use crate::tui::theme::Role;
use crate::tui::widget::text;

use super::boxed::{self, Line};

/// Draws the help from line `top` on.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    stage: &Stage<'_>,
    ui: &UiState,
    top: usize,
    hits: &mut HitMap,
) {
    let size = (area.width.min(96), area.height.saturating_sub(2).max(6));
    let inner = boxed::open(buffer, area, stage, size, "Keys · Esc closes");
    let lines = lines(stage, ui, usize::from(inner.width));
    let top = boxed::scroll(buffer, inner, stage, &lines, top);
    hits.dialog = Viewport {
        top,
        rows: usize::from(inner.height),
        total: lines.len(),
    };
}

fn lines(stage: &Stage<'_>, ui: &UiState, width: usize) -> Vec<Line> {
    let theme = stage.scene.theme;
    // Without the help itself open, or everything would be disabled by it.
    let page = UiState {
        dialog: None,
        ..ui.clone()
    };
    let key_cells = if width < 60 { 9 } else { 14 };
    let mut lines = Vec::new();
    for group in Group::ALL {
        let bound: Vec<_> = ENTRIES
            .iter()
            .filter(|entry| entry.group == group)
            .filter_map(|entry| keys(stage, entry))
            .collect();
        if bound.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line {
                text: String::new(),
                style: theme.style(Role::Text),
            });
        }
        lines.push(Line {
            text: group.title().to_owned(),
            style: theme.style(Role::Title),
        });
        for (entry, keys) in bound {
            let (text, role) = match availability::why_not(
                &entry.action,
                &page,
                stage.scene.snapshot,
                stage.facts,
            ) {
                None => (entry.description.to_owned(), Role::Text),
                Some(why) => (format!("{} ({why})", entry.description), Role::Dim),
            };
            let mut keys = keys;
            for part in text::wrap(&text, width.saturating_sub(key_cells + 3)) {
                let keys = text::fit(&std::mem::take(&mut keys), key_cells, stage.scene.glyphs);
                lines.push(Line {
                    text: format!("  {keys} {part}"),
                    style: theme.style(role),
                });
            }
        }
    }
    lines
}

/// The entry with its keys; `None` when no key is bound to it.
fn keys<'a>(stage: &Stage<'_>, entry: &'a Entry) -> Option<(&'a Entry, String)> {
    let keys: Vec<_> = stage
        .keymap
        .keys_of(&entry.action)
        .map(|key| key.label(stage.scene.glyphs.ascii))
        .collect();
    (!keys.is_empty()).then(|| (entry, keys.join(" ")))
}
