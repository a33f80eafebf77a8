//! Whether the console can be opened here.

use std::io::{self, IsTerminal as _};

use crate::tui::terminal::NoScreen;

/// Reads a variable of this process.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
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
        NoScreen::from_environment(&variable).map(Self::Screen)
    }

    /// What is written for somebody who looks at a terminal and expects the console; nothing to a file or
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
