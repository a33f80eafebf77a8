//! SGR colour sequences in lines of programs.

use std::borrow::Cow;

/// `text` without its escape sequences: of a cleaned line, its SGR colours.
#[must_use]
pub fn without_colours(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('\x1b');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push_str(after_sequence(piece));
    }
    Cow::Owned(out)
}

/// What follows the sequence that `piece`, the text after an ESC, begins with: `[`, parameters and
/// one final character. Of an ESC without `[` only itself is left out.
fn after_sequence(piece: &str) -> &str {
    let Some(parameters) = piece.strip_prefix('[') else {
        return piece;
    };
    let rest = parameters.trim_start_matches(|c: char| matches!(c, '0'..='9' | ';' | ':'));
    let mut chars = rest.chars();
    chars.next();
    chars.as_str()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_vanish_and_the_text_stays() {
        for (text, plain) in [
            ("plain", "plain"),
            ("\x1b[31mred\x1b[0m end", "red end"),
            ("\x1b[1;38;5;208mx\x1b[38:2::1:2:3my\x1b[m", "xy"),
            ("a\x1b[2Jb\x1b[Kc\x1b(d\x1b[31", "abc(d"),
            ("\x1b", ""),
            ("", ""),
        ] {
            assert_eq!(without_colours(text), plain, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_line_panics_and_no_escape_is_left(text in "[\\PC\x1b\\[;0-9m]{0,60}") {
            prop_assert!(!without_colours(&text).contains('\x1b'));
        }
    }
}
