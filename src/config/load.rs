//! Flags over environment over file over defaults.

use std::path::{Path, PathBuf};

use crate::model::encoding::decode;

use super::arguments::Globals;
use super::environment::ProcessEnvironment;
use super::file::{self, ParsedFile};
use super::loaded::{Loaded, content_hash};
use super::merge::Merge;
use super::problem::{ConfigError, Problem};
use super::rules;
use super::settings::Settings;
use super::warning::Warning;

/// What settings are made from. Kept, so that a reload starts from the same flags and environment.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Flags.
    pub globals: Globals,
    /// Environment.
    pub environment: ProcessEnvironment,
    /// The file used when neither flag nor environment names one; it need not exist.
    pub default_file: Option<PathBuf>,
    /// The file of tokens where no setting names one; it need not exist.
    pub default_tokens_file: Option<PathBuf>,
}

impl Request {
    /// The request of this process: its environment, and the platform's config directory.
    #[must_use]
    pub fn of_process(globals: Globals) -> Self {
        let directories = directories::ProjectDirs::from("", "", "hubdeck");
        let default_file = directories
            .as_ref()
            .map(|directories| directories.config_dir().join("config.toml"));
        let default_tokens_file = directories
            .as_ref()
            .map(|directories| directories.config_dir().join("tokens.json"));
        Self {
            default_tokens_file,
            globals,
            environment: ProcessEnvironment::of_process(),
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
        faultless(self.read()?)
    }

    /// The settings that are right, beside every problem found: for a report of all that is wrong.
    ///
    /// # Errors
    /// A named file that cannot be read.
    pub fn read(&self) -> Result<(Loaded, Vec<Problem>), ConfigError> {
        let bytes = match self.file() {
            None => None,
            Some((file, named)) => read(&file, named)?.map(|bytes| (file, bytes)),
        };
        let Some((file, bytes)) = bytes else {
            return Ok(self.read_text(None));
        };
        let text = decode(&bytes).map_err(|error| ConfigError::NotText {
            file: file.clone(),
            error,
        })?;
        let (mut loaded, problems) = self.read_text(Some((&file, &text)));
        loaded.content = Some(content_hash(&bytes));
        Ok((loaded, problems))
    }

    /// As [`Request::load`] with the file's text at hand.
    ///
    /// # Errors
    /// Every problem found.
    pub fn load_text(&self, file: Option<(&Path, &str)>) -> Result<Loaded, ConfigError> {
        faultless(self.read_text(file))
    }

    fn read_text(&self, file: Option<(&Path, &str)>) -> (Loaded, Vec<Problem>) {
        let mut merge = Merge::default();
        let document = file.map(|(path, text)| {
            merge.loaded.file = Some(path.to_owned());
            file::parse(path, text).unwrap_or_else(|problems| {
                merge.problems.extend(problems);
                ParsedFile::default()
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
        self.complete(&mut merge.loaded.settings);
        let warnings = self.warnings(document.as_ref());
        merge.loaded.warnings.extend(warnings);
        (merge.loaded, merge.problems)
    }

    /// Puts in what has another default on each machine.
    fn complete(&self, settings: &mut Settings) {
        let tokens_file = &mut settings.serve.tokens_file;
        if tokens_file.is_none() {
            tokens_file.clone_from(&self.default_tokens_file);
        }
    }

    /// What of the environment is odd beside the rules of `document`.
    fn warnings(&self, document: Option<&ParsedFile>) -> Vec<Warning> {
        let lists = || document.iter().flat_map(|document| &document.lists);
        let rules = || lists().filter(|list| list.name == "service");
        let named = rules().flat_map(rules::secret_variables).collect();
        let absent = rules().flat_map(|rule| rules::absent_secrets(rule, &self.environment));
        let warnings = self.environment.warnings(&named).into_iter();
        warnings.chain(absent.map(Warning::AbsentSecret)).collect()
    }
}

/// The settings where nothing is wrong.
fn faultless((loaded, problems): (Loaded, Vec<Problem>)) -> Result<Loaded, ConfigError> {
    if problems.is_empty() {
        Ok(loaded)
    } else {
        Err(ConfigError::Problems(problems))
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
