//! What the values of a probe's keys may be.

use crate::config::value::Raw;

/// Text, trimmed, not empty.
pub(super) fn text(raw: &Raw) -> Option<String> {
    raw.text()
        .map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// Text as it was written, not empty: blanks may belong to it.
pub(super) fn words(raw: &Raw) -> Option<String> {
    raw.text()
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

/// A word.
pub(super) fn name(raw: &Raw) -> Option<String> {
    text(raw).filter(|text| !text.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// An HTTP path.
pub(super) fn path(raw: &Raw) -> Option<String> {
    let text = raw.text()?;
    (text.starts_with('/') && !text.contains(|c: char| c.is_whitespace() || c.is_control()))
        .then(|| text.to_owned())
}

/// A status, or a range of them.
pub(super) fn status(raw: &Raw) -> Option<(u16, u16)> {
    let code = |text: &str| {
        text.trim()
            .parse::<u16>()
            .ok()
            .filter(|code| (100..=599).contains(code))
    };
    if let Some(single) = raw.count::<u16>(100, 599) {
        return Some((single, single));
    }
    let text = raw.text()?;
    let (low, high) = text.split_once('-').unwrap_or((text, text));
    Some((code(low)?, code(high)?)).filter(|(low, high)| low <= high)
}

/// A JSON pointer; a dotted path (`checks.0.status`, `$.status`) becomes one.
pub(super) fn pointer(raw: &Raw) -> Option<String> {
    let text = raw.text()?;
    if text.starts_with('/') {
        return Some(text.to_owned());
    }
    let steps: Vec<&str> = text.strip_prefix("$.").unwrap_or(text).split('.').collect();
    let plain = |step: &&str| {
        !step.is_empty()
            && step
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
    };
    steps
        .iter()
        .all(plain)
        .then(|| format!("/{}", steps.join("/")))
}

/// A value as JSON would show it, without quotes.
pub(super) fn plain(raw: &Raw) -> Option<String> {
    match raw {
        Raw::Text(text) => Some(text.clone()),
        Raw::Integer(_) | Raw::Float(_) | Raw::Bool(_) => Some(raw.shown()),
        Raw::Word(_) | Raw::List(_) | Raw::Other(_) => None,
    }
}

/// A command with its arguments: a list, so that nothing has to be split at blanks.
pub(super) fn command(raw: &Raw) -> Option<Vec<String>> {
    let words = match raw {
        Raw::List(_) => raw.list()?,
        _ => return None,
    };
    words
        .first()
        .is_some_and(|program| !program.trim().is_empty())
        .then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_and_dotted_paths() {
        for (text, expected) in [
            ("/status", Some("/status")),
            ("/checks/0/a~1b", Some("/checks/0/a~1b")),
            ("status", Some("/status")),
            ("checks.0.status", Some("/checks/0/status")),
            ("$.status", Some("/status")),
            ("", None),
            ("$", None),
            ("a..b", None),
            ("a[0]", None),
            ("a b", None),
        ] {
            assert_eq!(
                pointer(&Raw::Text(text.into())).as_deref(),
                expected,
                "{text}"
            );
        }
        assert_eq!(pointer(&Raw::Integer(1)), None);
    }

    #[test]
    fn values_are_compared_as_text() {
        assert_eq!(plain(&Raw::Bool(true)).as_deref(), Some("true"));
        assert_eq!(plain(&Raw::Integer(3)).as_deref(), Some("3"));
        assert_eq!(plain(&Raw::Text(String::new())).as_deref(), Some(""));
        assert_eq!(plain(&Raw::List(Vec::new())), None);
    }
}
