mod back;
mod columns;
mod details_search;
mod filter;
mod health;
mod inside;
mod inspect;
mod late_lines;
mod leave;
mod log_patterns;
mod log_record;
mod log_search;
mod log_view;
mod logs;
mod palette;
mod plans;
mod preview;
mod processes;
mod production;
mod readable;
mod record;
mod safe;
mod selection;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    EngineStatus, HealthState, InstanceState, Operation, OperationId, OperationKind,
    OperationStatus, Overlay, Principal, ServiceId, StepState,
};
use crate::tui::fixture;
use crate::tui::input::action::{Action, Edit};
use crate::tui::input::column::Column;
use crate::tui::input::key::KeyPress;
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::Dialog;
use crate::tui::test_console::{TestConsole, dressed, plan};
use crate::tui::update::effect::Effect;

fn console() -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
    console.press("2");
    console
}

fn submitted(console: &TestConsole) -> Vec<(OperationKind, Vec<String>)> {
    let plans = console.effects.iter().filter_map(|effect| match effect {
        Effect::Submit(plan) => Some(plan),
        _ => None,
    });
    plans
        .map(|plan| {
            (
                plan.operation.kind,
                plan.operation
                    .targets
                    .iter()
                    .map(ToString::to_string)
                    .collect(),
            )
        })
        .collect()
}

#[test]
fn nothing_that_interrupts_runs_unasked() {
    for key in ["r", "R", "s", "p"] {
        for (answer, runs) in [
            ("y", true),
            ("n", false),
            ("esc", false),
            ("enter", false),
            ("left enter", true),
            ("tab enter", true),
            ("q", false),
        ] {
            let mut console = console();
            console.select("hub/db").press(key);
            assert!(
                matches!(console.ui.dialog, Some(Dialog::Confirm { yes: false, .. })),
                "{key} asks, on no"
            );
            assert!(submitted(&console).is_empty(), "{key}");
            console.press(answer);
            assert_eq!(
                submitted(&console).len(),
                usize::from(runs),
                "{key} then {answer}"
            );
            assert_eq!(console.ui.dialog, None);
        }
    }
}

#[test]
fn no_single_key_submits_an_interruption() {
    for c in ' '..='~' {
        for prefix in ["", "ctrl-", "alt-"] {
            let mut console = console();
            console.select("hub/db");
            if let Some(key) = KeyPress::parse(&format!("{prefix}{c}")) {
                console.key(key);
            }
            assert!(submitted(&console).is_empty(), "{prefix}{c}");
        }
    }
}

#[test]
fn starting_and_unpausing_run_at_once() {
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        make.instance_state(InstanceState::Exited);
    });
    builder.change("hub/redis", |make| {
        make.instance_state(InstanceState::Paused);
    });
    let mut console = TestConsole::new(dressed(builder.snapshot()), 100, 30);
    console.press("2").select("hub/db").press("S");
    console.select("hub/redis").press("p");
    let wanted = [
        (OperationKind::Start, vec!["hub/db".to_owned()]),
        (OperationKind::Unpause, vec!["hub/redis".to_owned()]),
    ];
    assert_eq!(submitted(&console), wanted);
}

#[test]
fn a_paused_service_is_offered_to_be_unpaused_and_not_to_be_started() {
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        make.instance_state(InstanceState::Paused)
            .state(HealthState::Unhealthy, 40, "paused")
            .overlay(Overlay::Paused);
    });
    let mut console = TestConsole::new(dressed(builder.snapshot()), 100, 30);
    console.press("2").select("hub/db");
    console.draw();
    let screen = console.screen();
    let footer = screen.lines().last().unwrap_or_default();
    assert!(footer.starts_with("p Unpause"), "{footer}");
    assert!(
        footer.contains("r Restart") && footer.contains("s Stop"),
        "{footer}"
    );
    assert!(
        screen.contains("paused"),
        "the state is in the table: {screen}"
    );
    console.press("S");
    assert_eq!(
        console.toasts().last(),
        Some(&"hub/db is paused – press p to unpause")
    );
    assert!(submitted(&console).is_empty());
    // Something else that is selected is paused as before.
    console.select("hub/redis").draw();
    let screen = console.screen();
    assert!(!screen.contains("Unpause"), "{screen}");
}

#[test]
fn a_disabled_action_says_why_and_does_nothing() {
    let lost = EngineStatus::Lost {
        since: fixture::ago(1),
        error: String::new(),
        retry_at: fixture::now(),
    };
    for (key, read_only, status, select, why) in [
        ("r", true, None, Some("hub/db"), "read-only"),
        (
            "r",
            false,
            Some(lost.clone()),
            Some("hub/db"),
            "engine unreachable",
        ),
        ("l", false, Some(lost), Some("hub/db"), "engine unreachable"),
        (
            "r",
            false,
            Some(EngineStatus::Connecting),
            Some("hub/db"),
            "not connected yet",
        ),
        ("S", false, None, Some("hub/db"), "already running"),
        ("r", false, None, None, "nothing selected"),
        ("enter", false, None, None, "nothing selected"),
        ("t", false, None, Some("hub/db"), "only in logs"),
        (
            "o",
            false,
            None,
            Some("hub/db"),
            "only in the services table",
        ),
    ] {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        console.facts.read_only = read_only;
        if let Some(status) = status {
            console.snapshot.engine.status = status;
        }
        console.ui.selection.selected = select.map(ServiceId::from);
        console.press(key);
        assert_eq!(console.toasts(), [why], "{key}");
        assert!(
            console.effects.is_empty()
                && console.ui.dialog.is_none()
                && console.ui.details.is_none(),
            "{key}"
        );
    }
}

#[test]
fn a_service_that_is_worked_on_is_left_alone() {
    let mut console = console();
    console.snapshot.operations = vec![Arc::new(status(&console, 7, false, None))];
    console.settle();
    console.select("hub/db").press("s");
    assert!(
        console
            .toasts()
            .contains(&"hub/db is still being restarted"),
        "{:?}",
        console.toasts()
    );
}

fn status(console: &TestConsole, id: u64, ended: bool, error: Option<&str>) -> OperationStatus {
    let operation = Operation {
        kind: OperationKind::Restart,
        targets: vec![ServiceId::from("hub/db")],
        with_dependents: false,
        image: None,
    };
    OperationStatus {
        id: OperationId(id),
        principal: Principal::Terminal,
        activities: Default::default(),
        plan: plan(&operation, &console.snapshot),
        steps: vec![StepState::Running],
        times: Vec::new(),
        calls: Vec::new(),
        started_at: fixture::ago(3),
        finished_at: ended.then(fixture::now),
        error: error.map(ToOwned::to_owned),
        cancelled: None,
        output: Default::default(),
    }
}

#[test]
fn operations_have_a_panel_while_they_run_and_are_announced_once_when_they_end() {
    let mut console = console();
    console.snapshot.operations = vec![Arc::new(status(&console, 1, false, None))];
    console.settle();
    console.settle();
    assert!(console.toasts().is_empty(), "the panel shows it");
    let title = "restart hub/db: 0/1 · 3s";
    assert!(console.screen().contains(title), "{}", console.screen());
    console.press("esc");
    assert!(!console.screen().contains(title), "Esc hides the panel");
    console
        .snapshot
        .operations
        .push(Arc::new(status(&console, 2, false, None)));
    console.settle();
    assert!(
        console.screen().contains(title),
        "another operation is shown"
    );
    console.snapshot.operations = vec![
        Arc::new(status(&console, 1, true, None)),
        Arc::new(status(&console, 2, true, Some("no such image"))),
    ];
    console.settle();
    assert_eq!(
        console.toasts(),
        [
            "hub/db restarted in 3.0 s",
            "restart hub/db failed: no such image"
        ]
    );
    console.wait(60);
    assert!(console.toasts().is_empty(), "messages go by themselves");

    let mut late = TestConsole::new(console.snapshot.clone(), 80, 24);
    late.settle();
    assert!(
        late.toasts().is_empty(),
        "what was there before is old news"
    );
}

#[test]
fn a_field_takes_every_letter_and_filters_while_one_types() {
    let mut console = console();
    console.press("/ r s q d");
    assert_eq!(
        (console.ui.scope.filter.as_str(), console.ui.view),
        ("rsqd", View::Services)
    );
    assert!(
        console.effects.is_empty(),
        "no letter acts: {:?}",
        console.effects
    );
    console.press("ctrl-u d b enter");
    assert_eq!(
        (console.ui.scope.filter.as_str(), &console.ui.field),
        ("db", &None)
    );
    assert_eq!(console.ui.drawn.visible, [ServiceId::from("hub/db")]);
    assert_eq!(
        console.ui.selection.selected,
        Some(ServiceId::from("hub/db")),
        "the selection is something shown"
    );
    console.press("/ esc");
    assert_eq!(console.ui.scope.filter, "");
    console.act(Action::Filter);
    console.act(Action::Edit(Edit::Insert("a\nb".to_owned())));
    assert_eq!(console.ui.scope.filter, "ab", "a paste stays on one line");
}

#[test]
fn escape_goes_back_one_level_at_a_time() {
    let mut console = console();
    console
        .ui
        .selection
        .marked
        .insert(ServiceId::from("hub/db"));
    console.ui.scope.filter = "hub".to_owned();
    console.ui.scope.stack = Some("hub".into());
    console.select("hub/db").press("enter");
    assert!(console.ui.details.is_some());
    console.press("esc");
    assert!(console.ui.details.is_none() && !console.ui.selection.marked.is_empty());
    console.press("esc");
    assert!(console.ui.selection.marked.is_empty() && !console.ui.scope.filter.is_empty());
    console.press("esc");
    assert!(console.ui.scope.filter.is_empty() && console.ui.scope.stack.is_some());
    console.press("esc");
    assert!(console.ui.scope.stack.is_none());
    console.press("esc");
    assert_eq!(console.ui.view, View::Map);
    console.press("esc");
    assert_eq!(console.ui.selection.selected, None);
}

#[test]
fn the_inspection_is_fetched_once() {
    let mut console = console();
    console.select("hub/db").press("i");
    console.settle();
    console.settle();
    assert_eq!(
        console
            .effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Inspect(_)))
            .count(),
        1
    );
    assert_eq!(
        console.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Inspect)
    );
}

#[test]
fn the_palette_finds_services_and_actions() {
    let mut console = console();
    console.press(": r e d i s enter");
    assert_eq!(
        console.ui.selection.selected,
        Some(ServiceId::from("hub/redis"))
    );
    console.press(": t i m e l enter");
    assert_eq!(console.ui.view, View::Timeline);
    assert_eq!(console.ui.dialog, None);
}

#[test]
fn a_shortcut_works_in_the_list_of_actions() {
    let mut console = console();
    console.select("hub/db").press("x r");
    assert!(matches!(console.ui.dialog, Some(Dialog::Confirm { .. })));
}
