//! Status as shape and colour: sign, overlays, words.

use ratatui::style::Style;
use ratatui::text::Span;

use crate::model::{Health, HealthState, OperationKind, Overlay, ShownState, SincePrecision};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};

/// The style of a state.
#[must_use]
pub fn style(theme: &Theme, state: HealthState) -> Style {
    theme.style(Role::of(state))
}

/// The style of a state as it is counted.
#[must_use]
pub fn shown_style(theme: &Theme, state: ShownState) -> Style {
    match state {
        ShownState::Paused => theme.style(overlay_role(Overlay::Paused)),
        ShownState::Base(state) => style(theme, state),
    }
}

/// What stands before how long a service is in its state: `seen ` where only that is known.
#[must_use]
pub const fn seen(health: &Health) -> &'static str {
    match health.precision {
        SincePrecision::FirstSeen => "seen ",
        _ => "",
    }
}

/// What a state means, in one clause.
#[must_use]
pub const fn meaning(state: HealthState) -> &'static str {
    match state {
        HealthState::Healthy => "no known problem",
        HealthState::Running => "running, not checked",
        HealthState::Completed => "finished, exit 0",
        HealthState::Stopped => "stopped on purpose",
        HealthState::Starting => "in its start period, no success yet",
        HealthState::Unknown => "no information",
        HealthState::Degraded => "up, with a warning",
        HealthState::Unhealthy => "down, or its checks fail",
    }
}

/// Every overlay.
pub const OVERLAYS: [Overlay; 6] = [
    Overlay::Blocked,
    Overlay::Flapping,
    Overlay::Restarting,
    Overlay::Paused,
    Overlay::Maintenance,
    Overlay::Stale,
];

/// What an overlay means, in one clause.
#[must_use]
pub const fn overlay_meaning(overlay: Overlay) -> &'static str {
    match overlay {
        Overlay::Flapping => "changes state too often",
        Overlay::Paused => "paused",
        Overlay::Restarting => "exited and is being restarted",
        Overlay::Maintenance => "its incidents are muted",
        Overlay::Stale => "engine unreachable: last known state",
        Overlay::Blocked => "a dependency fails",
    }
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

/// What is being done to a service while a step of this kind runs, or, where `waiting`, until the
/// service is healthy after it.
#[must_use]
pub const fn in_progress(kind: OperationKind, waiting: bool) -> &'static str {
    match kind {
        kind if waiting && kind.begins_again() => "starting",
        kind => kind.gerund(),
    }
}

/// The sign of the state followed by the signs of its overlays, without spaces.
#[must_use]
pub fn signs(health: &Health, theme: &Theme, glyphs: Glyphs) -> Vec<Span<'static>> {
    let mut spans = vec![Span::styled(
        glyphs.shown(health.shown_state()),
        style(theme, health.state),
    )];
    spans.extend(
        health.shown_overlays().map(|overlay| {
            Span::styled(glyphs.overlay(overlay), theme.style(overlay_role(overlay)))
        }),
    );
    spans
}

/// Sign and word of the state as it is shown, then the words of the other overlays: `✖ unhealthy  ≈ flapping`.
#[must_use]
pub fn words(health: &Health, theme: &Theme, glyphs: Glyphs) -> Vec<Span<'static>> {
    let state = health.shown_state();
    let mut spans = vec![Span::styled(
        format!("{} {state}", glyphs.shown(state)),
        style(theme, health.state),
    )];
    for overlay in health.shown_overlays() {
        let text = format!("  {} {}", glyphs.overlay(overlay), overlay_word(overlay));
        spans.push(Span::styled(text, theme.style(overlay_role(overlay))));
    }
    spans
}
