//! Secrets in commands: flags, variables before a program, headers, and scripts in one word.

use std::collections::BTreeMap;
use std::ops::Range;

use super::client::{self, ClientProgram, Value};
use super::{is_secret_name, line, shell};

/// Scripts in scripts are looked at this deep.
const DEPTH: usize = 6;
/// Settings of servers that are flags and whose names do not mark a secret: `redis-server
/// --masterauth`.
const SECRET_FLAGS: [&str; 2] = ["masterauth", "auth-token"];

/// Commands and settings of Redis that a secret follows.
const COMMANDS: [&str; 3] = ["AUTH", "requirepass", "masterauth"];

/// Secrets in a text of any kind: a line of a log, an error, a script.
pub(super) fn in_text(text: &str) -> Vec<Range<usize>> {
    in_script(text, DEPTH, true)
}

/// Secrets in the words of a command, by the index of the word.
pub(super) fn in_words(words: &[String]) -> BTreeMap<usize, Vec<Range<usize>>> {
    let texts: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut hidden: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    for (at, part) in in_command(&texts, DEPTH, false) {
        hidden.entry(at).or_default().push(part);
    }
    hidden
}

/// Secrets in `script`; in `prose`, words of plain text after a flag are no values of it.
fn in_script(script: &str, depth: usize, prose: bool) -> Vec<Range<usize>> {
    let mut hidden = line::hidden(script);
    if depth == 0 || !may_be_command(script) {
        return hidden;
    }
    for command in shell::commands(script) {
        let texts: Vec<&str> = command.iter().map(|word| word.text.as_str()).collect();
        let parts = in_command(&texts, depth, prose);
        hidden.extend(
            parts
                .into_iter()
                .filter_map(|(at, part)| Some(command.get(at)?.place(&part))),
        );
    }
    hidden
}

/// Flags and quotes make the difference: a text without both is no command that could hold more
/// than a line.
fn may_be_command(text: &str) -> bool {
    text.contains(['-', '"', '\'', '\\'])
}

/// What the word after a flag is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Secret,
    Pair,
}

/// Secrets in the words of one command: index of the word, and part of it.
fn in_command(words: &[&str], depth: usize, prose: bool) -> Vec<(usize, Range<usize>)> {
    let mut hidden = Vec::new();
    let mut client: Option<&ClientProgram> = None;
    let mut expected = None;
    for (at, word) in words.iter().enumerate() {
        if let Some(expected) = expected.take()
            && !word.starts_with('-')
        {
            hidden.extend(value(word, expected, prose).map(|part| (at, part)));
            continue;
        }
        if let Some(found) = client::of(word) {
            client = Some(found);
            continue;
        }
        // In a script the line itself marks them.
        if depth == DEPTH && !prose && COMMANDS.contains(word) {
            expected = Some(Expected::Secret);
            continue;
        }
        let is_script = word.contains(char::is_whitespace);
        let within = if is_script {
            in_script(word, depth - 1, prose)
        } else {
            line::hidden(word)
        };
        hidden.extend(within.into_iter().map(|part| (at, part)));
        if !word.starts_with('-') {
            continue;
        }
        match client.and_then(|client| client.value(word)) {
            Some(Value::Next) => expected = Some(Expected::Secret),
            Some(Value::PairNext) => expected = Some(Expected::Pair),
            Some(Value::Rest(from)) => {
                hidden.extend((!is_reference(&word[from..])).then_some((at, from..word.len())));
            }
            Some(Value::PairRest(from)) => {
                let part = value(&word[from..], Expected::Pair, prose);
                hidden.extend(part.map(|part| (at, part.start + from..part.end + from)));
            }
            _ if is_secret_flag(word) => expected = Some(Expected::Secret),
            _ => {}
        }
    }
    hidden
}

/// Whether the word after this flag is a secret, by the flag's name alone.
fn is_secret_flag(flag: &str) -> bool {
    let name = flag.trim_start_matches('-');
    let switch = ["no-", "skip-", "without-", "disable-"]
        .iter()
        .any(|start| name.starts_with(start));
    let takes_next = name
        .chars()
        .all(|c| c.is_alphanumeric() || "-_.".contains(c))
        && name.len() > 1
        && !switch;
    takes_next && (is_secret_name(name) || SECRET_FLAGS.contains(&name))
}

/// The secret part of `word`, the value of a flag.
fn value(word: &str, expected: Expected, prose: bool) -> Option<Range<usize>> {
    let start = match expected {
        Expected::Secret => 0,
        // Without a colon it is the user alone.
        Expected::Pair => word.find(':')? + 1,
    };
    let secret = &word[start..];
    let nothing =
        secret.is_empty() || is_reference(secret) || (prose && line::is_plain_word(secret));
    (!nothing).then_some(start..word.len())
}

/// Whether a text names a variable instead of holding a value: `$NAME`, `${NAME}`, `$$NAME`; or is
/// masked already.
pub(super) fn is_reference(text: &str) -> bool {
    if text.starts_with(super::MASK) {
        return true;
    }
    let Some(name) = text.strip_prefix('$') else {
        return false;
    };
    let name = name.trim_start_matches('$');
    let name = name
        .strip_prefix('{')
        .and_then(|name| name.strip_suffix('}'))
        .unwrap_or(name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
