//! Text measured, cut and filled by the cells it takes on screen.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::model::words;
use crate::tui::draw::glyphs::Glyphs;

pub use crate::tui::state::text::{grapheme_width, width};

/// The longest head of `text` that takes at most `cells`.
#[must_use]
pub fn head(text: &str, cells: usize) -> &str {
    words::head(text, cells, grapheme_width)
}

/// `text` in at most `cells`; a cut text ends in the ellipsis.
#[must_use]
pub fn cut(text: &str, cells: usize, glyphs: Glyphs) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    if cells == 0 {
        return Cow::Borrowed("");
    }
    let mut kept = head(text, cells - 1).trim_end().to_owned();
    kept.push_str(glyphs.ellipsis());
    Cow::Owned(kept)
}

/// `text` in at most `cells` with the middle cut out, for names that differ at their end.
#[must_use]
pub fn cut_middle(text: &str, cells: usize, glyphs: Glyphs) -> Cow<'_, str> {
    if width(text) <= cells || cells < 5 {
        return cut(text, cells, glyphs);
    }
    let room = cells - 1;
    let front = head(text, room - room / 2);
    let mut tail_start = text.len();
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true).rev() {
        used += grapheme_width(grapheme);
        if used > room / 2 {
            break;
        }
        tail_start = at;
    }
    let tail = text.get(tail_start..).unwrap_or_default();
    Cow::Owned(format!("{front}{}{tail}", glyphs.ellipsis()))
}

/// The first of ever shorter `forms` of a reason that fits in `cells`; where none does, the last
/// one without its middle, so that the cause stays.
#[must_use]
pub fn cut_reason(forms: &[String], cells: usize, glyphs: Glyphs) -> Cow<'_, str> {
    if let Some(form) = forms.iter().find(|form| width(form) <= cells) {
        return Cow::Borrowed(form);
    }
    let (whole, shortest) = (forms.first(), forms.last());
    let text = shortest.map_or("", String::as_str);
    // An error that somebody quotes ends in its cause; hubdeck's own words begin with it.
    if whole == shortest {
        cut(text, cells, glyphs)
    } else {
        cut_middle(text, cells, glyphs)
    }
}

/// `text` in exactly `cells`, filled with spaces on the right.
#[must_use]
pub fn fit(text: &str, cells: usize, glyphs: Glyphs) -> String {
    let mut out = cut(text, cells, glyphs).into_owned();
    let missing = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// `text` in exactly `cells`, filled with spaces on the left.
#[must_use]
pub fn fit_right(text: &str, cells: usize, glyphs: Glyphs) -> String {
    let kept = cut(text, cells, glyphs);
    let missing = cells.saturating_sub(width(&kept));
    format!("{}{kept}", " ".repeat(missing))
}

/// `text` broken between words into lines of at most `cells`; a longer word is broken inside.
/// Never empty; a width of zero counts as one.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_whitespace() {
        let needed = width(word);
        if used > 0 && used + 1 + needed > cells {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        for grapheme in word.graphemes(true) {
            let wide = grapheme_width(grapheme);
            if used > 0 && used + wide > cells {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const UTF8: Glyphs = Glyphs { ascii: false };
    const ASCII: Glyphs = Glyphs { ascii: true };

    #[test]
    fn texts_are_cut_by_cells_not_by_bytes() {
        for (text, cells, glyphs, expected) in [
            ("backend", 7, UTF8, "backend"),
            ("backend", 6, UTF8, "backe…"),
            ("backend", 6, ASCII, "backe~"),
            ("backend", 1, UTF8, "…"),
            ("backend", 0, UTF8, ""),
            ("日本語", 6, UTF8, "日本語"),
            ("日本語", 5, UTF8, "日本…"),
            ("日本語", 4, UTF8, "日…"),
            ("👩‍🚀 crew", 4, UTF8, "👩‍🚀…"),
            ("e\u{301}tat", 3, UTF8, "e\u{301}t…"),
            ("a b", 3, UTF8, "a b"),
            ("a bc", 3, UTF8, "a…"),
        ] {
            assert_eq!(cut(text, cells, glyphs), expected, "{text} in {cells}");
        }
    }

    #[test]
    fn names_keep_both_ends() {
        assert_eq!(
            cut_middle("registry.example.com/team/api", 12, UTF8),
            "regist…m/api"
        );
        assert_eq!(cut_middle("short", 12, UTF8), "short");
        assert_eq!(cut_middle("日本語日本語", 7, UTF8), "日…語");
    }

    #[test]
    fn lines_break_between_words_and_inside_long_ones() {
        assert_eq!(wrap("exited with code 1", 11), ["exited with", "code 1"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
    }

    proptest! {
        #[test]
        fn every_text_fits(text in "\\PC{0,40}", cells in 0usize..50, ascii: bool) {
            let glyphs = Glyphs { ascii };
            prop_assert!(width(&cut(&text, cells, glyphs)) <= cells);
            prop_assert!(width(&cut_middle(&text, cells, glyphs)) <= cells);
            prop_assert_eq!(width(&fit(&text, cells, glyphs)), cells);
            prop_assert_eq!(width(&fit_right(&text, cells, glyphs)), cells);
            for line in wrap(&text, cells) {
                // A grapheme wider than the line stands alone.
                prop_assert!(width(&line) <= cells.max(1) || line.graphemes(true).count() == 1);
            }
        }
    }
}
