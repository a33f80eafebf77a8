//! What the presets bind otherwise than the default, for the hands of users of other tools.

use crate::tui::input::page::KeyPage;

/// An action with its keys.
pub type PresetKeys = (&'static str, &'static [&'static str]);

/// A preset of the keymap.
#[derive(Clone, Copy, Debug)]
pub struct KeyPreset {
    /// Its name in config.
    pub name: &'static str,
    /// What its users know, for the documentation; empty for the default.
    pub tool: &'static str,
    /// What it binds otherwise than the default.
    pub keys: &'static [PresetKeys],
    /// What its keys do on one page only, where they do something else elsewhere.
    pub on_page: &'static [(KeyPage, PresetKeys)],
}

/// Every preset.
pub const ALL: [KeyPreset; 3] = [
    KeyPreset {
        name: "default",
        tool: "",
        keys: &[],
        on_page: &[(KeyPage::LogLine, ("follow-id", &["c"]))],
    },
    LAZYDOCKER,
    K9S,
];

/// Names of the presets.
pub const PRESETS: &str = "default, lazydocker, k9s";

/// The preset `name`.
#[must_use]
pub fn preset(name: &str) -> Option<&'static KeyPreset> {
    ALL.iter().find(|preset| preset.name == name)
}

const LAZYDOCKER: KeyPreset = KeyPreset {
    name: "lazydocker",
    tool: "lazydocker",
    keys: &[
        ("left", &["left", "h"]),
        ("right", &["right", "l"]),
        ("scroll-up", &["K", "ctrl-y"]),
        ("scroll-down", &["J", "ctrl-e"]),
        ("pan-left", &["H", "shift-left", "{"]),
        ("pan-right", &["L", "shift-right", "}"]),
        ("legend", &["ctrl-l"]),
        ("next-pane", &["tab", "]"]),
        ("previous-pane", &["shift-tab", "["]),
        ("zoom-out", &["_", "-"]),
        ("next-stack", &["Z"]),
        ("logs", &["m"]),
        ("wrap", &["ctrl-w"]),
        ("mouse", &["M"]),
        ("maintenance", &["z"]),
        ("cancel", &["ctrl-x", "C"]),
        ("shell", &["E"]),
        ("update", &["alt-u"]),
        ("half-page-up", &["ctrl-u", "ctrl-b"]),
        ("half-page-down", &["ctrl-d", "ctrl-f"]),
        ("remove", &["d"]),
        ("attach", &["a"]),
        ("browser", &["w"]),
        ("custom-command", &["c", "X"]),
        ("bulk", &["b"]),
        ("hide-stopped", &["e"]),
        ("compose-up", &["u", "U"]),
        ("compose-down", &["D"]),
    ],
    on_page: &[(KeyPage::Logs, ("wrap", &["w"]))],
};

const K9S: KeyPreset = KeyPreset {
    name: "k9s",
    tool: "k9s",
    keys: &[
        ("left", &["left", "h"]),
        ("page-up", &["pgup", "ctrl-b"]),
        ("page-down", &["pgdn", "ctrl-f"]),
        ("details", &["enter", "d"]),
        ("back", &["esc", "q", "["]),
        ("quit", &["ctrl-c"]),
        ("palette", &[":", "ctrl-a", "ctrl-p"]),
        ("inspect", &["y", "i"]),
        ("copy", &["c"]),
        ("next-stack", &["z"]),
        ("columns", &["ctrl-w", "|", "f2"]),
        ("previous-logs", &["p"]),
        ("pause", &["P"]),
        ("stop", &["K"]),
        ("start", &["U"]),
        ("shell", &["s"]),
        ("attach", &["a"]),
        ("edit", &["e"]),
        ("port-forward", &["F"]),
        ("maintenance", &["ctrl-o"]),
        ("cancel", &["X"]),
        ("theme", &["ctrl-t"]),
        // Everywhere, so that outside the table they say so and do nothing else.
        ("sort-cpu", &["C", "alt-c"]),
        ("sort-memory", &["M", "alt-m"]),
        ("sort-state", &["S", "alt-s"]),
        ("sort-restarts", &["T", "alt-t"]),
        ("sort-uptime", &["A", "alt-a"]),
        // Faults are what the next problem is.
        ("next-problem", &["!", "ctrl-z"]),
        ("suspend", &["alt-z"]),
        ("previous-hit", &["N", "b"]),
    ],
    on_page: &[
        (KeyPage::Logs, ("follow", &["s"])),
        (KeyPage::Table, ("sort-name", &["N"])),
    ],
};
