//! One frame: header, banners, view, footer, what lies on top. Pure: reads no clock, changes
//! nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::text::ascii;

use super::chrome;
use super::effect::Facts;
use super::keymap::Keymap;
use super::scene::{HitMap, Scene};
use super::state::UiState;
use super::view;

/// Everything a frame is made of besides the screen state.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// Picture, looks, time.
    pub scene: Scene<'a>,
    /// Keys, for footer and help.
    pub keymap: &'a Keymap,
    /// What is true of this run.
    pub facts: &'a Facts,
}

/// Draws the whole screen; returns what answers the mouse.
pub fn draw(buffer: &mut Buffer, area: Rect, stage: &Stage<'_>, ui: &UiState) -> HitMap {
    let mut hits = HitMap::default();
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return hits;
    }
    let text = stage.scene.theme.style(super::theme::Role::Text);
    buffer.set_style(area, text);
    let body = chrome::draw(buffer, area, stage, ui, &mut hits);
    view::draw(buffer, body, &stage.scene, ui, &mut hits);
    chrome::draw_above(buffer, area, body, stage, ui, &mut hits);
    if stage.scene.glyphs.ascii {
        to_ascii(buffer, area);
    }
    hits
}

/// Replaces what is left of Unicode, such as container names and log lines: one cell stays one
/// cell.
fn to_ascii(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        let Some(cell) = buffer.cell_mut(position) else {
            continue;
        };
        if !cell.symbol().is_ascii() {
            let sign = cell.symbol().chars().next().map_or(' ', ascii);
            cell.set_char(sign);
        }
    }
}

#[cfg(test)]
mod tests;
