//! Credentials of a probe: where the secret stands, never the secret itself.

use std::path::PathBuf;

use crate::config::environment::ProcessEnvironment;
use crate::config::file::{Section, WrittenKey};
use crate::config::problem::{Problem, SettingPlace};
use crate::model::{Credentials, ProbeKind, SecretSource};

use crate::config::reader::TableReader;

/// Keys that contain the place of a secret.
pub(super) const KEYS: [&str; 4] = ["password_env", "password_file", "token_env", "token_file"];
/// Words under which somebody would write the secret itself.
const CLEAR: [&str; 6] = ["password", "passwd", "pass", "pw", "secret", "token"];

/// Whether `key` would hold a secret in the clear.
pub(super) fn is_clear(key: &str) -> bool {
    CLEAR.contains(&key)
}

/// What to write instead of the secret in `key`.
pub(super) fn instead_of(key: &str) -> String {
    let word = if key == "token" { "token" } else { "password" };
    format!(
        "would stand here in the clear; name an environment variable with {word}_env, or a file with {word}_file"
    )
}

/// Where the secret of `key` stands; the value is never shown, as it may be the secret itself.
pub(super) fn source(reader: &mut TableReader<'_>, key: &WrittenKey) -> Option<SecretSource> {
    let text = key.value.text().map(str::trim);
    let text = text.filter(|text| !text.is_empty());
    if key.name.ends_with("_file") {
        if text.is_none() {
            reader.report(
                &key.name,
                &key.place,
                "is no path; allowed is the path of a file",
            );
        }
        return text.map(|text| SecretSource::File(PathBuf::from(text)));
    }
    let name = text.filter(|text| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !text.starts_with(|c: char| c.is_ascii_digit())
    });
    if name.is_none() {
        let what = "names no variable; allowed is the name of an environment variable, such as \"DB_PASSWORD\"";
        reader.report(&key.name, &key.place, what);
    }
    name.map(|name| SecretSource::Environment(name.to_owned()))
}

/// The credentials of a probe of `kind`: at most one secret, with the user where one belongs to it.
pub(super) fn credentials(
    reader: &mut TableReader<'_>,
    place: &SettingPlace,
    kind: ProbeKind,
    user: Option<&str>,
    secrets: &[(&WrittenKey, SecretSource)],
) -> Option<Credentials> {
    let Some(((key, secret), others)) = secrets.split_first() else {
        if user.is_some() {
            reader.report(
                "user",
                place,
                "needs password_env or password_file beside it",
            );
        }
        return None;
    };
    if let Some((other, _)) = others.first() {
        let what = format!("is a second secret beside {}; give one of them", key.name);
        reader.report(&other.name, &other.place, &what);
        return None;
    }
    if key.name.starts_with("token") {
        if user.is_some() {
            reader.report("user", place, "goes with a password, not with a token");
        }
        return Some(Credentials::Token(secret.clone()));
    }
    if user.is_none() && !kind.takes_password_alone() {
        reader.report(
            &key.name,
            &key.place,
            &format!("needs user = \"…\" beside it for kind = {:?}", kind.id()),
        );
    }
    Some(Credentials::Password {
        user: user.unwrap_or_default().to_owned(),
        password: secret.clone(),
    })
}

/// A sentence for every secret of `rule` that cannot be had now. The program runs nevertheless, and
/// the probe reports the same: variables and files may come later.
pub(in crate::config) fn absent(rule: &Section, environment: &ProcessEnvironment) -> Vec<Problem> {
    references(rule)
        .filter_map(|key| {
            let text = key.value.text()?.trim();
            let what = if key.name.ends_with("_env") {
                (!environment.has(text)).then_some("is not set")
            } else {
                (!std::path::Path::new(text).is_file()).then_some("is no file that can be read")
            }?;
            let message = format!(
                "service.probe.{} names {text}, which {what}: this probe cannot run",
                key.name
            );
            Some(Problem {
                place: key.place.clone(),
                message,
            })
        })
        .collect()
}

/// Names of the variables that hold secrets of `rule`.
pub(in crate::config) fn variables(rule: &Section) -> impl Iterator<Item = &str> {
    references(rule)
        .filter(|key| key.name.ends_with("_env"))
        .filter_map(|key| Some(key.value.text()?.trim()))
}

/// The keys of `rule` that contain the place of a secret.
fn references(rule: &Section) -> impl Iterator<Item = &WrittenKey> {
    let probes = rule.tables.iter().filter(|table| table.name == "probe");
    probes
        .flat_map(|table| &table.keys)
        .filter(|key| KEYS.contains(&key.name.as_str()))
}
