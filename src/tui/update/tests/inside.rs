//! A shell and commands of the operator's own: which container is meant.

use crate::tui::fixture;
use crate::tui::state::{Dialog, palette};
use crate::tui::test_console::TestConsole;
use crate::tui::update::effect::Effect;

#[test]
fn a_service_with_replicas_asks_in_which_a_shell_is_opened() {
    let mut console = TestConsole::new(fixture::nine().snapshot(), 80, 24);
    console.select("hub/db").press("e");
    let opened = |console: &TestConsole| match console.effects.last() {
        Some(Effect::Shell(request)) => request.container.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(opened(&console), "hub-db-1");
    console.effects.clear();
    console.select("hub/worker").press("e");
    assert!(console.effects.is_empty(), "{:?}", console.effects);
    assert!(matches!(console.ui.dialog, Some(Dialog::Containers { .. })));
    let screen = console.screen();
    assert!(screen.contains("Shell in which container?"), "{screen}");
    assert!(screen.contains("hub-worker-2"), "{screen}");
    console.press("down enter");
    assert_eq!(opened(&console), "hub-worker-2");
    assert!(console.ui.dialog.is_none());
    console.effects.clear();
    console.press("e esc");
    assert!(console.effects.is_empty() && console.ui.dialog.is_none());
}

#[test]
fn a_command_is_run_by_its_key_and_named_in_the_lists() {
    let mut console = TestConsole::new(fixture::nine().snapshot(), 80, 40);
    console.ui.session.commands = vec![fixture::psql()];
    console.keymap = console
        .keymap
        .clone()
        .with_commands(&console.ui.session.commands)
        .unwrap();
    console.select("hub/db").press("ctrl-g");
    let Some(Effect::Run(request)) = console.effects.pop() else {
        panic!("nothing is run")
    };
    assert_eq!(request.shown(), "docker exec -it hub-db-1 psql -U app");
    console.press("x");
    let screen = console.screen();
    assert!(screen.contains("psql"), "{screen}");
    console.press("esc : p s q l enter");
    assert!(matches!(console.effects.pop(), Some(Effect::Run(_))));
    console.select("hub/worker").press("ctrl-g");
    assert_eq!(console.toasts(), ["only for services that match d*"]);
    let listed = palette::actions(&console.ui, &console.snapshot, &console.facts);
    assert!(listed.iter().all(|item| item.title != "psql"));
    console.facts.read_only = true;
    console.select("hub/db").press("ctrl-g");
    assert_eq!(console.toasts(), ["read-only"]);
    assert!(console.effects.is_empty());
}
