//! What is kept from one run of the console to the next: how the services table was set, and the
//! lines that were typed.

use serde::{Deserialize, Serialize};

use crate::tui::state::table::TableChoice;

/// Lines kept; the oldest go first.
const COMMANDS: usize = 100;

/// What is kept, as its file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptState {
    /// How the services table was set.
    pub table: TableChoice,
    /// Lines that were carried out from the palette, the latest last.
    pub commands: Vec<String>,
}

/// One thing more to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeptChange {
    /// The services table was set otherwise.
    Table(TableChoice),
    /// A line was carried out.
    Command(String),
}

impl KeptState {
    /// Takes `change`.
    pub fn apply(&mut self, change: KeptChange) {
        match change {
            KeptChange::Table(choice) => self.table = choice,
            KeptChange::Command(line) => add_command(&mut self.commands, &line),
        }
    }
}

/// Adds a line as the latest one; an equal earlier one goes.
pub fn add_command(commands: &mut Vec<String>, line: &str) {
    commands.retain(|each| each != line);
    commands.push(line.to_owned());
    let excess = commands.len().saturating_sub(COMMANDS);
    commands.drain(..excess);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::input::column::Column;

    #[test]
    fn a_hundred_lines_are_kept_and_each_once() {
        let mut kept = KeptState::default();
        for number in 0..150 {
            kept.apply(KeptChange::Command(format!("filter {number}")));
        }
        kept.apply(KeptChange::Command("filter 120".to_owned()));
        assert_eq!(kept.commands.len(), 100);
        assert_eq!(kept.commands.first().unwrap(), "filter 50");
        assert_eq!(kept.commands.last().unwrap(), "filter 120");
        let same = |line: &&String| line.as_str() == "filter 120";
        assert_eq!(kept.commands.iter().filter(same).count(), 1);
    }

    #[test]
    fn the_file_names_columns_as_config_does() {
        for column in Column::ALL {
            let text = serde_json::to_string(&column).unwrap();
            assert_eq!(text, format!("\"{}\"", column.id()));
        }
        let old: KeptState = serde_json::from_str("{\"commands\": [\"map\"]}").unwrap();
        assert_eq!(old.table, TableChoice::default());
    }
}
