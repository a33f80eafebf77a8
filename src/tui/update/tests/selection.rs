//! What is selected, marked and in sight.

use super::*;
use crate::tui::input::event::Screen as _;

#[test]
fn marks_choose_what_an_action_is_about() {
    let mut console = console();
    let (first, second) = (
        console.ui.drawn.visible[0].clone(),
        console.ui.drawn.visible[1].clone(),
    );
    console.press("g space space r y a");
    let mut wanted = vec![first.to_string(), second.to_string()];
    wanted.sort();
    assert_eq!(submitted(&console), [(OperationKind::Restart, wanted)]);
}

#[test]
fn scrolling_changes_nothing_but_the_scroll() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 100, 20);
    console.press("2");
    let selected = console.ui.selection.selected.clone();
    for (key, top) in [
        ("pgdn", 15),
        ("ctrl-d", 23),
        ("ctrl-u", 15),
        ("pgup", 0),
        ("pgup", 0),
        ("ctrl-e", 1),
    ] {
        console.press(key);
        assert_eq!(
            (console.ui.table.top, &console.ui.selection.selected),
            (top, &selected),
            "{key}"
        );
    }
    console.press("G");
    assert_eq!(
        console.ui.selection.selected,
        console.ui.drawn.visible.last().cloned()
    );
    console.press("pgup g");
    assert_eq!(
        (console.ui.table.top, &console.ui.selection.selected),
        (0, &selected)
    );
}

#[test]
fn the_selection_stays_in_sight_when_the_order_changes() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 100, 20);
    console.press("2");
    let id = console.ui.selection.selected.clone().unwrap();
    let mut builder = fixture::sixty();
    for other in builder.ids().iter().filter(|other| *other != id.as_str()) {
        builder.change(other, |make| {
            make.state(crate::model::HealthState::Unhealthy, 5, "down");
        });
    }
    console.snapshot = dressed(builder.snapshot());
    console.settle();
    console.draw();
    assert_eq!(console.ui.selection.selected.as_ref(), Some(&id));
    assert!(
        console.ui.drawn.visible.contains(&id),
        "it moved to the end, and the table with it"
    );
}

#[test]
fn the_table_sorts_by_any_column_and_back() {
    let mut console = console();
    assert_eq!(console.ui.table.sort, Column::State);
    console.press(">");
    assert_eq!(console.ui.table.sort, console.ui.table.columns[1]);
    console.press("< <");
    assert_eq!(
        console.ui.table.sort,
        *console.ui.table.columns.last().unwrap()
    );
    console.press("o");
    assert!(console.ui.table.reverse);
}

#[test]
fn stacks_go_round() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 100, 20);
    let mut seen = Vec::new();
    for _ in 0..4 {
        console.press("c");
        seen.push(console.ui.scope.stack.as_ref().map(ToString::to_string));
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
    let mut console = console();
    console
        .ui
        .selection
        .marked
        .insert(ServiceId::from("hub/db"));
    console.select("hub/db");
    console
        .snapshot
        .services
        .retain(|service| service.id.as_str() != "hub/db");
    console.settle();
    assert!(console.ui.selection.marked.is_empty());
    assert_ne!(
        console.ui.selection.selected,
        Some(ServiceId::from("hub/db"))
    );
    assert_eq!(console.ui.operations.announced, Some(BTreeMap::new()));
}

#[test]
fn an_action_is_about_what_is_on_screen() {
    let mut console = console();
    console.select("hub/redis").press("l");
    console.select("hub/db");
    console.press("r y");
    assert_eq!(
        submitted(&console),
        [(OperationKind::Restart, vec!["hub/redis".to_owned()])],
        "whose logs are shown"
    );
    console.press("0 r");
    assert!(
        console.toasts().contains(&"nothing selected"),
        "the hubdeck log is about no service"
    );
    console.press("4 j r");
    assert!(
        matches!(&console.ui.dialog, Some(Dialog::Confirm { plan, .. }) if plan.operation.targets == [ServiceId::from("hub/db")])
    );
}

#[test]
fn a_click_on_the_head_of_a_column_sorts_by_it_and_another_one_reverses() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 120, 30);
    console.press("2");
    let click = |console: &mut TestConsole, text: &str| {
        let buffer = console.draw();
        let (x, y) = fixture::find(&buffer, text).unwrap();
        let action = console.on_screen().clicked(x, y).unwrap();
        console.act(action);
    };
    click(&mut console, "PROBE");
    assert_eq!(
        (console.ui.table.sort, console.ui.table.reverse),
        (Column::Latency, false)
    );
    click(&mut console, "PROBE ↓");
    assert_eq!(
        (console.ui.table.sort, console.ui.table.reverse),
        (Column::Latency, true)
    );
    assert!(console.screen().contains("PROBE ↑"), "{}", console.screen());
    click(&mut console, "MEM");
    assert_eq!(
        (console.ui.table.sort, console.ui.table.reverse),
        (Column::Memory, false)
    );
}

#[test]
fn a_key_sorts_by_its_column_and_the_selection_stays() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 120, 30);
    console.press("2 j j");
    let selected = console.ui.selection.selected.clone();
    for (key, column) in [
        ("alt-s", Column::State),
        ("alt-n", Column::Name),
        ("alt-a", Column::Uptime),
        ("alt-t", Column::Restarts),
        ("alt-c", Column::Cpu),
        ("alt-m", Column::Memory),
        ("alt-l", Column::Latency),
    ] {
        console.press("1 2").press(key);
        assert_eq!(console.ui.table.sort, column, "{key}");
        assert_eq!(console.ui.selection.selected, selected);
    }
    console.press("1 alt-c");
    assert!(console.toasts().contains(&"only in the services table"));
}
