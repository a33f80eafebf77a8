//! Placeholder of the map view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::scene::{HitMap, Scene};
use crate::tui::state::UiState;

/// Draws the view.
pub fn draw(_buffer: &mut Buffer, _area: Rect, _scene: &Scene<'_>, _ui: &UiState, _hits: &mut HitMap) {}

/// Moves the selection.
pub fn move_selection(
    _ui: &mut UiState,
    _direction: crate::tui::action::Direction,
    _snapshot: &crate::model::Snapshot,
) {
}

/// Scrolls so that the selection is visible.
pub fn reveal(_ui: &mut UiState, _snapshot: &crate::model::Snapshot) {}
