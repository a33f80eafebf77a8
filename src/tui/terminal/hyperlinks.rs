//! Whether the terminal shows hyperlinks (OSC 8). It never tells: what is known of terminals decides,
//! by the environment.

use crate::tui::state::LinkChoice;

/// Terminals with hyperlinks, by a part of `TERM`.
const NAMES: [&str; 8] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "kitty",
    "mlterm",
    "rio",
    "wezterm",
];
/// Terminals with hyperlinks, by `TERM_PROGRAM`.
const PROGRAMS: [&str; 8] = [
    "iTerm.app",
    "WezTerm",
    "vscode",
    "ghostty",
    "mintty",
    "Hyper",
    "rio",
    "zed",
];
/// The first versions with hyperlinks: of tmux, which passes them on to terminals that have them; of
/// VTE (GNOME terminal and others); of Konsole.
const TMUX: (u32, u32) = (3, 4);
const VTE: u32 = 5_000;
const KONSOLE: u32 = 201_200;

/// Whether links are written, by the setting and the environment, read through `variable`: `TERM`,
/// `TERM_PROGRAM` with its version, `TMUX`, `STY`, `VTE_VERSION`, `KONSOLE_VERSION`, `WT_SESSION`,
/// `DOMTERM`.
#[must_use]
pub fn shows_links(choice: LinkChoice, variable: &dyn Fn(&str) -> Option<String>) -> bool {
    match choice {
        LinkChoice::Always => return true,
        LinkChoice::Never => return false,
        LinkChoice::Auto => {}
    }
    let text = |name: &str| variable(name).unwrap_or_default();
    let program = text("TERM_PROGRAM");
    if !text("TMUX").is_empty() || program == "tmux" {
        // Variables of the terminal around it may be those of another one.
        return program == "tmux" && version(&text("TERM_PROGRAM_VERSION")) >= TMUX;
    }
    if !text("STY").is_empty() || text("TERM").starts_with("screen") {
        return false;
    }
    let at_least = |name: &str, first: u32| text(name).parse().is_ok_and(|it: u32| it >= first);
    NAMES.iter().any(|name| text("TERM").contains(name))
        || PROGRAMS.contains(&program.as_str())
        || at_least("VTE_VERSION", VTE)
        || at_least("KONSOLE_VERSION", KONSOLE)
        || ["WT_SESSION", "DOMTERM"]
            .iter()
            .any(|name| !text(name).is_empty())
}

/// The first two numbers of a version such as `3.4a`; zeros where it is none.
fn version(text: &str) -> (u32, u32) {
    let number = |part: Option<&str>| {
        let part = part.unwrap_or_default();
        let end = part
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(part.len());
        part.get(..end)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0)
    };
    let mut parts = text.trim_start_matches("next-").split('.');
    (number(parts.next()), number(parts.next()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Variables, and whether links are written with them.
    type Case = (&'static [(&'static str, &'static str)], bool);

    const CASES: &[Case] = &[
        (&[("TERM", "xterm-256color")], false),
        (&[("TERM", "xterm-kitty")], true),
        (&[("TERM", "alacritty-direct")], true),
        (&[("TERM", "linux")], false),
        (&[("TERM", "vt100")], false),
        (
            &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
            true,
        ),
        (
            &[
                ("TERM", "xterm-256color"),
                ("TERM_PROGRAM", "Apple_Terminal"),
            ],
            false,
        ),
        (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], true),
        (
            &[("TERM", "xterm-256color"), ("VTE_VERSION", "4800")],
            false,
        ),
        (
            &[("TERM", "xterm-256color"), ("KONSOLE_VERSION", "230805")],
            true,
        ),
        (&[("TERM", "xterm-256color"), ("WT_SESSION", "x")], true),
        (
            &[
                ("TERM", "tmux-256color"),
                ("TMUX", "x"),
                ("TERM_PROGRAM", "tmux"),
                ("TERM_PROGRAM_VERSION", "3.4"),
            ],
            true,
        ),
        (
            &[
                ("TERM", "screen"),
                ("TMUX", "x"),
                ("TERM_PROGRAM", "tmux"),
                ("TERM_PROGRAM_VERSION", "3.3a"),
            ],
            false,
        ),
        (
            &[("TERM", "screen"), ("TMUX", "x"), ("VTE_VERSION", "7600")],
            false,
        ),
        (
            &[
                ("TERM", "screen.xterm-256color"),
                ("STY", "x"),
                ("VTE_VERSION", "7600"),
            ],
            false,
        ),
    ];

    #[test]
    fn links_are_written_where_the_terminal_is_known_to_show_them() {
        for (environment, expected) in CASES {
            let variable = |name: &str| {
                let found = environment.iter().find(|(each, _)| *each == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(
                shows_links(LinkChoice::Auto, &variable),
                *expected,
                "{environment:?}"
            );
            assert!(shows_links(LinkChoice::Always, &variable));
            assert!(!shows_links(LinkChoice::Never, &variable));
        }
    }
}
