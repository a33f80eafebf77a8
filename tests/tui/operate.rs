//! `hubdeck restart` on a terminal: the question, and what answers it.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::pty::key;
use crate::support::server::Engine;

/// One service that nothing depends on.
const SCENARIO: &str = r#"
name = "one"

[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"
"#;

const QUESTION: &str = "Restart hub/db? [y/N]";

#[test]
fn what_was_typed_before_the_question_could_be_read_is_no_answer() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let mut terminal = home.open(&["restart", "db"], 100, 20);
    // Typed ahead of the question, and again with it.
    terminal.send(&format!("y{0}yes{0}", key::ENTER));
    terminal.wait_for(QUESTION);
    terminal.send(&format!("y{}", key::ENTER));
    terminal.run_for(Duration::from_millis(1_500));
    assert!(!terminal.text().contains("1/1"), "{}", terminal.text());
    assert!(!home.path().join("state/hubdeck/audit.jsonl").exists());
    terminal.send(&format!("y{}", key::ENTER));
    terminal.wait_for("1/1 hub/db restarted in");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
}

#[test]
fn a_question_is_asked_again_after_a_stop_and_what_was_typed_with_it_is_no_answer() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let mut terminal = home.open(&["restart", "db"], 100, 20);
    terminal.wait_for(QUESTION);
    terminal.run_for(Duration::from_millis(500));
    terminal.signal(Signal::STOP);
    terminal.run_for(Duration::from_millis(200));
    terminal.signal(Signal::CONT);
    terminal.wait_until("the question a second time", |screen| {
        screen.contents().matches(QUESTION).count() == 2
    });
    terminal.send(&format!("y{}", key::ENTER));
    terminal.run_for(Duration::from_millis(1_000));
    assert!(!terminal.text().contains("1/1"), "{}", terminal.text());
    assert!(!home.path().join("state/hubdeck/audit.jsonl").exists());
    terminal.send(&format!("y{}", key::ENTER));
    terminal.wait_for("1/1 hub/db restarted in");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
}

#[test]
fn everything_but_yes_means_no_and_so_does_a_signal() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    for (typed, code, said) in [
        (
            key::ENTER,
            2,
            "nothing was done: the plan was not confirmed",
        ),
        ("retry\r", 2, "nothing was done: the plan was not confirmed"),
        ("\u{4}", 2, "nothing was done: the plan was not confirmed"),
        ("\u{3}", 130, QUESTION),
    ] {
        let mut terminal = home.open(&["restart", "db"], 100, 20);
        terminal.wait_for(QUESTION);
        terminal.run_for(Duration::from_millis(500));
        terminal.send(typed);
        assert_eq!(terminal.wait_exit().exit_code(), code, "{typed:?}");
        assert!(terminal.text().contains(said), "{}", terminal.text());
    }
    assert!(!home.path().join("state/hubdeck/audit.jsonl").exists());
}
