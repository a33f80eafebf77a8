//! Flags over environment over file over defaults.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cli::Globals;
use super::environment::{DEBUG_MODE, Environment};
use super::file::{self, Document};
use super::layers;
use super::problem::{ConfigError, Place, Problem};
use super::rules;
use super::schema::{ENTRIES, Entry};
use super::settings::{ColorMode, LogLevel, Settings, Token};
use super::value::Raw;

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
    /// What is odd but no error, one sentence each.
    pub warnings: Vec<String>,
    places: BTreeMap<String, Place>,
}

impl Loaded {
    /// Where `key` (`ui.theme`, `keys.restart`) was set.
    #[must_use]
    pub fn place(&self, key: &str) -> Place {
        self.places.get(key).cloned().unwrap_or(Place::Default)
    }

    /// A problem with the value of `key`, worded as all others: for values that another room checks.
    #[must_use]
    pub fn problem(&self, key: &str, value: &str, allowed: &str) -> Problem {
        Problem::bad_value(self.place(key), key, &format!("{value:?}"), allowed)
    }

    /// Every key that was set and where, sorted by key.
    pub fn places(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.places.iter().map(|(key, place)| (key.as_str(), place))
    }

    /// The token that `--serve` demands; `None` where it may listen without.
    ///
    /// # Errors
    /// A token file that cannot be used, and a non-loopback address with neither token nor proxy.
    pub fn serve_token(&self) -> Result<Option<Token>, ConfigError> {
        let serve = &self.settings.serve;
        let token = match (&serve.token, &serve.token_file) {
            (Some(token), _) => Some(token.clone()),
            (None, Some(file)) => Some(read_token(file)?),
            (None, None) => None,
        };
        if token.is_none() && !serve.behind_proxy && !is_loopback(serve.host) {
            return Err(ConfigError::OpenWithoutToken(serve.host));
        }
        Ok(token)
    }
}

impl Request {
    /// The request of this process: its environment, and the platform's config directory.
    #[must_use]
    pub fn of_process(globals: Globals) -> Self {
        let default_file = directories::ProjectDirs::from("", "", "hubdeck")
            .map(|directories| directories.config_dir().join("config.toml"));
        Self { globals, environment: Environment::of_process(), default_file }
    }

    /// The file that would be read, and whether somebody asked for it by name.
    #[must_use]
    pub fn file(&self) -> Option<(PathBuf, bool)> {
        let named =
            self.globals.config.clone().or_else(|| self.environment.get("HUBDECK_CONFIG").map(PathBuf::from));
        named.map(|file| (file, true)).or_else(|| self.default_file.clone().map(|file| (file, false)))
    }

    /// Reads and validates everything.
    ///
    /// # Errors
    /// A named file that cannot be read, and every problem found.
    pub fn load(&self) -> Result<Loaded, ConfigError> {
        let text = match self.file() {
            None => None,
            Some((file, named)) => read(&file, named)?.map(|text| (file, text)),
        };
        self.load_text(text.as_ref().map(|(file, text)| (file.as_path(), text.as_str())))
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
        merge.loaded.warnings =
            self.environment.warnings(&rules().flat_map(rules::secret_variables).collect());
        let absent = rules().flat_map(|rule| rules::absent_secrets(rule, &self.environment));
        merge.loaded.warnings.extend(absent.map(|problem| problem.to_string()));
        Ok(merge.loaded)
    }
}

fn read(file: &Path, named: bool) -> Result<Option<String>, ConfigError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if !named && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ConfigError::Unreadable { file: file.to_owned(), error: error.to_string() }),
    }
}

/// Lists of tables that there are, with their words for people.
const LISTS: [(&str, &str); 2] = [("layer", "layers"), ("service", "service rules")];

fn is_list(name: &str) -> bool {
    LISTS.iter().any(|(known, _)| *known == name)
}

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn read_token(file: &Path) -> Result<Token, ConfigError> {
    let refuse = |error: String| ConfigError::TokenFile { file: file.to_owned(), error };
    let text = std::fs::read_to_string(file).map_err(|error| refuse(error.to_string()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let metadata = std::fs::metadata(file).map_err(|error| refuse(error.to_string()))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(refuse("others may read it; run `chmod 600` on it".to_owned()));
        }
    }
    Token::parse(text.trim()).ok_or_else(|| {
        refuse(
            "it holds no token of at least 43 visible ASCII characters; make one with `openssl rand -hex 32`"
                .to_owned(),
        )
    })
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

    /// Layers, then rules: their layers are among those, and their probes take the settled timeout for
    /// their default, whatever the order in the file.
    fn lists(&mut self, document: &Document) {
        let named = |name| document.lists.iter().filter(move |list| list.name == name);
        let settings = &mut self.loaded.settings;
        let layers: Vec<&file::Section> = named("layer").collect();
        if !layers.is_empty() {
            settings.layers = Arc::new(layers::layers(&layers, &mut self.problems));
        }
        for section in named("service") {
            let rule = rules::rule(section, &settings.probes, &settings.layers, &mut self.problems);
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
                self.problems.push(Problem::unknown_key(place.clone(), "", name, known));
                return;
            }
        };
        self.problems.push(Problem { place: place.clone(), message });
    }

    fn section(&mut self, section: &file::Section) {
        let prefix = format!("{}.", section.name);
        let known = || ENTRIES.iter().filter_map(|entry| entry.key.strip_prefix(prefix.as_str()));
        for key in &section.keys {
            match ENTRIES.iter().find(|entry| entry.parts() == (section.name.as_str(), key.name.as_str())) {
                Some(entry) => self.set(entry, &key.value, key.place.clone()),
                None => {
                    self.problems.push(Problem::unknown_key(key.place.clone(), &prefix, &key.name, known()))
                }
            }
        }
        for table in &section.tables {
            self.problems.push(Problem::unknown_key(table.place.clone(), &prefix, &table.name, known()));
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
            let message = format!("keys.{} is a table; allowed is a key or a list of keys", table.name);
            self.problems.push(Problem { place: table.place.clone(), message });
        }
    }

    fn bind(&mut self, action: &str, keys: Vec<String>, place: Place) {
        self.loaded.settings.keys.insert(action.to_owned(), keys);
        self.loaded.places.insert(format!("keys.{action}"), place);
    }

    fn environment(&mut self, environment: &Environment) {
        if environment.get(DEBUG_MODE).map(|word| Raw::Word(word.to_owned())).and_then(|word| word.bool())
            == Some(true)
        {
            self.loaded.settings.log.level = LogLevel::Debug;
            self.placed("log.level", Place::Variable(DEBUG_MODE.to_owned()));
        }
        if environment.get("NO_COLOR").is_some() && self.loaded.place("ui.color") == Place::Default {
            self.loaded.settings.ui.color = ColorMode::Never;
            self.placed("ui.color", Place::Variable("NO_COLOR".to_owned()));
        }
        for entry in ENTRIES {
            let own = entry.variable();
            let names = std::iter::once(own.as_str()).chain(entry.aliases.iter().copied());
            let found = names.filter_map(|name| Some((name, environment.get(name)?))).next();
            if let Some((name, value)) = found {
                self.set(entry, &Raw::Word(value.to_owned()), Place::Variable(name.to_owned()));
            }
        }
        for (action, name, keys) in environment.keys() {
            self.bind(&action, keys, Place::Variable(name.to_owned()));
        }
    }

    /// Address and context are two ways to one engine: the environment is stronger than the file, and two of
    /// the same strength are a mistake.
    fn one_engine(&mut self) {
        let engine = &mut self.loaded.settings.engine;
        if engine.host.is_none() || engine.context.is_none() {
            return;
        }
        let place = |key: &str| self.loaded.places.get(key).cloned().unwrap_or(Place::Default);
        match (place("engine.host"), place("engine.context")) {
            (Place::Variable(_), Place::Line { .. }) => engine.context = None,
            (Place::Line { .. }, Place::Variable(_)) => engine.host = None,
            (_, place) => {
                let message = "engine.host and engine.context name two engines; keep one of them".to_owned();
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
        self.flag("engine.context", "--context", globals.context.as_ref().map(text));
        let projects = globals.projects.iter().map(|name| Raw::Text(name.clone())).collect::<Vec<_>>();
        self.flag("engine.projects", "--project", (!projects.is_empty()).then_some(Raw::List(projects)));
        self.flag("engine.read_only", "--read-only", globals.read_only.then_some(Raw::Bool(true)));
        self.flag("serve.behind_proxy", "--behind-proxy", globals.behind_proxy.then_some(Raw::Bool(true)));
        self.flag("ui.theme", "--theme", globals.theme.as_ref().map(text));
        self.flag("ui.ascii", "--ascii", globals.ascii.then_some(Raw::Bool(true)));
        if let Some(color) = globals.color {
            self.loaded.settings.ui.color = color;
            self.placed("ui.color", Place::Flag("--color"));
        }
        self.flag(
            "log.level",
            "--log-level",
            globals.log_level.map(|level| Raw::Word(level.id().to_owned())),
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
            let shown =
                if entry.key == "serve.token" { "too short or no text".to_owned() } else { value.shown() };
            self.problems.push(Problem::bad_value(place, entry.key, &shown, entry.allowed));
        }
    }

    fn placed(&mut self, key: &str, place: Place) {
        self.loaded.places.insert(key.to_owned(), place);
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
