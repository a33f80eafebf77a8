//! What is remembered while the console is open, beyond what is on screen.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use crate::model::StackName;
use crate::tui::state::history::History;
use crate::tui::state::table::TableChoice;

/// A time zone; UTC where nothing else is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(pub TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

/// What is remembered while the console is open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsoleMemory {
    /// The places that Esc leads back to.
    pub history: History,
    /// Pages the hubdeck log is scrolled back; 0 follows.
    pub hubdeck_log_back: usize,
    /// Lines that were carried out from the palette, the latest last.
    pub typed: Vec<String>,
    /// The line that is to be kept for the next run.
    pub to_keep: Option<String>,
    /// How the services table was set when that was last kept.
    pub table: TableChoice,
    /// How often each row of the palette was chosen, by its title.
    pub uses: BTreeMap<String, u32>,
    /// The stack that the console was opened with: Esc does not look beyond it.
    pub home_stack: Option<StackName>,
    /// The time zone in which times are shown and typed.
    pub zone: Zone,
    /// Names of the themes there are.
    pub themes: Vec<String>,
}
