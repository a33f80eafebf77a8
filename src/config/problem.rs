//! What is wrong, where, and what is allowed instead.

use std::fmt;
use std::path::PathBuf;

use crate::model::ListenAddress;
use crate::model::encoding::NotText;

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingPlace {
    /// A line of the config file, counted from 1.
    Line {
        /// The file.
        file: PathBuf,
        /// The line.
        line: usize,
    },
    /// An environment variable.
    Variable(String),
    /// A command-line flag.
    Flag(&'static str),
    /// Nowhere: the built-in default.
    Default,
}

impl SettingPlace {
    /// Whether it is the command line.
    #[must_use]
    pub const fn is_flag(&self) -> bool {
        matches!(self, Self::Flag(_))
    }
}

impl fmt::Display for SettingPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line } => write!(f, "{}, line {line}", file.display()),
            Self::Variable(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Default => f.write_str("built-in default"),
        }
    }
}

/// One thing that is wrong: one sentence with the place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Problem {
    /// Where.
    pub place: SettingPlace,
    /// The key and what is allowed.
    pub message: String,
}

impl Problem {
    /// A value that key `key` does not take.
    #[must_use]
    pub fn bad_value(place: SettingPlace, key: &str, shown: &str, allowed: &str) -> Self {
        Self {
            place,
            message: format!("{key} is {shown}; allowed is {allowed}"),
        }
    }

    /// A key that does not exist beside `known`, with the nearest of them.
    #[must_use]
    pub fn unknown_key<'a>(
        place: SettingPlace,
        prefix: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = nearest(name, known.iter().copied()).map_or_else(String::new, |near| {
            format!("; did you mean {prefix}{near}?")
        });
        let message = format!(
            "unknown key {prefix}{name}{hint} (allowed here: {})",
            known.join(", ")
        );
        Self { place, message }
    }
}

/// Why there are no settings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the config file {}: {error}; check the path given by --config or HUBDECK_CONFIG", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The system's words.
        error: String,
    },
    /// Something in it, in the environment or in the flags is wrong; one line each.
    #[error("{}", joined(.0))]
    Problems(Vec<Problem>),
    /// It is there, and no text that can be read.
    #[error("cannot read the config file {}: {error}", file.display())]
    NotText {
        /// The file.
        file: PathBuf,
        /// Which encoding it has.
        error: NotText,
    },
    /// It was there when it was read last.
    #[error("the config file {} is gone; the last settings stay until it is back or hubdeck is started again", file.display())]
    Gone {
        /// The file.
        file: PathBuf,
    },
    /// `--serve` would be open to others without a password.
    #[error(
        "refusing to listen on {0} without a token: make one with `hubdeck token new`, or set HUBDECK_SERVE_TOKEN \
         (`openssl rand -hex 32`), or pass --behind-proxy when a trusted proxy authenticates, or listen on 127.0.0.1 \
         (docs/migration.md says how to take over an older hub.env)"
    )]
    OpenWithoutToken(ListenAddress),
    /// The file of tokens cannot be used.
    #[error("cannot use the tokens file {}: {error}", file.display())]
    TokensFile {
        /// The file.
        file: PathBuf,
        /// What is wrong and what to do.
        error: String,
    },
    /// The token file cannot be used.
    #[error("cannot use the token file {}: {error}", file.display())]
    TokenFile {
        /// The file.
        file: PathBuf,
        /// What is wrong and what to do.
        error: String,
    },
}

fn joined(problems: &[Problem]) -> String {
    problems
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The one of `known` that `name` was probably meant to be.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|each| (strsim::levenshtein(&name.to_lowercase(), each), each))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, each)| each)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_only_when_it_is_near() {
        let known = ["interval", "timeout", "enabled"];
        assert_eq!(nearest("intervl", known), Some("interval"));
        assert_eq!(nearest("Timeout", known), Some("timeout"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
    }
}
