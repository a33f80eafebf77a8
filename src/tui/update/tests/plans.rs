//! What a question about a plan says, and how its end is called.

use super::*;

/// The screen after `keys` on the table with `marked` services.
fn asked(marked: &[&str], keys: &str) -> String {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 120, 40);
    console.press("2");
    for id in marked {
        console.select(id).press("space");
    }
    console.press(keys).screen()
}

#[test]
fn several_targets_have_their_dependents_and_one_has_its() {
    let several = asked(&["hub/db", "hub/redis"], "R");
    assert!(
        several.contains("Restart 2 services and their "),
        "{several}"
    );
    let one = asked(&["hub/db"], "R");
    assert!(one.contains("Restart hub/db and its "), "{one}");
}

#[test]
fn what_depends_on_the_target_is_named_once() {
    let screen = asked(&["hub/db"], "s");
    assert!(screen.contains("Will be unavailable: "), "{screen}");
    assert!(!screen.contains("dependents of"), "{screen}");
}

#[test]
fn a_published_port_is_named_where_nothing_depends_on_the_service() {
    let screen = asked(&["hub/proxy"], "s");
    assert!(
        screen.contains("Nothing depends on it; it publishes :8080."),
        "{screen}"
    );
}

#[test]
fn the_panel_of_an_operation_says_its_end_as_the_message_does() {
    let mut console = console();
    console.snapshot.operations = vec![Arc::new(status(&console, 1, false, None))];
    console.settle();
    console.snapshot.operations = vec![Arc::new(status(&console, 1, true, None))];
    console.settle();
    assert!(console.toasts().contains(&"hub/db restarted in 3.0 s"));
    let screen = console.press("O").screen();
    assert!(screen.contains("─ hub/db restarted in 3.0 s"), "{screen}");
    assert!(!screen.contains("done in"), "{screen}");
}
