//! Leaving while an operation runs, and cancelling.

use super::*;
use crate::model::SkipReason;
use crate::operate::{CancelRefusal, SubmitRefusal};
use crate::tui::update;
use crate::tui::update::tests::safe::{MS, cancelled, running};

#[test]
fn leaving_asks_only_while_an_operation_runs() {
    for key in ["q", "ctrl-c"] {
        let mut console = console();
        console.press(key);
        assert_eq!(console.effects, [Effect::Quit], "{key}");

        let mut console = running(&[1]);
        console.press(key);
        assert!(
            matches!(console.ui.dialog, Some(Dialog::Leave { .. })),
            "{key}"
        );
        console.press(key);
        assert!(
            matches!(console.ui.dialog, Some(Dialog::Leave { .. })),
            "{key} again answers nothing"
        );
        let screen = console.screen();
        for text in [
            "Quit while an operation is running?",
            "restart hub/db",
            "Wait: ",
            "Abort: ",
            "Stay",
        ] {
            assert!(screen.contains(text), "{text}:\n{screen}");
        }
        assert!(console.effects.is_empty(), "{key}: {:?}", console.effects);
    }
}

#[test]
fn the_three_answers_wait_abort_and_stay() {
    let end = |console: &mut TestConsole| {
        console.snapshot.operations = vec![Arc::new(status(console, 1, true, None))];
        console.settle();
    };
    for keys in ["q w", "q up up enter", "q tab enter"] {
        let mut console = running(&[1]);
        console.press(keys);
        assert!(
            console.effects.is_empty() && console.ui.dialog.is_none(),
            "{keys}: {:?}",
            console.effects
        );
        assert!(
            console
                .screen()
                .contains("quitting when the operation has ended"),
            "{keys}"
        );
        end(&mut console);
        assert_eq!(console.effects.last(), Some(&Effect::Quit), "{keys}");
    }
    for keys in ["q a", "ctrl-c up enter"] {
        let mut console = running(&[1, 2]);
        console.press(keys);
        assert_eq!(
            cancelled(&console),
            [(vec![1, 2], SkipReason::Quit)],
            "{keys}"
        );
        assert!(
            !console.effects.contains(&Effect::Quit),
            "the calls in flight are waited for"
        );
        end(&mut console);
        assert_eq!(console.effects.last(), Some(&Effect::Quit), "{keys}");
    }
    for keys in ["q s", "q esc", "q enter", "q w q s"] {
        let mut console = running(&[1]);
        console.press(keys);
        end(&mut console);
        assert!(
            console.effects.is_empty() && console.ui.dialog.is_none(),
            "{keys}: {:?}",
            console.effects
        );
    }
    let mut console = running(&[1]);
    console.type_ahead("q a w enter q", MS);
    assert!(
        console.effects.is_empty() && console.ui.operations.leaving.is_none(),
        "typed ahead"
    );
}

#[test]
fn the_question_how_to_leave_ends_with_the_operation() {
    for (error, result) in [
        (None, "hub/db restarted in "),
        (Some("no such container"), "restart hub/db failed: "),
    ] {
        let mut console = running(&[1, 2]);
        console.press("q up");
        let ended = status(&console, 1, true, error);
        let last = console.snapshot.operations.pop().expect("two run");
        console.snapshot.operations = vec![Arc::new(ended.clone()), last];
        console.settle();
        assert!(
            matches!(console.ui.dialog, Some(Dialog::Leave { .. })),
            "one still runs"
        );
        console.snapshot.operations = [1, 2]
            .map(|id| {
                Arc::new(OperationStatus {
                    id: OperationId(id),
                    ..ended.clone()
                })
            })
            .into();
        console.settle();
        assert!(
            console.ui.dialog.is_none(),
            "nothing is left to wait for or to abort"
        );
        let toasts = console.toasts();
        assert!(
            toasts.iter().any(|text| text.starts_with(result)),
            "{toasts:?}"
        );
        assert_eq!(
            toasts.last(),
            Some(&"the operation has ended; hubdeck stays open")
        );
        assert!(console.effects.is_empty(), "{:?}", console.effects);
        console.press("q");
        assert_eq!(
            console.effects,
            [Effect::Quit],
            "nothing runs: nothing is asked"
        );
    }
}

#[test]
fn an_operation_that_no_snapshot_shows_yet_is_waited_for() {
    let mut console = console();
    let facts = console.facts;
    update::submitted(&mut console.ui, Ok(OperationId(7)), &facts);
    console.press("q");
    assert!(matches!(console.ui.dialog, Some(Dialog::Leave { .. })));
    console.press("a");
    assert_eq!(cancelled(&console), [(vec![7], SkipReason::Quit)]);
    let refused = SubmitRefusal::Unrecorded("cannot write the audit record /x: full".to_owned());
    update::submitted(&mut console.ui, Err(refused), &facts);
    assert_eq!(
        console.toasts(),
        ["nothing was done: cannot write the audit record /x: full"]
    );
}

#[test]
fn a_running_operation_is_looked_at_and_cancelled() {
    let mut console = console();
    console.press("C");
    assert_eq!(console.toasts(), ["no operation is running"]);
    console.press("O");
    assert!(console.toasts().contains(&"no operation yet") && console.ui.dialog.is_none());

    let mut console = running(&[1]);
    console.press("C");
    assert_eq!(cancelled(&console), [(vec![1], SkipReason::Cancelled)]);
    console.press("O");
    let screen = console.screen();
    assert!(
        screen.contains("restart hub/db: running for 3s"),
        "{screen}"
    );
    assert!(screen.contains("restart hub-db-1: in progress"), "{screen}");
    console.press("C");
    assert_eq!(cancelled(&console).len(), 2);

    // After its end it can still be looked at, and not be cancelled.
    let mut ended = status(&console, 1, true, None);
    ended.cancelled = Some(SkipReason::Cancelled);
    ended.steps = vec![StepState::Skipped {
        reason: SkipReason::Cancelled,
    }];
    console.snapshot.operations = vec![Arc::new(ended)];
    console.settle();
    assert!(
        console
            .toasts()
            .contains(&"restart hub/db: cancelled, 1 of 1 steps not begun"),
        "{:?}",
        console.toasts()
    );
    assert!(
        console
            .screen()
            .contains("restart hub-db-1: skipped: cancelled"),
        "{}",
        console.screen()
    );
    console.press("C");
    assert_eq!(cancelled(&console).len(), 2);
    console.press("O");
    assert!(console.ui.dialog.is_none());
}

#[test]
fn with_several_operations_one_is_chosen() {
    let mut console = running(&[1, 2]);
    console.press("C");
    assert!(cancelled(&console).is_empty(), "which one?");
    console.press("left C");
    assert_eq!(cancelled(&console), [(vec![1], SkipReason::Cancelled)]);
    console.press("right right C");
    assert_eq!(cancelled(&console)[1], (vec![2], SkipReason::Cancelled));
    let facts = console.facts;
    let refusal = CancelRefusal::Ended(OperationId(2));
    update::cancelled(&mut console.ui, Err(refusal), SkipReason::Cancelled, &facts);
    assert!(
        console
            .toasts()
            .contains(&"operation 2 has ended; there is nothing to cancel")
    );
}
