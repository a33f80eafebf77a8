//! The settings of the environment.

use crate::config::choices::{ColorMode, LogLevel};
use crate::config::environment::{DEBUG_MODE, ProcessEnvironment};
use crate::config::problem::{Problem, SettingPlace};
use crate::config::schema::{Allowed, ENTRIES, SettingSpec};
use crate::config::value::Raw;
use crate::config::warning::Warning;

use super::Merge;

impl Merge {
    /// Takes over every variable that sets a key.
    pub(in crate::config) fn environment(&mut self, environment: &ProcessEnvironment) {
        for name in environment.unreadable() {
            let message = "its value is not UTF-8".to_owned();
            self.problems.push(Problem {
                place: SettingPlace::Variable(name.clone()),
                message,
            });
        }
        self.debug_mode(environment);
        self.no_color(environment);
        for entry in ENTRIES {
            self.variables_of(entry, environment);
        }
        for (action, name, keys) in environment.keys() {
            self.bind(&action, keys, SettingPlace::Variable(name.to_owned()));
        }
    }

    fn debug_mode(&mut self, environment: &ProcessEnvironment) {
        let Some(word) = environment.get(DEBUG_MODE) else {
            return;
        };
        let place = SettingPlace::Variable(DEBUG_MODE.to_owned());
        let word = Raw::Word(word.to_owned());
        match word.bool() {
            Some(true) => {
                self.loaded.settings.log.level = LogLevel::Debug;
                self.placed("log.level", place);
            }
            Some(false) => {}
            None => self.problems.push(Problem::bad_value(
                place,
                DEBUG_MODE,
                &word.shown(),
                "true or false",
            )),
        }
    }

    /// `NO_COLOR` is weaker than the colours of the file.
    fn no_color(&mut self, environment: &ProcessEnvironment) {
        if environment.get("NO_COLOR").is_some()
            && self.loaded.place("ui.color") == SettingPlace::Default
        {
            self.loaded.settings.ui.color = ColorMode::Never;
            self.placed("ui.color", SettingPlace::Variable("NO_COLOR".to_owned()));
        }
    }

    /// Sets `entry` by its own variable, else by its strongest alias.
    fn variables_of(&mut self, entry: &SettingSpec, environment: &ProcessEnvironment) {
        let own = entry.variable();
        for name in std::iter::once(own.as_str()).chain(entry.aliases.iter().copied()) {
            let Some(value) = environment.get(name) else {
                continue;
            };
            if matches!(entry.allowed, Allowed::Number(_)) && value.contains("://") {
                self.loaded.warnings.push(service_link(entry, name, value));
                continue;
            }
            let place = SettingPlace::Variable(name.to_owned());
            return self.set(entry, &Raw::Word(value.to_owned()), place);
        }
    }
}

/// That the variable `name` of `entry` was not set by the operator. Where it is the entry's own,
/// another one that sets the key is named, if there is any.
fn service_link(entry: &SettingSpec, name: &str, value: &str) -> Warning {
    let own = entry.variable();
    let instead = if name == own {
        entry
            .aliases
            .first()
            .map_or(own, |alias| (*alias).to_owned())
    } else {
        own
    };
    Warning::ServiceLink {
        variable: name.to_owned(),
        value: value.to_owned(),
        instead,
    }
}
