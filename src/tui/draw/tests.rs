mod attached;
mod compose;
mod gallery;
mod log_view;
mod properties;
mod shown;

use ratatui::layout::Size;

use std::sync::Arc;

use crate::model::{
    ConnectAttempt, EngineStatus, Operation, OperationId, OperationKind, OperationStatus,
    Principal, SkipReason, Snapshot, StepState,
};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, assert_screen, dressed, plan};
use crate::tui::update;

fn no_engine() -> Snapshot {
    let mut snapshot = Snapshot::empty(fixture::now());
    snapshot.engine.status = EngineStatus::Lost {
        since: fixture::ago(3),
        error: "no container engine answers".to_owned(),
        retry_at: fixture::ago(-4),
    };
    for (source, endpoint, error) in [
        ("DOCKER_HOST", "tcp://10.0.0.9:2375", "connection refused"),
        (
            "default socket",
            "unix:///var/run/docker.sock",
            "permission denied; is this user in the group docker?",
        ),
        (
            "Podman socket",
            "unix:///run/user/1000/podman/podman.sock",
            "no such file",
        ),
    ] {
        snapshot.engine.attempts.push(ConnectAttempt {
            source: source.to_owned(),
            endpoint: endpoint.to_owned(),
            error: error.to_owned(),
        });
    }
    snapshot
}

fn empty() -> Snapshot {
    let mut snapshot = dressed(Snapshot::empty(fixture::now()));
    snapshot.engine.status = EngineStatus::Connected {
        since: fixture::ago(60),
    };
    snapshot
}

/// Takes a snapshot of the screen after `keys`.
fn check(name: &str, console: &mut TestConsole, keys: &str) {
    let Size { width, height } = console.ui.terminal.size;
    console.press(keys);
    assert_screen(&format!("frame_{name}_{width}x{height}"), &console.screen());
}

#[test]
fn the_table_at_every_size() {
    for (width, height) in [(1, 1), (10, 3), (40, 10), (80, 24), (160, 50), (300, 100)] {
        check(
            "failing",
            &mut TestConsole::new(dressed(fixture::failing().snapshot()), width, height),
            "2",
        );
    }
    check(
        "sixty",
        &mut TestConsole::new(dressed(fixture::sixty().snapshot()), 80, 24),
        "2 G",
    );
    check(
        "mixed",
        &mut TestConsole::new(dressed(fixture::mixed().snapshot()), 120, 20),
        "2 space space",
    );
    check(
        "strange",
        &mut TestConsole::new(dressed(fixture::strange().snapshot()), 80, 12),
        "2",
    );
}

#[test]
fn the_engine_connecting_empty_lost_and_never_there() {
    check(
        "connecting",
        &mut TestConsole::new(Snapshot::empty(fixture::now()), 80, 24),
        "2",
    );
    check("empty", &mut TestConsole::new(empty(), 80, 24), "2");
    for (width, height) in [(40, 10), (80, 24)] {
        check(
            "lost",
            &mut TestConsole::new(dressed(fixture::lost().snapshot()), width, height),
            "2",
        );
        check(
            "no_engine",
            &mut TestConsole::new(no_engine(), width, height),
            "",
        );
    }
}

#[test]
fn dialogs() {
    for (width, height) in [(40, 10), (80, 24)] {
        let console = || {
            let mut console =
                TestConsole::new(dressed(fixture::failing().snapshot()), width, height);
            console.press("2");
            console
        };
        let mut asked = console();
        let restart = Operation {
            kind: OperationKind::Restart,
            targets: vec!["hub/db".into()],
            with_dependents: false,
            image: None,
        };
        let made = plan(&restart, &asked.snapshot);
        let facts = asked.facts;
        asked.select("hub/db");
        update::planned(&mut asked.ui, Ok(made), &facts);
        check("confirm", &mut asked, "");
        check("help", &mut console(), "?");
        check("palette", &mut console(), ": b a c k");
        check("actions", console().select("hub/db"), "x");
        check("columns", &mut console(), "| down space");
        check("filter", &mut console(), "/ d b");
    }
}

#[test]
fn the_steps_of_an_operation_and_the_question_how_to_leave() {
    use StepState::{Running, Skipped, Succeeded, Unverified};
    let asked = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/redis".into(), "hub/backend".into(), "hub/proxy".into()],
        with_dependents: true,
        image: None,
    };
    for (width, height) in [(40, 10), (80, 24)] {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
        let skipped = Skipped {
            reason: SkipReason::Cancelled,
        };
        let mut status = OperationStatus {
            id: OperationId(1),
            principal: Principal::Terminal,
            activities: Default::default(),
            plan: plan(&asked, &console.snapshot),
            steps: vec![Succeeded, Running, StepState::Pending],
            times: Vec::new(),
            calls: Vec::new(),
            started_at: fixture::ago(12),
            finished_at: None,
            error: None,
            cancelled: None,
            output: Default::default(),
        };
        console.snapshot.operations = vec![Arc::new(status.clone())];
        console.settle();
        console.wait(30);
        check("leave", &mut console, "2 q");
        check("operation", &mut console, "esc O");
        status.steps = vec![Succeeded, Unverified, skipped];
        (status.finished_at, status.cancelled) =
            (Some(fixture::ago(2)), Some(SkipReason::Cancelled));
        console.snapshot.operations = vec![Arc::new(status)];
        check("operation_cancelled", &mut console, "");
    }
}

#[test]
fn read_only_demo_and_config_problem_are_named() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 24);
    console.facts.read_only = true;
    console.facts.demo = true;
    console.snapshot.config_problem =
        Some("config.toml, line 3, theme: there is no theme \"x\"".to_owned());
    check("read_only", &mut console, "2 r");
}

#[test]
fn the_map_within_its_frame() {
    for (width, height) in [(1, 1), (40, 10), (80, 24), (160, 50)] {
        check(
            "map",
            &mut TestConsole::new(dressed(fixture::failing().snapshot()), width, height),
            "down",
        );
    }
    check(
        "map_start",
        &mut TestConsole::new(dressed(fixture::nine().snapshot()), 80, 24),
        "",
    );
    check(
        "map_lost",
        &mut TestConsole::new(dressed(fixture::lost().snapshot()), 80, 24),
        "",
    );
    check(
        "map_connecting",
        &mut TestConsole::new(Snapshot::empty(fixture::now()), 80, 24),
        "",
    );
}

#[test]
fn a_key_on_the_map_costs_few_bytes() {
    for builder in [fixture::failing(), fixture::twenty_five(), fixture::sixty()] {
        let mut console = TestConsole::new(dressed(builder.snapshot()), 160, 50);
        let mut canvas = crate::tui::terminal::Canvas::new(std::io::sink());
        canvas.show(console.draw(), &[]).unwrap();
        for keys in [
            "down", "down", "down", "down", "right", "down", "up", "left", "esc", "2", "j",
        ] {
            console.press(keys);
            let bytes = canvas.show(console.draw(), &[]).unwrap();
            // A table with bars and sparklines in each row is written once, when it is opened.
            let limit = if keys == "2" { 12 * 1024 } else { 4 * 1024 };
            assert!(
                bytes <= limit,
                "{keys} with {} services: {bytes} bytes",
                console.snapshot.services.len()
            );
        }
        assert_eq!(
            canvas.show(console.draw(), &[]).unwrap(),
            0,
            "nothing changed"
        );
    }
}

#[test]
fn the_preview_beside_the_table_and_the_map() {
    for (name, width, height, keys) in [
        ("preview_why", 160, 30, "2 v v v"),
        ("preview_metrics", 80, 36, "2 v v"),
        ("preview_map", 160, 50, "down v v v"),
        ("preview_why", 80, 50, "2 v v v"),
    ] {
        check(
            name,
            &mut TestConsole::new(dressed(fixture::failing().snapshot()), width, height),
            keys,
        );
    }
}
