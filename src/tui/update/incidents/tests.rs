use super::*;
use crate::model::SignedDuration;
use crate::tui::fixture;
use crate::tui::input::page::View;
use crate::tui::test_console::{TestConsole, dressed};

/// An open incident of `hub/db` and one of `hub/redis` that is over.
fn console() -> TestConsole {
    let mut snapshot = dressed(fixture::failing().snapshot());
    fixture::close_one(&mut snapshot, "hub/redis", 900, 878);
    let mut console = TestConsole::new(snapshot, 100, 30);
    console.press("5");
    console
}

fn chosen(console: &TestConsole) -> Option<u64> {
    selected(&console.ui, &console.snapshot).map(|incident| incident.id.0)
}

#[test]
fn open_ones_stand_above_closed_ones_and_enter_explains_the_root() {
    let mut console = console();
    assert_eq!(console.ui.view, View::Incidents);
    assert_eq!(chosen(&console), Some(1));
    console.press("down");
    assert_eq!(chosen(&console), Some(0));
    console.press("down");
    assert_eq!(chosen(&console), Some(0), "the last row is the last one");
    console.press("up enter");
    let details = console.ui.details.as_ref().expect("details");
    assert_eq!(
        (details.service.as_str(), details.tab),
        ("hub/db", DetailsTab::Why)
    );
    console.press("esc");
    assert_eq!(console.ui.view, View::Incidents);
}

#[test]
fn logs_are_those_of_the_begin() {
    let mut console = console();
    console.press("down l");
    assert_eq!(console.ui.view, View::Logs);
    assert_eq!(console.ui.logs.services, ["hub/redis".into()]);
    let before = SignedDuration::from_secs(10);
    assert_eq!(
        console.ui.logs.begin.moment(),
        Some(fixture::ago(900) - before)
    );
}

#[test]
fn an_operation_is_about_the_root() {
    let mut console = console();
    console.press("S");
    let submitted = format!("{:?}", console.effects);
    assert!(
        submitted.contains("hub/db") || console.ui.dialog.is_some(),
        "{submitted}"
    );
}

#[test]
fn the_filter_finds_numbers_roots_causes_victims_and_states() {
    let mut console = console();
    for (filter, expected) in [
        ("#1", vec![1]),
        ("redis", vec![0]),
        ("closed", vec![0]),
        ("code 1", vec![1]),
        ("hub/worker", vec![1]),
        ("nothing of it", vec![]),
    ] {
        console.ui.scope.filter = filter.to_owned();
        let found: Vec<u64> = shown(&console.ui, &console.snapshot)
            .iter()
            .map(|incident| incident.id.0)
            .collect();
        assert_eq!(found, expected, "{filter}");
    }
    let screen = console.screen();
    assert!(screen.contains("no incident matches"), "{screen}");
}

#[test]
fn a_stack_without_an_incident_shows_none() {
    let mut console = console();
    console.ui.scope.stack = Some("shop".into());
    assert!(shown(&console.ui, &console.snapshot).is_empty());
    let screen = console.screen();
    assert!(screen.contains("no incident in stack shop"), "{screen}");
}

#[test]
fn the_next_problem_is_shown_where_the_operator_is() {
    let mut console = console();
    let selected = |console: &TestConsole| console.ui.selection.selected.clone();
    console.press("4 !");
    assert_eq!(console.ui.view, View::Map);
    assert_eq!(selected(&console), Some("hub/db".into()));
    console.press("2 !");
    assert_eq!(console.ui.view, View::Services);
    assert_eq!(selected(&console), Some("hub/frontend".into()));
    console.press("enter !");
    let details = console.ui.details.as_ref().expect("details");
    assert_eq!(details.service.as_str(), "hub/db", "they stay open");

    let mut healthy = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
    healthy.press("!");
    assert_eq!(
        healthy.toasts(),
        ["no incident is open and no service is in trouble"]
    );
}

#[test]
fn a_lost_engine_is_shown_among_the_incidents() {
    let mut snapshot = dressed(fixture::failing().snapshot());
    fixture::lose_engine(&mut snapshot, 20);
    let mut console = TestConsole::new(snapshot, 100, 30);
    console.press("!");
    assert_eq!(console.ui.view, View::Incidents);
    assert_eq!(chosen(&console), Some(9));
    console.press("enter");
    assert_eq!(
        console.toasts(),
        ["the root of this incident is not a service"]
    );
    console.press("!");
    assert_eq!(console.ui.view, View::Map);
    assert_eq!(console.ui.selection.selected, Some("hub/db".into()));
}
