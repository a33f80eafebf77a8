//! Placeholder of the details view.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::scene::{HitMap, Scene};
use crate::tui::state::UiState;

/// Draws the view.
pub fn draw(_buffer: &mut Buffer, _area: Rect, _scene: &Scene<'_>, _ui: &UiState, _hits: &mut HitMap) {}

/// Carries out an action.
pub fn apply(_ui: &mut UiState, _action: &crate::tui::action::Action, _snapshot: &crate::model::Snapshot) {}
