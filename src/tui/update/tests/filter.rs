//! What a filter hides and selects.

use super::*;
use crate::model::Snapshot;

/// View, marks, what narrows it, what the keys are then about, what the header shows.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [&'static str],
    &'static str,
);

#[rustfmt::skip] // a table: one case a line reads best
const CASES: [Case; 5] = [
    ("2", &["hub/backend"], "redis", &["hub/redis"], "1 marked, 1 hidden by the filter"),
    ("1", &["hub/backend"], "redis", &["hub/redis"], "1 marked, 1 hidden by the filter"),
    ("2", &["hub/backend", "hub/redis"], "redis", &["hub/redis"], "2 marked, 1 hidden by the filter"),
    ("2", &["hub/backend", "hub/db"], "hub", &["hub/backend", "hub/db"], "2 marked "),
    ("2", &["hub/backend"], "nothing-has-this-name", &[], "1 marked, 1 hidden by the filter"),
];

#[test]
fn what_the_filter_hides_is_not_acted_on() {
    for (view, marks, filter, acted, shown) in CASES {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 140, 40);
        console.press(view);
        console.ui.selection.marked = marks.iter().map(|id| ServiceId::from(*id)).collect();
        let letters: Vec<String> = filter.chars().map(String::from).collect();
        console.press("/").press(&letters.join(" ")).press("enter");
        let screen = console.screen();
        assert!(screen.contains(shown), "{shown}:\n{screen}");
        for key in ["s", "r"] {
            console.effects.clear();
            // Several are asked about twice.
            console.press(key).press("y");
            if acted.len() > 1 {
                console.press("a");
            }
            let asked = submitted(&console)
                .pop()
                .map(|(_, targets)| targets)
                .unwrap_or_default();
            assert_eq!(
                asked, acted,
                "{key} with {marks:?} marked and {filter} on view {view}"
            );
        }
        if acted.is_empty() {
            assert_eq!(console.toasts(), ["nothing selected"]);
        }
    }
}

#[test]
fn what_another_stack_hides_is_not_acted_on() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 140, 40);
    console.press("2");
    console.ui.selection.marked = [ServiceId::from("lab/db")].into();
    console.ui.scope.stack = Some("shop".into());
    console.settle();
    console.select("shop/redis").press("s y");
    assert_eq!(
        submitted(&console),
        [(OperationKind::Stop, vec!["shop/redis".to_owned()])]
    );
}

/// A service whose image, but not whose name, holds "backend" stands worst, so first in the table.
fn misleading() -> Snapshot {
    let mut make = fixture::nine();
    make.change("hub/migrate", |make| {
        make.state(
            crate::model::HealthState::Unhealthy,
            5,
            "exited with code 1",
        );
    });
    let mut snapshot = make.snapshot();
    let migrate = snapshot
        .services
        .iter_mut()
        .find(|each| each.id.as_str() == "hub/migrate")
        .expect("migrate");
    for instance in &mut Arc::make_mut(migrate).instances {
        Arc::make_mut(&mut instance.facts).image = "example/backend:1".to_owned();
    }
    dressed(snapshot)
}

#[test]
fn a_filter_selects_the_name_and_not_the_image() {
    for view in ["1", "2"] {
        for before in [None, Some("hub/migrate"), Some("hub/redis")] {
            let mut console = TestConsole::new(misleading(), 120, 40);
            console.press(view);
            console.ui.selection.selected = before.map(ServiceId::from);
            console.press("/ b a c k e n d enter");
            assert_eq!(
                console.ui.selection.selected,
                Some("hub/backend".into()),
                "view {view}, {before:?} before"
            );
        }
    }
    let mut console = TestConsole::new(misleading(), 120, 40);
    console.press("2 / b a c k e n d enter");
    let shown: Vec<&str> = console
        .ui
        .drawn
        .visible
        .iter()
        .map(ServiceId::as_str)
        .collect();
    assert_eq!(
        shown,
        ["hub/backend", "hub/migrate", "hub/worker"],
        "the image counts too, but later"
    );
    console.press("esc 1 : b a c k e n d enter");
    assert_eq!(console.ui.selection.selected, Some("hub/backend".into()));
}
