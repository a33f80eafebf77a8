//! Keys that were typed ahead or pasted answer no question.

use std::time::Duration;

use super::*;
use crate::model::SkipReason;
use crate::operate::SubmitRefusal;
use crate::tui::input::event;
use crate::tui::input::keymap::Keymap;
use crate::tui::update;

pub(super) const MS: Duration = Duration::from_millis(1);

pub(super) fn running(ids: &[u64]) -> TestConsole {
    let mut console = console();
    console.snapshot.operations = ids
        .iter()
        .map(|id| Arc::new(status(&console, *id, false, None)))
        .collect();
    console.settle();
    console
}

pub(super) fn cancelled(console: &TestConsole) -> Vec<(Vec<u64>, SkipReason)> {
    let effects = console.effects.iter().filter_map(|effect| match effect {
        Effect::Cancel { operations, reason } => {
            Some((operations.iter().map(|id| id.0).collect(), *reason))
        }
        _ => None,
    });
    effects.collect()
}

#[test]
fn keys_typed_ahead_answer_no_question() {
    for keys in [
        "r e t r y",
        "s y",
        "s tab enter",
        "r left enter",
        "p y",
        "R y y y",
        "M enter",
        "M down enter",
    ] {
        for gap in [Duration::ZERO, MS, 49 * MS] {
            let mut console = console();
            console.select("hub/db").type_ahead(keys, gap);
            assert!(
                console.effects.is_empty(),
                "{keys} acts: {:?}",
                console.effects
            );
            assert!(console.ui.dialog.is_some(), "{keys}: the question stays");
        }
    }
}

#[test]
fn an_answer_counts_300_ms_after_the_question_was_drawn() {
    for (late, runs) in [(299, false), (300, true)] {
        let mut console = console();
        console.select("hub/db").press("r");
        console.type_ahead("y", late * MS);
        assert_eq!(!submitted(&console).is_empty(), runs, "{late} ms");
        // What was dropped is not queued.
        console.wait(5);
        assert_eq!(!submitted(&console).is_empty(), runs, "{late} ms");
    }
    // A long paste goes on after that: keys that follow each other so fast are nobody's answer.
    let mut console = console();
    console.select("hub/db").press("r");
    console.type_ahead(&"x y ".repeat(40), 20 * MS);
    assert!(console.effects.is_empty() && console.ui.dialog.is_some());
    console.press("y");
    assert_eq!(submitted(&console).len(), 1, "a person's answer counts");
}

#[test]
fn a_word_typed_at_the_speed_of_a_person_answers_nothing() {
    for (word, gap) in [("r e t r y", 100), ("r e t r y", 290), ("s a f e l y", 250)] {
        let mut console = console();
        console.select("hub/db");
        for letter in word.split(' ') {
            console.type_ahead(letter, gap * MS);
        }
        assert!(
            console.effects.is_empty() && console.ui.dialog.is_some(),
            "{word} at {gap} ms: {:?}",
            console.effects
        );
    }
}

#[test]
fn to_refuse_is_no_danger_and_counts_at_once() {
    for key in ["n", "esc", "q"] {
        let mut console = console();
        console.select("hub/db").type_ahead(&format!("r {key}"), MS);
        assert!(
            console.ui.dialog.is_none() && console.effects.is_empty(),
            "{key}"
        );
    }
}

#[test]
fn a_plan_that_changed_is_shown_again_where_it_asks_and_handed_over_elsewhere() {
    for (kind, asks) in [
        (OperationKind::Restart, true),
        (OperationKind::Start, false),
    ] {
        let mut console = console();
        let operation = Operation {
            kind,
            targets: vec!["hub/db".into()],
            with_dependents: false,
            image: None,
        };
        let fresh = plan(&operation, &console.snapshot);
        let changed = Err(SubmitRefusal::Changed(Box::new(fresh.clone())));
        let facts = console.facts;
        let next = update::submitted(&mut console.ui, changed, &facts);
        if asks {
            assert_eq!(next, None, "{kind:?}");
            assert!(
                matches!(&console.ui.dialog, Some(Dialog::Confirm { plan, .. }) if **plan == fresh)
            );
            let expected =
                ["containers changed since the plan was shown; review and confirm again"];
            assert_eq!(console.toasts(), expected);
        } else {
            assert_eq!(next, Some(Effect::Submit(Box::new(fresh))), "{kind:?}");
            assert!(console.ui.dialog.is_none() && console.toasts().is_empty());
        }
    }
}

#[test]
fn a_plan_that_changed_is_a_new_question() {
    let mut console = console();
    console.select("hub/db").press("r");
    let Some(Dialog::Confirm { plan, .. }) = console.ui.dialog.clone() else {
        panic!("it asks")
    };
    let facts = console.facts;
    assert_eq!(update::planned(&mut console.ui, Ok(*plan), &facts), None);
    console.type_ahead("y", Duration::from_secs(9));
    assert!(console.effects.is_empty(), "it was not drawn yet");
}

#[test]
fn pasted_keys_answer_no_question() {
    let mut console = console();
    console.select("hub/db").press("r");
    let paste = crossterm::event::Event::Paste("y".to_owned());
    assert_eq!(
        event::action(&paste, &Keymap::default(), &console.on_screen()),
        None
    );
}
