//! The one table of settings: parsing, environment, flags, the example file and the documentation
//! come from it.

mod readers;
mod table;
mod written;

use super::settings::Settings;
use super::value::Raw;

pub(super) use readers::{probe_timeout, slow_after};
pub use table::ENTRIES;
pub(super) use table::SLOW;

/// When a change of a key takes effect in a hubdeck that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakesEffect {
    /// With the reload.
    AtOnce,
    /// When hubdeck is started again: until then the old value stays in force.
    AfterRestart,
}

/// What a key takes, worded to follow "allowed is".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// A number or a time, which never holds `://`.
    Number(&'static str),
    /// Anything else.
    Other(&'static str),
}

impl Allowed {
    /// The words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Number(words) | Self::Other(words) => words,
        }
    }
}

/// One key of the file and of the environment.
#[derive(Debug)]
pub struct SettingSpec {
    /// `section.key`.
    pub key: &'static str,
    /// What it is, in sentences of plain text: the comment in the example file.
    pub help: &'static str,
    /// More text of the documentation, in Markdown; empty for nothing.
    pub more: &'static str,
    /// When a change takes effect.
    pub takes_effect: TakesEffect,
    /// What is allowed.
    pub allowed: Allowed,
    /// An allowed value other than the default, as it stands in the file.
    pub another: &'static str,
    /// The command-line flag that sets it.
    pub flag: Option<&'static str>,
    /// Other environment variables that set it, weaker than its own; the strongest first.
    pub aliases: &'static [&'static str],
    /// Whether its value is never shown.
    pub secret: bool,
    /// Sets it; `None` when the value is not allowed.
    pub(super) set: fn(&mut Settings, &Raw) -> Option<()>,
    /// Its value in settings, as it would stand in the file; a secret is masked.
    pub(super) written: fn(&Settings) -> toml::Value,
    /// Whether both have the same value.
    pub(super) same: fn(&Settings, &Settings) -> bool,
    /// Gives the first the value of the second.
    pub(super) keep: fn(&mut Settings, &Settings),
}

impl SettingSpec {
    /// The entry of `key` (`section.key`).
    pub(super) fn of(key: &str) -> Option<&'static Self> {
        ENTRIES.iter().find(|entry| entry.key == key)
    }

    /// Its own environment variable: `HUBDECK_SECTION_KEY`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!(
            "HUBDECK_{}",
            self.key.replace('.', "_").to_ascii_uppercase()
        )
    }

    /// Section and key inside it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Its value in `settings`, as it would stand in the file; a secret is masked.
    #[must_use]
    pub fn value(&self, settings: &Settings) -> String {
        (self.written)(settings).to_string()
    }
}

/// Names of the sections, in order.
pub(super) fn sections() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    ENTRIES.iter().filter_map(move |entry| {
        let (section, _) = entry.parts();
        (section != std::mem::replace(&mut last, section)).then_some(section)
    })
}

/// The entries of `section`, in order.
pub(super) fn entries_of(section: &str) -> impl Iterator<Item = &'static SettingSpec> {
    let entries = ENTRIES.iter();
    entries.filter(move |entry| entry.parts().0 == section)
}

#[cfg(test)]
mod tests;
