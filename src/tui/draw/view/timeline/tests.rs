use super::*;
use std::sync::Arc;

use crate::model::{
    HttpCaller, Impact, IncidentChange, IncidentRoot, Operation, OperationId, OperationKind,
    OperationStatus, Plan, Principal, ServiceId, Snapshot, StackName, Step, StepState, StepTarget,
    TimelineEvent,
};
use crate::tui::fixture;
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::timeline::{selected, shown};
use crate::tui::test_console::assert_screen;
use crate::tui::update::timeline::act;

fn show(snapshot: &Snapshot, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(snapshot, ui, ascii, draw).0)
}

fn operating() -> Snapshot {
    let step = |name: &str| Step {
        kind: OperationKind::Restart,
        service: ServiceId::from("hub/db"),
        target: StepTarget::Container(name.into()),
        name: name.to_owned(),
        wait: crate::model::StepWait::Healthy,
        wave: 0,
    };
    let operation = Operation {
        kind: OperationKind::Restart,
        targets: vec![ServiceId::from("hub/db")],
        with_dependents: true,
        image: None,
    };
    let plan = Plan {
        operation,
        steps: vec![step("hub-db-1"), step("hub-backend-1")],
        impact: Impact::default(),
        removes: Vec::new(),
        production: Vec::new(),
        last_restart_ms: std::collections::BTreeMap::new(),
        warnings: Vec::new(),
        hash: "0".to_owned(),
    };
    let mut snapshot = fixture::failing().snapshot();
    snapshot.operations.push(Arc::new(OperationStatus {
        id: OperationId(1),
        principal: Principal::Http(HttpCaller {
            token: Some("ci".into()),
            correlation_id: "1".into(),
        }),
        activities: Default::default(),
        plan,
        steps: vec![StepState::Succeeded, StepState::Waiting],
        times: Vec::new(),
        calls: Vec::new(),
        started_at: fixture::ago(12),
        finished_at: None,
        error: None,
        cancelled: None,
        output: Default::default(),
    }));
    snapshot
}

#[test]
fn events_at_every_size() {
    let snapshot = operating();
    for (width, height, ascii) in [
        (40, 10, false),
        (80, 14, false),
        (80, 14, true),
        (120, 12, false),
    ] {
        let name = format!(
            "timeline_{width}x{height}{}",
            if ascii { "_ascii" } else { "" }
        );
        assert_screen(&name, &show(&snapshot, &fixture::ui(width, height), ascii));
    }
}

#[test]
fn the_newest_is_selected_until_another_one_is() {
    let snapshot = fixture::failing().snapshot();
    let mut ui = fixture::ui(80, 6);
    let mut after = |action: Action| {
        ui.drawn = fixture::frame(&snapshot, &ui, false, draw).1;
        act(&mut ui, &action, &snapshot);
        (
            selected(&ui, &snapshot).map(|event| event.sequence),
            ui.past.timeline.selected,
            ui.past.timeline.top,
        )
    };
    assert_eq!(after(Action::Refresh), (Some(11), None, 0));
    assert_eq!(
        after(Action::Move(Direction::Down)),
        (Some(10), Some(10), 0)
    );
    assert_eq!(after(Action::Last), (Some(1), Some(1), 6));
    assert_eq!(
        after(Action::Page(-1)),
        (Some(1), Some(1), 2),
        "scrolling does not select"
    );
    assert_eq!(after(Action::Row(3)), (Some(8), Some(8), 2));
    assert_eq!(
        after(Action::First),
        (Some(11), None, 0),
        "the newest is followed again"
    );
}

#[test]
fn filter_and_stack_choose_events() {
    let snapshot = fixture::failing().snapshot();
    let mut ui = fixture::ui(80, 20);
    let sequences = |ui: &UiState| -> Vec<u64> {
        shown(ui, &snapshot)
            .iter()
            .map(|event| event.sequence)
            .collect()
    };
    ui.scope.filter = "db operation".to_owned();
    assert_eq!(sequences(&ui), [10]);
    ui.scope.filter = "ENGINE".to_owned();
    assert_eq!(sequences(&ui), [5, 4]);
    ui.scope.filter.clear();
    ui.scope.stack = Some(StackName::from("other"));
    assert_eq!(
        sequences(&ui),
        [11, 5, 4],
        "only what is about no service is left"
    );
    ui.scope.filter = "nothing like it".to_owned();
    assert!(show(&snapshot, &ui, false).contains("no event matches"));
    assert_eq!(selected(&ui, &snapshot), None);
}

#[test]
fn an_event_that_is_no_longer_shown_selects_the_next_older_one() {
    let snapshot = fixture::failing().snapshot();
    let mut ui = fixture::ui(80, 20);
    ui.past.timeline.selected = Some(9);
    ui.scope.filter = "db".to_owned();
    assert_eq!(
        selected(&ui, &snapshot).map(|event| event.sequence),
        Some(8)
    );
}

/// An event of `incident` on the timeline, `seconds` ago.
fn tell(snapshot: &mut Snapshot, sequence: u64, seconds: i64, at: usize, change: IncidentChange) {
    let incident = Arc::clone(&snapshot.incidents[at]);
    let fact = match change {
        IncidentChange::Closed => incident.log.last().unwrap().fact.clone(),
        _ => incident.fact.clone(),
    };
    let mut timeline = snapshot.timeline.to_vec();
    timeline.push(Arc::new(TimelineEvent {
        sequence,
        at: fixture::ago(seconds),
        service: incident.root.service().cloned(),
        instance: None,
        change: Change::Incident {
            id: incident.id,
            change,
            root: IncidentRoot::clone(&incident.root),
            fact: Box::new(fact),
        },
    }));
    snapshot.timeline = Arc::new(timeline);
}

/// One incident that is over and one that is open, with something else meanwhile.
fn two_incidents() -> Snapshot {
    let mut snapshot = operating();
    fixture::close_one(&mut snapshot, "hub/redis", 895, 870);
    tell(&mut snapshot, 20, 895, 0, IncidentChange::Opened);
    tell(&mut snapshot, 21, 870, 0, IncidentChange::Closed);
    tell(&mut snapshot, 22, 159, 1, IncidentChange::Opened);
    snapshot
}

#[test]
fn incidents_are_bracketed_at_every_size() {
    let snapshot = two_incidents();
    for (width, height, ascii) in [(40, 12, false), (80, 16, false), (80, 16, true)] {
        let name = format!(
            "timeline_incidents_{width}x{height}{}",
            if ascii { "_ascii" } else { "" }
        );
        assert_screen(&name, &show(&snapshot, &fixture::ui(width, height), ascii));
    }
}

#[test]
fn what_an_incident_does_to_several_services_at_once_is_one_row() {
    let mut snapshot = two_incidents();
    let mut timeline = snapshot.timeline.to_vec();
    let first = timeline.iter().find(|event| event.sequence == 8).unwrap();
    let second = TimelineEvent {
        sequence: 30,
        service: Some("hub/proxy".into()),
        ..TimelineEvent::clone(first)
    };
    timeline.push(Arc::new(second));
    snapshot.timeline = Arc::new(timeline);
    let ui = fixture::ui(80, 30);
    let screen = show(&snapshot, &ui, false);
    assert!(
        screen.contains("hub/backend +1 ✖ healthy → unhealthy"),
        "{screen}"
    );
    assert!(!screen.contains("hub/proxy"), "{screen}");
    assert!(screen.contains(" 15 events, 1 open incident"), "{screen}");
    let mut chosen = ui;
    chosen.past.timeline.selected = Some(30);
    assert_eq!(
        selected(&chosen, &snapshot).map(|event| event.sequence),
        Some(8),
        "the row that holds it"
    );
}

#[test]
fn a_bracket_holds_what_belongs_to_its_incident_and_passes_the_rest() {
    let snapshot = two_incidents();
    let ui = fixture::ui(80, 30);
    let events = shown(&ui, &snapshot);
    let beside: Vec<_> = brackets(&events, &snapshot)
        .iter()
        .zip(&events)
        .map(|(row, event)| (event.sequence, row[0], row[1]))
        .collect();
    let (open, over) = (true, false);
    use Bracket::{Bottom, Inside, Passing, Top};
    assert_eq!(
        beside,
        [
            (11, None, None),
            (10, Some((Inside, open)), None),
            (9, Some((Passing, open)), None),
            (8, Some((Inside, open)), None),
            (22, Some((Inside, open)), None),
            (7, Some((Bottom, open)), None),
            (6, None, None),
            (21, Some((Top, over)), None),
            (5, Some((Passing, over)), None),
            (20, Some((Bottom, over)), None),
            (4, None, None),
            (3, None, None),
            (2, None, None),
            (1, None, None),
        ]
    );
}

#[test]
fn incidents_at_the_same_time_stand_beside_one_another() {
    let mut snapshot = two_incidents();
    let begun = Arc::make_mut(&mut snapshot.incidents[1]);
    begun.opened_at = fixture::ago(880);
    tell(&mut snapshot, 23, 880, 1, IncidentChange::Updated);
    let ui = fixture::ui(80, 30);
    let events = shown(&ui, &snapshot);
    let rows = brackets(&events, &snapshot);
    assert_eq!(lanes(&rows), 2);
    let at = events
        .iter()
        .position(|event| event.sequence == 21)
        .unwrap();
    assert!(rows[at][0].is_some() && rows[at][1].is_some());
}

#[test]
fn events_are_sorted_by_when_they_happened() {
    let mut snapshot = fixture::failing().snapshot();
    let mut timeline = snapshot.timeline.to_vec();
    timeline.rotate_left(3);
    snapshot.timeline = Arc::new(timeline);
    let ui = fixture::ui(80, 30);
    let times: Vec<_> = shown(&ui, &snapshot).iter().map(|it| it.at).collect();
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
}

#[test]
fn the_head_counts_events_and_open_incidents() {
    let snapshot = two_incidents();
    let mut ui = fixture::ui(80, 30);
    let head = |ui: &UiState| {
        let screen = show(&snapshot, ui, false);
        screen.lines().nth(1).unwrap().to_owned()
    };
    assert!(head(&ui).ends_with("14 events, 1 open incident"));
    ui.scope.filter = "redis".to_owned();
    assert!(head(&ui).ends_with("2 of 14 events, 1 open incident"));
    let narrow = UiState {
        scope: ui.scope.clone(),
        ..fixture::ui(50, 30)
    };
    assert!(
        head(&narrow).ends_with("  2 of 14 events"),
        "{}",
        head(&narrow)
    );
}

#[test]
fn the_end_of_a_run_says_that_its_last_lines_are_kept() {
    let mut snapshot = fixture::failing().snapshot();
    let ui = fixture::ui(100, 30);
    let sign = |snapshot: &Snapshot, ascii| {
        let screen = show(snapshot, &ui, ascii);
        let row = screen
            .lines()
            .find(|row| row.contains("exited with code 1"));
        row.unwrap_or_else(|| panic!("{screen}")).to_owned()
    };
    assert!(!sign(&snapshot, false).contains('≡'));
    let ended = |event: &&Arc<TimelineEvent>| matches!(event.change, Change::Ended(_));
    let end = snapshot.timeline.iter().find(ended).unwrap();
    snapshot.recorded_runs = [crate::model::RecordedRun {
        service: end.service.clone().unwrap(),
        stack: None,
        instance: "a".into(),
        name: "hub-db-1".to_owned(),
        at: end.at,
        cause: crate::model::RecordingCause::Exited,
        lines: 20,
        gone: false,
    }]
    .into();
    assert!(sign(&snapshot, false).contains("✖ ≡ "));
    assert!(sign(&snapshot, true).contains("X L "));
}

#[test]
fn no_size_panics() {
    let snapshot = operating();
    for width in 0..=60 {
        for height in 0..=30 {
            let mut ui = fixture::ui(width, height);
            ui.past.timeline.top = usize::from(height);
            show(&snapshot, &ui, height % 2 == 0);
        }
    }
}
