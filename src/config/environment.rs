//! The environment variables that concern hubdeck, as a value.

use std::collections::BTreeSet;

use super::problem::nearest;
use super::schema::ENTRIES;
use super::warning::Warning;
use crate::model::SortShared as _;

/// Variables that are not keys of the file.
const EXTRA: &[&str] = &["HUBDECK_CONFIG", "HUBDECK_TOKEN"];
/// The variable that asks for debug logs.
pub(super) const DEBUG_MODE: &str = "HUB_DEBUG_MODE";
/// Prefix of variables that bind keys: `HUBDECK_KEYS_RESTART="r ctrl-r"`.
pub(super) const KEYS_PREFIX: &str = "HUBDECK_KEYS_";

/// The environment at start. Taken once, so that a reload sees the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessEnvironment {
    variables: Vec<(String, String)>,
    /// Names of all variables that are not empty: rules of probes refer to any of them.
    names: BTreeSet<String>,
    /// Names of our variables whose values are not UTF-8.
    unreadable: Vec<String>,
}

impl ProcessEnvironment {
    /// Keeps those of `variables` that concern hubdeck; of the others the names alone.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            if !value.is_empty() {
                environment.names.insert(name.clone());
            }
            if is_ours(&name) {
                environment.variables.push((name, value));
            }
        }
        environment.variables.sort_shared();
        environment
    }

    /// Whether `name` is set and not empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The environment of this process. Variables whose names are not UTF-8 are left out.
    #[must_use]
    pub fn of_process() -> Self {
        let (mut variables, mut unreadable) = (Vec::new(), Vec::new());
        for (name, value) in std::env::vars_os() {
            match (name.into_string(), value.into_string()) {
                (Ok(name), Ok(value)) => variables.push((name, value)),
                (Ok(name), Err(_)) if is_ours(&name) => unreadable.push(name),
                _ => {}
            }
        }
        Self {
            unreadable,
            ..Self::new(variables)
        }
    }

    /// Names of our variables whose values are not UTF-8.
    pub(super) fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// The value of `name`; an empty one counts as unset, as Compose writes unset variables so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables
            .iter()
            .find(|(each, _)| each == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// Action names (lower case) and keys of `HUBDECK_KEYS_…` variables.
    pub(super) fn keys(&self) -> impl Iterator<Item = (String, &str, Vec<String>)> {
        self.variables.iter().filter_map(|(name, value)| {
            let action = name
                .strip_prefix(KEYS_PREFIX)?
                .to_ascii_lowercase()
                .replace('_', "-");
            if value.is_empty() || self.is_of_a_service(name) {
                return None;
            }
            Some((
                action,
                name.as_str(),
                value.split_whitespace().map(str::to_owned).collect(),
            ))
        })
    }

    /// What looks like ours and does nothing; `named` variables hold secrets of probes.
    pub(super) fn warnings(&self, named: &BTreeSet<&str>) -> Vec<Warning> {
        let own: Vec<String> = ENTRIES
            .iter()
            .map(super::schema::SettingSpec::variable)
            .collect();
        let warning = |(name, _): &(String, String)| {
            if name.starts_with("HUBDECK_") && !self.is_known(name, &own, named) {
                let near = nearest_variable(name, &own);
                Some(Warning::SetsNothing {
                    variable: name.clone(),
                    near,
                })
            } else {
                None
            }
        };
        self.variables.iter().filter_map(warning).collect()
    }

    /// Whether somebody reads the variable: a setting (`own`), the config file (`named`) or others.
    fn is_known(&self, name: &str, own: &[String], named: &BTreeSet<&str>) -> bool {
        own.iter().any(|each| each == name)
            || EXTRA.contains(&name)
            || named.contains(name)
            || name.starts_with(KEYS_PREFIX)
            || self.is_of_a_service(name)
    }

    /// Whether Kubernetes or a Docker link sets `name` for a service: beside `X_SERVICE_HOST`, or
    /// where `X_PORT` is an address, come `X_PORT…` and `X_SERVICE_…`.
    fn is_of_a_service(&self, name: &str) -> bool {
        let is_service = |prefix: &str| {
            self.has(&format!("{prefix}_SERVICE_HOST"))
                || self
                    .get(&format!("{prefix}_PORT"))
                    .is_some_and(|value| value.contains("://"))
        };
        ["_SERVICE_", "_PORT"]
            .iter()
            .flat_map(|mark| name.match_indices(mark))
            .any(|(at, _)| name.get(..at).is_some_and(is_service))
    }
}

/// Whether `name` is a variable that hubdeck may read.
fn is_ours(name: &str) -> bool {
    name.starts_with("HUB")
        || name == "NO_COLOR"
        || ENTRIES.iter().any(|entry| entry.aliases.contains(&name))
}

fn nearest_variable(name: &str, own: &[String]) -> Option<String> {
    let own: Vec<String> = own.iter().map(|each| each.to_lowercase()).collect();
    nearest(name, own.iter().map(String::as_str)).map(str::to_uppercase)
}
