//! Settings on the way: each of file, environment and flags adds what it contains.

mod document;
mod environment;
mod flags;

use super::loaded::Loaded;
use super::problem::{Problem, SettingPlace};
use super::schema::SettingSpec;
use super::value::Raw;

/// Settings on the way.
#[derive(Default)]
pub(super) struct Merge {
    /// The settings so far, with the place of each.
    pub loaded: Loaded,
    /// What is wrong so far.
    pub problems: Vec<Problem>,
}

impl Merge {
    /// Address and context are two ways to one engine: the environment is stronger than the file,
    /// and two of the same strength are a mistake.
    pub(super) fn one_engine(&mut self) {
        let engine = &mut self.loaded.settings.engine;
        if engine.host.is_none() || engine.context.is_none() {
            return;
        }
        let place = |key: &str| {
            self.loaded
                .places
                .get(key)
                .cloned()
                .unwrap_or(SettingPlace::Default)
        };
        match (place("engine.host"), place("engine.context")) {
            (SettingPlace::Variable(_), SettingPlace::Line { .. }) => engine.context = None,
            (SettingPlace::Line { .. }, SettingPlace::Variable(_)) => engine.host = None,
            (_, place) => {
                let message =
                    "engine.host and engine.context name two engines; keep one of them".to_owned();
                self.problems.push(Problem { place, message });
            }
        }
    }

    fn bind(&mut self, action: &str, keys: Vec<String>, place: SettingPlace) {
        self.loaded.settings.keys.insert(action.to_owned(), keys);
        self.loaded.places.insert(format!("keys.{action}"), place);
    }

    fn set(&mut self, entry: &SettingSpec, value: &Raw, place: SettingPlace) {
        if (entry.set)(&mut self.loaded.settings, value).is_some() {
            self.placed(entry.key, place);
        } else {
            let shown = if entry.secret {
                "too short or no text".to_owned()
            } else {
                value.shown()
            };
            self.problems.push(Problem::bad_value(
                place,
                entry.key,
                &shown,
                entry.allowed.words(),
            ));
        }
    }

    fn placed(&mut self, key: &str, place: SettingPlace) {
        self.loaded.places.insert(key.to_owned(), place);
    }
}
