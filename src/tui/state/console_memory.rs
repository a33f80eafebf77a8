//! What is remembered while the console is open, beyond what is on screen.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::logs::SavedFilter;
use crate::model::{CustomCommand, LogFields, StackName};
use crate::tui::state::history::History;
use crate::tui::state::table::TableChoice;

/// What config says of finding and reading log lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogTables {
    /// Saved filters.
    pub filters: Vec<SavedFilter>,
    /// Which fields are shown of whose lines.
    pub fields: Vec<LogFields>,
}

impl LogTables {
    /// The text of a filter: of `@name` that of the saved filter.
    ///
    /// # Errors
    /// One sentence that names the filters there are.
    pub fn filter(&self, text: &str) -> Result<String, String> {
        let Some(name) = text.strip_prefix('@') else {
            return Ok(text.to_owned());
        };
        let saved = self.filters.iter().find(|saved| saved.name == name);
        saved.map(|saved| saved.text.clone()).ok_or_else(|| {
            if self.filters.is_empty() {
                return "no filter is saved; [logs.filters] of the configuration saves one"
                    .to_owned();
            }
            format!("no filter {name} is saved; there are {}", self.names())
        })
    }

    /// The names of the saved filters as they are typed: `@errors, @slow`.
    #[must_use]
    pub fn names(&self) -> String {
        let names = self.filters.iter().map(|saved| format!("@{}", saved.name));
        names.collect::<Vec<_>>().join(", ")
    }
}

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
    /// Saved filters, and which fields are shown of log lines.
    pub log_tables: LogTables,
    /// The operator's own commands.
    pub commands: Vec<Arc<CustomCommand>>,
    /// Names of the themes there are.
    pub themes: Vec<String>,
}
