//! Placeholder of the logs view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::scene::{HitMap, Scene};
use crate::tui::state::UiState;

/// Draws the view.
pub fn draw(_buffer: &mut Buffer, _area: Rect, _scene: &Scene<'_>, _ui: &UiState, _hits: &mut HitMap) {}

/// Carries out an action.
pub fn apply(
    _logs: &mut crate::tui::state::LogsState,
    _action: &crate::tui::action::Action,
    _viewport: crate::tui::scene::Viewport,
) {
}

/// Takes a batch.
pub fn push(logs: &mut crate::tui::state::LogsState, batch: crate::model::LogBatch) {
    if let crate::model::LogBatch::Lines { lines, .. } = batch {
        logs.ring.lines.extend(lines);
    }
}
