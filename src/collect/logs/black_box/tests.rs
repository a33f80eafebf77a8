use super::*;
use crate::model::{ServiceName, StackName};

fn facts(id: &str) -> InstanceFacts {
    let (stack, service) = (Some(StackName::new("hub")), ServiceName::new("db"));
    InstanceFacts::unknown(InstanceId::new(id), &format!("hub-{id}-1"), stack, service)
}

fn line(second: i64, text: &str) -> LogLine {
    LogLine {
        at: Timestamp::from_second(second).ok(),
        text: text.to_owned(),
        ..LogLine::default()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn keep(black_box: &BlackBox, id: &str, second: i64, lines: Vec<LogLine>) {
    black_box.keep(&facts(id), at(second), RecordingCause::Exited, lines);
}

fn texts(black_box: &BlackBox, id: &str) -> Vec<String> {
    let lines = black_box.lines(&InstanceId::new(id));
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn the_last_lines_of_every_run_are_kept_once() {
    let black_box = BlackBox::default();
    keep(&black_box, "a", 3, vec![line(1, "one"), line(2, "two")]);
    keep(&black_box, "a", 6, vec![line(2, "two"), line(5, "three")]);
    keep(&black_box, "a", 6, vec![line(5, "three")]);
    keep(&black_box, "b", 6, Vec::new());
    assert_eq!(texts(&black_box, "a"), ["one", "two", "three"]);
    let runs = black_box.runs();
    let counts: Vec<_> = runs.iter().map(|run| (run.at, run.lines)).collect();
    assert_eq!(counts, [(at(3), 2), (at(6), 1)], "and one end once");
    assert_eq!(
        (runs[0].service.as_str(), runs[0].name.as_str()),
        ("hub/db", "hub-a-1")
    );

    let many = (0..500).map(|n| line(n, &n.to_string())).collect();
    keep(&black_box, "c", 600, many);
    let kept = texts(&black_box, "c");
    assert_eq!((kept.len(), kept[0].as_str()), (MAX_RUN_LINES, "300"));
    let long = (0..10).map(|n| line(n, &"x".repeat(10 << 10))).collect();
    keep(&black_box, "d", 600, long);
    assert_eq!(texts(&black_box, "d").len(), MAX_RUN_BYTES / (10 << 10));
}

#[test]
fn a_container_that_is_removed_at_its_end_was_ended_by_that() {
    let black_box = BlackBox::default();
    keep(&black_box, "a", 10, vec![line(1, "one")]);
    keep(&black_box, "a", 100, vec![line(99, "two")]);
    let id = InstanceId::new("a");
    assert!(!black_box.is_gone(&id));
    black_box.gone(&id, at(102), SeenIn::Event);
    black_box.gone(&InstanceId::new("unknown"), at(102), SeenIn::Event);
    assert!(black_box.is_gone(&id));
    let runs: Vec<_> = black_box
        .runs()
        .iter()
        .map(|run| (run.cause, run.gone))
        .collect();
    assert_eq!(
        runs,
        [
            (RecordingCause::Exited, true),
            (RecordingCause::Removed, true)
        ]
    );
}

#[test]
fn memory_is_bounded_and_the_oldest_goes_first() {
    let black_box = BlackBox::default();
    for run in 0..30 {
        keep(&black_box, "loop", run, vec![line(run, "again")]);
    }
    assert_eq!(black_box.runs().len(), MAX_RUNS_OF_CONTAINER);
    for run in 0..600 {
        let lines = (0..6).map(|n| line(n, &"x".repeat(10 << 10))).collect();
        keep(&black_box, &format!("c{run}"), run, lines);
    }
    let (runs, held) = (black_box.runs(), black_box.held.borrow().bytes);
    assert!(held <= MAX_BYTES && held > MAX_BYTES / 10 * 9, "{held}");
    assert_eq!(runs.last().unwrap().instance.as_str(), "c599");
    assert!(texts(&black_box, "loop").is_empty(), "the oldest");
}

#[test]
fn an_end_without_new_lines_is_recorded_where_there_are_others() {
    let black_box = BlackBox::default();
    let lines = || vec![line(1, "one")];
    let unhealthy = RecordingCause::Unhealthy;
    black_box.keep(&facts("a"), at(5), unhealthy, lines());
    // A second look at the same trouble, and at the same end.
    black_box.keep(&facts("a"), at(5), unhealthy, lines());
    keep(&black_box, "a", 6, lines());
    keep(&black_box, "a", 7, lines());
    keep(&black_box, "a", 20, Vec::new());
    keep(&black_box, "silent", 20, Vec::new());
    let runs = black_box.runs();
    let kept: Vec<_> = runs.iter().map(|it| (it.at, it.cause, it.lines)).collect();
    let exited = RecordingCause::Exited;
    assert_eq!(
        kept,
        [
            (at(5), unhealthy, 1),
            (at(6), exited, 0),
            (at(20), exited, 0)
        ]
    );
    assert_eq!(texts(&black_box, "a"), ["one"]);
    // Many ends without a line leave the lines there.
    (1..50).for_each(|n| keep(&black_box, "a", n * 100, Vec::new()));
    assert_eq!(texts(&black_box, "a"), ["one"]);
    let runs = black_box.runs();
    assert_eq!(runs.len(), MAX_RUNS_OF_CONTAINER);
    assert_eq!(runs.last().map(|it| it.at), Some(at(4_900)));
}

#[test]
fn a_container_that_is_there_again_is_not_gone() {
    let black_box = BlackBox::default();
    keep(&black_box, "a", 10, vec![line(1, "one")]);
    let id = InstanceId::new("a");
    for (gone, present, is_gone) in [
        (SeenIn::List, SeenIn::List, false),
        (SeenIn::List, SeenIn::Event, false),
        (SeenIn::Event, SeenIn::List, true),
        (SeenIn::Event, SeenIn::Event, false),
    ] {
        black_box.gone(&id, at(100), gone);
        assert!(black_box.is_gone(&id));
        black_box.present(&id, present);
        assert_eq!(black_box.is_gone(&id), is_gone, "{gone:?}, {present:?}");
        black_box.present(&id, SeenIn::Event);
    }
}
