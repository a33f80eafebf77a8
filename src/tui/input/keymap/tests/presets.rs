//! The presets for users of other tools, and their documentation.

use super::*;
use crate::model::ComposeVerb;
use crate::tui::input::action::ComposeAction;
use crate::tui::input::column::Column;
use crate::tui::input::later::Later;

#[test]
fn every_mistake_is_reported() {
    let wrong = overrides(&[
        ("restrt", &["r"]),
        ("stop", &["a", "ctrl+s"]),
        ("start", &["a"]),
    ]);
    let errors = Keymap::from_config("vim", &wrong).unwrap_err();
    let text = errors.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "{lines:#?}");
    assert!(lines[0].contains("vim") && lines[1].contains("restrt") && lines[2].contains("ctrl+s"));
    assert!(
        lines[3].contains("a is bound to both start and stop"),
        "{}",
        lines[3]
    );
}

/// Keys of the original tools that do harm there, or something else than the same letter does in
/// the default.
#[test]
fn keys_of_other_tools_do_what_their_users_expect_or_ask() {
    let does = |preset: &str, page: Option<KeyPage>, text: &str| {
        let keymap = Keymap::of_preset(preset).unwrap();
        let mode = page.map_or(Mode::View, Mode::Page);
        resolve(&keymap, mode, key(text))
    };
    let (table, logs) = (Some(KeyPage::Table), Some(KeyPage::Logs));
    for (preset, page, text, action) in [
        ("k9s", None, "s", Action::Shell),
        ("k9s", logs, "s", Action::ToggleFollow),
        ("k9s", None, "d", Action::Enter),
        ("k9s", None, "y", Action::Inspect),
        ("k9s", None, "p", Action::PreviousLogs),
        ("k9s", None, "q", Action::Back),
        ("k9s", None, "ctrl-d", Action::HalfPage(1)),
        ("k9s", None, "ctrl-a", Action::Palette),
        ("k9s", None, "ctrl-z", Action::NextProblem),
        ("k9s", None, "ctrl-w", Action::Columns),
        ("k9s", None, "C", Action::SortBy(Column::Cpu)),
        ("k9s", None, "S", Action::SortBy(Column::State)),
        ("k9s", table, "N", Action::SortBy(Column::Name)),
        ("k9s", None, "N", Action::Hit(-1)),
        ("k9s", logs, "w", Action::ToggleWrap),
        ("lazydocker", None, "d", Action::Later(Later::Remove)),
        (
            "lazydocker",
            None,
            "D",
            Action::Compose(ComposeAction::of_stack(ComposeVerb::Down)),
        ),
        ("lazydocker", None, "m", Action::Logs),
        ("lazydocker", None, "w", Action::Later(Later::Browser)),
        ("lazydocker", logs, "w", Action::ToggleWrap),
        ("lazydocker", None, "]", Action::Pane(1)),
        ("lazydocker", None, "ctrl-u", Action::HalfPage(-1)),
        ("lazydocker", None, "l", Action::Move(Direction::Right)),
    ] {
        assert_eq!(
            does(preset, page, text),
            Some(action),
            "{preset} {page:?} {text}"
        );
    }
}

#[test]
fn keys_of_a_page_that_the_operator_takes_are_named() {
    let bound = overrides(&[("refresh", &["w"])]);
    let keymap = Keymap::from_config("lazydocker", &bound).unwrap();
    let warnings: Vec<String> = keymap.warnings().iter().map(ToString::to_string).collect();
    let lost = |id: &str| {
        warnings
            .iter()
            .any(|each| each.contains(&format!("no longer to {id} ")))
    };
    assert!(lost("browser") && lost("wrap"), "{warnings:#?}");
    assert_eq!(warnings.len(), 2);
}

#[test]
fn what_the_operator_binds_is_bound_on_every_page() {
    let bound = overrides(&[("refresh", &["N"])]);
    let keymap = Keymap::from_config("k9s", &bound).unwrap();
    let in_table = resolve(&keymap, Mode::Page(KeyPage::Table), key("N"));
    assert_eq!(in_table, Some(Action::Refresh));
}

#[test]
fn keys_that_a_page_hides_are_not_shown_on_it() {
    let keymap = Keymap::of_preset("lazydocker").unwrap();
    let browser = Action::Later(Later::Browser);
    assert_eq!(keymap.label_on(None, &browser, true), "w");
    assert_eq!(keymap.label_on(Some(KeyPage::Logs), &browser, true), "");
    let wrap = |page| keymap.label_on(page, &Action::ToggleWrap, true);
    assert_eq!(
        (wrap(None), wrap(Some(KeyPage::Logs))),
        ("ctrl-w".to_owned(), "w".to_owned())
    );
}

#[test]
fn every_key_of_the_original_tools_is_a_key() {
    for preset in crate::tui::input::keymap::presets::ALL {
        for (text, _) in crate::tui::input::keymap::originals::of(preset.name) {
            assert!(KeyPress::parse(text).is_some(), "{}: {text}", preset.name);
        }
        for (_, (id, keys)) in preset.on_page {
            assert!(ENTRIES.iter().any(|entry| entry.id == *id), "{id}");
            assert!(
                keys.iter().all(|key| KeyPress::parse(key).is_some()),
                "{id}"
            );
        }
    }
}

#[test]
fn the_documentation_is_made_from_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/keys.md");
    if std::env::var("INSTA_UPDATE").as_deref() == Ok("always") {
        std::fs::write(path, keys_document()).unwrap();
    }
    assert!(
        std::fs::read_to_string(path).unwrap() == keys_document(),
        "docs/keys.md is not what the table of keys makes; write it anew with `just settings`"
    );
}
