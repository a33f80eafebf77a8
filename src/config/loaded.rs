//! Settings as they were loaded, with the places they came from.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;

use super::problem::{ConfigError, Problem, SettingPlace};
use super::settings::Settings;
use super::warning::Warning;
use crate::model::AccessToken;

/// Settings with where they came from.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The settings.
    pub settings: Settings,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// What is odd but no error.
    pub warnings: Vec<Warning>,
    /// A hash of the file's bytes.
    pub(super) content: Option<u64>,
    /// Where each key was set that has no default.
    pub(super) places: BTreeMap<String, SettingPlace>,
}

impl Loaded {
    /// Where `key` (`ui.theme`, `keys.restart`) was set.
    #[must_use]
    pub fn place(&self, key: &str) -> SettingPlace {
        self.places
            .get(key)
            .cloned()
            .unwrap_or(SettingPlace::Default)
    }

    /// A problem with the value of `key`, worded as all others: for values that another room
    /// checks.
    #[must_use]
    pub fn problem(&self, key: &str, value: &str, allowed: &str) -> Problem {
        Problem::bad_value(self.place(key), key, &format!("{value:?}"), allowed)
    }

    /// Every key that was set and where, sorted by key.
    pub fn places(&self) -> impl Iterator<Item = (&str, &SettingPlace)> {
        self.places.iter().map(|(key, place)| (key.as_str(), place))
    }

    /// The tokens that `--serve` demands one of; see
    /// [`ServeSettings::demanded_tokens`](super::ServeSettings::demanded_tokens).
    ///
    /// # Errors
    /// A file of tokens that cannot be used, and a non-loopback address with neither token nor
    /// proxy.
    pub fn serve_tokens(&self) -> Result<Option<Vec<AccessToken>>, ConfigError> {
        self.settings.serve.demanded_tokens()
    }
}

/// The hash of `bytes`.
pub(super) fn content_hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
