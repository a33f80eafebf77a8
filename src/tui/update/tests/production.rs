//! Questions about several services, and about production.

use std::time::Duration;

use super::safe::MS;
use super::*;
use crate::model::ProductionPatterns;
use crate::operate::SubmitRefusal;
use crate::tui::input::event;
use crate::tui::input::keymap::Keymap;
use crate::tui::update;

/// The console with two services marked and the question about `key` open.
fn bulk(key: &str) -> TestConsole {
    let mut console = console();
    for id in ["hub/db", "hub/redis"] {
        console.select(id).press("space");
    }
    console.press(key);
    console
}

fn production(key: &str) -> TestConsole {
    let mut console = console();
    console.snapshot.production = Arc::new(ProductionPatterns::new(vec!["hub".to_owned()]));
    console.select("hub/db").press(key);
    console
}

#[test]
fn several_services_are_asked_about_twice_with_another_key() {
    for key in ["r", "s", "p"] {
        for (answers, runs) in [
            ("y", false),
            ("y y", false),
            ("y y y y", false),
            ("y enter", false),
            ("y n", false),
            ("a", false),
            ("y a", true),
            ("y A", true),
            ("left enter left enter", true),
            ("left enter enter", false),
        ] {
            let mut console = bulk(key);
            console.press(answers);
            assert_eq!(!submitted(&console).is_empty(), runs, "{key} {answers}");
        }
    }
    let mut one = console();
    one.select("hub/db").press("r y");
    assert_eq!(submitted(&one).len(), 1, "one service is asked about once");
}

#[test]
fn the_second_question_names_what_it_is_about() {
    let mut console = bulk("s");
    let first = console.screen();
    assert!(first.contains("[y] Stop 2 "), "{first}");
    let second = console.press("y").screen();
    assert!(second.contains("[a] Stop all 2 "), "{second}");
    let asked = "2 services are asked for: confirm it with another key.";
    assert!(second.contains(asked), "{second}");
}

#[test]
fn keys_typed_ahead_answer_no_second_question() {
    for gap in [Duration::ZERO, MS, 60 * MS, 299 * MS] {
        let mut console = bulk("s");
        console.facts.typed_at += Duration::from_secs(1);
        console.type_ahead("y", Duration::ZERO);
        // Not drawn, or not for long: the first frame is that of the answer before.
        console.type_ahead("a", gap);
        assert!(submitted(&console).is_empty(), "{gap:?}");
        assert!(console.ui.dialog.is_some(), "{gap:?}");
        assert_eq!(submitted(console.press("a")).len(), 1, "{gap:?}");
    }
    // A key that is held goes on repeating itself.
    let mut console = bulk("s");
    console.press("y");
    console.type_ahead(&"y ".repeat(40), 30 * MS);
    assert!(submitted(&console).is_empty());
    console.type_ahead("a", 200 * MS);
    assert!(
        submitted(&console).is_empty(),
        "somebody types without looking"
    );
}

#[test]
fn production_runs_once_its_name_is_typed() {
    for key in ["r", "s", "p"] {
        for (typed, runs) in [
            ("y", false),
            ("y enter", false),
            ("enter", false),
            ("d b enter", false),
            ("h u b / d b", false),
            ("h u b / d b x enter", false),
            ("h u b / d b enter", true),
            ("h u b / d x backspace b enter", true),
        ] {
            let mut console = production(key);
            console.press(typed);
            assert_eq!(!submitted(&console).is_empty(), runs, "{key} {typed}");
        }
    }
    let mut wrong = production("s");
    wrong.press("d b enter");
    assert_eq!(wrong.toasts(), ["type hub/db to stop it"]);
    assert!(
        wrong.press("esc").ui.dialog.is_none(),
        "to refuse is no danger"
    );
    let mut start = production("S");
    assert!(start.ui.dialog.is_none() || submitted(start.press("esc")).is_empty());
}

#[test]
fn a_name_that_is_typed_ahead_or_pasted_confirms_nothing() {
    for gap in [Duration::ZERO, MS, 20 * MS] {
        let mut console = console();
        console.snapshot.production = Arc::new(ProductionPatterns::new(vec!["hub".to_owned()]));
        console.select("hub/db");
        console.type_ahead("s h u b / d b enter", gap);
        assert!(submitted(&console).is_empty(), "{gap:?}");
        // What was typed ahead is not in the field.
        console.press("enter");
        assert!(submitted(&console).is_empty(), "{gap:?}");
        // A burst after that holds the name, but its Enter does not count.
        console
            .press("ctrl-u")
            .type_ahead("h u b / d b enter", 10 * MS);
        assert!(submitted(&console).is_empty(), "{gap:?}");
        console.press("enter");
        assert_eq!(submitted(&console).len(), 1, "a person's Enter does");
    }
    let console = production("s");
    let paste = crossterm::event::Event::Paste("hub/db".to_owned());
    let action = event::action(&paste, &Keymap::default(), &console.on_screen());
    assert_eq!(action, None);
}

#[test]
fn what_becomes_production_while_it_is_asked_about_is_asked_about_anew() {
    let mut console = console();
    console.select("hub/db").press("s");
    let Some(Dialog::Confirm { plan, .. }) = console.ui.dialog.clone() else {
        panic!("it asks")
    };
    console.snapshot.production = Arc::new(ProductionPatterns::new(vec!["hub/*".to_owned()]));
    let fresh = crate::plan::plan(&plan.operation, &console.snapshot).expect("a plan");
    assert_ne!(
        fresh.hash, plan.hash,
        "the plan that was confirmed is another one"
    );
    let facts = console.facts;
    let changed = Err(SubmitRefusal::Changed(Box::new(fresh)));
    assert_eq!(update::submitted(&mut console.ui, changed, &facts), None);
    console.draw();
    assert!(submitted(console.press("y")).is_empty());
    assert_eq!(
        submitted(console.press("backspace h u b / d b enter")).len(),
        1
    );
}

#[test]
fn the_dialog_says_what_to_type() {
    for (width, height) in [(80, 24), (44, 16)] {
        let mut console = TestConsole::new(production("s").snapshot, width, height);
        console.press("2").select("hub/db").press("s h u b");
        let screen = console.screen();
        let text: String = screen.split(['│', '\n']).collect::<Vec<_>>().join(" ");
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("Production: type hub/db"), "{screen}");
        assert!(screen.contains("> hub"), "{screen}");
        assert!(!screen.contains("[y]"), "{screen}");
    }
}
