//! Reading and finding in a log: the chosen line, filter, levels, context, marks, time, patterns,
//! the record as a tree.

use super::*;
use crate::model::{InstanceId, LineLevel, LogBatch, LogLine, LogStream};
use crate::tui::input::action::Direction;
use crate::tui::state::logs::LogBegin;
use crate::tui::update::logs::ring::push;

/// A console on the log of everything with these lines of the backend, a second apart.
pub(super) fn reading(lines: &[(Option<LineLevel>, &str)]) -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
    console.press("3");
    console.ui.logs.sources = vec![(InstanceId::from("backend"), "backend".to_owned())];
    let count = i64::try_from(lines.len()).unwrap();
    let lines = lines.iter().zip(0..).map(|((level, text), index)| LogLine {
        at: Some(fixture::ago(count - index)),
        instance: InstanceId::from("backend"),
        stream: LogStream::Stdout,
        text: (*text).to_owned(),
        level: *level,
        ..LogLine::default()
    });
    push(&mut console.ui.logs, LogBatch::of(lines, 0), 1_000, 1 << 20);
    console.draw();
    console
}

pub(super) fn ten() -> TestConsole {
    let texts: Vec<String> = (0..10).map(|n| format!("line {n}")).collect();
    let lines: Vec<_> = texts
        .iter()
        .zip(0..)
        .map(|(text, n)| ((n == 4).then_some(LineLevel::Error), text.as_str()))
        .collect();
    reading(&lines)
}

pub(super) fn shown(console: &TestConsole) -> Vec<&str> {
    let logs = &console.ui.logs;
    let lines = (0..logs.len()).filter_map(|index| logs.line(index));
    lines.map(|line| line.text.as_str()).collect()
}

fn chosen(console: &TestConsole) -> Option<&str> {
    console.ui.logs.chosen().map(|line| line.text.as_str())
}

pub(super) fn type_text(console: &mut TestConsole, text: &str) {
    for letter in text.chars() {
        console.act(Action::Edit(Edit::Insert(letter.to_string())));
    }
}

#[test]
fn a_line_is_chosen_from_the_end_up_and_below_the_last_one_the_end_is_followed() {
    let mut console = ten();
    assert!(console.ui.logs.follow);
    console.press("up");
    assert_eq!(chosen(&console), Some("line 9"));
    console.press("up k");
    assert_eq!(
        (chosen(&console), console.ui.logs.follow),
        (Some("line 7"), false)
    );
    console.press("g");
    assert_eq!(chosen(&console), Some("line 0"));
    console.press("j y");
    assert_eq!(
        console.effects.last(),
        Some(&Effect::Copy("line 1".to_owned()))
    );
    console.press("G");
    assert_eq!((chosen(&console), console.ui.logs.follow), (None, true));
    console.press("up down");
    assert_eq!((chosen(&console), console.ui.logs.follow), (None, true));
}

#[test]
fn a_filter_hides_lines_while_it_is_typed_and_counts_them() {
    let mut console = ten();
    console.press("&");
    type_text(&mut console, "/[37]/");
    assert_eq!(shown(&console), ["line 3", "line 7"]);
    assert!(
        console.screen().contains("2 of 10 lines"),
        "{}",
        console.screen()
    );
    console.press("enter");
    let lines = [LogLine {
        at: Some(console.facts.now),
        instance: InstanceId::from("backend"),
        text: "line 33".to_owned(),
        ..LogLine::default()
    }];
    push(&mut console.ui.logs, LogBatch::of(lines, 0), 1_000, 1 << 20);
    assert_eq!(shown(&console), ["line 3", "line 7", "line 33"]);
    console.press("esc");
    assert_eq!(shown(&console).len(), 11, "Esc shows all lines again");
    assert_eq!(console.ui.view, View::Logs);
}

#[test]
fn a_filter_with_a_mistake_says_where_and_keeps_what_was_found() {
    let mut console = ten();
    console.press("&");
    type_text(&mut console, "3");
    type_text(&mut console, " \"x");
    assert_eq!(shown(&console), ["line 3"]);
    let screen = console.screen();
    assert!(screen.contains("unclosed"), "{screen}");
}

#[test]
fn levels_context_and_filter_go_together() {
    let mut console = ten();
    console.press("E");
    assert_eq!(shown(&console), ["line 4"]);
    console.press("E");
    assert_eq!(shown(&console).len(), 10);
    console.press("X");
    assert_eq!(console.toasts(), ["no filter of log lines: & starts one"]);
    console.press("&");
    type_text(&mut console, "\"line 4\"");
    console.press("enter X");
    let around = [
        "line 1", "line 2", "line 3", "line 4", "line 5", "line 6", "line 7",
    ];
    assert_eq!(shown(&console), around);
    console.press("W");
    assert!(console.screen().contains("warnings and errors"));
    console.press("X X");
    assert_eq!(shown(&console), ["line 4"]);
}

#[test]
fn a_search_counts_its_hits_among_the_shown_lines() {
    let mut console = ten();
    console.press("/");
    type_text(&mut console, "LINE");
    console.press("enter n");
    assert!(
        !console.screen().contains("1/10"),
        "a capital letter makes case matter"
    );
    console.press("esc /");
    type_text(&mut console, "line");
    console.press("enter n");
    assert!(
        console.screen().contains("search \"line\" 1/10"),
        "{}",
        console.screen()
    );
    console.press("N");
    assert!(console.screen().contains("10/10"), "{}", console.screen());
}

#[test]
fn marked_lines_are_found_again() {
    let mut console = ten();
    console.press("g space");
    console.press("j j space");
    console.press("G '");
    assert_eq!(chosen(&console), Some("line 0"));
    console.press("'");
    assert_eq!(chosen(&console), Some("line 2"));
    console.press("space '");
    assert_eq!(chosen(&console), Some("line 0"));
}

#[test]
fn the_begin_of_a_log_moves_back_and_forth() {
    let mut console = ten();
    console.press("b");
    let minute = jiff::SignedDuration::from_mins(1);
    assert_eq!(console.ui.logs.begin, LogBegin::Since(minute));
    let Some(Effect::FollowLogs {
        queries,
        replace: true,
    }) = console.effects.last()
    else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(
        (queries[0].tail, queries[0].since),
        (None, Some(console.facts.now - minute))
    );
    assert!(
        console.ui.logs.in_view.is_some(),
        "it is still everything in view"
    );
    console.press("B");
    assert_eq!(console.ui.logs.begin, LogBegin::Tail);
    for _ in 0..9 {
        console.press("b");
    }
    assert_eq!(console.ui.logs.begin, LogBegin::All);
}

#[test]
fn a_time_is_gone_to_and_read_where_the_log_begins_later() {
    let mut console = ten();
    let wanted = fixture::ago(5);
    console.act(Action::GoToTime(wanted));
    assert_eq!(chosen(&console), Some("line 5"));
    console.press("@");
    type_text(&mut console, "soon");
    console.press("enter");
    assert!(
        console.toasts()[0].starts_with("\"soon\" is no time"),
        "{:?}",
        console.toasts()
    );
    assert!(console.ui.field.is_some(), "and can be corrected");
    console.press("esc @");
    type_text(&mut console, "1h");
    console.press("enter");
    let hour = jiff::SignedDuration::from_hours(1);
    assert_eq!(
        console.ui.logs.begin,
        LogBegin::Moment(console.facts.now - hour)
    );
}

#[test]
fn the_histogram_is_walked_by_bars() {
    let mut console = ten();
    console.press("[");
    assert_eq!(chosen(&console), Some("line 8"));
    console.press("[ [ ]");
    assert_eq!(chosen(&console), Some("line 7"));
    console.press("H");
    assert_eq!(console.ui.drawn.log.histogram, 0);
}

#[test]
fn an_id_is_followed_through_the_stack() {
    let mut console = reading(&[
        (None, "plain"),
        (
            None,
            r#"{"level":"info","message":"order","correlation_id":"c-4711"}"#,
        ),
    ]);
    console.press("up up I");
    assert_eq!(
        console.toasts(),
        ["this line has no correlation or trace id"]
    );
    console.press("down c");
    assert_eq!(console.ui.logs.find.wanted.filter, r"/\bc-4711\b/");
    assert!(console.ui.logs.begin.moment().is_some());
    assert_eq!(
        console.ui.logs.services.len(),
        9,
        "every service of the stack"
    );
    console.press("esc");
    assert_eq!(console.ui.logs.find.wanted.filter, "", "Esc leads back");
    assert!(console.ui.logs.in_view.is_some());
}

#[test]
fn a_pattern_leads_to_its_lines() {
    let mut console = reading(&[
        (None, "GET /a 200"),
        (Some(LineLevel::Error), "connection to 10.0.0.1 refused"),
        (None, "GET /a 200"),
        (Some(LineLevel::Error), "connection to 10.0.0.2 refused"),
    ]);
    console.press("P");
    let screen = console.screen();
    assert!(screen.contains("connection to <*> refused"), "{screen}");
    console.press("enter");
    let found = [
        "connection to 10.0.0.1 refused",
        "connection to 10.0.0.2 refused",
    ];
    assert_eq!(shown(&console), found);
    console.press("P");
    assert_eq!(shown(&console).len(), 4);
    console.press("esc");
    assert!(!console.screen().contains("<*>"));
}

#[test]
fn a_record_opens_as_a_tree_and_filters_by_a_field() {
    let mut console = reading(&[
        (None, r#"{"message":"a","status":200}"#),
        (
            None,
            r#"{"message":"b","status":500,"user":{"name":"ann","roles":["ops"]}}"#,
        ),
    ]);
    console.press("enter");
    let Some(Dialog::Record(view)) = &console.ui.dialog else {
        panic!("{:?}", console.ui.dialog)
    };
    let at = view.rows().iter().position(|row| row.path == "status");
    for _ in 0..at.unwrap() {
        console.act(Action::Move(Direction::Down));
    }
    console.press("y");
    assert_eq!(
        console.effects.last(),
        Some(&Effect::Copy("500".to_owned()))
    );
    console.press("enter");
    assert_eq!(console.ui.logs.find.wanted.filter, "status=\"500\"");
    assert_eq!(shown(&console).len(), 1);
}

#[test]
fn the_log_around_the_last_change_of_a_service_is_one_key_away() {
    let mut console = console();
    console.select("hub/db").press("a");
    let since = console
        .snapshot
        .service(&ServiceId::from("hub/db"))
        .unwrap()
        .health
        .since;
    let before = jiff::SignedDuration::from_secs(10);
    assert_eq!(console.ui.logs.begin, LogBegin::Moment(since - before));
    assert_eq!(console.ui.view, View::Logs);
}

#[test]
fn a_notice_goes_when_lines_of_its_source_come_again() {
    let mut console = ten();
    let backend = InstanceId::from("backend");
    push(
        &mut console.ui.logs,
        LogBatch::Ended(backend),
        1_000,
        1 << 20,
    );
    assert!(console.screen().contains("backend ended"));
    let line = |instance: &str| LogLine {
        instance: InstanceId::from(instance),
        text: "again".to_owned(),
        ..LogLine::default()
    };
    push(
        &mut console.ui.logs,
        LogBatch::of([line("db")], 0),
        1_000,
        1 << 20,
    );
    assert!(console.screen().contains("backend ended"), "of another one");
    push(
        &mut console.ui.logs,
        LogBatch::of([line("backend")], 0),
        1_000,
        1 << 20,
    );
    assert!(!console.screen().contains("backend ended"));
}

#[test]
fn the_log_of_a_service_that_is_gone_opens_from_its_event_where_lines_were_kept() {
    let mut builder = fixture::nine();
    let event = builder
        .timeline
        .iter_mut()
        .find(|event| event.service.is_some())
        .unwrap();
    let gone = ServiceId::from("hub/old");
    let event = Arc::make_mut(event);
    event.service = Some(gone.clone());
    event.at = fixture::ago(0);
    let mut console = TestConsole::new(dressed(builder.snapshot()), 100, 30);
    console.press("4");
    let at = crate::tui::state::timeline::shown(&console.ui, &console.snapshot)
        .iter()
        .position(|event| event.service.as_ref() == Some(&gone));
    console.act(Action::Row(at.unwrap()));
    console.press("l");
    assert_eq!(console.toasts(), ["the service is gone"]);
    console.snapshot.recorded_runs = vec![crate::model::RecordedRun {
        service: gone.clone(),
        stack: None,
        instance: InstanceId::from("o1"),
        name: "hub-old-1".to_owned(),
        at: fixture::ago(1),
        cause: crate::model::RecordingCause::Removed,
        lines: 7,
        gone: true,
    }]
    .into();
    console.press("l");
    let Some(Effect::FollowLogs { queries, .. }) = console.effects.last() else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(queries[0].sources[0].instance, InstanceId::from("o1"));
}
