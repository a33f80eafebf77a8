//! What is wrong with a keymap of the config file.

use std::fmt;

use super::presets;
use super::table::ENTRIES;
use crate::tui::input::key;

/// Why a keymap of the config file cannot be used; names the bad key or action and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// No such preset.
    #[error("keymap = {0:?} does not exist; allowed are: {allowed}", allowed = presets::PRESETS)]
    UnknownPreset(String),
    /// No such action.
    #[error("[keys] {action}: there is no such action; {hint}", hint = suggest(action))]
    UnknownAction {
        /// What was written.
        action: String,
    },
    /// Not a key.
    #[error("[keys] {action}: {key:?} is not a key; allowed are: {allowed}", allowed = key::ALLOWED)]
    UnknownKey {
        /// The action.
        action: String,
        /// What was written.
        key: String,
    },
    /// Two actions claim one key.
    #[error("[keys] {key} is bound to both {first} and {second}; give it to one of them")]
    Conflict {
        /// The key.
        key: String,
        /// One action.
        first: String,
        /// The other.
        second: String,
    },
    /// The key of a command is none.
    #[error("[[command]] {command}: {key:?} is not a key; allowed are: {allowed}", allowed = key::ALLOWED)]
    NoCommandKey {
        /// The command.
        command: String,
        /// What was written.
        key: String,
    },
    /// No terminal distinguishes the key of a command from another one.
    #[error("[[command]] {command}: {key} arrives as {arrives_as}; choose another key")]
    UndeliverableCommand {
        /// The command.
        command: String,
        /// The key.
        key: String,
        /// The one that hubdeck sees.
        arrives_as: String,
    },
    /// A command has the key of an action.
    #[error(
        "[[command]] {command}: {key} is the key of {action}; choose another, or give {action} another one in [keys]"
    )]
    CommandTakesKey {
        /// The command.
        command: String,
        /// The key.
        key: String,
        /// The action.
        action: String,
    },
    /// Two commands have one key.
    #[error("[[command]] {command}: {key} is the key of the command {other}; choose another")]
    CommandsShareKey {
        /// The command.
        command: String,
        /// The key.
        key: String,
        /// The other command.
        other: String,
    },
}

/// The nearest action ids, or all of them; the setting for the name of a preset, which is no action.
fn suggest(wrong: &str) -> String {
    if wrong == "preset" || wrong == "keymap" {
        return "a preset is chosen with keymap in [ui], such as keymap = \"k9s\"".to_owned();
    }
    let near: Vec<_> = ENTRIES
        .iter()
        .map(|entry| entry.id)
        .filter(|id| {
            id.contains(wrong) || wrong.contains(*id) || id.chars().next() == wrong.chars().next()
        })
        .collect();
    if near.is_empty() {
        let ids: Vec<_> = ENTRIES.iter().map(|entry| entry.id).collect();
        return format!("allowed are: {}", ids.join(", "));
    }
    format!(
        "did you mean one of: {}? docs/keys.md lists all",
        near.join(", ")
    )
}

/// Everything that is wrong with it, one sentence a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct KeymapErrors(pub Vec<KeymapError>);

impl fmt::Display for KeymapErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl From<KeymapError> for KeymapErrors {
    fn from(error: KeymapError) -> Self {
        Self(vec![error])
    }
}
