//! Status as shape and colour: sign, overlays, words.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{Health, HealthState, Overlay};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::{Role, Theme};

/// The style of a state.
#[must_use]
pub fn style(theme: &Theme, state: HealthState) -> Style {
    theme.style(Role::of(state))
}

/// The role an overlay is drawn in.
#[must_use]
pub const fn overlay_role(overlay: Overlay) -> Role {
    match overlay {
        Overlay::Flapping | Overlay::Restarting | Overlay::Blocked => Role::Degraded,
        Overlay::Paused | Overlay::Maintenance => Role::Starting,
        Overlay::Stale => Role::Stale,
    }
}

/// The word for an overlay.
#[must_use]
pub const fn overlay_word(overlay: Overlay) -> &'static str {
    match overlay {
        Overlay::Flapping => "flapping",
        Overlay::Paused => "paused",
        Overlay::Restarting => "restarting",
        Overlay::Maintenance => "maintenance",
        Overlay::Stale => "stale",
        Overlay::Blocked => "blocked",
    }
}

/// The sign of the state followed by the signs of its overlays, without spaces.
#[must_use]
pub fn signs(health: &Health, theme: &Theme, glyphs: Glyphs) -> Vec<Span<'static>> {
    let mut spans = vec![Span::styled(glyphs.state(health.state), style(theme, health.state))];
    spans.extend(
        health
            .overlays
            .iter()
            .map(|overlay| Span::styled(glyphs.overlay(*overlay), theme.style(overlay_role(*overlay)))),
    );
    spans
}

/// Sign and word of the state, then the words of the overlays: `✖ unhealthy  ≈ flapping`.
#[must_use]
pub fn words(health: &Health, theme: &Theme, glyphs: Glyphs) -> Vec<Span<'static>> {
    let state = health.state;
    let mut spans =
        vec![Span::styled(format!("{} {}", glyphs.state(state), state.id()), style(theme, state))];
    for overlay in &health.overlays {
        let text = format!("  {} {}", glyphs.overlay(*overlay), overlay_word(*overlay));
        spans.push(Span::styled(text, theme.style(overlay_role(*overlay))));
    }
    spans
}
