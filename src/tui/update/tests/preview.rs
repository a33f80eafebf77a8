//! The preview beside the map and the table.

use ratatui::layout::Rect;

use super::*;
use crate::model::{LogBatch, LogLine, LogStream};
use crate::tui::input::action::Direction;
use crate::tui::input::event::Screen as _;
use crate::tui::input::page::PreviewKind;
use crate::tui::state::preview::{REST, is_following, log_opens_at, split};
use crate::tui::update::logs::ring;

fn table() -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), 160, 30);
    console.press("2");
    console.effects.clear();
    console
}

/// Lets the selection rest.
fn rest(console: &mut TestConsole) {
    console.facts.typed_at += REST;
    console.settle();
}

fn followed(console: &TestConsole) -> usize {
    let follows = |effect: &&Effect| matches!(effect, Effect::FollowLogs { .. });
    console.effects.iter().filter(follows).count()
}

#[test]
fn one_key_shows_log_metrics_and_why_and_closes() {
    let mut console = table();
    for (kind, words) in [
        (Some(PreviewKind::Log), "v Metrics"),
        (Some(PreviewKind::Metrics), "Disk I/O"),
        (Some(PreviewKind::Why), "Evidence"),
    ] {
        console.press("v");
        assert_eq!(console.ui.selection.preview.kind, kind);
        let screen = console.screen();
        assert!(screen.contains(words), "{words}:\n{screen}");
    }
    console.press("v");
    assert_eq!(console.ui.selection.preview.kind, None);
    assert!(!console.screen().contains("Evidence"));
}

#[test]
fn a_log_is_opened_only_where_the_selection_rests_and_closed_when_it_leaves() {
    let mut console = table();
    console.act(Action::Preview);
    assert_eq!(followed(&console), 0, "it has not rested");
    assert!(log_opens_at(&console.ui).is_some());
    for _ in 0..5 {
        console.act(Action::Move(Direction::Down));
    }
    assert_eq!(console.effects, [], "moving fast opens nothing");
    rest(&mut console);
    assert_eq!(followed(&console), 1);
    assert_eq!(log_opens_at(&console.ui), None);

    console.effects.clear();
    console.act(Action::Move(Direction::Down));
    assert_eq!(console.effects, [Effect::CloseLogs]);
    rest(&mut console);
    assert_eq!(followed(&console), 1);
    console.effects.clear();
    console.act(Action::Preview);
    assert_eq!(console.effects, [Effect::CloseLogs], "metrics need no log");
}

#[test]
fn lines_of_a_preview_are_shown_and_the_log_view_keeps_its_own() {
    let mut console = table();
    console.press("v");
    rest(&mut console);
    let source = console.ui.selection.preview.logs.sources[0].0.clone();
    assert!(is_following(&console.ui));
    let line = LogLine {
        at: Some(fixture::now()),
        instance: source,
        stream: LogStream::Stdout,
        text: "database system was shut down; the last transaction before that is lost, as are \
               those that were not written"
            .to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    };
    let (lines, dropped) = (vec![line], 0);
    let preview = &mut console.ui.selection.preview.logs;
    ring::push(preview, LogBatch::of(lines, dropped), 500, 10_000);
    let screen = console.screen();
    assert!(screen.contains("database system was shut down"), "{screen}");
    assert!(screen.contains("not written"), "wrapped: {screen}");

    // The log view opens its own streams after those of the preview are closed.
    console.effects.clear();
    console.press("l");
    assert_eq!(console.effects.first(), Some(&Effect::CloseLogs));
    assert_eq!((console.effects.len(), followed(&console)), (2, 1));
    assert!(!is_following(&console.ui));
    console.effects.clear();
    console.press("esc");
    rest(&mut console);
    assert_eq!(console.effects.first(), Some(&Effect::CloseLogs));
    assert_eq!((console.effects.len(), followed(&console)), (2, 1));
}

#[test]
fn a_terminal_that_is_too_small_says_so() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 59, 24);
    console.press("2 v");
    assert_eq!(console.ui.selection.preview.kind, None);
    assert_eq!(console.toasts(), ["a preview needs 60 columns and 16 rows"]);

    let mut console = table();
    console.press("v v");
    console.ui.terminal.size.height = 15;
    assert!(!console.screen().contains("Disk I/O"), "it needs room");
    console.press("4 v");
    assert!(
        console
            .toasts()
            .contains(&"only on the map and in the table")
    );
}

#[test]
fn a_click_on_a_title_shows_that_and_the_map_has_a_preview_too() {
    for (width, height) in [(160, 50), (80, 40)] {
        let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), width, height);
        console.press("down v");
        let buffer = console.draw();
        let (x, y) = fixture::find(&buffer, " Why ").unwrap();
        let action = console.on_screen().clicked(x + 1, y).unwrap();
        assert_eq!(action, Action::ShowPreview(PreviewKind::Why));
        console.act(action);
        let screen = console.screen();
        assert!(
            screen.contains("Evidence") || screen.contains(" Why ─"),
            "{screen}"
        );
    }
}

#[test]
fn below_a_short_table_the_preview_takes_the_rest() {
    let rect = |height| Rect::new(0, 0, 80, height);
    let heights = |console: &TestConsole, height| {
        let (view, below) = split(rect(height), &console.ui, &console.snapshot);
        assert_eq!((view.bottom(), below.bottom()), (below.y, height));
        (view.height, below.height)
    };
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 50);
    console.press("2 v");
    // The head, eight services, the line and a job.
    assert_eq!(heights(&console, 46), (11, 35));
    assert_eq!(heights(&console, 14), (8, 6), "it keeps its least height");
    console.press("1");
    assert_eq!(heights(&console, 46), (28, 18), "the map takes any room");
    let mut console = TestConsole::new(dressed(fixture::sixty().snapshot()), 80, 50);
    console.press("2 v");
    assert_eq!(heights(&console, 46), (28, 18), "a long table is cut");
}

#[test]
fn the_keys_of_tabs_turn_the_preview() {
    let mut console = table();
    for (key, kind) in [
        ("tab", PreviewKind::Log),
        ("tab", PreviewKind::Metrics),
        ("tab", PreviewKind::Why),
        ("tab", PreviewKind::Log),
        ("shift-tab", PreviewKind::Why),
    ] {
        console.press(key);
        assert_eq!(console.ui.selection.preview.kind, Some(kind), "{key}");
    }
    console.press("v shift-tab");
    assert_eq!(console.ui.selection.preview.kind, Some(PreviewKind::Why));
    console.press("4 tab");
    assert_eq!(console.ui.selection.preview.kind, Some(PreviewKind::Why));
    let mut small = TestConsole::new(dressed(fixture::nine().snapshot()), 59, 24);
    small.press("2 tab");
    assert_eq!(small.toasts(), ["a preview needs 60 columns and 16 rows"]);
}

#[test]
fn the_preview_shows_the_chosen_fields_and_no_name_of_its_only_service() {
    let mut console = table();
    console.select("hub/backend");
    console.ui.session.log_tables.fields = vec![crate::model::LogFields {
        pattern: "backend".to_owned(),
        fields: vec!["status".to_owned()],
    }];
    console.press("v");
    rest(&mut console);
    let service = console.snapshot.service(&"hub/backend".into()).unwrap();
    let backend = service.instances[0].facts.id.clone();
    let name = "backend".to_owned();
    // A container that replaced another one has the same name.
    let sources = vec![("gone".into(), name.clone()), (backend.clone(), name)];
    console.ui.selection.preview.logs.sources = sources;
    console.settle();
    let line = LogLine {
        instance: backend,
        text: r#"{"message":"done","status":200,"secretive":"long"}"#.to_owned(),
        ..LogLine::default()
    };
    let logs = &mut console.ui.selection.preview.logs;
    ring::push(logs, LogBatch::of([line], 0), 100, 1 << 20);
    let screen = console.screen();
    assert!(screen.contains("status=200"), "{screen}");
    assert!(!screen.contains("secretive"), "{screen}");
    assert!(!screen.contains("backend │ done"), "{screen}");
}
