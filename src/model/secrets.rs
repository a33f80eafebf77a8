//! Secrets in texts: the one owner of what is a secret and of what is shown instead of it.
//!
//! | sign | example | where |
//! |---|---|---|
//! | a name | `DB_PASSWORD=…`, `"api_key": "…"`, `?token=…` | here and `line` |
//! | a flag of a command, also inside `sh -c "…"` | `redis-cli -a …`, `--requirepass …`, `curl -u user:…` | `command` |
//! | the user part of a URL | `postgres://…@db` | `line` |
//! | a value that is known as a secret from one of the other signs | the same password in a log line | `known` |
//!
//! The first three need nothing but the text. The last one is for values that are distinctive
//! enough: what is a secret and a common word (`postgres`, `admin`) is hidden where a sign marks
//! it, and nowhere else.

mod client;
mod command;
mod find;
mod hidden;
mod known;
mod line;
mod sensitive;
mod shell;

use std::ops::Range;

use crate::model::SortShared as _;

pub use hidden::Hidden;
pub use known::KnownSecrets;
pub use sensitive::{Maskable, Sensitive};

pub(super) use find::{Sign, of_text, of_words, whole};

/// What stands for a secret.
pub const MASK: &str = "***";

/// Words that mark a secret in the name of a variable, label, key or flag, in lower case.
const NAME_WORDS: [&str; 6] = ["pass", "secret", "token", "key", "credential", "basicauth"];

/// Ends of such names: `SMTP_PWD`, `REDIS_AUTH`, `SERVICE_JWT`.
const NAME_ENDS: [&str; 3] = ["pwd", "auth", "jwt"];
/// What the shell calls the working directory.
const DIRECTORIES: [&str; 2] = ["pwd", "oldpwd"];

/// Whether a variable, label, key or flag of this name holds a secret (`pass`, `secret`, `token`,
/// `key`, `credential`, any case; Traefik's `basicauth` holds hashes of passwords; `pwd`, `auth`
/// and `jwt` at the end).
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAME_WORDS.iter().any(|word| name.contains(word))
        || (NAME_ENDS.iter().any(|end| name.ends_with(end))
            && !DIRECTORIES.contains(&name.as_str()))
}

/// The value of variable, label or key `name` as it may be shown: masked when the name marks a
/// secret, with the secrets that the text itself marks masked otherwise. An empty value stays
/// empty.
#[must_use]
pub fn mask_value(name: &str, value: &str) -> String {
    if !value.is_empty() && is_secret_name(name) {
        MASK.to_owned()
    } else {
        mask_text(value)
    }
}

/// Masks the user part of every URL in `text`: `redis://:pw@host` becomes `redis://***@host`.
#[must_use]
pub fn mask_urls(text: &str) -> String {
    replace(text, line::user_parts(text))
}

/// Masks every secret that `text`, of whatever kind, marks by a name, a flag or a URL.
#[must_use]
pub fn mask_text(text: &str) -> String {
    replace(text, command::in_text(text))
}

/// The words of a command with every secret masked that they mark by a name, a flag or a URL;
/// also in words that are scripts themselves (`sh -c "…"`).
#[must_use]
pub fn mask_words(words: &[String]) -> Vec<String> {
    let mut hidden = command::in_words(words);
    words
        .iter()
        .enumerate()
        .map(|(at, word)| replace(word, hidden.remove(&at).unwrap_or_default()))
        .collect()
}

/// `text` with [`MASK`] instead of each of the parts; parts that overlap or touch become one.
fn replace(text: &str, mut parts: Vec<Range<usize>>) -> String {
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        return text.to_owned();
    }
    parts.sort_shared_by_key(|part| (part.start, part.end));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for part in parts {
        if part.start > done || (done == 0 && part.start == 0) {
            out.push_str(text.get(done..part.start).unwrap_or_default());
            out.push_str(MASK);
        }
        done = done.max(part.end);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests;
