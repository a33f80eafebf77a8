mod filter;
mod health;
mod leave;
mod logs;
mod readable;
mod safe;
mod selection;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    EngineStatus, InstanceState, Operation, OperationId, OperationKind, OperationStatus, Principal,
    ServiceId, StepState,
};
use crate::tui::action::{Action, Edit};
use crate::tui::effect::Effect;
use crate::tui::fixture;
use crate::tui::keymap::Key;
use crate::tui::rig::{Rig, dressed, plan};
use crate::tui::state::{Column, DetailsTab, Dialog, View};

fn rig() -> Rig {
    let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
    rig.press("2");
    rig
}

fn submitted(rig: &Rig) -> Vec<(OperationKind, Vec<String>)> {
    let plans = rig.effects.iter().filter_map(|effect| match effect {
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
            let mut rig = rig();
            rig.select("hub/db").press(key);
            assert!(
                matches!(rig.ui.dialog, Some(Dialog::Confirm { yes: false, .. })),
                "{key} asks, on no"
            );
            assert!(submitted(&rig).is_empty(), "{key}");
            rig.press(answer);
            assert_eq!(
                submitted(&rig).len(),
                usize::from(runs),
                "{key} then {answer}"
            );
            assert_eq!(rig.ui.dialog, None);
        }
    }
}

#[test]
fn no_single_key_submits_an_interruption() {
    for c in ' '..='~' {
        for prefix in ["", "ctrl-", "alt-"] {
            let mut rig = rig();
            rig.select("hub/db");
            if let Some(key) = Key::parse(&format!("{prefix}{c}")) {
                rig.key(key);
            }
            assert!(submitted(&rig).is_empty(), "{prefix}{c}");
        }
    }
}

#[test]
fn starting_and_unpausing_run_at_once() {
    let mut picture = fixture::nine();
    picture.change("hub/db", |make| {
        make.instance_state(InstanceState::Exited);
    });
    picture.change("hub/redis", |make| {
        make.instance_state(InstanceState::Paused);
    });
    let mut rig = Rig::new(dressed(picture.snapshot()), 100, 30);
    rig.press("2").select("hub/db").press("S");
    rig.select("hub/redis").press("p");
    let wanted = [
        (OperationKind::Start, vec!["hub/db".to_owned()]),
        (OperationKind::Unpause, vec!["hub/redis".to_owned()]),
    ];
    assert_eq!(submitted(&rig), wanted);
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
            "engine lost",
        ),
        ("l", false, Some(lost), Some("hub/db"), "engine lost"),
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
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        rig.facts.read_only = read_only;
        if let Some(status) = status {
            rig.snapshot.engine.status = status;
        }
        rig.ui.selected = select.map(ServiceId::from);
        rig.press(key);
        assert_eq!(rig.toasts(), [why], "{key}");
        assert!(
            rig.effects.is_empty() && rig.ui.dialog.is_none() && rig.ui.details.is_none(),
            "{key}"
        );
    }
}

#[test]
fn a_service_that_is_worked_on_is_left_alone() {
    let mut rig = rig();
    rig.snapshot.operations = vec![Arc::new(status(&rig, 7, false, None))];
    rig.settle();
    rig.select("hub/db").press("s");
    assert!(
        rig.toasts().contains(&"restart of hub/db still runs"),
        "{:?}",
        rig.toasts()
    );
}

fn status(rig: &Rig, id: u64, ended: bool, error: Option<&str>) -> OperationStatus {
    let operation = Operation {
        kind: OperationKind::Restart,
        targets: vec![ServiceId::from("hub/db")],
        with_dependents: false,
    };
    OperationStatus {
        id: OperationId(id),
        principal: Principal::Terminal,
        plan: plan(&operation, &rig.snapshot),
        steps: vec![StepState::Running],
        started_at: fixture::ago(3),
        finished_at: ended.then(fixture::now),
        error: error.map(ToOwned::to_owned),
        cancelled: None,
    }
}

#[test]
fn operations_are_announced_once_when_they_begin_and_end() {
    let mut rig = rig();
    rig.snapshot.operations = vec![Arc::new(status(&rig, 1, false, None))];
    rig.settle();
    rig.settle();
    assert_eq!(rig.toasts(), ["restart hub/db begins"]);
    rig.wait(5);
    assert!(rig.toasts().is_empty(), "messages go by themselves");
    rig.snapshot.operations = vec![
        Arc::new(status(&rig, 1, true, None)),
        Arc::new(status(&rig, 2, true, Some("no such image"))),
    ];
    rig.settle();
    assert_eq!(
        rig.toasts(),
        [
            "restart hub/db done in 3.0 s",
            "restart hub/db failed: no such image"
        ]
    );

    let mut late = Rig::new(rig.snapshot.clone(), 80, 24);
    late.settle();
    assert!(
        late.toasts().is_empty(),
        "what was there before is old news"
    );
}

#[test]
fn a_field_takes_every_letter_and_filters_while_one_types() {
    let mut rig = rig();
    rig.press("/ r s q d");
    assert_eq!(
        (rig.ui.filter.as_str(), rig.ui.view),
        ("rsqd", View::Services)
    );
    assert!(rig.effects.is_empty(), "no letter acts: {:?}", rig.effects);
    rig.press("ctrl-u d b enter");
    assert_eq!((rig.ui.filter.as_str(), &rig.ui.field), ("db", &None));
    assert_eq!(rig.ui.drawn.visible, [ServiceId::from("hub/db")]);
    assert_eq!(
        rig.ui.selected,
        Some(ServiceId::from("hub/db")),
        "the selection is something shown"
    );
    rig.press("/ esc");
    assert_eq!(rig.ui.filter, "");
    rig.act(Action::Filter);
    rig.act(Action::Edit(Edit::Insert("a\nb".to_owned())));
    assert_eq!(rig.ui.filter, "ab", "a paste stays on one line");
}

#[test]
fn escape_goes_back_one_level_at_a_time() {
    let mut rig = rig();
    rig.ui.marked.insert(ServiceId::from("hub/db"));
    rig.ui.filter = "hub".to_owned();
    rig.ui.stack = Some("hub".into());
    rig.select("hub/db").press("enter");
    assert!(rig.ui.details.is_some());
    rig.press("esc");
    assert!(rig.ui.details.is_none() && !rig.ui.marked.is_empty());
    rig.press("esc");
    assert!(rig.ui.marked.is_empty() && !rig.ui.filter.is_empty());
    rig.press("esc");
    assert!(rig.ui.filter.is_empty() && rig.ui.stack.is_some());
    rig.press("esc");
    assert!(rig.ui.stack.is_none());
    rig.press("esc");
    assert_eq!(rig.ui.view, View::Map);
    rig.press("esc");
    assert_eq!(rig.ui.selected, None);
}

#[test]
fn the_inspection_is_fetched_once() {
    let mut rig = rig();
    rig.select("hub/db").press("i");
    rig.settle();
    rig.settle();
    assert_eq!(
        rig.effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Inspect(_)))
            .count(),
        1
    );
    assert_eq!(
        rig.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Inspect)
    );
}

#[test]
fn the_palette_finds_services_and_actions() {
    let mut rig = rig();
    rig.press(": r e d i s enter");
    assert_eq!(rig.ui.selected, Some(ServiceId::from("hub/redis")));
    rig.press(": t i m e l enter");
    assert_eq!(rig.ui.view, View::Timeline);
    assert_eq!(rig.ui.dialog, None);
}

#[test]
fn a_shortcut_works_in_the_list_of_actions() {
    let mut rig = rig();
    rig.select("hub/db").press("x r");
    assert!(matches!(rig.ui.dialog, Some(Dialog::Confirm { .. })));
}
