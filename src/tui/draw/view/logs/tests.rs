mod limits;

use std::collections::VecDeque;

use super::*;
use crate::model::{InstanceId, LogBatch, LogLine, LogMark, LogStream, ServiceId};
use crate::tui::fixture;
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::LogRing;
use crate::tui::state::logs::SourceNotice;
use crate::tui::test_console::assert_screen;
use crate::tui::update::logs::find::find_now;
use crate::tui::update::logs::ring::push;
use crate::tui::update::logs::scroll::apply;

fn line(seconds: i64, instance: &str, text: &str) -> LogLine {
    LogLine {
        at: Some(fixture::ago(seconds)),
        instance: InstanceId::from(instance),
        stream: LogStream::Stdout,
        text: text.to_owned(),
        cut_bytes: 0,
        ..LogLine::default()
    }
}

fn tail(width: u16, height: u16) -> UiState {
    let mut ui = fixture::ui(width, height);
    ui.logs.services = vec![ServiceId::from("hub/backend"), ServiceId::from("hub/db")];
    ui.logs.sources = vec![
        (InstanceId::from("a"), "backend".to_owned()),
        (InstanceId::from("b"), "db".to_owned()),
    ];
    let lines = vec![
        line(
            50,
            "b",
            "LOG:  database system is ready to accept connections",
        ),
        line(
            40,
            "a",
            r#"{"level":"info","msg":"listening on :8000","pid":7,"time":"x"}"#,
        ),
        line(
            30,
            "a",
            "\x1b[32mINFO\x1b[0m     GET /health \x1b[1m200\x1b[0m in 3 ms",
        ),
        line(
            20,
            "a",
            r#"{"level":"error","message":"connection refused by db: the pool is empty and every attempt to open one more connection failed","correlation_id":"c-4711","attempt":3}"#,
        ),
        line(
            19,
            "b",
            "FATAL:  the database system is shutting down 日本語 🦀",
        ),
        LogLine {
            cut_bytes: 12_345,
            ..line(18, "a", "stack trace follows")
        },
    ];
    push(&mut ui.logs, LogBatch::of(lines, 12), 100, 1 << 20);
    ui
}

fn many(count: usize, width: u16, height: u16) -> UiState {
    let mut ui = fixture::ui(width, height);
    ui.logs.services = vec![ServiceId::from("hub/db")];
    ui.logs.sources = vec![(InstanceId::from("b"), "db".to_owned())];
    let lines = (0..count).map(|n| line(1_000_000 - n as i64, "b", &format!("line {n}")));
    push(&mut ui.logs, LogBatch::of(lines, 0), usize::MAX, usize::MAX);
    ui
}

fn show(ui: &mut UiState, ascii: bool) -> String {
    let snapshot = fixture::nine().snapshot();
    let (buffer, hits) = fixture::frame(&snapshot, ui, ascii, draw);
    ui.drawn = hits;
    fixture::screen(&buffer)
}

fn act(ui: &mut UiState, action: Action) -> String {
    apply(&mut ui.logs, &action, &ui.drawn);
    show(ui, false)
}

fn body(screen: &str) -> Vec<&str> {
    screen
        .lines()
        .skip(1)
        .map(|line| line.trim_end_matches(['█', '│']).trim_end())
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect()
}

#[test]
fn a_tail_of_two_services() {
    let mut ui = tail(80, 10);
    assert_screen("logs_two_80x10", &show(&mut ui, false));
    ui.logs.look.timestamps = true;
    ui.logs.look.wrap = true;
    find_now(&mut ui.logs, |wanted| wanted.search = "refused".to_owned());
    ui.logs.notices.set("db".to_owned(), SourceNotice::Ended);
    ui.terminal.size = (80, 14).into();
    assert_screen("logs_two_wrapped_80x14", &show(&mut ui, false));
    ui.terminal.size = (40, 12).into();
    assert_screen("logs_two_wrapped_40x12_ascii", &show(&mut ui, true));
}

#[test]
fn tabs_are_empty_up_to_the_next_stop() {
    let mut ui = many(0, 40, 6);
    let lines = [
        "a\tb",
        "\x1b[31mab\tc\x1b[0md",
        "12345678\tc",
        "日\tc",
        "x\n\t\x1b[31mat y",
    ];
    let lines = lines.map(|text| line(1, "b", text));
    push(&mut ui.logs, LogBatch::of(lines, 0), 100, 1 << 20);
    ui.logs.look.unfolded = true;
    ui.terminal.size = (40, 8).into();
    let screen = show(&mut ui, false);
    assert_eq!(
        body(&screen),
        [
            "a       b",
            "ab      cd",
            "12345678        c",
            "日      c",
            "x",
            "        at y",
            ""
        ],
        "{screen}"
    );
    // A tab that does not fit is wrapped like a word.
    ui.logs.look.wrap = true;
    ui.terminal.size = (12, 12).into();
    let wrapped = show(&mut ui, false);
    assert!(!wrapped.contains('\t'), "{wrapped}");
    assert!(body(&wrapped).contains(&"        c"), "{wrapped}");
}

#[test]
fn empty_tails_say_what_to_do() {
    let mut ui = fixture::ui(80, 5);
    assert!(show(&mut ui, false).contains("switches the stack"));
    ui.logs.services.push(ServiceId::from("hub/db"));
    assert!(show(&mut ui, false).contains("no lines yet"));
}

#[test]
fn the_end_is_followed_until_someone_scrolls() {
    let mut ui = many(100, 40, 6);
    assert_eq!(
        body(&show(&mut ui, false)),
        ["line 95", "line 96", "line 97", "line 98", "line 99"]
    );
    let screen = act(&mut ui, Action::Scroll(-1));
    assert_eq!(body(&screen)[4], "line 98");
    assert!(screen.contains("1 below"), "{screen}");
    let lines = (0..7).map(|n| line(10 - n, "b", "new"));
    push(&mut ui.logs, LogBatch::of(lines, 0), usize::MAX, usize::MAX);
    assert_eq!(
        body(&show(&mut ui, false))[4],
        "line 98",
        "new lines do not move what is read"
    );
    act(&mut ui, Action::Page(1));
    let screen = act(&mut ui, Action::Page(1));
    assert!(
        screen.contains("following"),
        "the end follows again: {screen}"
    );
    assert_eq!(body(&screen)[4], "new");
}

#[test]
fn first_and_last_go_to_the_ends() {
    let mut ui = many(100, 40, 6);
    show(&mut ui, false);
    assert_eq!(body(&act(&mut ui, Action::First))[0], "▌line 0");
    assert_eq!(
        body(&act(&mut ui, Action::Move(Direction::Up)))[0],
        "▌line 0"
    );
    assert_eq!(body(&act(&mut ui, Action::HalfPage(1)))[0], "line 2");
    assert_eq!(body(&act(&mut ui, Action::Last))[4], "line 99");
    assert!(ui.logs.follow);
}

#[test]
fn a_stopped_tail_stays_and_forgets_the_oldest() {
    let mut ui = many(10, 60, 6);
    show(&mut ui, false);
    act(&mut ui, Action::ToggleFollow);
    for n in 0..6 {
        let lines = vec![line(10 - n, "b", &format!("new {n}"))];
        push(&mut ui.logs, LogBatch::of(lines, 1), 12, 1 << 20);
    }
    let screen = show(&mut ui, false);
    assert_eq!(
        body(&screen),
        ["line 5", "line 6", "line 7", "line 8", "line 9"]
    );
    assert!(screen.contains("4 older lines discarded"), "{screen}");
    assert_eq!(
        (
            ui.logs.ring.lines.len(),
            ui.logs.ring.discarded,
            ui.logs.ring.dropped
        ),
        (12, 4, 6)
    );
    push(
        &mut ui.logs,
        LogBatch::of(vec![line(0, "b", "0123456789")], 0),
        12,
        20,
    );
    assert!(
        ui.logs.ring.bytes <= 20,
        "bounded by bytes too: {}",
        ui.logs.ring.bytes
    );
}

#[test]
fn late_lines_are_put_in_their_place() {
    let mut ui = fixture::ui(40, 8);
    for (seconds, text) in [(9, "a"), (5, "c"), (7, "b"), (4, "d")] {
        let lines = vec![line(seconds, "b", text)];
        push(&mut ui.logs, LogBatch::of(lines, 0), 10, 1 << 20);
    }
    let order: Vec<_> = ui
        .logs
        .ring
        .lines
        .iter()
        .map(|line| line.text.as_str())
        .collect();
    assert_eq!(order, ["a", "b", "c", "d"]);
}

#[test]
fn hits_are_found_highlighted_and_walked_round() {
    let mut ui = many(100, 40, 8);
    show(&mut ui, false);
    find_now(&mut ui.logs, |wanted| wanted.search = "line 7".to_owned());
    act(&mut ui, Action::Hit(1));
    assert_eq!(ui.logs.cursor, Some(79), "first the newest above the end");
    act(&mut ui, Action::Hit(-1));
    assert_eq!(ui.logs.cursor, Some(78));
    act(&mut ui, Action::Hit(1));
    let screen = act(&mut ui, Action::Hit(1));
    assert_eq!(ui.logs.cursor, Some(7), "round the end");
    assert!(screen.contains("line 7"), "{screen}");
    let snapshot = fixture::nine().snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &ui, false, draw);
    let (x, y) = fixture::find(&buffer, "line 7").unwrap();
    assert_eq!(fixture::role_at(&buffer, x, y), Some(Role::Hit));
    push(&mut ui.logs, LogBatch::of(Vec::new(), 0), 95, 1 << 20);
    assert_eq!(
        (ui.logs.cursor, ui.logs.shown_at(7)),
        (Some(7), Some(2)),
        "the hit keeps its line when older ones are discarded"
    );
}

#[test]
fn endings_and_failures_are_told() {
    let mut ui = many(3, 60, 6);
    push(
        &mut ui.logs,
        LogBatch::Ended(InstanceId::from("b")),
        10,
        100,
    );
    assert!(show(&mut ui, false).contains("db ended"));
    let error = "the log driver of this container cannot be read".to_owned();
    push(
        &mut ui.logs,
        LogBatch::Failed(InstanceId::from("b"), error),
        10,
        100,
    );
    assert!(show(&mut ui, false).contains("db: the log driver"));
}

#[test]
fn the_services_of_a_whole_stack_are_named_by_it() {
    let mut ui = tail(100, 12);
    let snapshot = fixture::nine().snapshot();
    ui.logs.services = snapshot.services.iter().map(|it| it.id.clone()).collect();
    let count = ui.logs.services.len();
    let screen = show(&mut ui, false);
    assert!(
        screen.contains(&format!("stack hub: {count} services")),
        "{screen}"
    );
    ui.logs.services.pop();
    let screen = show(&mut ui, false);
    assert!(!screen.contains("stack hub"), "{screen}");
}

#[test]
fn a_long_filter_leaves_the_number_of_lines_in_sight() {
    let mut ui = tail(60, 12);
    find_now(&mut ui.logs, |wanted| {
        wanted.filter = "-".to_owned() + &"x".repeat(100)
    });
    let screen = show(&mut ui, false);
    assert!(screen.contains("6 of 6 line"), "{screen}");
}

#[test]
fn every_mark_is_a_rule_with_a_sentence() {
    let minutes = crate::model::SignedDuration::from_mins;
    for (mark, words) in [
        (LogMark::NewContainer, "new container"),
        (LogMark::Started, "started again"),
        (LogMark::Removed, "the container was removed"),
        (
            LogMark::ResumedByTail,
            "the engine gave nothing since the last line; read again from the end, lines may be missing",
        ),
        (
            LogMark::Recorded,
            "the container is gone; its last lines, kept by hubdeck",
        ),
        (
            LogMark::ClockOff(minutes(60)),
            "its clock is 1h ahead of the engine's",
        ),
        (
            LogMark::ClockOff(minutes(-2)),
            "its clock is 2m behind the engine's",
        ),
    ] {
        let mut ui = many(2, 120, 8);
        let lines = vec![
            LogLine {
                mark: Some(mark),
                ..line(0, "b", "")
            },
            line(0, "b", "after"),
        ];
        push(&mut ui.logs, LogBatch::of(lines, 0), 100, 1 << 20);
        let screen = show(&mut ui, false);
        let rows: Vec<&str> = body(&screen)
            .into_iter()
            .filter(|row| !row.is_empty())
            .collect();
        let [.., before, rule, after] = &rows[..] else {
            panic!("{screen}")
        };
        assert_eq!((*before, *after), ("line 1", "after"));
        assert!(rule.contains(&format!(" db: {words} ─")), "{screen}");
        ui.logs.cursor = ui.logs.number(ui.logs.len() - 2);
        let screen = show(&mut ui, false);
        let chosen = screen.lines().find(|row| row.contains(words));
        assert!(chosen.is_some_and(|row| row.starts_with('▌')), "{screen}");
    }
}
