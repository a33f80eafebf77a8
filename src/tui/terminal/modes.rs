//! Modes of the terminal that are set and put back.

use std::io;

use crossterm::Command;

/// Puts back what programs change and hubdeck does not set itself: attributes, character set,
/// insert mode, margins, cursor and keypad keys, origin mode, wrapping, every form of mouse and of
/// focus reports, bracketed paste, and the keyboard protocols of xterm and Kitty. Terminals leave out
/// what they do not know. Margins and origin mode move the cursor to the first cell, so that its place
/// is saved and taken again.
pub(super) const USUAL_MODES: &[u8] =
    b"\x1b[0m\x1b(B\x0f\x1b[4l\x1b7\x1b[r\x1b[?6l\x1b8\x1b[?1l\x1b>\x1b[?7h\
\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?2004l\
\x1b[>4;0m\x1b[=0u\x1b[?25h";

/// Leaves the alternate screen, without the move of the cursor that mode 1049 makes where the program
/// that had the terminal never entered it.
const MAIN_SCREEN: &[u8] = b"\x1b[?1047l\x1b[?47l";

/// What puts a terminal back after a program that may have left any mode behind.
#[must_use]
pub fn usual_screen() -> Vec<u8> {
    [MAIN_SCREEN, USUAL_MODES].concat()
}

/// Clicks and wheel in SGR coordinates. Motion is not asked for: it would wake the program for
/// nothing.
pub(super) struct EnableMouse;

impl Command for EnableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1006h")
    }
}

/// Neither.
pub(super) struct DisableMouse;

impl Command for DisableMouse {
    fn write_ansi(&self, f: &mut impl std::fmt::Write) -> std::fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1000l")
    }
}

/// Raw mode for what has the terminal meanwhile; dropping it ends that.
pub struct RawMode(());

impl RawMode {
    /// Turns it on.
    ///
    /// # Errors
    /// When there is no terminal.
    pub fn enter() -> io::Result<Self> {
        crossterm::terminal::enable_raw_mode().map(|()| Self(()))
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        if let Err(error) = crossterm::terminal::disable_raw_mode() {
            tracing::debug!("raw mode was not ended: {error}");
        }
    }
}
