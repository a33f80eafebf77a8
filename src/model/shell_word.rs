//! Words in command lines.

/// Whether `value` may stand in a command line that somebody pastes.
#[must_use]
pub fn is_safe(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@-+,=%".contains(c);
    !value.is_empty() && value.len() <= 200 && !value.starts_with('-') && value.chars().all(plain)
}

/// `word` as a shell reads it as one.
#[must_use]
pub fn quoted(word: &str) -> String {
    if is_safe(word) || word.starts_with('-') && is_safe(word.trim_start_matches('-')) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
