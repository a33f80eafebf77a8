//! Secrets that a line of free text marks by names and URLs.

use std::ops::Range;

use super::{MASK, command, is_secret_name};

/// Ends of names before `:` in free text whose values are secrets. A sentence may hold any other
/// name.
const COLON_NAMES: [&str; 14] = [
    "password",
    "passwd",
    "passphrase",
    "_pass",
    "-pass",
    "secret",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "secret_key",
    "private_key",
    "credentials",
];
/// Ends of the names of headers that prove who asks: everything after the colon is secret, but for
/// the scheme.
const HEADERS: [&str; 2] = ["authorization", "cookie"];
/// Schemes of the `Authorization` header.
const SCHEMES: [&str; 7] = [
    "bearer",
    "basic",
    "token",
    "apikey",
    "digest",
    "negotiate",
    "bot",
];
/// Words of a configuration file or a protocol that a secret follows.
const BEFORE_SECRET: [&str; 4] = ["bearer", "basic", "requirepass", "masterauth"];
/// Words that go on a sentence after `PASSWORD:`, `--token` or `Bearer`, and are no secrets.
const PLAIN_WORDS: [&str; 42] = [
    "is",
    "was",
    "are",
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
    "to",
    "of",
    "for",
    "or",
    "and",
    "with",
    "without",
    "option",
    "flag",
    "value",
    "on",
    "in",
    "from",
    "if",
    "should",
    "has",
    "needs",
    "auth",
    "authentication",
    "authorization",
    "realm",
    "scheme",
    "token",
    "failed",
    "error",
    "called",
    "command",
    "but",
    "login",
];

/// Whether `text` begins with a word of a sentence, which is no secret.
pub(super) fn is_plain_word(text: &str) -> bool {
    let word = text
        .split(|c: char| c.is_whitespace() || c == '=')
        .next()
        .unwrap_or_default();
    let word = word.trim_end_matches(|c: char| c.is_ascii_punctuation());
    PLAIN_WORDS.contains(&word.to_ascii_lowercase().as_str())
}

/// Every part of `text` that is a secret.
pub(super) fn hidden(text: &str) -> Vec<Range<usize>> {
    let mut parts = user_parts(text);
    parts.extend(driver_passwords(text));
    let mut from = 0;
    while let Some(sign_at) = text[from..].find(['=', ':', ' ']).map(|at| from + at) {
        from = sign_at + 1;
        let inside = parts.iter().any(|part| part.contains(&sign_at));
        let found = if inside { None } else { after(text, sign_at) };
        if let Some(part) = found {
            from = part.end.max(from);
            parts.push(part);
        }
    }
    parts
}

/// The user part of every URL.
pub(super) fn user_parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    for (at, sign) in text.match_indices("://") {
        let start = at + sign.len();
        let tail = &text[start..];
        let end = tail
            .find(|c: char| {
                c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | ',' | '\\')
            })
            .unwrap_or(tail.len());
        if let Some(user_end) = tail[..end].rfind('@')
            && !command::is_reference(&tail[..user_end])
        {
            parts.push(start..start + user_end);
        }
    }
    parts
}

/// The password of `user:password@tcp(host:port)`, as Go's drivers write it.
fn driver_passwords(text: &str) -> Vec<Range<usize>> {
    let signs = ["@tcp(", "@unix("]
        .into_iter()
        .flat_map(|sign| text.match_indices(sign));
    let part = |(end, _): (usize, &str)| {
        let start = text[..end].rfind(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '='));
        let start = start.map_or(0, |start| {
            start + text[start..].chars().next().map_or(1, char::len_utf8)
        });
        text[start..end]
            .find(':')
            .map(|colon| start + colon + 1..end)
    };
    signs.filter_map(part).collect()
}

/// The secret after the sign at `sign_at`: `=`, `:` or a space.
fn after(text: &str, sign_at: usize) -> Option<Range<usize>> {
    let sign = text[sign_at..].chars().next()?;
    let before = &text[..sign_at];
    let (name, quoted) = last_name(if sign == ' ' {
        before
    } else {
        before.trim_end_matches(' ')
    });
    if name.is_empty() {
        return None;
    }
    let rest = &text[sign_at + 1..];
    let value = rest.trim_start_matches(' ');
    let start = sign_at + 1 + (rest.len() - value.len());
    let lower = name.to_ascii_lowercase();
    if sign == ':' && HEADERS.iter().any(|header| lower.ends_with(header)) {
        return header(value, start);
    }
    let first = value.trim_start_matches('\\').chars().next();
    let is_text = matches!(first, Some('"' | '\''));
    let secret = match sign {
        '=' => is_secret_name(name) || (lower == "pwd" && !value.starts_with('/')),
        // A sentence may say "password: must be set"; a quoted name with a quoted value is JSON.
        ':' => {
            COLON_NAMES.iter().any(|word| lower.ends_with(word))
                || (quoted && is_text && is_secret_name(name))
        }
        _ => {
            BEFORE_SECRET.contains(&lower.as_str())
                || name == "AUTH"
                || (is_text && (lower.ends_with("password") || name == "BY"))
        }
    };
    if !secret || value.is_empty() || command::is_reference(value) {
        return None;
    }
    if sign != '='
        && (is_plain_word(value) || SCHEMES.iter().any(|scheme| begins_with_word(value, scheme)))
    {
        return None;
    }
    let part = end_of(value);
    (!part.is_empty()).then(|| start + part.start..start + part.end)
}

/// The value of a header that proves who asks, without its scheme, to the end of the line or the
/// quote around it.
fn header(value: &str, start: usize) -> Option<Range<usize>> {
    let opening = value.len() - value.trim_start_matches(['"', '\'', '\\']).len();
    let inner = &value[opening..];
    let end = inner
        .find(['"', '\'', '\\', '\n', '\r'])
        .unwrap_or(inner.len());
    let inner = &inner[..end];
    let scheme = SCHEMES
        .iter()
        .find(|scheme| begins_with_word(inner, scheme))
        .map_or(0, |scheme| scheme.len());
    let skipped = scheme + (inner[scheme..].len() - inner[scheme..].trim_start().len());
    let secret = inner[skipped..].trim_end();
    let nothing = secret.is_empty() || command::is_reference(secret) || secret.starts_with(MASK);
    let first = start + opening + skipped;
    (!nothing && !is_plain_word(secret)).then_some(first..first + secret.len())
}

fn begins_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(word))
        && text[word.len()..].starts_with(' ')
}

/// The secret at the begin of `value`, without the quotes around it.
fn end_of(value: &str) -> Range<usize> {
    let escapes = value.len() - value.trim_start_matches('\\').len();
    let quote = value[escapes..]
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        let start = escapes + 1;
        let closing = format!("{}{quote}", &value[..escapes]);
        return start..closing_quote(value, start, &closing).unwrap_or(value.len());
    }
    let end = |c: char| {
        c.is_whitespace() || matches!(c, ',' | ';' | '&' | ')' | '}' | ']' | '"' | '\'' | '\\')
    };
    0..value.find(end).unwrap_or(value.len())
}

/// Where `closing` stands in `value` from `start` on, unless a backslash more stands before it.
fn closing_quote(value: &str, start: usize, closing: &str) -> Option<usize> {
    let found = value[start..]
        .match_indices(closing)
        .map(|(at, _)| start + at);
    found.into_iter().find(|at| !value[..*at].ends_with('\\'))
}

/// The name at the end of `text` without quotes, and whether it stood in quotes.
fn last_name(text: &str) -> (&str, bool) {
    let bare = text.trim_end_matches(['"', '\'', '\\']);
    let start = bare.rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    let name = start.map_or(bare, |at| {
        bare[at..].trim_start_matches(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
    });
    (name, bare.len() < text.len())
}
