//! Maintenance, and why.

use super::*;

#[test]
fn maintenance_is_chosen_for_the_selection_or_its_stack() {
    let mut console = console();
    console.select("hub/db").press("M");
    assert!(matches!(
        console.ui.dialog,
        Some(Dialog::Maintenance { selected: 0, .. })
    ));
    console.press("enter");
    let last = |console: &TestConsole| match console.effects.last() {
        Some(Effect::Submit(plan)) => plan.operation.clone(),
        other => panic!("{other:?}"),
    };
    let operation = last(&console);
    assert_eq!(operation.kind, OperationKind::Silence { minutes: Some(10) });
    assert_eq!(operation.targets, [ServiceId::from("hub/db")]);
    assert!(console.ui.dialog.is_none());
    console.press("M down down down down down enter");
    let operation = last(&console);
    assert_eq!(operation.kind, OperationKind::Silence { minutes: Some(60) });
    assert!(operation.targets.len() > 5, "the whole stack");
    console.facts.read_only = true;
    console.press("M");
    assert!(console.ui.dialog.is_none(), "read-only");
}

#[test]
fn details_of_what_is_not_healthy_open_with_why() {
    let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), 100, 30);
    for (id, tab) in [
        ("hub/db", DetailsTab::Why),
        ("hub/nats", DetailsTab::Overview),
    ] {
        console.select(id).press("enter");
        assert_eq!(
            console.ui.details.as_ref().map(|details| details.tab),
            Some(tab),
            "{id}"
        );
        console.press("esc");
    }
    console.select("hub/nats").press(": ? w h y enter");
    assert_eq!(
        console.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Why)
    );
}

/// A database that ended as its disk was full.
fn without_space() -> crate::model::Snapshot {
    let mut builder = fixture::failing();
    builder.change("hub/db", |make| {
        let line = crate::model::LogLine {
            at: Some(fixture::ago(161)),
            instance: crate::model::InstanceId::new("db"),
            stream: crate::model::LogStream::Stderr,
            text: "PANIC: could not write: No space left on device".to_owned(),
            cut_bytes: 0,
            ..crate::model::LogLine::default()
        };
        make.service.failure_log = Some(std::sync::Arc::new(crate::model::FailureLog {
            instance: crate::model::InstanceId::new("db"),
            at: fixture::ago(158),
            lines: [line].into(),
        }));
    });
    dressed(builder.snapshot())
}

fn copied(console: &TestConsole) -> String {
    match console.effects.last() {
        Some(Effect::Copy(text)) => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn why_copies_its_first_command_and_says_which() {
    let mut console = TestConsole::new(without_space(), 120, 30);
    console.select("hub/db").press("enter");
    let screen = console.screen();
    assert!(screen.contains("y copies `docker system df`"), "{screen}");
    assert!(screen.contains("y Copy command"), "{screen}");
    console.press("y");
    assert_eq!(copied(&console), "docker system df");
    console.press("tab y y");
    assert_eq!(
        copied(&console),
        "hub-db-1",
        "on another tab: the container"
    );
}

#[test]
fn why_in_the_preview_copies_its_command_too_and_of_no_other_service() {
    let mut console = TestConsole::new(without_space(), 160, 40);
    console.select("hub/db").press("v v v");
    let screen = console.screen();
    assert!(screen.contains("y copies `docker system df`"), "{screen}");
    console.press("y");
    assert_eq!(copied(&console), "docker system df");
    // Two keys before the next frame: what is on screen is still the Why of the database.
    console.ui.selection.selected = Some("hub/redis".into());
    console.press("y y");
    assert_eq!(copied(&console), "hub-redis-1");
}

#[test]
fn why_names_the_keys_that_help() {
    let mut console = TestConsole::new(without_space(), 120, 40);
    let rows = |console: &mut TestConsole, text: &str| console.screen().contains(text);
    console.select("hub/db").press("enter");
    assert!(
        rows(&mut console, "S start db") && rows(&mut console, "l read its log"),
        "{}",
        console.screen()
    );
    console.press("esc").select("hub/backend").press("enter");
    assert!(!rows(&mut console, "read its log"), "the root comes first");
    console.facts.read_only = true;
    console.press("esc").select("hub/db").press("enter");
    assert!(!rows(&mut console, "S start db") && rows(&mut console, "l read its log"));
}
