//! The views: pure functions of the context and the screen state.
//!
//! Every view has `fn draw(buffer: &mut Buffer, area: Rect, context: &DrawContext<'_>, ui: &UiState,
//! drawn: &mut Drawn)`.

pub mod details;
mod hubdeck_log;
pub mod incidents;
pub mod logs;
pub mod map;
mod no_engine;
mod nothing;
mod preview;
pub mod services;
pub mod timeline;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::draw::context::DrawContext;
use crate::tui::input::page::View;
use crate::tui::state::{self, Drawn, UiState};

/// Draws what the main region shows now.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    ui: &UiState,
    drawn: &mut Drawn,
) {
    if area.is_empty() {
        return;
    }
    if state::no_engine(context.snapshot) && ui.view != View::HubdeckLog {
        no_engine::draw(buffer, area, context, drawn);
    } else if ui.details.is_some() {
        details::draw(buffer, area, context, ui, drawn);
    } else {
        let mut area = area;
        if let Some(kind) = state::preview::shown(ui) {
            let (view, beside) = state::preview::split(area, ui, context.snapshot);
            area = view;
            preview::draw(buffer, beside, context, ui, kind, drawn);
        }
        match ui.view {
            View::Map => map::draw(buffer, area, context, ui, drawn),
            View::Services => services::draw(buffer, area, context, ui, drawn),
            View::Logs => logs::draw(buffer, area, context, ui, drawn),
            View::Timeline => timeline::draw(buffer, area, context, ui, drawn),
            View::Incidents => incidents::draw(buffer, area, context, ui, drawn),
            View::HubdeckLog => hubdeck_log::draw(buffer, area, context, ui, drawn),
        }
    }
}
