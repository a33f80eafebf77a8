//! Flags over environment over file over defaults.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::encoding::decode;

use super::cli::Globals;
use super::environment::{DEBUG_MODE, Environment};
use super::file::{self, Document};
use super::layers;
use super::problem::{ConfigError, Place, Problem};
use super::rules;
use super::schema::{Allowed, ENTRIES, Entry};
use super::settings::{ColorMode, LogLevel, Settings, Token};
use super::value::Raw;
use super::warning::Warning;
use super::watch::content;

/// What settings are made from. Kept, so that a reload starts from the same flags and environment.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Flags.
    pub globals: Globals,
    /// Environment.
    pub environment: Environment,
    /// The file used when neither flag nor environment names one; it need not exist.
    pub default_file: Option<PathBuf>,
}

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
    places: BTreeMap<String, Place>,
}

impl Loaded {
    /// Where `key` (`ui.theme`, `keys.restart`) was set.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        self.places.get(key).cloned().unwrap_or(Place::Default)
    }

    /// A problem with the value of `key`, worded as all others: for values that another room
    /// checks.
    #[must_use]
    pub fn problem(&self, key: &str, value: &str, allowed: &str) -> Problem {
        Problem::bad_value(self.place(key), key, &format!("{value:?}"), allowed)
    }

    /// Every key that was set and where, sorted by key.
    pub fn places(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.places.iter().map(|(key, place)| (key.as_str(), place))
    }

    /// The token that `--serve` demands; see
    /// [`Serve::demanded_token`](super::Serve::demanded_token).
    ///
    /// # Errors
    /// A token file that cannot be used, and a non-loopback address with neither token nor proxy.
    pub fn serve_token(&self) -> Result<Option<Token>, ConfigError> {
        self.settings.serve.demanded_token()
    }
}

impl Request {
    /// The request of this process: its environment, and the platform's config directory.
    #[must_use]
    pub fn of_process(globals: Globals) -> Self {
        let default_file = directories::ProjectDirs::from("", "", "hubdeck")
            .map(|directories| directories.config_dir().join("config.toml"));
        Self {
            globals,
            environment: Environment::of_process(),
            default_file,
        }
    }

    /// The file that would be read, and whether somebody asked for it by name.
    #[must_use]
    pub fn file(&self) -> Option<(PathBuf, bool)> {
        let named = self
            .globals
            .config
            .clone()
            .or_else(|| self.environment.get("HUBDECK_CONFIG").map(PathBuf::from));
        named
            .map(|file| (file, true))
            .or_else(|| self.default_file.clone().map(|file| (file, false)))
    }

    /// Reads and validates everything.
    ///
    /// # Errors
    /// A named file that cannot be read, and every problem found.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let bytes = match self.file() {
            None => None,
            Some((file, named)) => read(&file, named)?.map(|bytes| (file, bytes)),
        };
        let Some((file, bytes)) = bytes else {
            return self.load_text(None);
        };
        let text = decode(&bytes).map_err(|error| ConfigError::NotText {
            file: file.clone(),
            error,
        })?;
        let mut loaded = self.load_text(Some((&file, &text)))?;
        loaded.content = Some(content(&bytes));
        Ok(loaded)
    }

    /// As [`Request::load`] with the file's text at hand.
    ///
    /// # Errors
    /// Every problem found.
    pub fn load_text(&self, file: Option<(&Path, &str)>) -> Result<Loaded, ConfigError> {
        let mut merge = Merge::default();
        let document = file.map(|(path, text)| {
            merge.loaded.file = Some(path.to_owned());
            file::parse(path, text).unwrap_or_else(|problems| {
                merge.problems.extend(problems);
                Document::default()
            })
        });
        if let Some(document) = &document {
            merge.document(document);
        }
        merge.environment(&self.environment);
        merge.globals(&self.globals);
        merge.one_engine();
        if let Some(document) = &document {
            merge.lists(document);
        }
        if !merge.problems.is_empty() {
            return Err(ConfigError::Problems(merge.problems));
        }
        let lists = || document.iter().flat_map(|document| &document.lists);
        let rules = || lists().filter(|list| list.name == "service");
        let named = rules().flat_map(rules::secret_variables).collect();
        merge
            .loaded
            .warnings
            .extend(self.environment.warnings(&named));
        let absent = rules().flat_map(|rule| rules::absent_secrets(rule, &self.environment));
        merge
            .loaded
            .warnings
            .extend(absent.map(Warning::AbsentSecret));
        Ok(merge.loaded)
    }
}

fn read(file: &Path, named: bool) -> Result<Option<Vec<u8>>, ConfigError> {
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConfigError::Unreadable {
            file: file.to_owned(),
            error: error.to_string(),
        }),
    }
}

/// Lists of tables that there are, with their words for people.
const LISTS: [(&str, &str); 2] = [("layer", "layers"), ("service", "service rules")];

fn is_list(name: &str) -> bool {
    LISTS.iter().any(|(known, _)| *known == name)
}

/// Settings on the way.
#[derive(Default)]
struct Merge {
    loaded: Loaded,
    problems: Vec<Problem>,
}

impl Merge {
    fn document(&mut self, document: &Document) {
        for key in &document.loose {
            self.unknown_section(&key.name, &key.place);
        }
        for list in document.lists.iter().filter(|list| !is_list(&list.name)) {
            self.unknown_section(&list.name, &list.place);
        }
        for section in &document.sections {
            match section.name.as_str() {
                "keys" => self.keys(section),
                name if sections().any(|known| known == name) => self.section(section),
                _ => self.unknown_section(&section.name, &section.place),
            }
        }
    }

    /// Layers, then rules: their layers are among those, and their probes take the settled timeout
    /// for their default, whatever the order in the file.
    fn lists(&mut self, document: &Document) {
        let named = |name| document.lists.iter().filter(move |list| list.name == name);
        let settings = &mut self.loaded.settings;
        let layers: Vec<&file::Section> = named("layer").collect();
        if !layers.is_empty() {
            settings.layers = Arc::new(layers::layers(&layers, &mut self.problems));
        }
        for section in named("service") {
            let rule = rules::rule(
                section,
                &settings.probes,
                &settings.layers,
                &mut self.problems,
            );
            settings.services.push(rule);
        }
    }

    fn unknown_section(&mut self, name: &str, place: &Place) {
        let list = LISTS.iter().find(|(known, _)| *known == name);
        let message = match name {
            _ if list.is_some() => list.map_or_else(String::new, |(known, words)| {
                format!("{words} are written as [[{known}]], with two brackets")
            }),
            name if sections().any(|known| known == name) || name == "keys" => {
                format!("{name} is a section, written as [{name}]")
            }
            _ => {
                let known = sections().chain(["keys", "layer", "service"]);
                self.problems
                    .push(Problem::unknown_key(place.clone(), "", name, known));
                return;
            }
        };
        self.problems.push(Problem {
            place: place.clone(),
            message,
        });
    }

    fn section(&mut self, section: &file::Section) {
        let prefix = format!("{}.", section.name);
        let known = || {
            ENTRIES
                .iter()
                .filter_map(|entry| entry.key.strip_prefix(prefix.as_str()))
        };
        for key in &section.keys {
            match ENTRIES
                .iter()
                .find(|entry| entry.parts() == (section.name.as_str(), key.name.as_str()))
            {
                Some(entry) => self.set(entry, &key.value, key.place.clone()),
                None => self.problems.push(Problem::unknown_key(
                    key.place.clone(),
                    &prefix,
                    &key.name,
                    known(),
                )),
            }
        }
        for table in &section.tables {
            self.problems.push(Problem::unknown_key(
                table.place.clone(),
                &prefix,
                &table.name,
                known(),
            ));
        }
    }

    fn keys(&mut self, section: &file::Section) {
        for key in &section.keys {
            let name = format!("keys.{}", key.name);
            match key.value.list() {
                Some(keys) => self.bind(&key.name, keys, key.place.clone()),
                None => self.problems.push(Problem::bad_value(
                    key.place.clone(),
                    &name,
                    &key.value.shown(),
                    "a key or a list of keys, such as [\"r\", \"ctrl-r\"]",
                )),
            }
        }
        for table in &section.tables {
            let message = format!(
                "keys.{} is a table; allowed is a key or a list of keys",
                table.name
            );
            self.problems.push(Problem {
                place: table.place.clone(),
                message,
            });
        }
    }

    fn bind(&mut self, action: &str, keys: Vec<String>, place: Place) {
        self.loaded.settings.keys.insert(action.to_owned(), keys);
        self.loaded.places.insert(format!("keys.{action}"), place);
    }

    fn environment(&mut self, environment: &Environment) {
        for name in environment.unreadable() {
            let message = "its value is not UTF-8".to_owned();
            self.problems.push(Problem {
                place: Place::Variable(name.clone()),
                message,
            });
        }
        if let Some(word) = environment.get(DEBUG_MODE) {
            let (place, word) = (
                Place::Variable(DEBUG_MODE.to_owned()),
                Raw::Word(word.to_owned()),
            );
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
        if environment.get("NO_COLOR").is_some() && self.loaded.place("ui.color") == Place::Default
        {
            self.loaded.settings.ui.color = ColorMode::Never;
            self.placed("ui.color", Place::Variable("NO_COLOR".to_owned()));
        }
        for entry in ENTRIES {
            let own = entry.variable();
            for name in std::iter::once(own.as_str()).chain(entry.aliases.iter().copied()) {
                let Some(value) = environment.get(name) else {
                    continue;
                };
                if matches!(entry.allowed, Allowed::Number(_)) && value.contains("://") {
                    self.loaded.warnings.push(service_link(entry, name, value));
                    continue;
                }
                self.set(
                    entry,
                    &Raw::Word(value.to_owned()),
                    Place::Variable(name.to_owned()),
                );
                break;
            }
        }
        for (action, name, keys) in environment.keys() {
            self.bind(&action, keys, Place::Variable(name.to_owned()));
        }
    }

    /// Address and context are two ways to one engine: the environment is stronger than the file,
    /// and two of the same strength are a mistake.
    fn one_engine(&mut self) {
        let engine = &mut self.loaded.settings.engine;
        if engine.host.is_none() || engine.context.is_none() {
            return;
        }
        let place = |key: &str| {
            self.loaded
                .places
                .get(key)
                .cloned()
                .unwrap_or(Place::Default)
        };
        match (place("engine.host"), place("engine.context")) {
            (Place::Variable(_), Place::Line { .. }) => engine.context = None,
            (Place::Line { .. }, Place::Variable(_)) => engine.host = None,
            (_, place) => {
                let message =
                    "engine.host and engine.context name two engines; keep one of them".to_owned();
                self.problems.push(Problem { place, message });
            }
        }
    }

    fn globals(&mut self, globals: &Globals) {
        let text = |text: &String| Raw::Word(text.clone());
        // A flag for one way to the engine also silences the other way from weaker places.
        if globals.host.is_some() {
            self.loaded.settings.engine.context = None;
        }
        if globals.context.is_some() {
            self.loaded.settings.engine.host = None;
        }
        self.flag("engine.host", "--host", globals.host.as_ref().map(text));
        self.flag(
            "engine.context",
            "--context",
            globals.context.as_ref().map(text),
        );
        let projects = globals
            .projects
            .iter()
            .map(|name| Raw::Text(name.clone()))
            .collect::<Vec<_>>();
        self.flag(
            "engine.projects",
            "--project",
            (!projects.is_empty()).then_some(Raw::List(projects)),
        );
        self.flag(
            "engine.read_only",
            "--read-only",
            globals.read_only.then_some(Raw::Bool(true)),
        );
        self.flag(
            "serve.behind_proxy",
            "--behind-proxy",
            globals.behind_proxy.then_some(Raw::Bool(true)),
        );
        self.flag("ui.theme", "--theme", globals.theme.as_ref().map(text));
        self.flag(
            "ui.ascii",
            "--ascii",
            globals.ascii.then_some(Raw::Bool(true)),
        );
        self.loaded.settings.ui.show_secrets = globals.show_secrets;
        if let Some(color) = globals.color {
            self.loaded.settings.ui.color = color;
            self.placed("ui.color", Place::Flag("--color"));
        }
        self.flag(
            "log.level",
            "--log-level",
            globals
                .log_level
                .map(|level| Raw::Word(level.id().to_owned())),
        );
    }

    fn flag(&mut self, key: &str, flag: &'static str, value: Option<Raw>) {
        if let (Some(value), Some(entry)) = (value, ENTRIES.iter().find(|entry| entry.key == key)) {
            self.set(entry, &value, Place::Flag(flag));
        }
    }

    fn set(&mut self, entry: &Entry, value: &Raw, place: Place) {
        if (entry.set)(&mut self.loaded.settings, value).is_some() {
            self.placed(entry.key, place);
        } else {
            let shown = if entry.key == "serve.token" {
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

    fn placed(&mut self, key: &str, place: Place) {
        self.loaded.places.insert(key.to_owned(), place);
    }
}

/// That the variable `name` of `entry` was not set by the operator. Where it is the entry's own,
/// another one that sets the key is named, if there is any.
fn service_link(entry: &Entry, name: &str, value: &str) -> Warning {
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

/// Names of the sections, in order.
fn sections() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    ENTRIES.iter().filter_map(move |entry| {
        let (section, _) = entry.parts();
        (section != std::mem::replace(&mut last, section)).then_some(section)
    })
}
