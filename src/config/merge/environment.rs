//! The settings of the environment.

use crate::config::choices::{ColorMode, LogLevel};
use crate::config::environment::{DEBUG_MODE, ProcessEnvironment};
use crate::config::problem::{Problem, SettingPlace};
use crate::config::schema::{Allowed, ENTRIES, SettingSpec};
use crate::config::value::Raw;
use crate::config::warning::Warning;

use super::Merge;

/// The secret of the hub service that hubdeck replaces: any text there, a token here.
const SECRET: &str = "HUB_SECRET_KEY";
/// The key that more than a row of the table sets.
const LEVEL: &str = "log.level";

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
        self.no_color(environment);
        for entry in ENTRIES {
            self.variables_of(entry, environment);
        }
        self.debug_mode(environment);
        for (action, name, keys) in environment.keys() {
            self.bind(&action, keys, SettingPlace::Variable(name.to_owned()));
        }
    }

    /// `HUB_DEBUG_MODE=true` means more than every other name of the level but hubdeck's own.
    fn debug_mode(&mut self, environment: &ProcessEnvironment) {
        let (Some(word), Some(level)) = (environment.get(DEBUG_MODE), SettingSpec::of(LEVEL))
        else {
            return;
        };
        let place = SettingPlace::Variable(DEBUG_MODE.to_owned());
        let own = SettingPlace::Variable(level.variable());
        let raw = Raw::Word(word.to_owned());
        match raw.bool() {
            Some(true) if self.loaded.place(LEVEL) != own => {
                self.loaded.settings.log.level = LogLevel::Debug;
                self.placed(LEVEL, place);
            }
            Some(_) => {}
            None if word.contains("://") => {
                let warning = service_link(level, DEBUG_MODE, word);
                self.loaded.warnings.push(warning);
            }
            None => {
                let shown = raw.shown();
                let problem = Problem::bad_value(place, DEBUG_MODE, &shown, "true or false");
                self.problems.push(problem);
            }
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
            let raw = Raw::Word(value.to_owned());
            if let Some(warning) = self.foreign(entry, name, &raw) {
                self.loaded.warnings.push(warning);
                continue;
            }
            let place = SettingPlace::Variable(name.to_owned());
            if name == SECRET && (entry.set)(&mut self.loaded.settings, &raw).is_none() {
                return self.problems.push(short_secret(entry, place));
            }
            return self.set(entry, &raw, place);
        }
    }

    /// Why the value of the variable `name` is somebody else's and sets nothing: an address where
    /// none is taken, which Kubernetes and Docker's links set, and a word that is not ours under a
    /// name that any program uses. A secret is refused rather than ignored.
    fn foreign(&self, entry: &SettingSpec, name: &str, value: &Raw) -> Option<Warning> {
        let text = value.text()?;
        let (is_link, is_alias) = (text.contains("://"), entry.aliases.contains(&name));
        if is_link && matches!(entry.allowed, Allowed::Number(_)) {
            return Some(service_link(entry, name, text));
        }
        let is_taken = || (entry.set)(&mut self.loaded.settings.clone(), value).is_some();
        if !is_alias || entry.secret || is_taken() {
            return None;
        }
        if is_link {
            return Some(service_link(entry, name, text));
        }
        (!name.starts_with("HUB")).then(|| Warning::ForeignValue {
            variable: name.to_owned(),
            value: value.shown(),
            allowed: entry.allowed.words(),
            instead: entry.variable(),
        })
    }
}

/// That the hub service's secret, set at `place`, is no token.
fn short_secret(entry: &SettingSpec, place: SettingPlace) -> Problem {
    let message = format!(
        "{} is too short or no text; allowed is {}; docs/migration.md shows what to set in its place",
        entry.key,
        entry.allowed.words()
    );
    Problem { place, message }
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
