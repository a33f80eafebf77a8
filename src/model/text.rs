//! Text from containers, made safe: no control bytes, no secrets.

/// Removes everything a terminal could act on: control characters become spaces (a tab too),
/// bidirectional overrides and zero-width joins outside emoji vanish.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// [`clean`], trimmed and cut to `limit` characters; a cut text ends in `…`.
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = clean(&line);
    if line.chars().count() <= limit {
        return line;
    }
    let mut cut: String = line.chars().take(limit.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// The text with its first letter as a capital: a clause as a sentence of its own.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// [`clean`], trimmed and cut to `limit` characters in the middle: who it is about stands at the begin of a text, and
/// the cause at its end.
#[must_use]
pub fn middle(text: &str, limit: usize) -> String {
    let line = one_line(text, usize::MAX);
    let length = line.chars().count();
    if length <= limit {
        return line;
    }
    let room = limit.saturating_sub(1);
    // The cause needs more words than who it is about.
    let head = room / 3;
    let tail = length - (room - head);
    let mut cut: String = line.chars().take(head).collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    let end: String = line.chars().skip(tail).collect();
    cut.push_str(end.trim_start());
    cut
}

/// What stands for a secret.
pub const MASK: &str = "***";

/// Whether a variable, label or flag of this name holds a secret
/// (`pass`, `secret`, `token`, `key`, `credential`, any case).
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "secret", "token", "key", "credential"].iter().any(|word| name.contains(word))
}

/// The value of variable `name` as it may be shown: masked when the name tells of a secret,
/// with the user part of URLs masked otherwise. An empty value stays empty.
#[must_use]
pub fn mask_value(name: &str, value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    if is_secret_name(name) {
        return MASK.to_owned();
    }
    mask_urls(value)
}

/// Masks the user part of every URL in `text`: `redis://:pw@host` becomes `redis://***@host`.
#[must_use]
pub fn mask_urls(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (head, tail) = rest.split_at(at + 3);
        out.push_str(head);
        let end = tail
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | ','))
            .unwrap_or(tail.len());
        let authority = &tail[..end];
        match authority.rfind('@') {
            Some(user_end) => {
                out.push_str(MASK);
                out.push_str(&authority[user_end..]);
            }
            None => out.push_str(authority),
        }
        rest = &tail[end..];
    }
    out.push_str(rest);
    out
}

/// Shortest value of a secret variable that is hidden wherever it stands: shorter ones are common words.
const SECRET_VALUE: usize = 6;

/// Masks the values of secret variables of `environment` wherever they stand in `text`.
#[must_use]
pub fn mask_values(text: &str, environment: &[(String, String)]) -> String {
    let secrets = environment
        .iter()
        .filter(|(name, value)| is_secret_name(name) && value.chars().count() >= SECRET_VALUE);
    secrets.fold(text.to_owned(), |text, (_, value)| text.replace(value.as_str(), MASK))
}

/// Masks what a line of free text tells of secrets: the user part of URLs, the value after
/// `password=`, `--token=` or `"api_key": `, and what follows `Bearer ` or `Basic `.
#[must_use]
pub fn mask_line(line: &str) -> String {
    let line = mask_urls(line);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(at) = rest.find(['=', ':', ' ']) {
        let (head, tail) = rest.split_at(at);
        let sign = tail.chars().next().map_or(0, char::len_utf8);
        let (sign, tail) = tail.split_at(sign);
        out.push_str(head);
        out.push_str(sign);
        let name = last_name(&out[..out.len() - sign.len()]);
        let value = tail.trim_start_matches(' ');
        let gap = &tail[..tail.len() - value.len()];
        rest = match value_end(name, sign, value) {
            Some(end) => {
                out.push_str(gap);
                let quote = value.starts_with(['"', '\'']).then(|| value.chars().take(1).collect::<String>());
                let quote = quote.unwrap_or_default();
                out.push_str(&quote);
                out.push_str(MASK);
                out.push_str(&quote);
                &value[end..]
            }
            None => tail,
        };
    }
    out.push_str(rest);
    out
}

/// The name at the end of `text`, without quotes.
fn last_name(text: &str) -> &str {
    let text = text.trim_end_matches(['"', '\'']);
    let start = text.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    start.map_or(text, |at| {
        text[at..].trim_start_matches(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
    })
}

/// Words that go on a sentence after `PASSWORD:` and are no secrets.
const PLAIN_WORDS: [&str; 12] = [
    "is",
    "was",
    "must",
    "not",
    "no",
    "parameter",
    "required",
    "missing",
    "invalid",
    "unset",
    "unbound",
    "cannot",
];

/// Where the secret at the begin of `value` ends; `None` when there is none to hide.
fn value_end(name: &str, sign: &str, value: &str) -> Option<usize> {
    let lower = name.to_ascii_lowercase();
    let secret = match sign {
        "=" => is_secret_name(name),
        // A sentence may say "password: must be set"; words of plain text are no secrets to hide.
        ":" => ["password", "passwd", "secret", "token", "api_key", "apikey", "api-key", "authorization"]
            .iter()
            .any(|word| lower.ends_with(word)),
        _ => matches!(lower.as_str(), "bearer" | "basic"),
    };
    let hidden = value.starts_with(MASK) || value.is_empty();
    let word = value.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let plain = sign == ":" && PLAIN_WORDS.contains(&word.to_ascii_lowercase().as_str());
    let bearer = ["bearer ", "basic "].iter().any(|word| value.to_ascii_lowercase().starts_with(word));
    if !secret || hidden || bearer || plain {
        return None;
    }
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    match quote {
        Some(quote) => value[1..].find(quote).map(|at| at + 2).or(Some(value.len())),
        None => {
            let end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&' | ')' | '}' | ']');
            Some(value.find(end).unwrap_or(value.len()))
        }
    }
}

/// `names` as in a sentence: `a, b and c`.
#[must_use]
pub fn enumerated(names: &[&str]) -> String {
    match names {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        names => names.concat(),
    }
}

/// That the settings `keys` wait for a restart, in one sentence; `None` where there are none.
#[must_use]
pub fn after_restart(keys: &[&str]) -> Option<String> {
    match keys {
        [] => None,
        [one] => Some(format!("{one} takes effect after a restart")),
        many => Some(format!("{} take effect after a restart", enumerated(many))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_by_name_and_in_urls() {
        for (name, value, shown) in [
            ("DB_PASSWORD", "hunter2", "***"),
            ("API_KEY", "abc", "***"),
            ("EMPTY_TOKEN", "", ""),
            ("PORT", "8000", "8000"),
            ("URL", "postgres://u:p@db:5432/x", "postgres://***@db:5432/x"),
            ("URL", "redis://:p@cache/0 http://x/y@z", "redis://***@cache/0 http://x/y@z"),
            ("URL", "a://u:p@w@h", "a://***@h"),
        ] {
            assert_eq!(mask_value(name, value), shown, "{name}={value}");
        }
    }

    #[test]
    fn lines_of_logs_lose_their_secrets() {
        for (line, shown) in [
            ("connecting to postgres://u:p@db/x", "connecting to postgres://***@db/x"),
            ("password=hunter2 user=hub", "password=*** user=hub"),
            ("DB_PASSWORD=hunter2", "DB_PASSWORD=***"),
            ("--token=abc --port=80", "--token=*** --port=80"),
            (r#"{"password":"hunter 2","user":"hub"}"#, r#"{"password":"***","user":"hub"}"#),
            (r#"{"api_key": "k", "n": 1}"#, r#"{"api_key": "***", "n": 1}"#),
            ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
            ("GET /x?token=abc&y=1 200", "GET /x?token=***&y=1 200"),
            (
                "password authentication failed for user \"hub\"",
                "password authentication failed for user \"hub\"",
            ),
            ("KeyError: 'DATABASE_URL'", "KeyError: 'DATABASE_URL'"),
            ("host=db port=5432", "host=db port=5432"),
            ("key=ü, next", "key=***, next"),
            ("password:", "password:"),
            ("POSTGRES_PASSWORD: parameter not set", "POSTGRES_PASSWORD: parameter not set"),
            ("password: hunter2", "password: ***"),
            ("a = b : c", "a = b : c"),
            ("", ""),
        ] {
            assert_eq!(mask_line(line), shown, "{line}");
        }
    }

    #[test]
    fn lines_from_containers_cannot_act_on_the_terminal() {
        assert_eq!(one_line("a\x1b[31m\r\n b\u{202e}c", 80), "a [31m bc");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("", 4), "");
        for (text, limit, expected) in [
            ("abcdef", 6, "abcdef"),
            ("the begin and the cause at the end", 19, "the be…e at the end"),
            ("日本語日本語", 4, "日…本語"),
            ("abc", 0, "…"),
            ("", 4, ""),
        ] {
            assert_eq!(middle(text, limit), expected);
        }
        assert_eq!(clean("日本\t🦀"), "日本 🦀");
    }

    #[test]
    fn settings_that_wait_are_listed_as_in_a_sentence() {
        for (keys, expected) in [
            (&[][..], None),
            (&["a"], Some("a takes effect after a restart")),
            (&["a", "b"], Some("a and b take effect after a restart")),
            (&["a", "b", "c"], Some("a, b and c take effect after a restart")),
        ] {
            assert_eq!(after_restart(keys).as_deref(), expected);
        }
    }
}
