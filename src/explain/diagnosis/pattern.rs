//! Patterns of the data file: regular expressions behind a plain text that most lines do not hold.

use regex::{Captures, Regex, RegexBuilder};

/// Characters of a line that are looked at.
pub(super) const LINE: usize = 500;
/// Shortest literal that is looked for before its pattern.
const LITERAL: usize = 3;

/// A pattern behind the longest text that every match of it holds: most lines never meet the
/// regular expression.
#[derive(Debug)]
pub(super) struct Pattern {
    literal: String,
    regex: Regex,
}

impl Pattern {
    /// Compiles `pattern`, which matches in any case.
    pub fn new(pattern: &str) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(pattern).case_insensitive(true).build()?;
        Ok(Self {
            literal: literal(pattern),
            regex,
        })
    }

    /// Whether it fits `line`.
    pub fn is_in(&self, line: &Line<'_>) -> bool {
        line.lower.contains(&self.literal) && self.regex.is_match(line.text)
    }

    /// Its named groups in `line`, which are not empty.
    pub fn names<'a>(&'a self, line: &'a str) -> Vec<(&'a str, &'a str)> {
        let captures: Option<Captures<'a>> = self.regex.captures(line);
        let Some(captures) = captures else {
            return Vec::new();
        };
        let named = self.regex.capture_names().flatten();
        named
            .filter_map(|name| Some((name, captures.name(name)?.as_str())))
            .collect()
    }

    /// The names of its groups.
    pub fn group_names(&self) -> impl Iterator<Item = &str> {
        self.regex.capture_names().flatten()
    }
}

/// The longest plain text that stands outside of groups, classes and repetitions; empty when there
/// is none of some length, or the pattern is an alternative as a whole.
pub(super) fn literal(pattern: &str) -> String {
    let (mut best, mut run) = (String::new(), String::new());
    let mut depth = 0_usize;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next().filter(|next| !next.is_alphanumeric()),
            '(' | '[' => {
                depth += 1;
                None
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                None
            }
            '|' if depth == 0 => return String::new(),
            '{' => {
                while chars.next().is_some_and(|next| next != '}') {}
                None
            }
            '.' | '^' | '$' | '*' | '+' | '?' | '|' => None,
            c => Some(c),
        };
        let optional = matches!(chars.peek(), Some('?' | '*' | '{'));
        match plain.filter(|_| depth == 0 && !optional) {
            Some(c) => run.extend(c.to_lowercase()),
            None => {
                if run.len() > best.len() {
                    best = std::mem::take(&mut run);
                }
                run.clear();
            }
        }
    }
    let best = if run.len() > best.len() { run } else { best };
    if best.len() < LITERAL {
        String::new()
    } else {
        best
    }
}

/// A line as patterns look at it.
pub(super) struct Line<'a> {
    /// Its text, cut.
    pub text: &'a str,
    lower: String,
}

impl<'a> Line<'a> {
    /// The begin of `text`.
    pub fn new(text: &'a str) -> Self {
        let end = text
            .char_indices()
            .nth(LINE)
            .map_or(text.len(), |(end, _)| end);
        let text = text.get(..end).unwrap_or_default();
        Self {
            text,
            lower: text.to_lowercase(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_what_every_match_holds() {
        for (pattern, expected) in [
            ("connection refused", "connection refused"),
            ("colou?rful", "colo"),
            ("(a|b)ccc", "ccc"),
            ("abc|def", ""),
            (r"\bENOSPC\b", "enospc"),
            (
                r"java\.lang\.OutOfMemoryError",
                "java.lang.outofmemoryerror",
            ),
            ("a{3}xyz", "xyz"),
            ("[abc]+ tail", " tail"),
            (r"KeyError: '(?P<variable>[A-Z]+)'", "keyerror: '"),
        ] {
            assert_eq!(literal(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn groups_that_have_a_name_are_read() {
        let pattern = Pattern::new(r"KeyError: '(?P<variable>[A-Z_]+)'( in (?P<path>\S+))?")
            .expect("a pattern");
        assert_eq!(
            pattern.names("keyerror: 'DB_URL' in /app"),
            [("variable", "DB_URL"), ("path", "/app")]
        );
        assert_eq!(
            pattern.names("KeyError: 'DB_URL'"),
            [("variable", "DB_URL")]
        );
        assert!(pattern.names("no").is_empty());
    }
}
