//! The processes of a container in its details.

use crate::model::{InstanceState, Process};
use crate::tui::fixture;
use crate::tui::input::action::Action;
use crate::tui::input::page::DetailsTab;
use crate::tui::test_console::TestConsole;
use crate::tui::update::details::processes_listed;
use crate::tui::update::effect::Effect;

fn asked(console: &TestConsole) -> usize {
    let asks = |effect: &&Effect| matches!(effect, Effect::Processes(_));
    console.effects.iter().filter(asks).count()
}

#[test]
fn processes_are_listed_every_two_seconds_while_they_are_on_screen() {
    let mut console = TestConsole::new(fixture::nine().snapshot(), 100, 30);
    console.select("hub/db");
    console.act(Action::Details(DetailsTab::Charts));
    console.settle();
    assert_eq!(asked(&console), 0, "not on screen");
    console.act(Action::Details(DetailsTab::Processes));
    console.settle();
    assert_eq!(asked(&console), 1);
    assert!(console.screen().contains("asking the engine"));
    console.wait(5);
    console.settle();
    assert_eq!(asked(&console), 1, "one at a time");
    let process = Process {
        pid: "4711".to_owned(),
        command: "postgres".to_owned(),
        ..Process::default()
    };
    processes_listed(&mut console.ui, &"hub/db".into(), Ok(vec![process]));
    console.settle();
    assert_eq!(asked(&console), 2);
    assert!(
        console.screen().contains("4711"),
        "the last list stays meanwhile"
    );
    processes_listed(&mut console.ui, &"hub/db".into(), Ok(Vec::new()));
    console.wait(1);
    console.settle();
    assert_eq!(asked(&console), 2, "not yet");
    console.wait(1);
    console.settle();
    assert_eq!(asked(&console), 3);
    processes_listed(&mut console.ui, &"hub/backend".into(), Ok(Vec::new()));
    console.wait(9);
    console.settle();
    assert_eq!(asked(&console), 3, "the answer is about another service");
}

#[test]
fn a_container_that_does_not_run_has_none() {
    let mut snapshot = fixture::nine();
    snapshot.change("hub/db", |make| {
        make.instance_state(InstanceState::Exited);
    });
    let mut console = TestConsole::new(snapshot.snapshot(), 100, 30);
    console.select("hub/db");
    console.act(Action::Details(DetailsTab::Processes));
    console.settle();
    assert_eq!(asked(&console), 0);
    assert!(
        console
            .screen()
            .contains("it is not running: there are no processes")
    );
}
