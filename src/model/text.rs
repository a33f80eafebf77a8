//! Text from containers, made safe for a terminal and a page. What hides secrets is
//! [`super::secrets`].

/// Removes everything a terminal could act on: control characters become spaces (a tab too),
/// bidirectional overrides and zero-width joins outside emoji vanish.
#[must_use]
pub fn clean(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The ASCII character that stands for `c` where nothing else may be written; `?` where none looks
/// like it.
#[must_use]
pub const fn ascii(c: char) -> char {
    match c {
        '\0'..='\x7f' => c,
        '—' | '–' | '─' | '━' | '‐' | '╌' | '−' => '-',
        '…' | '≈' => '~',
        '·' | '•' => '.',
        '│' | '┃' | '▌' | '▐' | '║' | '▏' | '╎' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╯' | '╰' => {
            '+'
        }
        '“' | '”' | '„' => '"',
        '‘' | '’' => '\'',
        '↑' | '▲' | '△' => '^',
        '↓' | '▼' | '▽' => 'v',
        '→' | '▶' | '›' | '▸' => '>',
        '←' | '◀' | '‹' | '◂' => '<',
        '█' | '▇' | '▆' => '#',
        '×' => 'x',
        '\u{a0}' => ' ',
        _ => '?',
    }
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

/// The beginning of `text`, at most `limit` bytes, up to the end of a character.
#[must_use]
pub fn head(text: &str, limit: usize) -> &str {
    let end = (0..=limit.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// The text with its first letter as a capital: a clause as a sentence of its own.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// [`clean`], trimmed and cut to `limit` characters in the middle: who it is about stands at the
/// begin of a text, and the cause at its end.
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
pub fn after_restart<T: AsRef<str>>(keys: &[T]) -> Option<String> {
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    match keys.as_slice() {
        [] => None,
        [one] => Some(format!("{one} takes effect after a restart")),
        many => Some(format!("{} take effect after a restart", enumerated(many))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_from_containers_cannot_act_on_the_terminal() {
        assert_eq!(one_line("a\x1b[31m\r\n b\u{202e}c", 80), "a [31m bc");
        assert_eq!(one_line("abcdef", 4), "abc…");
        assert_eq!(one_line("", 4), "");
        for (text, limit, expected) in [
            ("abcdef", 6, "abcdef"),
            (
                "the begin and the cause at the end",
                19,
                "the be…e at the end",
            ),
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
            (
                &["a", "b", "c"],
                Some("a, b and c take effect after a restart"),
            ),
        ] {
            assert_eq!(after_restart(keys).as_deref(), expected);
        }
    }
}
