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
