use crate::model::{LostRoutes, Operation, OperationKind};
use crate::tui::fixture;
use crate::tui::test_console::{TestConsole, dressed, plan};
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
    assert!(row.contains("restart hub-redis-1"), "{row}");
    assert!(row.contains("last time: 11s │"), "{row}");
}
