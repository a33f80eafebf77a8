//! Whether there is a screen to draw on at all.

/// Why a terminal cannot show the console: by `TERM` it knows no control sequences, or
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoScreen {
    /// `TERM` is `dumb`: a line printer, a shell inside an editor, a log of a build.
    Dumb,
    /// `TERM` is unset or empty.
    NoTerm,
}

impl NoScreen {
    /// Reads `TERM` through `variable`; `None` where a screen can be drawn on.
    #[must_use]
    pub fn from_environment(variable: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        match variable("TERM").unwrap_or_default().as_str() {
            "" => Some(Self::NoTerm),
            "dumb" => Some(Self::Dumb),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_dumb_or_unnamed_terminal_has_no_screen() {
        for (term, why) in [
            (None, Some(NoScreen::NoTerm)),
            (Some(""), Some(NoScreen::NoTerm)),
            (Some("dumb"), Some(NoScreen::Dumb)),
            (Some("vt100"), None),
            (Some("xterm-256color"), None),
            (Some("never-heard-of-it"), None),
        ] {
            let variable = |name: &str| term.filter(|_| name == "TERM").map(str::to_owned);
            assert_eq!(NoScreen::from_environment(&variable), why, "{term:?}");
        }
    }
}
