//! Texts by the cells that they take on screen.

use unicode_segmentation::UnicodeSegmentation as _;

/// The longest head of `text` that takes at most `cells`; `width` tells what one grapheme takes.
#[must_use]
pub fn head(text: &str, cells: usize, width: impl Fn(&str) -> usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > cells {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn a_head_ends_between_graphemes() {
        for (text, cells, expected) in [
            ("abc", 2, "ab"),
            ("abc", 3, "abc"),
            ("日本", 3, "日"),
            ("cafe\u{301}s", 4, "cafe\u{301}"),
            ("abc", 0, ""),
            ("", 3, ""),
        ] {
            assert_eq!(head(text, cells, |grapheme| grapheme.width()), expected);
        }
    }
}
