//! What a card, a chip and a row show of one service.

use super::*;
use crate::model::{
    HealthState, InstanceState, Operation, OperationId, OperationKind, OperationStatus, Principal,
    StepState, StepWait,
};
use crate::tui::test_console::plan;

/// A restart of `targets` that runs, with these states of its steps.
fn operation(
    console: &TestConsole,
    kind: OperationKind,
    steps: &[(&str, StepState)],
) -> OperationStatus {
    let operation = Operation {
        kind,
        targets: steps.iter().map(|(id, _)| ServiceId::from(*id)).collect(),
        with_dependents: false,
        image: None,
    };
    OperationStatus {
        id: OperationId(1),
        principal: Principal::Terminal,
        activities: Default::default(),
        plan: plan(&operation, &console.snapshot),
        steps: steps.iter().map(|(_, state)| state.clone()).collect(),
        times: Vec::new(),
        calls: Vec::new(),
        started_at: fixture::ago(4),
        finished_at: None,
        error: None,
        cancelled: None,
        output: Default::default(),
    }
}

fn operated(size: (u16, u16), kind: OperationKind, steps: &[(&str, StepState)]) -> String {
    let mut console = console(&fixture::nine(), size);
    let operation = operation(&console, kind, steps);
    console.snapshot.operations = vec![Arc::new(operation)];
    console.screen()
}

#[test]
fn a_running_operation_is_on_the_card_and_on_the_chip() {
    let one = [("hub/db", StepState::Running)];
    let screen = operated((120, 40), OperationKind::Stop, &one);
    assert!(screen.contains("◐ db ──────────── stopping"), "{screen}");
    assert!(screen.contains("│ stopping (4s)"), "{screen}");
    let chips = operated((80, 24), OperationKind::Stop, &one);
    assert!(chips.contains("[◐ db    stopping]"), "{chips}");
    let steps = [
        ("hub/db", StepState::Succeeded),
        ("hub/redis", StepState::Waiting),
        ("hub/proxy", StepState::Pending),
    ];
    let screen = operated((160, 50), OperationKind::Restart, &steps);
    assert!(
        screen.contains("waiting for healthy (plan 2/3)"),
        "{screen}"
    );
    assert!(screen.contains("● db"), "its step is over: {screen}");
    // What is yet to come has the state it has.
    assert!(
        screen.contains("● proxy") && screen.contains("restart is pending (plan 3/3)"),
        "{screen}"
    );
}

#[test]
fn a_newer_image_is_on_the_card_where_there_is_room() {
    let mut console = console(&fixture::nine(), (160, 50));
    assert!(!console.screen().contains("newer image"));
    fixture::add_newer_image(&mut console.snapshot, "hub/db");
    let screen = console.screen();
    assert_eq!(screen.matches("newer image").count(), 1, "{screen}");
}

#[test]
fn a_job_on_the_card_waits_for_its_exit() {
    let mut console = console(&fixture::nine(), (160, 50));
    let job = [("hub/migrate", StepState::Waiting)];
    let mut operation = operation(&console, OperationKind::Restart, &job);
    operation.plan.steps[0].wait = StepWait::Exit;
    console.snapshot.operations = vec![Arc::new(operation)];
    let screen = console.screen();
    assert!(screen.contains("waiting for exit 0"), "{screen}");
}

#[test]
fn reasons_are_shown_as_a_whole_or_not_at_all() {
    let snapshots = [fixture::failing(), fixture::mixed(), fixture::sixty()];
    for mut builder in snapshots {
        if builder.ids().len() == 60 {
            fixture::fail(&mut builder, "hub");
        }
        let snapshot = builder.snapshot();
        for level in ZoomLevel::LADDER {
            for size in [(40, 12), (80, 24), (120, 35), (160, 50)] {
                let mut ui = fixture::ui(size.0, size.1);
                ui.map.zoom = Zoom::At(level);
                ui.scope.filter = "b".to_owned();
                let (buffer, _) = fixture::frame(&snapshot, &ui, false, draw);
                let cut = buffer.area.positions().find(|at| {
                    buffer[*at].symbol() == "…"
                        && !matches!(
                            fixture::role_at(&buffer, at.x, at.y),
                            Some(Role::Title | Role::Muted)
                        )
                        && at.y < size.1 - 3
                });
                assert_eq!(
                    cut,
                    None,
                    "{level:?} {size:?}: {}",
                    fixture::screen(&buffer)
                );
            }
        }
    }
}

#[test]
fn figures_are_neutral_until_they_pass_a_threshold() {
    let busy = |cpu: f64, memory: u64| {
        let mut builder = fixture::chain("hub", &["web", "db"]);
        builder.change("hub/db", |make| {
            for instance in &mut make.service.instances {
                let sample = instance.sample.as_mut().unwrap();
                (sample.cpu_percent, sample.memory_bytes) = (Some(cpu), Some(memory << 20));
            }
        });
        let (buffer, _) = fixture::frame(&builder.snapshot(), &fixture::ui(100, 30), false, draw);
        let role = |text: &str| {
            let (x, y) = fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text}"));
            fixture::role_at(&buffer, x, y)
        };
        let words = [crate::model::words::percent(cpu), format!("{memory} MiB")];
        words.map(|words| role(&words))
    };
    assert_eq!(busy(80.0, 230), [Some(Role::Text); 2]);
    assert_eq!(busy(81.0, 230), [Some(Role::Degraded), Some(Role::Text)]);
    assert_eq!(busy(80.0, 231), [Some(Role::Text), Some(Role::Degraded)]);
}

#[test]
fn a_service_that_nothing_checks_is_hollow_and_not_green() {
    let mut builder = fixture::nine();
    builder.change("hub/redis", |make| {
        make.service.health.state = HealthState::Running;
        make.service.health.reason = crate::model::Reason::NoCheck;
        make.service.health.probe = None;
        make.service.latency = Arc::default();
    });
    let (buffer, _) = fixture::frame(&builder.snapshot(), &fixture::ui(120, 38), false, draw);
    let at = fixture::find(&buffer, "○ redis").unwrap();
    assert_eq!(fixture::role_at(&buffer, at.0, at.1), Some(Role::Running));
    assert!(fixture::find(&buffer, "no check").is_some());
}

#[test]
fn a_card_offers_the_key_that_brings_its_service_back() {
    let mut builder = fixture::failing();
    builder.change("hub/redis", |make| {
        make.instance_state(InstanceState::Paused)
            .state(HealthState::Degraded, 40, "paused")
            .without_samples();
    });
    let mut console = console(&builder, (120, 40));
    let screen = console.screen();
    assert!(
        screen.contains("S start") && screen.contains("p unpause"),
        "{screen}"
    );
    console.facts.read_only = true;
    let screen = console.screen();
    assert!(
        !screen.contains("S start") && !screen.contains("p unpause"),
        "{screen}"
    );
}

#[test]
fn without_cpu_and_memory_the_history_of_the_latency_takes_their_place() {
    let mut builder = fixture::nine();
    builder.change("hub/redis", |make| {
        make.without_samples();
    });
    let mut console = console(&builder, (80, 24));
    console.ui.map.zoom = Zoom::At(ZoomLevel::List);
    let screen = console.screen();
    let row = screen.lines().find(|line| line.contains("redis")).unwrap();
    assert!(row.contains('▆') && !row.contains(" - "), "{row}");
}

#[test]
fn a_lost_engine_greys_everything_on_the_map() {
    let mut builder = fixture::lost();
    fixture::fail(&mut builder, "hub");
    let (buffer, _) = fixture::frame(&builder.snapshot(), &fixture::ui(120, 38), false, draw);
    let coloured = |role: Role| {
        matches!(
            role,
            Role::Unhealthy | Role::Degraded | Role::Healthy | Role::EdgeFailing | Role::Completed
        )
    };
    for at in buffer.area.positions().filter(|at| at.y < 30 && at.x > 12) {
        let role = fixture::role_at(&buffer, at.x, at.y);
        assert!(!role.is_some_and(coloured), "{at:?}: {role:?}");
    }
}
