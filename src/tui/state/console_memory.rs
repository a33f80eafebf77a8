//! What is remembered while the console is open, beyond what is on screen.

use crate::tui::state::history::History;

/// What is remembered while the console is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsoleMemory {
    /// The places that Esc leads back to.
    pub history: History,
    /// Pages the hubdeck log is scrolled back; 0 follows.
    pub hubdeck_log_back: usize,
}
