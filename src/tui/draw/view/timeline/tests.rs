use super::*;
use crate::model::{
    Impact, Operation, OperationId, OperationKind, Plan, ServiceId, StackName, Step, StepTarget,
};
use crate::tui::fixture;
use crate::tui::input::action::{Action, Direction};
use crate::tui::state::timeline::selected;
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
        wait_healthy: true,
        wave: 0,
    };
    let operation = Operation {
        kind: OperationKind::Restart,
        targets: vec![ServiceId::from("hub/db")],
        with_dependents: true,
    };
    let plan = Plan {
        operation,
        steps: vec![step("hub-db-1"), step("hub-backend-1")],
        impact: Impact::default(),
        removes: Vec::new(),
        warnings: Vec::new(),
        hash: "0".to_owned(),
    };
    let mut snapshot = fixture::failing().snapshot();
    snapshot.operations.push(Arc::new(OperationStatus {
        id: OperationId(1),
        principal: Principal::Http,
        plan,
        steps: vec![StepState::Succeeded, StepState::Waiting],
        started_at: fixture::ago(12),
        finished_at: None,
        error: None,
        cancelled: None,
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
    assert_eq!(after(Action::Last), (Some(1), Some(1), 5));
    assert_eq!(
        after(Action::Page(-1)),
        (Some(1), Some(1), 0),
        "scrolling does not select"
    );
    assert_eq!(after(Action::Row(3)), (Some(8), Some(8), 0));
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
