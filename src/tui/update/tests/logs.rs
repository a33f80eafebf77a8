//! Which log tails are open.

use super::*;
use crate::model::secrets::KnownSecrets;
use crate::model::{
    InstanceId, LogBatch, LogFields, LogLine, RecordedRun, RecordingCause, SignedDuration,
    Timestamp,
};
use crate::tui::state::LogOptions;
use crate::tui::state::logs::{LogBegin, source_name};
use crate::tui::update::logs::{ArrivalMask, arrived};

#[test]
fn logs_open_for_the_selection_and_close_when_they_are_left() {
    let mut console = console();
    console.select("hub/db").press("l");
    assert_eq!(console.ui.view, View::Logs);
    let [
        Effect::FollowLogs {
            queries,
            replace: true,
        },
    ] = console.effects.as_slice()
    else {
        panic!("{:?}", console.effects)
    };
    let query = &queries[0];
    assert_eq!(
        (query.sources.len(), query.tail, query.since, query.follow),
        (1, Some(100), None, true)
    );
    console.press("esc");
    assert_eq!(console.effects.last(), Some(&Effect::CloseLogs));
    console.press("3");
    assert!(
        matches!(console.effects.last(), Some(Effect::FollowLogs { .. })),
        "and opens again"
    );
}

#[test]
fn a_stream_that_ended_is_opened_again_after_a_later_start_only() {
    let mut console = console();
    console.select("hub/db").press("l");
    let id = console.ui.logs.sources[0].0.clone();
    console.ui.logs.streams.open.clear();
    console.ui.logs.streams.ended.push((id, console.now()));
    console.settle();
    assert_eq!(console.effects.len(), 1, "not while it is stopped");
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        make.facts(|facts| facts.started_at = Some(fixture::ago(-2)));
    });
    console.snapshot = dressed(builder.snapshot());
    console.settle();
    assert_eq!(console.effects.len(), 2);
}

#[test]
fn an_event_leads_to_its_service_and_to_the_logs_of_its_moment() {
    let mut console = console();
    console.press("4 l");
    assert_eq!(console.toasts(), ["this event is about no service"]);
    console.press("j enter");
    let newest_about = ServiceId::from("hub/db");
    assert_eq!(
        console.ui.details.as_ref().map(|details| &details.service),
        Some(&newest_about)
    );
    console.press("esc l");
    assert_eq!(
        (console.ui.view, &console.ui.logs.services),
        (View::Logs, &vec![newest_about])
    );
    let Some(Effect::FollowLogs {
        queries,
        replace: true,
    }) = console.effects.last()
    else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(
        queries[0].since,
        Some(fixture::ago(30)),
        "ten seconds before the event"
    );
    assert!(!console.ui.logs.follow, "the view stays at that moment");
}

#[test]
fn the_logs_tab_of_the_details_follows_its_service_only_while_it_shows() {
    let mut console = console();
    console.select("hub/redis").press("enter tab tab");
    assert_eq!(
        console.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Logs)
    );
    assert!(matches!(
        console.effects.last(),
        Some(Effect::FollowLogs { .. })
    ));
    console.press("tab");
    assert!(console.effects.contains(&Effect::CloseLogs));
}

pub(super) fn two_stacks() -> crate::model::Snapshot {
    let lab = fixture::chain("lab", &["api", "store"]);
    dressed(fixture::nine().beside(lab).snapshot())
}

/// How many sources the last tail that was opened has.
fn sources(console: &TestConsole) -> Option<usize> {
    console
        .effects
        .iter()
        .rev()
        .find_map(|effect| match effect {
            Effect::FollowLogs { queries, .. } => Some(queries[0].sources.len()),
            _ => None,
        })
}

#[test]
fn the_log_view_merges_everything_in_view_and_the_stack_key_switches_it() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    console.press("3");
    assert_eq!(
        console.ui.logs.services.len(),
        console.snapshot.services.len()
    );
    assert!(
        console.screen().contains("everything: "),
        "{}",
        console.screen()
    );
    console.press("c");
    let stack = console.ui.scope.stack.clone().unwrap();
    let of_stack = |console: &TestConsole| {
        let all = console.ui.logs.services.iter();
        all.clone().count() > 0
            && all
                .clone()
                .all(|id| id.as_str().starts_with(&format!("{stack}/")))
    };
    assert!(of_stack(&console), "{:?}", console.ui.logs.services);
    assert!(console.screen().contains(&format!("stack {stack}: ")));
    console.press("r");
    assert_eq!(
        console.toasts(),
        ["nothing selected"],
        "what is in view was not chosen"
    );
}

#[test]
fn the_log_view_shows_everything_also_after_the_logs_of_one_service() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    let all = console.snapshot.services.len();
    console.select("hub/db").press("l");
    assert_eq!(console.ui.logs.services, [ServiceId::from("hub/db")]);
    console.press("3");
    assert_eq!(console.ui.logs.services.len(), all);
    console.press("esc");
    assert_eq!(console.ui.logs.services, [ServiceId::from("hub/db")]);
    console.press("1 3");
    assert_eq!(console.ui.logs.services.len(), all);
    console.press("home");
    let (logs, opened) = (console.ui.logs.clone(), console.effects.len());
    console.press("3");
    assert_eq!(console.ui.logs, logs, "it is there already");
    assert_eq!(console.effects.len(), opened);
    console.press("esc");
    assert_eq!(console.ui.view, View::Map, "one place, left once");
}

#[test]
fn logs_without_a_selection_are_those_of_the_stack_in_view() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    console.press("c l");
    assert_eq!(console.ui.view, View::Logs);
    let in_stack = console.ui.logs.services.len();
    assert!(in_stack > 0 && in_stack < console.snapshot.services.len());
    console.press("esc l");
    assert_eq!(console.ui.logs.services.len(), in_stack);
}

#[test]
fn a_bounded_number_of_logs_is_followed_and_the_rest_is_named() {
    let mut console = TestConsole::new(dressed(fixture::thousand().snapshot()), 120, 30);
    console.press("3");
    let followed = sources(&console).unwrap();
    assert!(followed <= 200, "{followed}");
    let screen = console.screen();
    assert!(
        screen.contains("of 1,000 services, others left out"),
        "{screen}"
    );
}

#[test]
fn one_service_with_many_replicas_does_not_keep_the_others_out() {
    let mut builder = fixture::nine();
    builder.change("hub/backend", |make| {
        make.instances(250, "app:1");
    });
    let mut console = TestConsole::new(dressed(builder.snapshot()), 120, 30);
    console.press("3");
    let followed = &console.ui.logs.services;
    assert_eq!(followed.len(), console.snapshot.services.len() - 1);
    console.press("esc").select("hub/backend").press("l");
    assert_eq!(console.ui.logs.services.len(), 1, "alone it is followed");
}

#[test]
fn what_comes_into_view_is_followed_too_and_keeps_the_lines() {
    let mut snapshot = dressed(fixture::nine().snapshot());
    let late = snapshot.services.pop().unwrap();
    let mut console = TestConsole::new(snapshot, 100, 30);
    console.press("3");
    let before = console.ui.logs.services.len();
    console.snapshot.services.push(late);
    console.settle();
    assert_eq!(console.ui.logs.services.len(), before + 1);
    assert!(matches!(
        console.effects.last(),
        Some(Effect::FollowLogs { replace: false, .. })
    ));
}

/// Lets the open log have four lines, a second apart up to `newest` seconds ago; three fit.
fn fill(console: &mut TestConsole, newest: i64) {
    let instance = console.ui.logs.sources[0].0.clone();
    let lines = (0..4).map(|n| LogLine {
        at: Some(fixture::ago(newest + 3 - n)),
        instance: instance.clone(),
        text: format!("line {n}"),
        ..LogLine::default()
    });
    let options = LogOptions {
        tail: 10,
        max_lines: 3,
        max_bytes: 1 << 20,
        mask: false,
        filters: Vec::new(),
        fields: Vec::new(),
    };
    let hidden = ArrivalMask {
        secrets: &KnownSecrets::default(),
        in_lines: false,
    };
    let (batch, now) = (LogBatch::of(lines, 0), console.now());
    arrived(&mut console.ui, [batch], &options, hidden, now);
}

/// The time from which the log was read last, and how often one was read.
fn read_from(console: &TestConsole) -> (Option<Timestamp>, usize) {
    let read = console.effects.iter().filter_map(|effect| match effect {
        Effect::FollowLogs { queries, .. } => Some(queries[0].since),
        _ => None,
    });
    (read.clone().next_back().flatten(), read.count())
}

#[test]
fn what_fits_from_a_moment_on_is_read_once_and_a_later_moment_again() {
    let mut console = console();
    console.press("4 j l");
    let (_, read) = read_from(&console);
    fill(&mut console, 20);
    assert!(console.ui.logs.ring.is_full);
    console.press("1").press("esc");
    assert_eq!(console.ui.view, View::Logs);
    assert_eq!(read_from(&console).1, read, "nothing more fits");
    assert_eq!(
        console.ui.logs.sources.len(),
        1,
        "its lines keep their name"
    );
    console.act(Action::GoToTime(fixture::ago(21)));
    assert_eq!(read_from(&console).1, read, "it is there");
    console.act(Action::GoToTime(fixture::ago(5)));
    assert_eq!(read_from(&console), (Some(fixture::ago(5)), read + 1));
    assert!(!console.ui.logs.ring.is_full);
}

#[test]
fn a_moment_of_discarded_lines_is_read_again() {
    let mut console = console();
    console.select("hub/db").press("l b b b b b b b");
    assert_eq!(console.ui.logs.begin, LogBegin::All);
    let (_, read) = read_from(&console);
    fill(&mut console, 20);
    assert_eq!(console.ui.logs.ring.discarded, 1);
    console.act(Action::GoToTime(fixture::ago(23)));
    assert_eq!(read_from(&console), (Some(fixture::ago(23)), read + 1));
}

/// The lines that are kept of container `instance` of the database, which is gone.
fn kept_of_db(instance: InstanceId) -> RecordedRun {
    RecordedRun {
        service: ServiceId::from("hub/db"),
        stack: None,
        instance,
        name: "hub-db-1".to_owned(),
        at: fixture::ago(1),
        cause: RecordingCause::Removed,
        lines: 1,
        gone: true,
    }
}

#[test]
fn lines_of_what_is_gone_keep_their_name_their_fields_and_their_place() {
    let mut console = console();
    let fields = vec!["took".to_owned()];
    console.ui.session.log_tables.fields = vec![LogFields {
        pattern: "hub/db".to_owned(),
        fields: fields.clone(),
    }];
    let db = ServiceId::from("hub/db");
    let old = console.snapshot.service(&db).unwrap().instances[0]
        .facts
        .id
        .clone();
    console.press("3");
    let line = LogLine {
        at: Some(fixture::ago(2)),
        instance: old.clone(),
        ..LogLine::default()
    };
    let batch = LogBatch::of([line], 0);
    crate::tui::update::logs::ring::push(&mut console.ui.logs, batch, 100, 1 << 20);
    console
        .ui
        .logs
        .streams
        .ended
        .push((old.clone(), console.now()));
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        make.facts(|facts| facts.id = InstanceId::new("db-2"));
    });
    console.snapshot = dressed(builder.snapshot());
    console.snapshot.recorded_runs = [kept_of_db(old.clone())].into();
    console.settle();
    console.press("1").press("3");
    let new = InstanceId::new("db-2");
    for id in [&old, &new] {
        let logs = &console.ui.logs;
        assert_eq!(source_name(&logs.sources, id), "db");
        assert!(logs.look.fields.of.contains(&(id.clone(), fields.clone())));
    }
    assert!(
        console.ui.logs.streams.open.contains(&new) && !console.ui.logs.streams.open.contains(&old)
    );
    // Without its service there is still its log, also in that of everything.
    console.press("1");
    console.snapshot.services.retain(|service| service.id != db);
    console.snapshot.recorded_runs = [kept_of_db(old.clone())].into();
    console.settle();
    console.press("3");
    assert!(console.ui.logs.services.contains(&db));
    assert_eq!(console.ui.logs.len(), 1, "its line is still there");
    console.snapshot.services.clear();
    console.settle();
    assert_eq!(console.ui.logs.services, [db]);
}

#[test]
fn logs_that_are_opened_again_go_on_after_the_last_line_of_each_at_once() {
    let mut console = console();
    console.press("3");
    let sources = console.ui.logs.sources.clone();
    let lines = sources
        .iter()
        .skip(1)
        .zip(1..)
        .map(|((id, _), age)| LogLine {
            at: Some(fixture::ago(age)),
            instance: id.clone(),
            ..LogLine::default()
        });
    let batch = LogBatch::of(lines, 0);
    crate::tui::update::logs::ring::push(&mut console.ui.logs, batch, 100, 1 << 20);
    console.press("1").press("3");
    let Some(Effect::FollowLogs { queries, replace }) = console.effects.last() else {
        panic!("{:?}", console.effects)
    };
    assert!(*replace && queries.len() == sources.len());
    for (query, age) in queries.iter().zip(0..) {
        let since = (age > 0).then(|| fixture::ago(age) + SignedDuration::from_nanos(1));
        assert_eq!((query.sources.len(), query.since), (1, since));
    }
}
