//! How many colours the terminal can show.

use crate::tui::draw::theme::ColorDepth;
use crate::tui::state::ColorChoice;

impl ColorDepth {
    /// Reads the environment through `variable`: `NO_COLOR`, `TERM`, `COLORTERM`, `TMUX`, `STY`.
    #[must_use]
    pub fn detect(choice: ColorChoice, variable: &dyn Fn(&str) -> Option<String>) -> Self {
        match choice {
            ColorChoice::Never => return Self::None,
            ColorChoice::Auto if is_set("NO_COLOR", variable) => return Self::None,
            ColorChoice::Auto | ColorChoice::Always => {}
        }
        let term = variable("TERM").unwrap_or_default();
        let colorterm = variable("COLORTERM").unwrap_or_default();
        let claimed = if matches!(colorterm.as_str(), "truecolor" | "24bit") {
            Self::True
        } else {
            named(&term)
        };
        let supported = claimed.min(most(&term, variable));
        if choice == ColorChoice::Always {
            supported.max(Self::Sixteen)
        } else {
            supported
        }
    }
}

fn is_set(name: &str, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    variable(name).is_some_and(|value| !value.is_empty())
}

/// The most colours that get through, whatever `COLORTERM` claims: that is often inherited from
/// another terminal.
fn most(term: &str, variable: &dyn Fn(&str) -> Option<String>) -> ColorDepth {
    if term == "linux" || term.starts_with("linux-") {
        // The console of the kernel maps everything else to these.
        return ColorDepth::Sixteen;
    }
    if named(term) == ColorDepth::None {
        return ColorDepth::None;
    }
    if is_gnu_screen(term, variable) {
        ColorDepth::Indexed
    } else {
        ColorDepth::True
    }
}

/// Whether GNU screen is next to the program: it garbles 24-bit colours. `STY` and `TMUX` both stay
/// set where one of the two runs inside the other; then `screen` may be either, and what both
/// understand is used.
fn is_gnu_screen(term: &str, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    let called_screen = term == "screen" || term.starts_with("screen-");
    let (sty, tmux) = (is_set("STY", variable), is_set("TMUX", variable));
    // `screen.xterm-256color` is GNU screen's alone.
    term.starts_with("screen.")
        || if tmux {
            sty && called_screen
        } else {
            sty || called_screen
        }
}

/// How many colours the terminal has that is called `term`.
fn named(term: &str) -> ColorDepth {
    /// Terminals that show 24-bit colours under every name they have.
    const TRUE: [&str; 7] = [
        "alacritty",
        "contour",
        "foot",
        "ghostty",
        "kitty",
        "wezterm",
        "rio",
    ];
    /// Terminals that know the bright colours too, even where terminfo has eight.
    const SIXTEEN: [&str; 15] = [
        "xterm", "rxvt", "screen", "tmux", "linux", "konsole", "gnome", "vte", "putty", "st",
        "mlterm", "mintty", "nsterm", "iterm2", "cygwin",
    ];
    let parts = || term.split(['-', '.']);
    let family = parts().next().unwrap_or_default();
    let is_vt = family
        .strip_prefix("vt")
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if parts().any(|part| part == "direct" || TRUE.contains(&part)) {
        ColorDepth::True
    } else if term.contains("256color") {
        ColorDepth::Indexed
    } else if matches!(term, "" | "dumb") || parts().any(|part| matches!(part, "m" | "mono")) {
        ColorDepth::None
    } else if parts().any(|part| part == "16color") || SIXTEEN.contains(&family) {
        ColorDepth::Sixteen
    } else if is_vt && !term.contains("color") {
        ColorDepth::None
    } else {
        ColorDepth::Eight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_follows_choice_and_environment() {
        use ColorChoice::{Always, Auto, Never};
        use ColorDepth::{Eight, Indexed, None, Sixteen, True};
        #[rustfmt::skip]
        let table = [
            // ui.color, TERM,            COLORTERM,   TMUX, STY, NO_COLOR, depth
            (Auto,   "xterm-256color",        "truecolor", "",  "",  "",  True),
            (Auto,   "xterm-256color",        "24bit",     "",  "",  "",  True),
            (Auto,   "xterm-256color",        "yes",       "",  "",  "",  Indexed),
            (Auto,   "xterm-256color",        "",          "",  "",  "",  Indexed),
            (Auto,   "xterm",                 "",          "",  "",  "",  Sixteen),
            (Auto,   "rxvt-16color",          "",          "",  "",  "",  Sixteen),
            (Auto,   "putty",                 "",          "",  "",  "",  Sixteen),
            // Known for 24 bit: SSH does not pass COLORTERM on.
            (Auto,   "xterm-direct",          "",          "",  "",  "",  True),
            (Auto,   "xterm-kitty",           "",          "",  "",  "",  True),
            (Auto,   "alacritty",             "",          "",  "",  "",  True),
            (Auto,   "foot-extra",            "",          "",  "",  "",  True),
            (Auto,   "xterm-ghostty",         "",          "",  "",  "",  True),
            (Auto,   "wezterm",               "",          "",  "",  "",  True),
            // tmux
            (Auto,   "tmux-256color",         "truecolor", "t", "",  "",  True),
            (Auto,   "screen-256color",       "truecolor", "t", "",  "",  True),
            (Auto,   "screen-256color",       "",          "t", "",  "",  Indexed),
            (Auto,   "tmux-256color",         "truecolor", "t", "s", "",  True),
            // GNU screen
            (Auto,   "screen-256color",       "truecolor", "",  "",  "",  Indexed),
            (Auto,   "screen-256color",       "truecolor", "",  "s", "",  Indexed),
            (Auto,   "screen",                "truecolor", "",  "s", "",  Indexed),
            (Auto,   "screen",                "",          "",  "s", "",  Sixteen),
            (Auto,   "xterm-256color",        "truecolor", "",  "s", "",  Indexed),
            (Auto,   "screen.xterm-256color", "truecolor", "t", "s", "",  Indexed),
            (Auto,   "screen.xterm-kitty",    "",          "",  "s", "",  Indexed),
            (Auto,   "screen-256color",       "truecolor", "t", "s", "",  Indexed),
            // The console of the kernel, serial lines, unknown names.
            (Auto,   "linux",                 "",          "",  "",  "",  Sixteen),
            (Auto,   "linux",                 "truecolor", "",  "",  "",  Sixteen),
            (Auto,   "vt100",                 "",          "",  "",  "",  None),
            (Auto,   "vt220",                 "truecolor", "",  "",  "",  None),
            (Auto,   "xterm-mono",            "",          "",  "",  "",  None),
            (Auto,   "never-heard-of-it",     "",          "",  "",  "",  Eight),
            (Auto,   "ansi",                  "",          "",  "",  "",  Eight),
            (Auto,   "dumb",                  "truecolor", "",  "",  "",  None),
            (Auto,   "",                      "",          "",  "",  "",  None),
            // NO_COLOR, and the setting above all.
            (Auto,   "xterm-256color",        "truecolor", "",  "",  "1", None),
            (Always, "xterm-256color",        "",          "",  "",  "1", Indexed),
            (Always, "vt100",                 "",          "",  "",  "1", Sixteen),
            (Always, "screen-256color",       "truecolor", "",  "",  "",  Indexed),
            (Never,  "xterm-256color",        "truecolor", "",  "",  "",  None),
        ];
        for (choice, term, colorterm, tmux, sty, no_color, depth) in table {
            let variable = |name: &str| {
                let value = match name {
                    "TERM" => term,
                    "COLORTERM" => colorterm,
                    "TMUX" => tmux,
                    "STY" => sty,
                    "NO_COLOR" => no_color,
                    _ => "",
                };
                (!value.is_empty()).then(|| value.to_owned())
            };
            let row = (choice, term, colorterm, tmux, sty, no_color);
            assert_eq!(ColorDepth::detect(choice, &variable), depth, "{row:?}");
        }
    }
}
