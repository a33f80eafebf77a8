//! Lines that are sorted in before others while something is asked beside the drawing.

use crate::model::{InstanceId, LogBatch, LogLine};
use crate::tui::fixture;
use crate::tui::state::LogsState;
use crate::tui::update::logs::ring::push;
use crate::tui::update::logs::{find, patterns};

fn line(second: i64, text: &str) -> LogLine {
    LogLine {
        at: Some(fixture::ago(100 - second)),
        instance: InstanceId::from("backend"),
        text: text.to_owned(),
        ..LogLine::default()
    }
}

fn take(logs: &mut LogsState, lines: &[LogLine]) {
    push(logs, LogBatch::of(lines.to_vec(), 0), 1_000, 1 << 20);
}

fn texts(logs: &LogsState, numbers: impl IntoIterator<Item = u64>) -> Vec<&str> {
    let lines = numbers.into_iter().filter_map(|it| logs.ring.line(it));
    lines.map(|line| line.text.as_str()).collect()
}

#[test]
fn an_answer_about_lines_that_moved_meanwhile_names_the_right_ones() {
    let mut logs = LogsState::default();
    take(&mut logs, &[line(1, "a 1"), line(5, "b"), line(6, "a 6")]);
    find::want(&mut logs, |wanted| {
        wanted.filter = "a".to_owned();
        wanted.search = "a".to_owned();
    });
    let request = find::request(&mut logs).unwrap();
    let late = [line(2, "late"), line(3, "a 3"), line(9, "a 9")];
    take(&mut logs, &late);
    find::found(&mut logs, request.run().unwrap());
    let expected = ["a 1", "late", "a 3", "a 6", "a 9"];
    let (shown, hits) = (&logs.find.shown, &logs.find.hits);
    for found in [shown, hits] {
        let matches = found.as_ref().unwrap().matches.iter().copied();
        assert_eq!(texts(&logs, matches), expected);
    }
}

#[test]
fn a_late_line_is_grouped_once_and_so_are_those_behind_it() {
    let mut logs = LogsState::default();
    let snapshot = fixture::nine().snapshot();
    let ask = |logs: &mut LogsState, second: i64| {
        let request = patterns::request(logs, &snapshot, fixture::ago(-second));
        request.map(|it| patterns::mined(logs, it.run(), fixture::ago(-second)))
    };
    patterns::toggle(&mut logs);
    take(&mut logs, &[line(1, "one of them"), line(5, "other words")]);
    assert!(ask(&mut logs, 0).is_some());
    take(&mut logs, &[line(2, "quite late indeed")]);
    assert!(ask(&mut logs, 2).is_some());
    let rows = &logs.patterns.as_ref().unwrap().rows;
    let counts: Vec<(String, u64)> = rows.iter().map(|it| (it.to_string(), it.count)).collect();
    assert_eq!(counts.len(), 3, "{counts:?}");
    assert!(counts.iter().all(|(_, count)| *count == 1), "{counts:?}");
    assert!(ask(&mut logs, 4).is_none(), "nothing came");
}

#[test]
fn lines_are_grouped_again_after_grouping_failed() {
    let mut logs = LogsState::default();
    let snapshot = fixture::nine().snapshot();
    patterns::toggle(&mut logs);
    take(&mut logs, &[line(1, "one")]);
    let now = fixture::ago(0);
    let request = patterns::request(&mut logs, &snapshot, now).unwrap();
    take(&mut logs, &[line(2, "two")]);
    let later = fixture::ago(-2);
    assert!(patterns::request(&mut logs, &snapshot, later).is_none());
    patterns::failed(&mut logs, request.miner(), now);
    assert!(patterns::request(&mut logs, &snapshot, now).is_none());
    assert!(patterns::request(&mut logs, &snapshot, later).is_some());
}
