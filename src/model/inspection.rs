//! What the engine reports of one container, as it stands in its answer.

use super::Outline;
use super::secrets::Hidden;

/// A container's inspection as the engine gives it: pretty JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// With its secrets masked.
    pub masked: String,
    /// In the clear, for a console that was asked to show secrets.
    pub clear: Hidden,
    /// The rows of `masked`.
    pub outline: Outline,
    /// The rows of `clear`.
    pub clear_outline: Outline,
}

impl Inspection {
    /// An inspection with its rows.
    #[must_use]
    pub fn new(masked: String, clear: Hidden) -> Self {
        Self {
            outline: Outline::of(&masked),
            clear_outline: Outline::of(clear.reveal()),
            masked,
            clear,
        }
    }
}
