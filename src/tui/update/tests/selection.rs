//! What is selected, marked and in sight.

use super::*;

#[test]
fn marks_choose_what_an_action_is_about() {
    let mut rig = rig();
    let (first, second) = (
        rig.ui.drawn.visible[0].clone(),
        rig.ui.drawn.visible[1].clone(),
    );
    rig.press("g space space r y");
    let mut wanted = vec![first.to_string(), second.to_string()];
    wanted.sort();
    assert_eq!(submitted(&rig), [(OperationKind::Restart, wanted)]);
}

#[test]
fn scrolling_changes_nothing_but_the_scroll() {
    let mut rig = Rig::new(dressed(fixture::sixty().snapshot()), 100, 20);
    rig.press("2");
    let selected = rig.ui.selected.clone();
    for (key, top) in [
        ("pgdn", 15),
        ("ctrl-d", 23),
        ("ctrl-u", 15),
        ("pgup", 0),
        ("pgup", 0),
        ("ctrl-e", 1),
    ] {
        rig.press(key);
        assert_eq!(
            (rig.ui.table.top, &rig.ui.selected),
            (top, &selected),
            "{key}"
        );
    }
    rig.press("G");
    assert_eq!(rig.ui.selected, rig.ui.drawn.visible.last().cloned());
    rig.press("pgup g");
    assert_eq!((rig.ui.table.top, &rig.ui.selected), (0, &selected));
}

#[test]
fn the_selection_stays_in_sight_when_the_order_changes() {
    let mut rig = Rig::new(dressed(fixture::sixty().snapshot()), 100, 20);
    rig.press("2");
    let id = rig.ui.selected.clone().unwrap();
    let mut picture = fixture::sixty();
    for other in picture.ids().iter().filter(|other| *other != id.as_str()) {
        picture.change(other, |make| {
            make.state(crate::model::HealthState::Unhealthy, 5, "down");
        });
    }
    rig.snapshot = dressed(picture.snapshot());
    rig.settle();
    rig.draw();
    assert_eq!(rig.ui.selected.as_ref(), Some(&id));
    assert!(
        rig.ui.drawn.visible.contains(&id),
        "it moved to the end, and the table with it"
    );
}

#[test]
fn the_table_sorts_by_any_column_and_back() {
    let mut rig = rig();
    assert_eq!(rig.ui.table.sort, Column::State);
    rig.press(">");
    assert_eq!(rig.ui.table.sort, rig.ui.table.columns[1]);
    rig.press("< <");
    assert_eq!(rig.ui.table.sort, *rig.ui.table.columns.last().unwrap());
    rig.press("o");
    assert!(rig.ui.table.reverse);
}

#[test]
fn stacks_go_round() {
    let mut rig = Rig::new(dressed(fixture::sixty().snapshot()), 100, 20);
    let mut seen = Vec::new();
    for _ in 0..4 {
        rig.press("c");
        seen.push(rig.ui.stack.as_ref().map(ToString::to_string));
    }
    assert_eq!(
        seen,
        [
            Some("hub".to_owned()),
            Some("lab".to_owned()),
            Some("shop".to_owned()),
            None
        ]
    );
}

#[test]
fn what_is_gone_is_neither_marked_nor_selected() {
    let mut rig = rig();
    rig.ui.marked.insert(ServiceId::from("hub/db"));
    rig.select("hub/db");
    rig.snapshot
        .services
        .retain(|service| service.id.as_str() != "hub/db");
    rig.settle();
    assert!(rig.ui.marked.is_empty());
    assert_ne!(rig.ui.selected, Some(ServiceId::from("hub/db")));
    assert_eq!(rig.ui.announced, Some(BTreeMap::new()));
}

#[test]
fn an_action_is_about_what_is_on_screen() {
    let mut rig = rig();
    rig.select("hub/redis").press("l");
    rig.select("hub/db");
    rig.press("r y");
    assert_eq!(
        submitted(&rig),
        [(OperationKind::Restart, vec!["hub/redis".to_owned()])],
        "whose logs are shown"
    );
    rig.press("0 r");
    assert!(
        rig.toasts().contains(&"nothing selected"),
        "hubdeck's own log is about no service"
    );
    rig.press("4 j r");
    assert!(
        matches!(&rig.ui.dialog, Some(Dialog::Confirm { plan, .. }) if plan.operation.targets == [ServiceId::from("hub/db")])
    );
}
