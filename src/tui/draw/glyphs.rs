//! The signs drawn on screen, in Unicode or plain ASCII.

use crate::model::{HealthState, Overlay, ShownState};

/// One set of signs. Status is a shape as well as a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyphs {
    /// Whether only ASCII may be written.
    pub ascii: bool,
}

impl Glyphs {
    /// The sign of a state; one cell wide.
    #[must_use]
    pub const fn state(self, state: HealthState) -> &'static str {
        state.sign(self.ascii)
    }

    /// The sign of a state as it is shown of a service; one cell wide.
    #[must_use]
    pub const fn shown(self, state: ShownState) -> &'static str {
        state.sign(self.ascii)
    }

    /// The sign of an overlay; one cell wide.
    #[must_use]
    pub const fn overlay(self, overlay: Overlay) -> &'static str {
        match (self.ascii, overlay) {
            (false, Overlay::Flapping) => "≈",
            (ascii, Overlay::Paused) => ShownState::Paused.sign(ascii),
            (false, Overlay::Restarting) => "↻",
            (false, Overlay::Maintenance) => "☾",
            (false, Overlay::Stale) => "◌",
            (false, Overlay::Blocked) => "⊘",
            (true, Overlay::Flapping) => "%",
            (true, Overlay::Restarting) => "@",
            (true, Overlay::Maintenance) => "m",
            (true, Overlay::Stale) => "*",
            (true, Overlay::Blocked) => "b",
        }
    }

    /// Sparkline levels from low to high; the first is "lowest but present".
    #[must_use]
    pub const fn levels(self) -> &'static [&'static str] {
        if self.ascii {
            &["_", ".", "-", "=", "+", "*", "#", "@"]
        } else {
            &["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        }
    }

    /// The end of a cut text.
    #[must_use]
    pub const fn ellipsis(self) -> &'static str {
        if self.ascii { "~" } else { "…" }
    }
}
