//! Maintenance, and why.

use super::*;

#[test]
fn maintenance_is_chosen_for_the_selection_or_its_stack() {
    let mut rig = rig();
    rig.select("hub/db").press("M");
    assert!(matches!(
        rig.ui.dialog,
        Some(Dialog::Maintenance { selected: 0, .. })
    ));
    rig.press("enter");
    let last = |rig: &Rig| match rig.effects.last() {
        Some(Effect::Submit(plan)) => plan.operation.clone(),
        other => panic!("{other:?}"),
    };
    let operation = last(&rig);
    assert_eq!(operation.kind, OperationKind::Silence { minutes: Some(10) });
    assert_eq!(operation.targets, [ServiceId::from("hub/db")]);
    assert!(rig.ui.dialog.is_none());
    rig.press("M down down down down down enter");
    let operation = last(&rig);
    assert_eq!(operation.kind, OperationKind::Silence { minutes: Some(60) });
    assert!(operation.targets.len() > 5, "the whole stack");
    rig.facts.read_only = true;
    rig.press("M");
    assert!(rig.ui.dialog.is_none(), "read-only");
}

#[test]
fn details_of_what_is_not_healthy_open_with_why() {
    let mut rig = Rig::new(dressed(fixture::failing().snapshot()), 100, 30);
    for (id, tab) in [
        ("hub/db", DetailsTab::Why),
        ("hub/nats", DetailsTab::Overview),
    ] {
        rig.select(id).press("enter");
        assert_eq!(
            rig.ui.details.as_ref().map(|details| details.tab),
            Some(tab),
            "{id}"
        );
        rig.press("esc");
    }
    rig.select("hub/nats").press(": ? w h y enter");
    assert_eq!(
        rig.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Why)
    );
}
