//! How many colours the terminal can show.

use ratatui::style::{Color, Style};

/// What was asked for on the command line or in config.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// As the terminal says; `NO_COLOR` is respected.
    #[default]
    Auto,
    /// Always, as many as the terminal says.
    Always,
    /// Never.
    Never,
}

/// Colours a terminal can show, from fewest to most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// None: shapes, bold, underline and reverse only.
    None,
    /// The eight colours of ECMA-48.
    Eight,
    /// The sixteen named colours.
    Sixteen,
    /// The 256-colour palette.
    Indexed,
    /// 24-bit colours.
    True,
}

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
        let told = claimed.min(most(&term, variable));
        if choice == ColorChoice::Always {
            told.max(Self::Sixteen)
        } else {
            told
        }
    }

    /// `style` in the colours of this depth.
    #[must_use]
    pub fn fit(self, style: Style) -> Style {
        Style {
            fg: style.fg.and_then(|color| self.color(color)),
            bg: style.bg.and_then(|color| self.color(color)),
            ..style
        }
    }

    fn color(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) => None,
            (Self::True, color) => Some(color),
            (Self::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(to_indexed(r, g, b))),
            (Self::Sixteen, Color::Rgb(r, g, b)) => Some(to_sixteen(r, g, b)),
            (Self::Sixteen, Color::Indexed(index)) => {
                let (r, g, b) = from_indexed(index);
                Some(to_sixteen(r, g, b))
            }
            (Self::Eight, color) => Some(match color {
                Color::Rgb(r, g, b) => to_eight(to_sixteen(r, g, b)),
                Color::Indexed(index) => {
                    let (r, g, b) = from_indexed(index);
                    to_eight(to_sixteen(r, g, b))
                }
                named => to_eight(named),
            }),
            (_, color) => Some(color),
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
    /// Terminals that know the bright colours too, even where terminfo says eight.
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

/// Levels of the 6×6×6 cube of the 256-colour palette.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    square(a.0, b.0) * 3 + square(a.1, b.1) * 4 + square(a.2, b.2) * 2
}

fn to_indexed(r: u8, g: u8, b: u8) -> u8 {
    (16..=255)
        .min_by_key(|index| distance(from_indexed(*index), (r, g, b)))
        .unwrap_or(16)
}

fn from_indexed(index: u8) -> (u8, u8, u8) {
    match index {
        0..=15 => SIXTEEN[usize::from(index)].1,
        16..=231 => {
            let at = index - 16;
            let level = |value: u8| CUBE[usize::from(value % 6)];
            (level(at / 36), level(at / 6), level(at))
        }
        232..=255 => {
            let level = 8 + (index - 232) * 10;
            (level, level, level)
        }
    }
}

const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (170, 0, 0)),
    (Color::Green, (0, 150, 0)),
    (Color::Yellow, (190, 140, 0)),
    (Color::Blue, (40, 70, 190)),
    (Color::Magenta, (160, 0, 160)),
    (Color::Cyan, (0, 150, 160)),
    (Color::Gray, (180, 180, 180)),
    (Color::DarkGray, (95, 95, 95)),
    (Color::LightRed, (250, 95, 95)),
    (Color::LightGreen, (110, 220, 110)),
    (Color::LightYellow, (245, 215, 95)),
    (Color::LightBlue, (110, 160, 255)),
    (Color::LightMagenta, (240, 120, 240)),
    (Color::LightCyan, (100, 220, 230)),
    (Color::White, (255, 255, 255)),
];

fn to_sixteen(r: u8, g: u8, b: u8) -> Color {
    SIXTEEN
        .iter()
        .min_by_key(|(_, rgb)| distance(*rgb, (r, g, b)))
        .map_or(Color::Reset, |(color, _)| *color)
}

/// The one of the eight colours that is closest in hue.
const fn to_eight(color: Color) -> Color {
    match color {
        Color::DarkGray | Color::White => Color::Gray,
        Color::LightRed => Color::Red,
        Color::LightGreen => Color::Green,
        Color::LightYellow => Color::Yellow,
        Color::LightBlue => Color::Blue,
        Color::LightMagenta => Color::Magenta,
        Color::LightCyan => Color::Cyan,
        color => color,
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

    #[test]
    fn colours_come_down_to_the_nearest_that_exists() {
        let red = Style::new()
            .fg(Color::Rgb(255, 90, 90))
            .bg(Color::Rgb(0, 0, 0));
        assert_eq!(ColorDepth::True.fit(red), red);
        assert_eq!(ColorDepth::Indexed.fit(red).fg, Some(Color::Indexed(203)));
        assert_eq!(ColorDepth::Sixteen.fit(red).fg, Some(Color::LightRed));
        assert_eq!(
            ColorDepth::Sixteen
                .fit(Style::new().fg(Color::Indexed(231)))
                .fg,
            Some(Color::White)
        );
        assert_eq!(ColorDepth::Eight.fit(red).fg, Some(Color::Red));
        assert_eq!(
            ColorDepth::Eight
                .fit(Style::new().fg(Color::Indexed(231)))
                .fg,
            Some(Color::Gray)
        );
        let none = ColorDepth::None.fit(red.bold());
        assert_eq!((none.fg, none.bg), (None, None));
        assert!(none.add_modifier.contains(ratatui::style::Modifier::BOLD));
        assert_eq!(
            ColorDepth::Indexed.fit(Style::new().fg(Color::Cyan)).fg,
            Some(Color::Cyan)
        );
    }
}
