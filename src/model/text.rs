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
    fn lines_from_containers_cannot_act_on_the_terminal() {
        assert_eq!(one_line("a\x1b[31m\r\n b\u{202e}c", 80), "a [31m bc");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("", 4), "");
        assert_eq!(clean("日本\t🦀"), "日本 🦀");
    }
}
