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
        ("\u{3}", 130, "hubdeck: nothing was done"),
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

/// Two services.
const TWO: &str = r#"
name = "two"

[[stack]]
name = "prod-hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"

[[stack.service]]
name = "web"
image = "example/web:1"
"#;

#[test]
fn several_services_are_asked_about_twice_and_the_same_answer_does_not_count_twice() {
    let engine = Engine::of(TWO);
    let home = engine.home();
    let arguments = ["stop", "db", "web"];
    let mut terminal = home.open(&arguments, 100, 24);
    terminal.wait_for("Stop 2? [y/N]");
    terminal.run_for(Duration::from_millis(500));
    // The second answer is typed ahead: it is dropped, and that after it is none.
    terminal.send(&format!("y{0}all{0}", key::ENTER));
    terminal.wait_for("Stop 2, that is 2 services? [all/N]");
    terminal.run_for(Duration::from_millis(800));
    assert!(!terminal.text().contains("1/2"), "{}", terminal.text());
    terminal.send(&format!("y{}", key::ENTER));
    assert_eq!(terminal.wait_exit().exit_code(), 2);

    let mut terminal = home.open(&arguments, 100, 24);
    terminal.wait_for("Stop 2? [y/N]");
    terminal.run_for(Duration::from_millis(500));
    terminal.send(&format!("y{}", key::ENTER));
    terminal.wait_for("[all/N]");
    terminal.run_for(Duration::from_millis(500));
    terminal.send(&format!("all{}", key::ENTER));
    terminal.wait_for("2/2");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
}

#[test]
fn production_wants_its_name_typed() {
    let engine = Engine::of(TWO);
    let home = engine.home();
    home.write_config("[operations]\nproduction = [\"prod-*\"]\n");
    for (typed, code) in [("y\r", 2), ("db\r", 2), ("prod-hub/db\r", 0)] {
        let mut terminal = home.open(&["stop", "db"], 100, 24);
        terminal.wait_for("which is production? Type prod-hub/db to go on:");
        terminal.run_for(Duration::from_millis(500));
        terminal.send(typed);
        let status = terminal.wait_exit().exit_code();
        assert_eq!(status, code, "{typed:?}: {}", terminal.text());
    }
}

#[test]
fn a_question_is_asked_again_after_a_suspension() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    let mut terminal = home.open(&["restart", "db"], 100, 20);
    terminal.wait_for(QUESTION);
    terminal.run_for(Duration::from_millis(500));
    terminal.signal(rustix::process::Signal::CONT);
    terminal.wait_for(&format!("{QUESTION} {QUESTION}"));
    terminal.run_for(Duration::from_millis(500));
    terminal.send(&format!("y{}", key::ENTER));
    terminal.wait_for("1/1 hub/db restarted in");
    assert_eq!(terminal.wait_exit().exit_code(), 0);
}
