//! What a drawing function reads.

use jiff::tz::TimeZone;

use crate::model::secrets::{Maskable, Sensitive};
use crate::model::{Inspection, Outline, Snapshot, Timestamp};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Theme;
use crate::tui::input::keymap::Keymap;
use crate::tui::state::Facts;

/// Everything a drawing function may read besides the screen state.
#[derive(Clone, Copy)]
pub struct DrawContext<'a> {
    /// The snapshot that is shown.
    pub snapshot: &'a Snapshot,
    /// Looks.
    pub theme: &'a Theme,
    /// Signs.
    pub glyphs: Glyphs,
    /// Time zone for what people read.
    pub zone: &'a TimeZone,
    /// Whether secrets in definitions of containers are shown (`--show-secrets`).
    pub show_secrets: bool,
    /// Keys, for footer and help.
    pub keymap: &'a Keymap,
    /// What is true of this run.
    pub facts: &'a Facts,
}

impl DrawContext<'_> {
    /// The time of this frame.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.facts.now
    }

    /// Whether what is drawn is the last known state: the engine is unreachable.
    #[must_use]
    pub const fn is_stale(&self) -> bool {
        self.snapshot.engine.status.is_lost()
    }
}

/// What is shown of data that may hold secrets: the one place of the console that reveals it.
impl DrawContext<'_> {
    /// Data of a container's definition.
    #[must_use]
    pub fn shown<T: Maskable + Clone>(&self, data: &Sensitive<T>) -> T {
        if self.show_secrets {
            data.reveal().clone()
        } else {
            data.masked(&self.snapshot.secrets)
        }
    }

    /// The engine's raw inspection with its rows.
    #[must_use]
    pub fn inspection<'b>(&self, inspection: &'b Inspection) -> (&'b str, &'b Outline) {
        if self.show_secrets {
            (inspection.clear.reveal(), &inspection.clear_outline)
        } else {
            (&inspection.masked, &inspection.outline)
        }
    }
}
