use crate::model::{LostRoutes, Operation, OperationKind, Plan, Step};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, assert_screen, dressed, plan};
use crate::tui::update;

#[test]
fn what_is_lost_stands_before_what_may_be_noticed() {
    let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), 80, 24);
    let restart = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/db".into()],
        with_dependents: false,
        image: None,
    };
    let mut made = plan(&restart, &console.snapshot);
    made.impact.hard = vec!["hub/backend".into()];
    made.impact.soft = vec!["hub/frontend".into()];
    made.impact.routes = vec![LostRoutes {
        service: "hub/proxy".into(),
        paths: vec!["/mcp/".to_owned()],
    }];
    let facts = console.facts;
    console.select("hub/db");
    update::planned(&mut console.ui, Ok(made), &facts);
    let screen = console.screen();
    let row = |words: &str| screen.lines().position(|line| line.contains(words));
    let rows = [
        "Unavailable while this runs: backend",
        "loses /mcp/",
        "May notice: frontend",
    ]
    .map(row);
    assert!(
        rows.iter().all(Option::is_some) && rows.is_sorted(),
        "{rows:?}\n{screen}"
    );
}

#[test]
fn the_time_of_the_last_restart_stands_at_the_right_of_its_step() {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 24);
    let restart = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/redis".into()],
        with_dependents: false,
        image: None,
    };
    let mut made = plan(&restart, &console.snapshot);
    made.last_restart_ms = [("hub/redis".into(), 11_000)].into();
    let facts = console.facts;
    update::planned(&mut console.ui, Ok(made), &facts);
    let screen = console.screen();
    let row = screen.lines().find(|line| line.contains("last time: "));
    let row = row.unwrap_or_else(|| panic!("{screen}"));
    assert!(row.contains("redis  wait for healthy"), "{row}");
    assert!(row.contains("last time: 11s │"), "{row}");
}

/// The question about a restart of redis with its dependents, and how long some of them took.
fn waves(width: u16, height: u16) -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
    let restart = Operation {
        kind: OperationKind::Restart,
        targets: vec!["hub/db".into()],
        with_dependents: true,
        image: None,
    };
    let mut made = crate::plan::plan(&restart, &console.snapshot).expect("a plan");
    made.last_restart_ms = [("hub/db".into(), 11_000), ("hub/proxy".into(), 1_400)].into();
    ask(&mut console, made);
    console
}

fn ask(console: &mut TestConsole, made: Plan) {
    let facts = console.facts;
    update::planned(&mut console.ui, Ok(made), &facts);
}

#[test]
fn a_plan_is_a_row_a_wave() {
    for (width, height) in [(80, 24), (160, 50)] {
        assert_screen(
            &format!("plan_waves_{width}x{height}"),
            &waves(width, height).screen(),
        );
    }
}

#[test]
fn the_button_counts_the_steps() {
    let mut console = waves(100, 30);
    let screen = console.screen();
    let Some(crate::tui::state::Dialog::Confirm { plan, .. }) = &console.ui.dialog else {
        panic!("it asks")
    };
    let count = format!("[y] Restart {} ", plan.steps.len());
    assert!(screen.contains(&count), "{screen}");
}

#[test]
fn a_long_wave_is_wrapped_and_a_long_plan_scrolls_with_nothing_lost() {
    for (width, height) in [(80, 24), (40, 12)] {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
        let restart = Operation {
            kind: OperationKind::Restart,
            targets: vec!["hub/redis".into()],
            with_dependents: true,
            image: None,
        };
        let mut made = plan(&restart, &console.snapshot);
        let first = made.steps.first().cloned().expect("a step");
        made.steps = (0..60)
            .map(|index| Step {
                service: format!("hub/worker{index}").as_str().into(),
                wave: index / 30,
                ..first.clone()
            })
            .collect();
        ask(&mut console, made);
        let mut seen = String::new();
        for _ in 0..40 {
            seen.push_str(&console.screen());
            console.press("down");
        }
        for index in 0..60 {
            let name = format!("worker{index} ");
            assert!(seen.contains(&name), "{name} at {width}x{height}:\n{seen}");
        }
        assert!(
            seen.contains(" ∥ ") && seen.contains("wait for healthy"),
            "{seen}"
        );
        assert!(
            console.screen().contains("[y] Restart 60"),
            "the answers stay"
        );
    }
}
