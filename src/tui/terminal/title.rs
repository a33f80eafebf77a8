//! The title of the terminal, and messages outside the screen.

use std::fmt;

use crossterm::Command;

use crate::model::text::clean;

/// Characters of a title or a message at most.
const MAX: usize = 120;

/// Keeps the present title on the terminal's stack of titles.
pub struct PushTitle;

impl Command for PushTitle {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[22;2t")
    }
}

/// Takes the title that was kept.
pub struct PopTitle;

impl Command for PopTitle {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[23;2t")
    }
}

/// Sets the title of the window (OSC 2).
pub struct SetTitle<'a>(pub &'a str);

impl Command for SetTitle<'_> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b]2;{}\x1b\\", printable(self.0))
    }
}

/// Asks for a notification of the desktop (OSC 9).
pub struct Notify<'a>(pub &'a str);

impl Command for Notify<'_> {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        write!(f, "\x1b]9;{}\x1b\\", printable(self.0))
    }
}

/// Rings the bell.
pub struct Bell;

impl Command for Bell {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x07")
    }
}

/// `text` without what could end the sequence or begin another one, or turns the direction of what
/// follows.
fn printable(text: &str) -> String {
    clean(text).chars().take(MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ansi(command: &impl Command) -> String {
        let mut out = String::new();
        command.write_ansi(&mut out).unwrap();
        out
    }

    #[test]
    fn no_name_gets_out_of_its_sequence() {
        let evil = "db\x1b]0;x\x07\u{9c}\u{9b}2J\n\u{202e}bd";
        assert_eq!(ansi(&SetTitle(evil)), "\x1b]2;db ]0;x   2J bd\x1b\\");
        assert_eq!(ansi(&Notify(evil)), "\x1b]9;db ]0;x   2J bd\x1b\\");
        let long = "é".repeat(500);
        assert_eq!(ansi(&SetTitle(&long)).chars().count(), 4 + MAX + 2);
    }
}
