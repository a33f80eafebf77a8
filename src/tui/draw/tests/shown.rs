//! What has to stand on screen: banners, signs, descriptions.

use super::*;
use crate::model::{Part, PartDown, PartFailure, Shortage, ShortageView};
use crate::tui::state::Dialog;

#[test]
fn what_is_wrong_with_hubdeck_itself_is_named() {
    let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), 100, 20);
    let (since, failure) = (fixture::ago(90), PartFailure::Panicked);
    console.snapshot.parts_down = vec![PartDown {
        part: Part::Probing,
        since,
        failures: 3,
        failure,
    }];
    let shortage = Shortage::FileHandles { limit: Some(64) };
    let view = ShortageView {
        shortage,
        since,
        last: fixture::now(),
        failures: 9,
        told_at: since,
    };
    console.snapshot.shortages = vec![view];
    let screen = console.screen();
    for banner in [
        "hubdeck's probing has failed 3 times in 1m",
        "hubdeck is out of file handles (limit 64); affected checks are skipped",
    ] {
        assert!(screen.contains(banner), "{banner}:\n{screen}");
    }
}

#[test]
fn settings_that_wait_for_a_restart_are_named() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 24);
    console.snapshot.config_waiting = vec!["engine.host".into(), "log.file".into()];
    let screen = console.screen();
    assert!(
        screen.contains("engine.host and log.file take effect after a restart"),
        "{screen}"
    );
}

#[test]
fn containers_that_cannot_be_shown_are_named() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 24);
    console.snapshot.engine.gaps.unreadable_containers = 2;
    let screen = console.screen();
    assert!(
        screen.contains("2 containers in the engine's list could not be read and are not shown"),
        "{screen}"
    );
}

#[test]
fn a_stop_that_removes_containers_asks_for_the_removal() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
    console.select("hub/db").press("s");
    let Some(Dialog::Confirm { plan, .. }) = &mut console.ui.dialog else {
        panic!("it asks")
    };
    plan.removes = vec!["hub-db-1".to_owned()];
    let screen = console.screen();
    assert!(
        screen.contains("Stop hub/db, which removes its container?"),
        "{screen}"
    );
    assert!(screen.contains("db (removed)"), "{screen}");
}

#[test]
fn ascii_mode_writes_only_ascii() {
    for builder in [
        fixture::failing(),
        fixture::mixed(),
        fixture::strange(),
        fixture::lost(),
    ] {
        let mut console = TestConsole::new(dressed(builder.snapshot()), 100, 30);
        console.ascii = true;
        for keys in [
            "1", "2", "r", "esc ?", "esc :", "esc x", "esc 3", "4", "0", "2 enter", "tab",
            "tab tab", "r",
        ] {
            console.press(keys);
            let screen = console.screen();
            let wrong: String = screen.chars().filter(|c| !c.is_ascii()).collect();
            assert!(wrong.is_empty(), "after {keys}: {wrong}\n{screen}");
        }
    }
    let mut console = TestConsole::new(no_engine(), 100, 30);
    console.ascii = true;
    assert!(console.screen().is_ascii());
}

#[test]
fn without_colours_states_and_choices_differ_by_shape() {
    let mut console = TestConsole::new(dressed(fixture::mixed().snapshot()), 120, 20);
    console.theme = crate::tui::draw::theme::Theme::load("mono", &[]).unwrap();
    console.press("2");
    let screen = console.screen();
    for sign in [
        "✖ loop ≈↻",
        "‖ paused",
        "◐ untested",
        "● healthy",
        "■ untested",
        "? untested",
    ] {
        assert!(screen.contains(sign), "{sign}\n{screen}");
    }
    let selected = |screen: &str| screen.lines().position(|line| line.starts_with('▌'));
    let before = selected(&screen);
    assert!(before.is_some(), "{screen}");
    console.press("j");
    assert_eq!(selected(&console.screen()), before.map(|at| at + 1));
    console.press("r");
    assert!(console.screen().contains("[n] Cancel (default)"));
    console.press("left");
    assert!(console.screen().contains("▌[y] Restart"));
}

#[test]
fn numbers_that_are_not_known_are_not_zero() {
    let mut console = TestConsole::new(dressed(fixture::mixed().snapshot()), 120, 20);
    let screen = console.press("2").screen();
    let line = screen
        .lines()
        .find(|line| line.contains("metrics"))
        .unwrap();
    assert!(!line.contains("0.0%") && !line.contains("0B"), "{line}");
}

#[test]
fn the_help_names_every_bound_action() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 140, 200);
    let screen = console.press("?").screen();
    for entry in crate::tui::input::keymap::ENTRIES
        .iter()
        .filter(|entry| !entry.keys.is_empty())
    {
        assert!(screen.contains(entry.description), "{}\n{screen}", entry.id);
    }
    assert!(
        screen.contains("(nothing selected)") && screen.contains("(only in logs)"),
        "{screen}"
    );
}
