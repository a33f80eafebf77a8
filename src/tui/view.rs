//! The views: pure functions of a scene and their own state.
//!
//! Every view has `fn draw(buffer: &mut Buffer, area: Rect, scene: &Scene<'_>, ui: &UiState, hits: &mut HitMap)`.

pub mod map;
