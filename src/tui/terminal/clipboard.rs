//! Whether a copy (OSC 52) reaches the clipboard of whoever looks at the terminal.

/// Bytes that every terminal takes that takes copies at all: xterm's limit, before it is encoded.
const EVERY_TERMINAL_TAKES: usize = 74_994;

/// What stands between the program and the clipboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clipboard {
    /// The terminal, which takes a copy or does not: it never tells.
    Terminal,
    /// tmux, which takes one only with `set-clipboard on`.
    Tmux,
    /// GNU screen, which takes none.
    Screen,
    /// The console of the kernel, which has none.
    Console,
}

impl Clipboard {
    /// Reads the environment through `variable`: `TERM`, `TMUX`, `STY`.
    #[must_use]
    pub fn detect(variable: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        let term = variable("TERM").unwrap_or_default();
        if term == "linux" || term.starts_with("linux-") {
            Self::Console
        } else if is_set("TMUX") {
            Self::Tmux
        } else if is_set("STY") {
            Self::Screen
        } else {
            Self::Terminal
        }
    }

    /// Whether anything is to be written for a copy.
    #[must_use]
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Terminal | Self::Tmux)
    }

    /// What is said of a copy of `length` bytes, of which `begin` is shown.
    #[must_use]
    pub fn words(self, begin: &str, length: usize) -> String {
        let long = if length > EVERY_TERMINAL_TAKES {
            format!(" ({} KiB, more than every terminal takes)", length / 1024)
        } else {
            String::new()
        };
        match self {
            Self::Terminal => format!("copied, if the terminal allows OSC 52: {begin}{long}"),
            Self::Tmux => format!("copied, if tmux has set-clipboard on: {begin}{long}"),
            Self::Screen => {
                "GNU screen passes no copy to the terminal: switch the mouse off and select the text"
                    .to_owned()
            }
            Self::Console => "this terminal has no clipboard".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_tells_of_the_clipboard_is_said() {
        for (term, tmux, sty, expected) in [
            ("xterm-256color", "", "", Clipboard::Terminal),
            (
                "tmux-256color",
                "/tmp/tmux-0/default,1,0",
                "",
                Clipboard::Tmux,
            ),
            ("screen", "", "1.pts", Clipboard::Screen),
            ("linux", "", "", Clipboard::Console),
        ] {
            let variable = |name: &str| match name {
                "TERM" => Some(term.to_owned()),
                "TMUX" => Some(tmux.to_owned()),
                "STY" => Some(sty.to_owned()),
                _ => None,
            };
            assert_eq!(Clipboard::detect(&variable), expected, "{term}");
        }
        assert_eq!(
            Clipboard::Tmux.words("db", 2),
            "copied, if tmux has set-clipboard on: db"
        );
        assert!(!Clipboard::Screen.is_there() && !Clipboard::Console.is_there());
        let long = Clipboard::Terminal.words("{", 1 << 20);
        assert!(long.contains("more than every terminal takes"), "{long}");
    }
}
