use std::sync::Arc;

use crate::model::{
    Operation, OperationId, OperationKind, OperationStatus, Principal, PullProgress, StepActivity,
    StepState, StepTimes,
};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, assert_screen, dressed, plan};

/// A restart of `hub/redis` with its dependents, seven seconds old: one step done, one waited for.
fn running(console: &TestConsole) -> OperationStatus {
    let asked = Operation {
        kind: OperationKind::Restart,
        targets: ["redis", "backend", "worker", "frontend", "metrics", "proxy"]
            .map(|name| format!("hub/{name}").into())
            .to_vec(),
        with_dependents: false,
        image: None,
    };
    let mut plan = plan(&asked, &console.snapshot);
    (plan.operation.targets, plan.operation.with_dependents) = (vec!["hub/redis".into()], true);
    // As their dependencies order them: two of them side by side.
    for step in plan.steps.iter_mut().skip(4) {
        step.wave -= 1;
    }
    let mut steps = vec![StepState::Pending; plan.steps.len()];
    let mut times = vec![StepTimes::default(); plan.steps.len()];
    (steps[0], steps[1]) = (StepState::Succeeded, StepState::Waiting);
    times[0] = StepTimes {
        due_at: None,
        began_at: Some(fixture::ago(7)),
        ended_at: Some(fixture::ago(4)),
    };
    times[1].began_at = Some(fixture::ago(3));
    OperationStatus {
        id: OperationId(1),
        principal: Principal::Terminal,
        activities: Default::default(),
        plan,
        steps,
        times,
        calls: Vec::new(),
        started_at: fixture::ago(7),
        finished_at: None,
        error: None,
        cancelled: None,
        output: Default::default(),
    }
}

fn console(width: u16, height: u16) -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
    console.snapshot.operations = vec![Arc::new(running(&console))];
    console.settle();
    console
}

#[test]
fn the_panel_at_several_sizes() {
    for (width, height) in [(40, 12), (80, 24), (160, 50)] {
        for (view, key) in [("map", "1"), ("table", "2")] {
            let mut console = console(width, height);
            console.press(key);
            let name = format!("operation_panel_{view}_{width}x{height}");
            assert_screen(&name, &console.screen());
        }
    }
}

#[test]
fn steps_that_are_done_give_way_to_those_that_run() {
    let mut console = console(80, 24);
    let mut status = running(&console);
    let last = status.steps.len() - 1;
    for index in 0..last {
        status.steps[index] = StepState::Succeeded;
        status.times[index] = StepTimes {
            due_at: None,
            began_at: Some(fixture::ago(7)),
            ended_at: Some(fixture::ago(5)),
        };
    }
    status.steps[last] = StepState::Running;
    status.times[last].began_at = Some(fixture::ago(2));
    let id = status.plan.steps[last].service.to_string();
    let name = id.trim_start_matches("hub/").to_owned();
    console.snapshot.operations = vec![Arc::new(status)];
    console.settle();
    let screen = console.screen();
    assert!(
        screen.contains(&format!("{name} restarting 2s")),
        "{screen}"
    );
    assert!(screen.contains(" done"), "{screen}");
}

#[test]
fn without_a_border_the_row_takes_nothing_from_the_footer() {
    let mut console = console(80, 11);
    console.press("2");
    let screen = console.screen();
    let rows: Vec<&str> = screen.lines().collect();
    let at = rows
        .iter()
        .position(|row| row.contains("restart: 1/7 · 7s"));
    assert_eq!(at, Some(rows.len() - 2), "{screen}");
}

#[test]
fn a_pull_is_shown_by_layers_and_bytes_before_its_step_begins() {
    let mut console = console(160, 50);
    let mut status = running(&console);
    status.steps.fill(StepState::Pending);
    status.times.fill(StepTimes::default());
    let progress = PullProgress {
        layers_done: 3,
        layers: 7,
        bytes: 41_000_000,
        total_bytes: 120_000_000,
    };
    status
        .activities
        .set(0, Some(StepActivity::Pulling(progress)));
    console.snapshot.operations = vec![Arc::new(status)];
    console.settle();
    for view in ["1", "2"] {
        console.press(view);
        let screen = console.screen();
        assert!(
            screen.contains("◐ redis pulling 3/7 layers, 41 of 120 MB"),
            "{screen}"
        );
    }
    console.press("O");
    let screen = console.screen();
    assert!(
        screen.contains(": pulling 3/7 layers, 41 of 120 MB"),
        "{screen}"
    );
}
