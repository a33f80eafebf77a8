//! How many cells a text takes.
//!
//! Widths are those of the buffer itself, so that a measured text always fits: wide (CJK) and
//! emoji graphemes take two cells, zero-width ones and control characters none.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// Cells one grapheme takes; control characters are never drawn and take none.
#[must_use]
pub fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        0
    } else {
        usize::from(grapheme.cell_width())
    }
}

/// Cells `text` takes.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}
