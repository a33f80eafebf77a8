//! The documentation of the keys, made from the table.

use std::fmt::Write as _;

use super::originals;
use super::presets::{self, KeyPreset};
use super::table::{ENTRIES, Group};
use super::{Keymap, KeymapEntry};
use crate::tui::input::key::KeyPress;
use crate::tui::input::page::KeyPage;

const HEAD: &str = "# Keys

<!-- Made by `just settings` from src/tui/input/keymap; a test compares. -->

`?` in the console lists the keys that work now. `ui.keymap` chooses a preset, and `[keys]` binds single actions by
their id ([configuration](configuration.md)). Nothing that interrupts a service runs on the first press: restart, stop and
pause show their plan and ask. `d` and `ctrl-d` never remove anything, and `ctrl-k` is not bound.

`:` takes commands with arguments, in every preset: `:restart db`, `:logs backend since 5m`, `:why db`, `:stack hub`,
`:sort cpu`, `:filter red`, `:theme light`, `:q`; Tab completes, and the up arrow brings earlier lines back, those of
earlier runs too ([what is kept](configuration.md#what-the-console-keeps)).
";

/// `docs/keys.md`.
#[must_use]
pub fn keys_document() -> String {
    let mut text = HEAD.to_owned();
    for preset in &presets::ALL {
        let Some(keymap) = Keymap::of_preset(preset.name) else {
            continue;
        };
        if preset.tool.is_empty() {
            default_tables(&mut text, &keymap);
        } else {
            preset_table(&mut text, preset, &keymap);
        }
    }
    text
}

fn default_tables(text: &mut String, keymap: &Keymap) {
    for group in Group::ALL {
        let entries = ENTRIES.iter().filter(|entry| entry.group == group);
        let bound: Vec<_> = entries
            .filter_map(|entry| Some((keys(keymap, entry)?, entry)))
            .collect();
        if bound.is_empty() {
            continue;
        }
        _ = write!(
            text,
            "\n## {}\n\n| key | id | does |\n|---|---|---|\n",
            group.title()
        );
        for (keys, entry) in bound {
            _ = writeln!(text, "| {keys} | `{}` | {} |", entry.id, entry.description);
        }
    }
}

/// The keys of an action; `None` when it has none.
fn keys(keymap: &Keymap, entry: &KeymapEntry) -> Option<String> {
    let keys: Vec<String> = keymap
        .keys_of(&entry.action)
        .map(|key| code(&key.to_string()))
        .collect();
    (!keys.is_empty()).then(|| keys.join(" "))
}

fn preset_table(text: &mut String, preset: &KeyPreset, keymap: &Keymap) {
    let tool = preset.tool;
    _ = write!(
        text,
        "\n## Preset `{}`\n\nEvery other key is that of the default.\n\n| key | in {tool} | in hubdeck |\n|---|---|---|\n",
        preset.name
    );
    for (key, meaning) in originals::of(preset.name) {
        let does = KeyPress::parse(key).map_or_else(String::new, |key| does(keymap, key));
        _ = writeln!(text, "| {} | {meaning} | {does} |", code(key));
    }
    let known = |key: &str| {
        originals::of(preset.name)
            .iter()
            .any(|(each, _)| *each == key)
    };
    let changed = preset.keys.iter().flat_map(|(_, keys)| keys.iter());
    for key in changed.filter(|key| !known(key)) {
        let does = KeyPress::parse(key).map_or_else(String::new, |key| does(keymap, key));
        _ = writeln!(text, "| {} | | {does} |", code(key));
    }
}

/// What `key` does, on each page.
fn does(keymap: &Keymap, key: KeyPress) -> String {
    let sentence = |entry: &KeymapEntry| entry.description.to_owned();
    let everywhere = keymap.entry(key).map_or("not bound".to_owned(), sentence);
    let on_pages = KeyPage::ALL.into_iter().filter_map(|page| {
        let entry = keymap.entry_on(page, key)?;
        Some(format!("; {}: {}", page.title(), entry.description))
    });
    on_pages.fold(everywhere, |all, next| all + &next)
}

/// A key as code in a table.
fn code(key: &str) -> String {
    match key {
        "|" => "`\\|`".to_owned(),
        key => format!("`{key}`"),
    }
}
