//! What the terminal can show: the settings first, then what its environment tells.

use std::io::{self, IsTerminal as _, Write};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::config::{AsciiMode, Settings};
use crate::model::text::ascii;
use crate::tui::terminal::{Charset, NoScreen};

/// Reads a variable of this process.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The characters that may be written: as `ui.ascii` says, else as the locale says.
#[must_use]
pub fn charset(settings: &Settings) -> Charset {
    match settings.ui.ascii {
        AsciiMode::Auto => charset_of_locale(),
        AsciiMode::Always => Charset::Ascii,
        AsciiMode::Never => Charset::Utf8,
    }
}

/// The characters that the locale allows.
#[must_use]
pub fn charset_of_locale() -> Charset {
    Charset::of_locale(&variable)
}

/// Why the console cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoConsole {
    /// Standard output goes elsewhere: nobody looks.
    Output,
    /// Standard input comes from elsewhere: nobody can press a key.
    Input,
    /// The terminal has no screen to draw on.
    Screen(NoScreen),
}

impl NoConsole {
    /// Looks at standard input, standard output and `TERM`; `None` where the console can be opened.
    #[must_use]
    pub fn of_process() -> Option<Self> {
        if !io::stdout().is_terminal() {
            return Some(Self::Output);
        }
        if !io::stdin().is_terminal() {
            return Some(Self::Input);
        }
        NoScreen::told(&variable).map(Self::Screen)
    }

    /// What to tell somebody who looks at a terminal and expects the console; nothing to a file or
    /// a pipe.
    #[must_use]
    pub const fn words(self) -> Option<&'static str> {
        match self {
            Self::Output => None,
            Self::Input => Some(
                "standard input is not a terminal; printing one poll instead of opening the console",
            ),
            Self::Screen(NoScreen::Dumb) => Some(
                "this terminal cannot show the console (TERM=dumb); printing one poll, \
                 set TERM if the terminal can do more",
            ),
            Self::Screen(NoScreen::NoTerm) => Some(
                "TERM is not set, so the terminal is unknown; printing one poll, \
                 set TERM (such as TERM=xterm-256color) to open the console",
            ),
        }
    }
}

/// Writes `text` in `charset`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write(text: &str, charset: Charset, out: &mut impl Write) -> io::Result<()> {
    match charset {
        Charset::Utf8 => out.write_all(text.as_bytes()),
        Charset::Ascii => out.write_all(to_ascii(text).as_bytes()),
    }
}

/// `text` in ASCII: what stands in columns stays there, since every grapheme keeps its cells.
fn to_ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme.is_ascii() {
            out.push_str(grapheme);
            continue;
        }
        let cells = grapheme.width();
        if cells > 0 {
            out.push(grapheme.chars().next().map_or('?', ascii));
            out.extend(std::iter::repeat_n(' ', cells - 1));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_ascii_takes_the_same_cells() {
        for (text, plain) in [
            ("plain\n", "plain\n"),
            ("café", "caf?"),
            ("cafe\u{301}", "cafe"),
            ("a → b … c", "a > b ~ c"),
            ("“x” × 2", "\"x\" x 2"),
            ("日本 |", "? ?  |"),
            ("♻\u{fe0f}♻\u{fe0f} api", "? ?  api"),
            ("👩\u{200d}🚀 crew", "?  crew"),
            ("🇩🇪", "? "),
        ] {
            assert_eq!(to_ascii(text), plain, "{text}");
            assert_eq!(
                plain.trim_end_matches('\n').len(),
                text.trim_end_matches('\n').width(),
                "{text}"
            );
        }
    }
}
