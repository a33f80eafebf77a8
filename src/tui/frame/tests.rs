use proptest::prelude::*;
use ratatui::layout::Size;

use std::sync::Arc;

use crate::model::{
    ConnectAttempt, EngineStatus, Operation, OperationId, OperationKind, OperationStatus, Part,
    PartDown, PartFailure, Principal, Shortage, ShortageView, SkipReason, Snapshot, StepState,
};
use crate::tui::fixture;
use crate::tui::keymap::Key;
use crate::tui::rig::{Rig, dressed, plan};
use crate::tui::state::Dialog;

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
        check("confirm", rig().select("hub/db"), "r");
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
fn what_is_wrong_with_hubdeck_itself_is_named() {
    let mut rig = Rig::new(dressed(fixture::failing().snapshot()), 100, 20);
    let (since, failure) = (fixture::ago(90), PartFailure::Panicked);
    rig.snapshot.parts_down = vec![PartDown {
        part: Part::Probing,
        since,
        failures: 3,
        failure,
    }];
    let shortage = Shortage::FileHandles { limit: Some(64) };
    let view = ShortageView {
        shortage,
        since,
        last: fixture::now(),
        failures: 9,
        told_at: since,
    };
    rig.snapshot.shortages = vec![view];
    let screen = rig.screen();
    for banner in [
        "hubdeck's probing has been down for 1m (3 failures)",
        "hubdeck is out of file handles (limit 64); what fails for it is not measured",
    ] {
        assert!(screen.contains(banner), "{banner}:\n{screen}");
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
fn settings_that_wait_for_a_restart_are_named() {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 24);
    rig.snapshot.config_waiting = vec!["engine.host", "log.file"];
    let screen = rig.screen();
    assert!(
        screen.contains("engine.host and log.file take effect after a restart"),
        "{screen}"
    );
}

#[test]
fn containers_that_cannot_be_shown_are_named() {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 24);
    rig.snapshot.engine.gaps.unreadable_containers = 2;
    let screen = rig.screen();
    assert!(
        screen.contains("2 containers in the engine's list could not be read and are not shown"),
        "{screen}"
    );
}

#[test]
fn a_stop_that_removes_containers_asks_for_the_removal() {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
    rig.select("hub/db").press("s");
    let Some(Dialog::Confirm { plan, .. }) = &mut rig.ui.dialog else {
        panic!("it asks")
    };
    plan.removes = vec!["hub-db-1".to_owned()];
    let screen = rig.screen();
    assert!(
        screen.contains("Stop hub/db, which removes its container?"),
        "{screen}"
    );
    assert!(
        screen.contains("stop hub-db-1, then the engine removes it"),
        "{screen}"
    );
}

#[test]
fn ascii_mode_writes_only_ascii() {
    for picture in [
        fixture::failing(),
        fixture::mixed(),
        fixture::strange(),
        fixture::lost(),
    ] {
        let mut rig = Rig::new(dressed(picture.snapshot()), 100, 30);
        rig.ascii = true;
        for keys in [
            "1", "2", "r", "esc ?", "esc :", "esc x", "esc 3", "4", "0", "2 enter", "tab",
            "tab tab", "r",
        ] {
            rig.press(keys);
            let screen = rig.screen();
            let wrong: String = screen.chars().filter(|c| !c.is_ascii()).collect();
            assert!(wrong.is_empty(), "after {keys}: {wrong}\n{screen}");
        }
    }
    let mut rig = Rig::new(no_engine(), 100, 30);
    rig.ascii = true;
    assert!(rig.screen().is_ascii());
}

#[test]
fn without_colours_states_and_choices_differ_by_shape() {
    let mut rig = Rig::new(dressed(fixture::mixed().snapshot()), 120, 20);
    rig.theme = crate::tui::theme::Theme::load("mono", &[]).unwrap();
    rig.press("2");
    let screen = rig.screen();
    for sign in [
        "✖≈unhealthy",
        "▲‖degraded",
        "◐ starting",
        "● healthy",
        "■ stopped",
        "? unknown",
    ] {
        assert!(screen.contains(sign), "{sign}\n{screen}");
    }
    let selected = |screen: &str| screen.lines().position(|line| line.starts_with('▌'));
    let before = selected(&screen);
    assert!(before.is_some(), "{screen}");
    rig.press("j");
    assert_eq!(selected(&rig.screen()), before.map(|at| at + 1));
    rig.press("r");
    assert!(rig.screen().contains("[ no ]"));
    rig.press("left");
    assert!(rig.screen().contains("[ yes ]"));
}

#[test]
fn numbers_that_are_not_known_are_not_zero() {
    let mut rig = Rig::new(dressed(fixture::mixed().snapshot()), 120, 20);
    let screen = rig.press("2").screen();
    let line = screen
        .lines()
        .find(|line| line.contains("metrics"))
        .unwrap();
    assert!(!line.contains("0.0%") && !line.contains("0B"), "{line}");
}

fn any_key() -> impl Strategy<Value = Key> {
    let named = prop::sample::select(vec![
        "up",
        "down",
        "left",
        "right",
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "space",
        "pgup",
        "pgdn",
        "home",
        "end",
        "backspace",
        "delete",
        "ctrl-u",
        "ctrl-d",
        "ctrl-r",
        "ctrl-s",
        "ctrl-w",
        "f1",
        "1",
        "2",
        "3",
        "4",
        "0",
        "y",
        "n",
    ]);
    prop_oneof![
        3 => named.prop_map(|name| Key::parse(name).unwrap()),
        2 => prop::char::range('!', '~').prop_map(|c| Key::parse(&c.to_string()).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any size, any picture, any keys, any clicks, a resize in between: no panic, nothing outside.
    #[test]
    fn no_terminal_and_no_key_panics(
        (width, height) in prop_oneof![(0..12_u16, 0..12_u16), (0..300_u16, 0..100_u16)],
        (later_width, later_height) in (0..120_u16, 0..40_u16),
        picture in 0..7_usize,
        keys in prop::collection::vec(any_key(), 0..40),
        clicks in prop::collection::vec((0..120_u16, 0..40_u16), 0..4),
        ascii: bool,
    ) {
        let snapshot = match picture {
            0 => fixture::failing().snapshot(),
            1 => fixture::mixed().snapshot(),
            2 => fixture::strange().snapshot(),
            3 => dressed(fixture::lost().snapshot()),
            4 => fixture::sixty().snapshot(),
            5 => no_engine(),
            _ => Snapshot::empty(fixture::now()),
        };
        let mut rig = Rig::new(snapshot, width, height);
        rig.ascii = ascii;
        let half = keys.len() / 2;
        for (index, key) in keys.into_iter().enumerate() {
            if index == half {
                rig.ui.size = Size::new(later_width, later_height);
                rig.snapshot = dressed(fixture::failing().snapshot());
                rig.settle();
            }
            rig.key(key);
        }
        for (x, y) in clicks {
            if let Some(crate::tui::scene::Hit::Do(action)) = rig.ui.drawn.at(x, y).cloned() {
                rig.act(action);
                rig.draw();
            }
        }
        for (area, _) in &rig.ui.drawn.areas {
            prop_assert!(area.right() <= rig.ui.size.width && area.bottom() <= rig.ui.size.height, "{area}");
        }
    }
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
fn the_help_names_every_bound_action() {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 140, 200);
    let screen = rig.press("?").screen();
    for entry in crate::tui::keymap::ENTRIES
        .iter()
        .filter(|entry| !entry.keys.is_empty())
    {
        assert!(screen.contains(entry.description), "{}\n{screen}", entry.id);
    }
    assert!(
        screen.contains("(nothing selected)") && screen.contains("(only in logs)"),
        "{screen}"
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

#[test]
fn an_incident_whose_root_is_back_says_so() {
    let mut snapshot = dressed(fixture::failing().snapshot());
    let line = |snapshot: &Snapshot| {
        let screen = Rig::new(snapshot.clone(), 160, 50).screen();
        screen
            .lines()
            .find(|line| line.contains("hub/db since"))
            .map(str::to_owned)
            .expect("an incident")
    };
    assert!(!line(&snapshot).contains("works again"));
    let db = snapshot
        .services
        .iter_mut()
        .find(|service| service.id.as_str() == "hub/db")
        .expect("db");
    std::sync::Arc::make_mut(db).health.state = crate::model::HealthState::Healthy;
    assert!(
        line(&snapshot).contains(", works again"),
        "{}",
        line(&snapshot)
    );
}
