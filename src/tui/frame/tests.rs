mod properties;
mod shown;

use ratatui::layout::Size;

use std::sync::Arc;

use crate::model::{
    ConnectAttempt, EngineStatus, Operation, OperationId, OperationKind, OperationStatus,
    Principal, SkipReason, Snapshot, StepState,
};
use crate::tui::fixture;
use crate::tui::rig::{Rig, dressed, plan};
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
fn check(name: &str, rig: &mut Rig, keys: &str) {
    let Size { width, height } = rig.ui.size;
    rig.press(keys);
    insta::assert_snapshot!(format!("{name}_{width}x{height}"), rig.screen());
}

#[test]
fn the_table_at_every_size() {
    for (width, height) in [(1, 1), (10, 3), (40, 10), (80, 24), (160, 50), (300, 100)] {
        check(
            "failing",
            &mut Rig::new(dressed(fixture::failing().snapshot()), width, height),
            "2",
        );
    }
    check(
        "sixty",
        &mut Rig::new(dressed(fixture::sixty().snapshot()), 80, 24),
        "2 G",
    );
    check(
        "mixed",
        &mut Rig::new(dressed(fixture::mixed().snapshot()), 120, 20),
        "2 space space",
    );
    check(
        "strange",
        &mut Rig::new(dressed(fixture::strange().snapshot()), 80, 12),
        "2",
    );
}

#[test]
fn the_engine_connecting_empty_lost_and_never_there() {
    check(
        "connecting",
        &mut Rig::new(Snapshot::empty(fixture::now()), 80, 24),
        "2",
    );
    check("empty", &mut Rig::new(empty(), 80, 24), "2");
    for (width, height) in [(40, 10), (80, 24)] {
        check(
            "lost",
            &mut Rig::new(dressed(fixture::lost().snapshot()), width, height),
            "2",
        );
        check("no_engine", &mut Rig::new(no_engine(), width, height), "");
    }
}

#[test]
fn dialogs() {
    for (width, height) in [(40, 10), (80, 24)] {
        let rig = || {
            let mut rig = Rig::new(dressed(fixture::failing().snapshot()), width, height);
            rig.press("2");
            rig
        };
        let mut asked = rig();
        let restart = Operation {
            kind: OperationKind::Restart,
            targets: vec!["hub/db".into()],
            with_dependents: false,
        };
        let made = plan(&restart, &asked.snapshot);
        let facts = asked.facts;
        asked.select("hub/db");
        update::planned(&mut asked.ui, Ok(made), &facts);
        check("confirm", &mut asked, "");
        check("help", &mut rig(), "?");
        check("palette", &mut rig(), ": b a c k");
        check("actions", rig().select("hub/db"), "x");
        check("filter", &mut rig(), "/ d b");
    }
}

#[test]
fn the_steps_of_an_operation_and_the_question_how_to_leave() {
    use StepState::{Running, Skipped, Succeeded, Unverified};
    let asked = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/redis".into(), "hub/backend".into(), "hub/proxy".into()],
        with_dependents: true,
    };
    for (width, height) in [(40, 10), (80, 24)] {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), width, height);
        let skipped = Skipped {
            reason: SkipReason::Cancelled,
        };
        let mut status = OperationStatus {
            id: OperationId(1),
            principal: Principal::Terminal,
            plan: plan(&asked, &rig.snapshot),
            steps: vec![Succeeded, Running, StepState::Pending],
            started_at: fixture::ago(12),
            finished_at: None,
            error: None,
            cancelled: None,
        };
        rig.snapshot.operations = vec![Arc::new(status.clone())];
        rig.settle();
        rig.wait(30);
        check("leave", &mut rig, "2 q");
        check("operation", &mut rig, "esc O");
        status.steps = vec![Succeeded, Unverified, skipped];
        (status.finished_at, status.cancelled) =
            (Some(fixture::ago(2)), Some(SkipReason::Cancelled));
        rig.snapshot.operations = vec![Arc::new(status)];
        check("operation_cancelled", &mut rig, "");
    }
}

#[test]
fn read_only_demo_and_config_problem_are_named() {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 80, 24);
    rig.facts.read_only = true;
    rig.facts.demo = true;
    rig.snapshot.config_problem =
        Some("config.toml, line 3, theme: there is no theme \"x\"".to_owned());
    check("read_only", &mut rig, "2 r");
}

#[test]
fn the_map_within_its_frame() {
    for (width, height) in [(1, 1), (40, 10), (80, 24), (160, 50)] {
        check(
            "map",
            &mut Rig::new(dressed(fixture::failing().snapshot()), width, height),
            "down",
        );
    }
    check(
        "map_start",
        &mut Rig::new(dressed(fixture::nine().snapshot()), 80, 24),
        "",
    );
    check(
        "map_lost",
        &mut Rig::new(dressed(fixture::lost().snapshot()), 80, 24),
        "",
    );
    check(
        "map_connecting",
        &mut Rig::new(Snapshot::empty(fixture::now()), 80, 24),
        "",
    );
}

#[test]
fn a_key_on_the_map_costs_few_bytes() {
    for picture in [fixture::failing(), fixture::twenty_five(), fixture::sixty()] {
        let mut rig = Rig::new(dressed(picture.snapshot()), 160, 50);
        let mut canvas = crate::tui::terminal::Canvas::new(std::io::sink());
        canvas.show(rig.draw()).unwrap();
        for keys in [
            "down", "down", "down", "down", "right", "down", "up", "left", "esc", "2", "j",
        ] {
            rig.press(keys);
            let bytes = canvas.show(rig.draw()).unwrap();
            let limit = if keys == "2" { 8 * 1024 } else { 4 * 1024 };
            assert!(
                bytes <= limit,
                "{keys} with {} services: {bytes} bytes",
                rig.snapshot.services.len()
            );
        }
        assert_eq!(canvas.show(rig.draw()).unwrap(), 0, "nothing changed");
    }
}
