//! The views: pure functions of a scene and their own state.
//!
//! Every view has `fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits:
//! &mut HitMap)`.

pub mod details;
pub mod logs;
pub mod map;
mod no_engine;
mod nothing;
mod own_log;
pub mod services;
pub mod timeline;

pub(super) use own_log::MAX_PAGES as MAX_OWN_LOG_PAGES;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::keymap;
use super::scene::{HitMap, Scene};
use super::state::{UiState, View};

/// Draws what the main region shows now.
pub fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap) {
    if area.is_empty() {
        return;
    }
    if keymap::no_engine(scene.snapshot) && ui.view != View::OwnLog {
        no_engine::draw(buffer, area, scene, hits);
    } else if ui.details.is_some() {
        details::draw(buffer, area, scene, ui, hits);
    } else {
        match ui.view {
            View::Map => map::draw(buffer, area, scene, ui, hits),
            View::Services => services::draw(buffer, area, scene, ui, hits),
            View::Logs => logs::draw(buffer, area, scene, ui, hits),
            View::Timeline => timeline::draw(buffer, area, scene, ui, hits),
            View::OwnLog => own_log::draw(buffer, area, scene, ui, hits),
        }
    }
}
