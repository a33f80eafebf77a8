//! A line on the terminal that the next one replaces: what takes a while.

use std::io::{self, IsTerminal as _, Write as _};

use unicode_segmentation::UnicodeSegmentation as _;

use super::output::in_locale;

/// Cells of a terminal that does not say its size.
const COLUMNS: usize = 80;

/// Writes to standard error where that is a terminal, else nothing.
#[derive(Debug, Default)]
pub struct TransientLine {
    /// Cells that the line takes now.
    used: usize,
}

impl TransientLine {
    /// Shows `text` in place of the line before, cut at the width of the terminal.
    pub fn show(&mut self, text: &str) {
        if !io::stderr().is_terminal() {
            return;
        }
        let columns = rustix::termios::tcgetwinsize(io::stderr())
            .ok()
            .map(|size| usize::from(size.ws_col))
            .filter(|columns| *columns > 0);
        // The last cell stays free: some terminals begin a new line after it.
        let room = columns.unwrap_or(COLUMNS).saturating_sub(1);
        let text = in_locale(text);
        let text: String = text.graphemes(true).take(room).collect();
        let used = text.graphemes(true).count();
        self.put(&format!(
            "{text}{}",
            " ".repeat(self.used.saturating_sub(used))
        ));
        self.used = used;
    }

    /// Takes the line away: other lines follow.
    pub fn clear(&mut self) {
        if self.used > 0 {
            self.put(&" ".repeat(self.used));
            self.put("");
            self.used = 0;
        }
    }

    /// Without a terminal to write to there is nobody to show it to.
    fn put(&self, text: &str) {
        let mut out = io::stderr();
        let _ = write!(out, "\r{text}").and_then(|()| out.flush());
    }
}
