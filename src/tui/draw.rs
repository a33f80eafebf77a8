//! One frame: header, banners, view, footer, what lies on top. Pure: reads no clock, changes
//! nothing; what is on the frame comes back as a value.
//! Knows: model, topology, explain, drawing, input, state.
//! Never: changes the screen state.

mod chrome;
pub mod context;
pub mod glyphs;
mod links;
pub mod theme;
pub mod view;
pub mod widget;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::text::ascii;
use crate::tui::input::page::View;
use crate::tui::state::{Drawn, UiState};
use context::DrawContext;
use theme::Role;

/// Draws the whole screen; returns what answers the mouse.
pub fn draw(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState) -> Drawn {
    let mut drawn = Drawn::default();
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return drawn;
    }
    let text = context.theme.style(Role::Text);
    buffer.set_style(area, text);
    let room = chrome::draw(buffer, area, context, ui, &mut drawn);
    view::draw(buffer, room.body, context, ui, &mut drawn);
    if ui.view == View::Map && ui.details.is_none() {
        links::on_cards(buffer, context, &mut drawn);
    }
    chrome::draw_footer(buffer, room.footer, context, ui, &mut drawn);
    chrome::draw_above(buffer, area, room, context, ui, &mut drawn);
    links::forget_covered(buffer, &mut drawn);
    if context.glyphs.ascii {
        to_ascii(buffer, area);
    }
    drawn
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
