use super::*;
use crate::model::{
    Change, Operation, OperationChange, OperationKind, Principal, Snapshot, TimelineEvent,
};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, assert_screen, dressed};

/// An open incident with an operation, and one that is over.
fn snapshot() -> Snapshot {
    let mut snapshot = dressed(fixture::failing().snapshot());
    fixture::close_one(&mut snapshot, "hub/redis", 900, 878);
    let started = Change::Operation(OperationChange::Started {
        operation: Operation {
            kind: OperationKind::Restart,
            targets: vec!["hub/db".into()],
            with_dependents: false,
            image: None,
        },
        principal: Principal::Terminal,
    });
    let mut timeline = snapshot.timeline.to_vec();
    timeline.insert(
        9,
        Arc::new(TimelineEvent {
            sequence: 99,
            at: fixture::ago(24),
            service: Some("hub/db".into()),
            instance: None,
            change: started,
        }),
    );
    snapshot.timeline = Arc::new(timeline);
    snapshot
}

#[test]
fn incidents_at_every_size() {
    for (width, height, ascii) in [
        (40, 12, false),
        (80, 24, false),
        (80, 24, true),
        (120, 35, false),
        (160, 50, false),
    ] {
        let mut console = TestConsole::new(snapshot(), width, height);
        console.ascii = ascii;
        console.press("5");
        let end = if ascii { "_ascii" } else { "" };
        let name = format!("incidents_{width}x{height}{end}");
        assert_screen(&name, &console.screen());
    }
}

#[test]
fn a_healthy_stack_says_that_there_is_no_incident_and_where_to_go() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 24);
    console.press("5");
    assert_screen("incidents_none_80x24", &console.screen());
}

#[test]
fn an_incident_that_only_waits_is_recovering() {
    let mut snapshot = snapshot();
    let at = snapshot
        .services
        .iter()
        .position(|service| service.id.as_str() == "hub/db")
        .unwrap();
    let db = Arc::make_mut(&mut snapshot.services[at]);
    db.health.state = crate::model::HealthState::Healthy;
    let mut console = TestConsole::new(snapshot, 100, 24);
    let screen = console.press("5").screen();
    assert!(screen.contains("recovering, open for 2m"), "{screen}");
}

#[test]
fn an_operation_stands_once_as_it_ended() {
    let mut console = TestConsole::new(snapshot(), 120, 35);
    let screen = console.press("5").screen();
    assert!(
        screen.contains("Done  14:04:40 hub/db restarted in 4.0 s\n"),
        "{screen}"
    );
}

#[test]
fn what_others_did_is_shown_and_nothing_is_claimed_where_nothing_is_known() {
    let mut closed = dressed(fixture::nine().snapshot());
    fixture::close_one(&mut closed, "hub/redis", 900, 878);
    let mut console = TestConsole::new(closed.clone(), 120, 35);
    let screen = console.press("5").screen();
    assert!(screen.contains("#0 hub/redis"), "{screen}");
    assert!(!screen.contains("Done "), "{screen}");
    let started = |sequence, seconds| {
        let container = "hub-redis-1".to_owned();
        Arc::new(TimelineEvent {
            sequence,
            at: fixture::ago(seconds),
            service: Some("hub/redis".into()),
            instance: None,
            change: Change::Started { container },
        })
    };
    // The first one is from before it opened.
    closed.timeline = Arc::new(vec![started(1, 910), started(2, 880)]);
    let mut console = TestConsole::new(closed, 120, 35);
    let screen = console.press("5").screen();
    assert!(
        screen.contains("Done  13:50:20 container hub-redis-1 started\n"),
        "{screen}"
    );
}

#[test]
fn a_long_timeline_keeps_its_begin_and_its_end() {
    let mut console = TestConsole::new(snapshot(), 80, 13);
    let screen = console.press("5").screen();
    assert!(screen.contains("more event"), "{screen}");
    assert!(screen.contains("hub/db restarted in"), "{screen}");
}

#[test]
fn the_begin_of_an_incident_is_kept_and_not_the_minute_before() {
    let mut snapshot = snapshot();
    let opened = snapshot.incidents.iter().find(|each| each.is_open());
    let opened = opened.expect("an open incident").opened_at;
    let mut timeline = snapshot.timeline.to_vec();
    let before = TimelineEvent {
        at: opened - SignedDuration::from_secs(30),
        change: Change::Paused,
        ..TimelineEvent::clone(&timeline[9])
    };
    timeline.insert(0, Arc::new(before));
    snapshot.timeline = Arc::new(timeline);
    let shown = |height| {
        TestConsole::new(snapshot.clone(), 80, height)
            .press("5")
            .screen()
    };
    assert!(shown(40).contains("paused"), "{}", shown(40));
    let narrow = shown(15);
    assert!(narrow.contains("incident #1 opened"), "{narrow}");
    assert!(narrow.contains("more event"), "{narrow}");
    assert!(!narrow.contains("paused"), "{narrow}");
}

#[test]
fn no_size_panics() {
    let snapshot = snapshot();
    for width in 0..=70 {
        for height in 0..=26 {
            let mut ui = fixture::ui(width, height);
            ui.past.incidents.top = usize::from(height);
            fixture::frame(&snapshot, &ui, height % 2 == 0, draw);
        }
    }
}
