//! Leaving while an operation runs, and cancelling.

use super::safe::{MS, cancelled, running};
use super::*;
use crate::model::SkipReason;
use crate::operate::{CancelRefusal, SubmitRefusal};
use crate::tui::update;

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
