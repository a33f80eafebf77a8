//! Finds values that are secrets, and distinctive enough to be hidden wherever they stand.

use super::known::SHORTEST;
use super::{MASK, command, line};

/// Fewest characters where the name says `key` or `token` and the value is several words of small
/// letters (`customer_id`): such values are often names of columns and partitions.
const SHORTEST_PLAIN_KEY: usize = 16;
/// Fewest characters of a user without a password in a URL that is taken for a token.
const SHORTEST_TOKEN: usize = 16;
/// Fewest characters of a line of a value of several lines, such as a private key.
const SHORTEST_LINE: usize = 16;
/// Ends of words in names of variables whose values are secrets, whatever they look like.
const PASSWORD_ENDS: [&str; 6] = ["pass", "passwd", "password", "passphrase", "pwd", "secret"];
/// The same for values that must not look like a plain word.
const KEY_ENDS: [&str; 6] = ["key", "token", "credential", "credentials", "auth", "jwt"];
/// Last words of names that hold something about a secret, not the secret itself.
const ABOUT: [&str; 35] = [
    "url",
    "uri",
    "host",
    "port",
    "user",
    "username",
    "name",
    "file",
    "path",
    "dir",
    "ttl",
    "expiry",
    "expires",
    "expiration",
    "type",
    "algorithm",
    "alg",
    "length",
    "size",
    "enabled",
    "required",
    "hasher",
    "method",
    "mode",
    "format",
    "prefix",
    "header",
    "policy",
    "interval",
    "timeout",
    "rounds",
    "issuer",
    "audience",
    "lifetime",
    "age",
];
/// Values that are usual words: hidden where a name or flag marks them, and nowhere else.
const USUAL: [&str; 46] = [
    "password",
    "passwd",
    "passw0rd",
    "postgres",
    "postgresql",
    "mysql",
    "mariadb",
    "mongodb",
    "rabbitmq",
    "redis",
    "valkey",
    "elastic",
    "minio",
    "guest",
    "admin",
    "administrator",
    "changeme",
    "change-me",
    "change_me",
    "secret",
    "default",
    "example",
    "sample",
    "localhost",
    "production",
    "development",
    "staging",
    "testing",
    "enabled",
    "disabled",
    "required",
    "optional",
    "always",
    "never",
    "unlimited",
    "public",
    "private",
    "service",
    "backend",
    "frontend",
    "database",
    "server",
    "client",
    "docker",
    "compose",
    "hubdeck",
];

/// Secrets in the words of a command that are distinctive.
pub(in crate::model) fn of_words(words: &[String]) -> Vec<String> {
    let mut found: Vec<String> = words.iter().flat_map(|word| of_text(word)).collect();
    for (at, parts) in command::in_words(words) {
        let texts = parts
            .into_iter()
            .filter_map(|part| words.get(at)?.get(part));
        found.extend(texts.flat_map(|text| of_part(text, false)));
    }
    found
}

/// Secrets in a text that are distinctive.
pub(in crate::model) fn of_text(text: &str) -> Vec<String> {
    let users = line::user_parts(text);
    let others = command::in_text(text)
        .into_iter()
        .filter(|part| !users.contains(part));
    let others = others
        .filter_map(|part| text.get(part))
        .flat_map(|part| of_part(part, false));
    let users = users
        .iter()
        .filter_map(|part| text.get(part.clone()))
        .flat_map(|part| of_part(part, true));
    others.chain(users).collect()
}

/// The value of a hidden part, in the ways it may be written; `user` says that it is the user part
/// of a URL.
fn of_part(part: &str, user: bool) -> Vec<String> {
    let secret = match (user, part.split_once(':')) {
        // A password that is the user's own name would hide the name.
        (true, Some((name, password))) if name != password => password,
        (true, None) if part.chars().count() >= SHORTEST_TOKEN => part,
        (true, _) => return Vec::new(),
        (false, _) => part,
    };
    let decoded = percent_decoded(secret);
    let mut ways = whole(secret, Sign::Password);
    if decoded != secret {
        ways.extend(whole(&decoded, Sign::Password));
    }
    ways
}

/// What the name of a variable or label shows about its value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::model) enum Sign {
    /// It is a password.
    Password,
    /// It is a key or token, or the name of one.
    Key,
}

impl Sign {
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let words: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        if words.last().is_some_and(|last| ABOUT.contains(last)) {
            return None;
        }
        let ends = |set: &[&str]| {
            words
                .iter()
                .any(|word| set.iter().any(|end| word.ends_with(end)))
        };
        if ends(&PASSWORD_ENDS) {
            return Some(Self::Password);
        }
        ends(&KEY_ENDS).then_some(Self::Key)
    }
}

/// The value itself, or its lines where it has several; nothing where it is not distinctive.
pub(in crate::model) fn whole(value: &str, sign: Sign) -> Vec<String> {
    let value = value.trim();
    if value.contains('\n') {
        let lines = value
            .lines()
            .map(str::trim)
            .filter(|line| line.len() >= SHORTEST_LINE);
        return lines
            .filter(|line| !line.contains("-----"))
            .map(str::to_owned)
            .collect();
    }
    let plain = value
        .chars()
        .all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-' | '.' | ':'));
    let plain = plain && value.contains(|c: char| !c.is_ascii_lowercase());
    let least = if plain && sign == Sign::Key {
        SHORTEST_PLAIN_KEY
    } else {
        SHORTEST
    };
    let distinctive = value.chars().count() >= least
        && !value
            .chars()
            .all(|c| c.is_ascii_digit() || c.is_ascii_punctuation())
        && !is_path(value)
        && !value.contains("://")
        && !value.contains(MASK)
        && !command::is_reference(value)
        && !USUAL.contains(&value.to_ascii_lowercase().as_str());
    if !distinctive {
        return Vec::new();
    }
    let mut ways = vec![value.to_owned()];
    ways.extend(
        [percent_encoded(value), quoted(value)]
            .into_iter()
            .filter(|way| way != value),
    );
    ways
}

/// Whether a text is the path of a file: secrets in base64 may begin with `/`, but have capitals.
fn is_path(text: &str) -> bool {
    ["/", "./", "~/"]
        .iter()
        .any(|start| text.starts_with(start))
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "/._-~".contains(c))
}

/// `text` as it stands between the quotes of JSON and of printed data.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// `text` with everything that is reserved in a URL as `%XX`.
fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `text` with each `%XX` as the byte it stands for; as it is where that is no UTF-8.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let digits = rest.get(at + 1..at + 3);
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[at + 3..];
            }
            None => {
                bytes.push(b'%');
                rest = &rest[at + 1..];
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
