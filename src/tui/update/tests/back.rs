//! Esc returns to the very place, row and scroll.

use super::logs::two_stacks;
use super::*;
use crate::tui::state::LogsState;

fn selected(console: &TestConsole) -> Option<&str> {
    let selected = console.ui.selection.selected.as_ref();
    selected.map(ServiceId::as_str)
}

fn details(console: &TestConsole) -> Option<(&str, DetailsTab)> {
    let details = console.ui.details.as_ref();
    details.map(|details| (details.service.as_str(), details.tab))
}

#[test]
fn logs_lead_back_to_the_row_of_the_table() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 100, 20);
    console.press("2 G l");
    let (row, top) = (console.ui.selection.selected.clone(), console.ui.table.top);
    assert!(top > 0);
    console.press("1 esc");
    assert_eq!(console.ui.view, View::Logs);
    console.press("esc");
    assert_eq!(console.ui.view, View::Services);
    assert_eq!(
        (&console.ui.selection.selected, console.ui.table.top),
        (&row, top)
    );
    console.press("esc");
    assert_eq!(console.ui.view, View::Map);
}

#[test]
fn the_logs_of_an_event_lead_back_to_its_row() {
    let mut console = console();
    console.press("4 j j");
    let row = console.ui.past.timeline.selected;
    assert!(row.is_some());
    console.press("l");
    assert_eq!(console.ui.view, View::Logs);
    console.press("4 g esc esc");
    assert_eq!(console.ui.view, View::Timeline);
    assert_eq!(console.ui.past.timeline.selected, row);
    console.press("enter");
    assert!(console.ui.details.is_some());
    console.press("esc");
    assert_eq!((console.ui.view, details(&console)), (View::Timeline, None));
    assert_eq!(console.ui.past.timeline.selected, row);
}

#[test]
fn details_of_another_service_lead_back_to_the_first_and_its_line() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 12);
    console
        .press("2")
        .select("hub/db")
        .press("enter tab tab tab tab tab ctrl-d");
    let (before, top) = (
        details(&console).map(|(_, tab)| tab),
        console.ui.details.as_ref().map(|it| it.top),
    );
    assert!(top > Some(0));
    console.act(Action::Select("hub/redis".into()));
    assert_eq!(details(&console), before.map(|tab| ("hub/redis", tab)));
    console.press("esc");
    assert_eq!(details(&console), before.map(|tab| ("hub/db", tab)));
    assert_eq!(console.ui.details.as_ref().map(|it| it.top), top);
    console.press("esc");
    assert_eq!((console.ui.view, details(&console)), (View::Services, None));
    assert_eq!(selected(&console), Some("hub/db"));
}

#[test]
fn a_filter_that_was_set_elsewhere_is_carried_back() {
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 100, 30);
    console.press("c / d b enter 2");
    let stack = console.ui.scope.stack.clone();
    console.press("/ ctrl-u r e d i s enter esc");
    assert_eq!(
        (console.ui.view, console.ui.scope.filter.as_str()),
        (View::Services, "")
    );
    console.press("esc");
    assert_eq!(
        (console.ui.view, console.ui.scope.filter.as_str()),
        (View::Map, "db")
    );
    assert_eq!(console.ui.scope.stack, stack);
    console.press("esc esc");
    assert_eq!(
        (console.ui.scope.filter.as_str(), &console.ui.scope.stack),
        ("", &None)
    );
}

#[test]
fn the_way_back_is_bounded_and_skips_what_is_gone() {
    let mut console = console();
    for _ in 0..100 {
        console.press("1 2");
    }
    console.press(&"esc ".repeat(32));
    let view = console.ui.view;
    console.press("esc esc esc esc");
    assert_eq!(
        (view, console.ui.view),
        (View::Services, View::Map),
        "32 places and no more"
    );

    console.press("2").select("hub/db").press("enter 4");
    console
        .snapshot
        .services
        .retain(|service| service.id.as_str() != "hub/db");
    console.settle();
    console.press("esc");
    assert_eq!((console.ui.view, details(&console)), (View::Services, None));
}

fn fill(console: &mut TestConsole, count: usize) {
    let instance = console.ui.logs.sources[0].0.clone();
    let lines = (0..count).map(|at| crate::model::LogLine {
        instance: instance.clone(),
        at: Some(fixture::ago(i64::try_from(count - at).unwrap())),
        text: format!("line {at}"),
        stream: crate::model::LogStream::Stdout,
        cut_bytes: 0,
        ..crate::model::LogLine::default()
    });
    let batch = crate::model::LogBatch::of(lines, 0);
    crate::tui::update::logs::ring::push(&mut console.ui.logs, batch, 1_000, 1 << 20);
    console.draw();
}

#[test]
fn a_log_is_found_again_where_it_was_scrolled_to() {
    let mut console = console();
    console.select("hub/db").press("l");
    fill(&mut console, 200);
    console.press("pgup pgup");
    let place = |logs: &LogsState| (logs.back, logs.follow, logs.services.clone());
    let before = place(&console.ui.logs);
    let first = console.ui.logs.ring.lines[console.ui.drawn.viewport.top].at;
    console.press("1 esc");
    assert_eq!(
        place(&console.ui.logs),
        before,
        "the same lines are still there"
    );

    console.press("2").select("hub/redis").press("l esc esc");
    assert_eq!(console.ui.view, View::Logs);
    assert_eq!(console.ui.logs.services, before.2);
    assert_eq!(
        (console.ui.logs.begin.moment(), console.ui.logs.follow),
        (first, false),
        "read again from there"
    );
}

#[test]
fn esc_does_not_look_beyond_the_stack_that_the_console_was_opened_with() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    console.ui.session.home_stack = Some("hub".into());
    console.ui.scope.stack = Some("hub".into());
    console.press("esc esc");
    assert_eq!(console.ui.scope.stack, Some("hub".into()));
    console.press("c");
    assert_ne!(
        console.ui.scope.stack,
        Some("hub".into()),
        "its own key does"
    );
    console.press("esc");
    assert_eq!(console.ui.scope.stack, Some("hub".into()));
}

#[test]
fn esc_clears_a_filter_that_hides_everything_wherever_it_was_set() {
    for key in ["1", "3", "4", "5"] {
        let mut console = TestConsole::new(two_stacks(), 120, 30);
        console.press("2 / z z z enter").press(key);
        let view = console.ui.view;
        console.press("esc");
        assert_eq!(
            (console.ui.scope.filter.as_str(), console.ui.view),
            ("", view),
            "{key}"
        );
    }
}

#[test]
fn why_a_key_does_nothing_is_said_until_the_next_key() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    console.press("2 }");
    assert_eq!(console.toasts().len(), 1);
    console.press("1");
    assert!(console.toasts().is_empty(), "{:?}", console.toasts());
}
