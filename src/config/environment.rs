//! The environment variables that concern hubdeck, as a value.

use std::collections::BTreeSet;

use super::problem::nearest;
use super::schema::ENTRIES;

/// Variables that are not keys of the file.
const EXTRA: &[&str] = &["HUBDECK_CONFIG"];
/// Variables of the hub service that hubdeck replaces whose capability does not exist yet.
const WITHOUT_EFFECT: &[&str] = &["HUB_DASHBOARD_API_URL"];
/// The variable that asks for debug logs.
pub(super) const DEBUG_MODE: &str = "HUB_DEBUG_MODE";
/// Prefix of variables that bind keys: `HUBDECK_KEYS_RESTART="r ctrl-r"`.
pub(super) const KEYS_PREFIX: &str = "HUBDECK_KEYS_";

/// The environment at start. Taken once, so that a reload sees the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: Vec<(String, String)>,
    /// Names of all variables that are not empty: rules of probes refer to any of them.
    names: BTreeSet<String>,
}

impl Environment {
    /// Keeps those of `variables` that concern hubdeck; of the others the names alone.
    pub fn new(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut environment = Self::default();
        for (name, value) in variables {
            if !value.is_empty() {
                environment.names.insert(name.clone());
            }
            if name.starts_with("HUB") || name == "NO_COLOR" {
                environment.variables.push((name, value));
            }
        }
        environment.variables.sort();
        environment
    }

    /// Whether `name` is set and not empty.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// The environment of this process. Variables that are not UTF-8 are left out.
    #[must_use]
    pub fn of_process() -> Self {
        Self::new(
            std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))),
        )
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
            let action = name.strip_prefix(KEYS_PREFIX)?.to_ascii_lowercase();
            Some((action, name.as_str(), value.split_whitespace().map(str::to_owned).collect()))
        })
    }

    /// One sentence per variable that looks like ours and does nothing; `named` ones hold secrets of
    /// probes.
    pub(super) fn warnings(&self, named: &BTreeSet<&str>) -> Vec<String> {
        let own: Vec<String> = ENTRIES.iter().map(super::schema::Entry::variable).collect();
        let known = |name: &str| {
            own.iter().any(|each| each == name)
                || EXTRA.contains(&name)
                || named.contains(name)
                || name.starts_with(KEYS_PREFIX)
        };
        let mut warnings = Vec::new();
        for (name, value) in &self.variables {
            if WITHOUT_EFFECT.contains(&name.as_str()) && !value.is_empty() {
                warnings.push(format!("{name} is accepted but has no effect in this version"));
            } else if name.starts_with("HUBDECK_") && !known(name) {
                let hint = nearest_variable(name, &own)
                    .map_or_else(String::new, |near| format!("; did you mean {near}?"));
                warnings.push(format!("environment variable {name} sets nothing{hint}"));
            }
        }
        warnings
    }
}

fn nearest_variable(name: &str, own: &[String]) -> Option<String> {
    let own: Vec<String> = own.iter().map(|each| each.to_lowercase()).collect();
    nearest(name, own.iter().map(String::as_str)).map(str::to_uppercase)
}
