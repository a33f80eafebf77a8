//! Keys that were typed ahead, leaving while an operation runs, cancelling, and what a filter
//! selects.

use std::time::Duration;

use super::*;
use crate::model::{SkipReason, Snapshot};
use crate::operate::{CancelRefusal, SubmitRefusal};
use crate::tui::event;
use crate::tui::keymap::Keymap;
use crate::tui::update;

pub(super) const MS: Duration = Duration::from_millis(1);

pub(super) fn running(ids: &[u64]) -> Rig {
    let mut rig = rig();
    rig.snapshot.operations = ids
        .iter()
        .map(|id| Arc::new(status(&rig, *id, false, None)))
        .collect();
    rig.settle();
    rig
}

pub(super) fn cancelled(rig: &Rig) -> Vec<(Vec<u64>, SkipReason)> {
    let effects = rig.effects.iter().filter_map(|effect| match effect {
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
            let mut rig = rig();
            rig.select("hub/db").type_ahead(keys, gap);
            assert!(rig.effects.is_empty(), "{keys} acts: {:?}", rig.effects);
            assert!(rig.ui.dialog.is_some(), "{keys}: the question stays");
        }
    }
}

#[test]
fn an_answer_counts_300_ms_after_the_question_was_drawn() {
    for (late, runs) in [(299, false), (300, true)] {
        let mut rig = rig();
        rig.select("hub/db").press("r");
        rig.type_ahead("y", late * MS);
        assert_eq!(!submitted(&rig).is_empty(), runs, "{late} ms");
        // What was dropped is not queued.
        rig.wait(5);
        assert_eq!(!submitted(&rig).is_empty(), runs, "{late} ms");
    }
    // A long paste goes on after that: keys that follow each other so fast are nobody's answer.
    let mut rig = rig();
    rig.select("hub/db").press("r");
    rig.type_ahead(&"x y ".repeat(40), 20 * MS);
    assert!(rig.effects.is_empty() && rig.ui.dialog.is_some());
    rig.press("y");
    assert_eq!(submitted(&rig).len(), 1, "a person's answer counts");
}

#[test]
fn a_word_typed_at_the_speed_of_a_person_answers_nothing() {
    for (word, gap) in [("r e t r y", 100), ("r e t r y", 290), ("s a f e l y", 250)] {
        let mut rig = rig();
        rig.select("hub/db");
        for letter in word.split(' ') {
            rig.type_ahead(letter, gap * MS);
        }
        assert!(
            rig.effects.is_empty() && rig.ui.dialog.is_some(),
            "{word} at {gap} ms: {:?}",
            rig.effects
        );
    }
}

#[test]
fn to_refuse_is_no_danger_and_counts_at_once() {
    for key in ["n", "esc", "q"] {
        let mut rig = rig();
        rig.select("hub/db").type_ahead(&format!("r {key}"), MS);
        assert!(rig.ui.dialog.is_none() && rig.effects.is_empty(), "{key}");
    }
}

#[test]
fn a_plan_that_changed_is_a_new_question() {
    let mut rig = rig();
    rig.select("hub/db").press("r");
    let Some(Dialog::Confirm { plan, .. }) = rig.ui.dialog.clone() else {
        panic!("it asks")
    };
    let facts = rig.facts;
    assert_eq!(update::planned(&mut rig.ui, Ok(*plan), &facts), None);
    rig.type_ahead("y", Duration::from_secs(9));
    assert!(rig.effects.is_empty(), "it was not drawn yet");
}

#[test]
fn pasted_keys_answer_no_question() {
    let mut rig = rig();
    rig.select("hub/db").press("r");
    let paste = crossterm::event::Event::Paste("y".to_owned());
    assert_eq!(
        event::action(&paste, &Keymap::default(), &rig.ui, &rig.snapshot),
        None
    );
}

#[test]
fn leaving_asks_only_while_an_operation_runs() {
    for key in ["q", "ctrl-c"] {
        let mut rig = rig();
        rig.press(key);
        assert_eq!(rig.effects, [Effect::Quit], "{key}");

        let mut rig = running(&[1]);
        rig.press(key);
        assert!(matches!(rig.ui.dialog, Some(Dialog::Leave { .. })), "{key}");
        rig.press(key);
        assert!(
            matches!(rig.ui.dialog, Some(Dialog::Leave { .. })),
            "{key} again answers nothing"
        );
        let screen = rig.screen();
        for text in [
            "Quit while an operation is running?",
            "restart hub/db",
            "Wait: ",
            "Abandon: ",
            "Stay",
        ] {
            assert!(screen.contains(text), "{text}:\n{screen}");
        }
        assert!(rig.effects.is_empty(), "{key}: {:?}", rig.effects);
    }
}

#[test]
fn the_three_answers_wait_abandon_and_stay() {
    let end = |rig: &mut Rig| {
        rig.snapshot.operations = vec![Arc::new(status(rig, 1, true, None))];
        rig.settle();
    };
    for keys in ["q w", "q up up enter", "q tab enter"] {
        let mut rig = running(&[1]);
        rig.press(keys);
        assert!(
            rig.effects.is_empty() && rig.ui.dialog.is_none(),
            "{keys}: {:?}",
            rig.effects
        );
        assert!(
            rig.screen()
                .contains("quitting when the operation has ended"),
            "{keys}"
        );
        end(&mut rig);
        assert_eq!(rig.effects.last(), Some(&Effect::Quit), "{keys}");
    }
    for keys in ["q a", "ctrl-c up enter"] {
        let mut rig = running(&[1, 2]);
        rig.press(keys);
        assert_eq!(cancelled(&rig), [(vec![1, 2], SkipReason::Quit)], "{keys}");
        assert!(
            !rig.effects.contains(&Effect::Quit),
            "the calls in flight are waited for"
        );
        end(&mut rig);
        assert_eq!(rig.effects.last(), Some(&Effect::Quit), "{keys}");
    }
    for keys in ["q s", "q esc", "q enter", "q w q s"] {
        let mut rig = running(&[1]);
        rig.press(keys);
        end(&mut rig);
        assert!(
            rig.effects.is_empty() && rig.ui.dialog.is_none(),
            "{keys}: {:?}",
            rig.effects
        );
    }
    let mut rig = running(&[1]);
    rig.type_ahead("q a w enter q", MS);
    assert!(
        rig.effects.is_empty() && rig.ui.leaving.is_none(),
        "typed ahead"
    );
}

#[test]
fn the_question_how_to_leave_ends_with_the_operation() {
    for (error, result) in [
        (None, "restart hub/db done in "),
        (Some("no such container"), "restart hub/db failed: "),
    ] {
        let mut rig = running(&[1, 2]);
        rig.press("q up");
        let ended = status(&rig, 1, true, error);
        let last = rig.snapshot.operations.pop().expect("two run");
        rig.snapshot.operations = vec![Arc::new(ended.clone()), last];
        rig.settle();
        assert!(
            matches!(rig.ui.dialog, Some(Dialog::Leave { .. })),
            "one still runs"
        );
        rig.snapshot.operations = [1, 2]
            .map(|id| {
                Arc::new(OperationStatus {
                    id: OperationId(id),
                    ..ended.clone()
                })
            })
            .into();
        rig.settle();
        assert!(
            rig.ui.dialog.is_none(),
            "nothing is left to wait for or to abandon"
        );
        let toasts = rig.toasts();
        assert!(
            toasts.iter().any(|text| text.starts_with(result)),
            "{toasts:?}"
        );
        assert_eq!(
            toasts.last(),
            Some(&"the operation has ended; hubdeck stays open")
        );
        assert!(rig.effects.is_empty(), "{:?}", rig.effects);
        rig.press("q");
        assert_eq!(
            rig.effects,
            [Effect::Quit],
            "nothing runs: nothing is asked"
        );
    }
}

#[test]
fn an_operation_that_no_picture_shows_yet_is_waited_for() {
    let mut rig = rig();
    let facts = rig.facts;
    update::submitted(&mut rig.ui, Ok(OperationId(7)), &facts);
    rig.press("q");
    assert!(matches!(rig.ui.dialog, Some(Dialog::Leave { .. })));
    rig.press("a");
    assert_eq!(cancelled(&rig), [(vec![7], SkipReason::Quit)]);
    let refused = SubmitRefusal::Unrecorded("cannot write the audit record /x: full".to_owned());
    update::submitted(&mut rig.ui, Err(refused), &facts);
    assert_eq!(
        rig.toasts(),
        ["nothing was done: cannot write the audit record /x: full"]
    );
}

#[test]
fn a_running_operation_is_looked_at_and_cancelled() {
    let mut rig = rig();
    rig.press("C");
    assert_eq!(rig.toasts(), ["no operation is running"]);
    rig.press("O");
    assert!(rig.toasts().contains(&"no operation yet") && rig.ui.dialog.is_none());

    let mut rig = running(&[1]);
    rig.press("C");
    assert_eq!(cancelled(&rig), [(vec![1], SkipReason::Cancelled)]);
    rig.press("O");
    let screen = rig.screen();
    assert!(
        screen.contains("restart hub/db: running for 3s"),
        "{screen}"
    );
    assert!(screen.contains("restart hub-db-1: in progress"), "{screen}");
    rig.press("C");
    assert_eq!(cancelled(&rig).len(), 2);

    // After its end it can still be looked at, and not be cancelled.
    let mut ended = status(&rig, 1, true, None);
    ended.cancelled = Some(SkipReason::Cancelled);
    ended.steps = vec![StepState::Skipped {
        reason: SkipReason::Cancelled,
    }];
    rig.snapshot.operations = vec![Arc::new(ended)];
    rig.settle();
    assert!(
        rig.toasts()
            .contains(&"restart hub/db: cancelled, 1 of 1 steps not begun"),
        "{:?}",
        rig.toasts()
    );
    assert!(
        rig.screen()
            .contains("restart hub-db-1: skipped: cancelled"),
        "{}",
        rig.screen()
    );
    rig.press("C");
    assert_eq!(cancelled(&rig).len(), 2);
    rig.press("O");
    assert!(rig.ui.dialog.is_none());
}

#[test]
fn with_several_operations_one_is_chosen() {
    let mut rig = running(&[1, 2]);
    rig.press("C");
    assert!(cancelled(&rig).is_empty(), "which one?");
    rig.press("left C");
    assert_eq!(cancelled(&rig), [(vec![1], SkipReason::Cancelled)]);
    rig.press("right right C");
    assert_eq!(cancelled(&rig)[1], (vec![2], SkipReason::Cancelled));
    let facts = rig.facts;
    let refusal = CancelRefusal::Ended(OperationId(2));
    update::cancelled(&mut rig.ui, Err(refusal), SkipReason::Cancelled, &facts);
    assert!(
        rig.toasts()
            .contains(&"operation 2 has ended; there is nothing to cancel")
    );
}

#[test]
fn what_the_filter_hides_is_not_acted_on() {
    // View, marks, what narrows it, what the keys are then about, what the header says.
    for (view, marks, filter, acted, told) in [
        (
            "2",
            &["hub/backend"][..],
            "redis",
            &["hub/redis"][..],
            "1 marked, 1 hidden by the filter",
        ),
        (
            "1",
            &["hub/backend"],
            "redis",
            &["hub/redis"],
            "1 marked, 1 hidden by the filter",
        ),
        (
            "2",
            &["hub/backend", "hub/redis"],
            "redis",
            &["hub/redis"],
            "2 marked, 1 hidden by the filter",
        ),
        (
            "2",
            &["hub/backend", "hub/db"],
            "hub",
            &["hub/backend", "hub/db"],
            "2 marked ",
        ),
        (
            "2",
            &["hub/backend"],
            "nothing-has-this-name",
            &[],
            "1 marked, 1 hidden by the filter",
        ),
    ] {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 140, 40);
        rig.press(view);
        rig.ui.marked = marks.iter().map(|id| ServiceId::from(*id)).collect();
        let letters: Vec<String> = filter.chars().map(String::from).collect();
        rig.press("/").press(&letters.join(" ")).press("enter");
        let screen = rig.screen();
        assert!(screen.contains(told), "{told}:\n{screen}");
        for key in ["s", "r"] {
            rig.effects.clear();
            rig.press(key).press("y");
            let asked = submitted(&rig)
                .pop()
                .map(|(_, targets)| targets)
                .unwrap_or_default();
            assert_eq!(
                asked, acted,
                "{key} with {marks:?} marked and {filter} on view {view}"
            );
        }
        if acted.is_empty() {
            assert_eq!(rig.toasts(), ["nothing selected"]);
        }
    }
    // The stack that is shown alone hides marks as well.
    let mut rig = Rig::new(dressed(fixture::sixty().snapshot()), 140, 40);
    rig.press("2");
    rig.ui.marked = [ServiceId::from("lab/db")].into();
    rig.ui.stack = Some("shop".into());
    rig.settle();
    rig.select("shop/redis").press("s y");
    assert_eq!(
        submitted(&rig),
        [(OperationKind::Stop, vec!["shop/redis".to_owned()])]
    );
}

/// A service whose image, but not whose name, holds "backend" stands worst, so first in the table.
fn misleading() -> Snapshot {
    let mut make = fixture::nine();
    make.change("hub/migrate", |make| {
        make.state(
            crate::model::HealthState::Unhealthy,
            5,
            "exited with code 1",
        );
    });
    let mut snapshot = make.snapshot();
    let migrate = snapshot
        .services
        .iter_mut()
        .find(|each| each.id.as_str() == "hub/migrate")
        .expect("migrate");
    for instance in &mut Arc::make_mut(migrate).instances {
        Arc::make_mut(&mut instance.facts).image = "example/backend:1".to_owned();
    }
    dressed(snapshot)
}

#[test]
fn a_filter_selects_the_name_and_not_the_image() {
    for view in ["1", "2"] {
        for before in [None, Some("hub/migrate"), Some("hub/redis")] {
            let mut rig = Rig::new(misleading(), 120, 40);
            rig.press(view);
            rig.ui.selected = before.map(ServiceId::from);
            rig.press("/ b a c k e n d enter");
            assert_eq!(
                rig.ui.selected,
                Some("hub/backend".into()),
                "view {view}, {before:?} before"
            );
        }
    }
    let mut rig = Rig::new(misleading(), 120, 40);
    rig.press("2 / b a c k e n d enter");
    let shown: Vec<&str> = rig.ui.drawn.visible.iter().map(ServiceId::as_str).collect();
    assert_eq!(
        shown,
        ["hub/backend", "hub/migrate", "hub/worker"],
        "the image counts too, but later"
    );
    rig.press("esc 1 : b a c k e n d enter");
    assert_eq!(rig.ui.selected, Some("hub/backend".into()));
}
