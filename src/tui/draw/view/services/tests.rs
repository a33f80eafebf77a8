use crate::model::{HealthState, Snapshot};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::fixture;
use crate::tui::state::{TableState, UiState};

use super::*;

const UTF8: Glyphs = Glyphs { ascii: false };

fn order(snapshot: &Snapshot, ui: &UiState) -> Vec<String> {
    rows(ui, snapshot)
        .services()
        .iter()
        .map(|service| service.id.to_string())
        .collect()
}

#[test]
fn the_worst_root_comes_first_and_equals_keep_their_order() {
    let snapshot = fixture::failing().snapshot();
    let ui = fixture::ui(80, 24);
    let order = order(&snapshot, &ui);
    assert_eq!(
        order[..4],
        ["hub/db", "hub/backend", "hub/proxy", "hub/worker"]
    );
    assert_eq!(order.last().map(String::as_str), Some("hub/migrate"));
    let rest: Vec<_> = order[4..order.len() - 1].to_vec();
    let states: Vec<_> = rest
        .iter()
        .map(|id| snapshot.service(&id.as_str().into()).unwrap().health.state)
        .collect();
    assert!(
        states.windows(2).all(|pair| pair[0] >= pair[1]),
        "{states:?}"
    );
    for pair in rest
        .windows(2)
        .zip(states.windows(2))
        .filter(|(_, states)| states[0] == states[1])
        .map(|(ids, _)| ids)
    {
        assert!(pair[0] < pair[1], "{pair:?}");
    }
}

#[test]
fn unknown_numbers_come_last_and_reverse_keeps_equals() {
    let snapshot = fixture::mixed().snapshot();
    let mut ui = fixture::ui(80, 24);
    ui.table.sort = Column::Cpu;
    let cpu = |id: &String| {
        snapshot
            .service(&id.as_str().into())
            .unwrap()
            .total(crate::model::Metric::Cpu)
    };
    let values: Vec<_> = order(&snapshot, &ui).iter().map(cpu).collect();
    let jobs = 1;
    let values = &values[..values.len() - jobs];
    let known = values.iter().take_while(|value| value.is_some()).count();
    assert!(values[known..].iter().all(Option::is_none) && known < values.len());
    assert!(values[..known].windows(2).all(|pair| pair[0] >= pair[1]));

    ui.table.sort = Column::Stack;
    let forward = order(&snapshot, &ui);
    ui.table.reverse = true;
    assert_eq!(order(&snapshot, &ui), forward, "one stack: all equal");
}

#[test]
fn every_column_sorts_every_snapshot() {
    for builder in [fixture::mixed(), fixture::strange(), fixture::sixty()] {
        let snapshot = builder.snapshot();
        let mut ui = fixture::ui(80, 24);
        for column in Column::ALL {
            for reverse in [false, true] {
                (ui.table.sort, ui.table.reverse) = (column, reverse);
                assert_eq!(
                    order(&snapshot, &ui).len(),
                    snapshot.services.len(),
                    "{column:?}"
                );
            }
        }
    }
}

#[test]
fn columns_go_in_order_of_worth_and_are_counted() {
    let snapshot = fixture::nine().snapshot();
    let services: Vec<_> = snapshot.services.iter().collect();
    let mut ui = fixture::ui(80, 24);
    // No log was read here.
    let is_of_log = |column: &Column| (Column::Lines..=Column::P95).contains(column);
    ui.table.columns.retain(|column| !is_of_log(column));
    let mut before = 0;
    for width in 0..=200 {
        let area = Rect::new(0, 0, width, 10);
        let (placed, hidden) = columns::place(&ui.table.columns, &services, area, true);
        assert_eq!(placed.len() + hidden, ui.table.columns.len());
        // From here on the state is a word, which is worth more than a column.
        assert!(
            placed.len() >= before || width == 29,
            "a wider table shows no fewer columns: {width}"
        );
        before = placed.len();
        if width >= 20 {
            assert!(
                placed.iter().all(|each| each.x + each.width <= width),
                "{width}: {placed:?}"
            );
            assert!(
                placed.iter().any(|each| each.column == Column::Name),
                "{width}"
            );
        }
    }
    assert_eq!(before, ui.table.columns.len(), "200 cells hold all");
}

#[test]
fn long_titles_are_shortened_where_they_do_not_fit() {
    for (column, width, sorted, expected) in [
        (Column::Replicas, 4, false, "REPL"),
        (Column::Replicas, 4, true, "REP↓"),
        (Column::State, 10, true, "STATE ↓"),
        (Column::State, 2, true, "↓"),
        (Column::State, 2, false, ""),
        (Column::Cpu, 5, true, "CPU ↓"),
        (Column::Latency, 6, true, "PROBE↓"),
        (Column::Restarts, 3, true, "↻ ↓"),
    ] {
        let placed = columns::Placed {
            column,
            x: 0,
            width,
        };
        let arrow = sorted.then_some("↓");
        assert_eq!(placed.title(arrow, UTF8), expected, "{column:?} {width}");
    }
}

#[test]
fn a_state_is_a_sign_even_where_its_word_does_not_fit() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, hits) = fixture::frame(&snapshot, &fixture::ui(24, 12), false, draw);
    let screen = fixture::screen(&buffer);
    assert!(
        screen.contains(UTF8.state(HealthState::Unhealthy)),
        "{screen}"
    );
    assert_eq!(hits.visible.len(), 9);
}

/// The line of the screen that contains `text`.
fn line(screen: &str, text: &str) -> String {
    let found = screen.lines().find(|line| line.contains(text));
    found
        .unwrap_or_else(|| panic!("{text}:\n{screen}"))
        .to_owned()
}

fn shown(snapshot: &Snapshot, width: u16) -> String {
    let (buffer, _) = fixture::frame(snapshot, &fixture::ui(width, 20), false, draw);
    fixture::screen(&buffer)
}

#[test]
fn jobs_that_have_finished_stand_last_below_a_line_and_say_when() {
    let screen = shown(&fixture::failing().snapshot(), 100);
    let at = |text: &str| screen.lines().position(|line| line.contains(text)).unwrap();
    assert_eq!(at("migrate"), at("── 1 job ─") + 1, "{screen}");
    assert!(at("migrate") > at("redis"), "{screen}");
    let job = line(&screen, "migrate");
    assert!(
        job.contains("✓ exit 0") && job.contains("2h ago, took 10 s"),
        "{job}"
    );

    let mut builder = fixture::nine();
    builder.change("hub/migrate", |make| {
        make.died(1, 60)
            .state(HealthState::Unhealthy, 60, "exited with code 1");
    });
    let screen = shown(&builder.snapshot(), 100);
    let first = screen.lines().nth(1).unwrap();
    assert!(first.contains("migrate"), "trouble comes first:\n{screen}");
    assert!(!screen.contains("job"), "{screen}");
}

#[test]
fn a_note_says_who_is_blocked_and_nothing_where_a_check_passes() {
    let screen = shown(&fixture::failing().snapshot(), 160);
    let db = line(&screen, " db ");
    assert!(db.contains("blocks backend, proxy, worker"), "{db}");
    assert!(db.contains("↓2m"), "{db}");
    let backend = line(&screen, " backend ");
    assert!(backend.contains("blocked by db · "), "{backend}");
    assert!(!screen.contains("200 ok"), "{screen}");
}

#[test]
fn the_words_that_matter_are_whole_at_every_width() {
    let snapshot = fixture::failing().snapshot();
    for width in [40, 60, 80, 120, 160, 300] {
        let screen = shown(&snapshot, width);
        let db = line(&screen, " db ");
        assert!(db.contains("✖ exit 1"), "{width}: {db}");
        let states = screen
            .lines()
            .map(|line| line.chars().take(12).collect::<String>());
        assert!(
            states.into_iter().all(|state| !state.contains('…')),
            "{screen}"
        );
        let head = screen.lines().next().unwrap();
        assert!(width > 120 || head.contains('+'), "{width}: {head}");
    }
}

#[test]
fn wide_tables_have_bars_and_sparklines() {
    let snapshot = fixture::nine().snapshot();
    let redis = line(&shown(&snapshot, 120), " redis ");
    assert!(
        redis.contains('█') && redis.contains('▄') && redis.contains("41%"),
        "{redis}"
    );
    let narrow = line(&shown(&snapshot, 60), " redis ");
    assert!(!narrow.contains('▄'), "{narrow}");
}

#[test]
fn only_figures_beyond_a_threshold_are_coloured() {
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        for instance in &mut make.service.instances {
            instance.sample.as_mut().unwrap().cpu_percent = Some(91.0);
        }
    });
    let snapshot = builder.snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(160, 20), false, draw);
    let role = |text: &str| {
        let (x, y) = fixture::find(&buffer, text).unwrap();
        fixture::role_at(&buffer, x, y)
    };
    assert_eq!(
        role("91%"),
        Some(Role::Degraded),
        "91 % of a limit of one core"
    );
    assert_eq!(role("0.4%"), Some(Role::Text));
}

#[test]
fn what_is_done_to_a_service_stands_where_its_state_was() {
    use crate::model::{
        Operation, OperationId, OperationKind, OperationStatus, Principal, StepState,
    };
    let mut snapshot = fixture::nine().snapshot();
    let operation = Operation {
        kind: OperationKind::Stop,
        targets: vec!["hub/db".into(), "hub/redis".into()],
        with_dependents: false,
        image: None,
    };
    let plan = crate::tui::test_console::plan(&operation, &snapshot);
    snapshot.operations.push(
        OperationStatus {
            id: OperationId(1),
            principal: Principal::Terminal,
            activities: Default::default(),
            steps: vec![StepState::Running, StepState::Pending],
            times: Vec::new(),
            plan,
            calls: Vec::new(),
            started_at: fixture::ago(4),
            finished_at: None,
            error: None,
            cancelled: None,
            output: Default::default(),
        }
        .into(),
    );
    let screen = shown(&snapshot, 160);
    assert!(line(&screen, " db ").contains("◐ stopping 4s"), "{screen}");
    assert!(line(&screen, " redis ").contains("● healthy"), "{screen}");
    let narrow = line(&shown(&snapshot, 60), " db ");
    assert!(narrow.contains("◐ stopping "), "{narrow}");
}

#[test]
fn figures_of_logs_are_columns_where_a_log_was_read() {
    use crate::tui::test_console::assert_screen;
    let snapshot = fixture::with_log_figures(fixture::nine()).snapshot();
    for width in [80, 120, 200] {
        let screen = shown(&snapshot, width);
        assert_screen(&format!("services_log_figures_{width}x20"), &screen);
    }
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(200, 20), false, draw);
    let (x, y) = fixture::find(&buffer, "12 █").unwrap();
    let history: Vec<_> = (x + 3..x + 15)
        .map(|x| fixture::role_at(&buffer, x, y))
        .collect();
    let count = |role| history.iter().filter(|each| **each == Some(role)).count();
    assert_eq!(
        (count(Role::Unhealthy), count(Role::Muted)),
        (4, 8),
        "times with errors have their colour: {history:?}"
    );
    let screen = shown(&fixture::nine().snapshot(), 200);
    assert!(!screen.contains("LINES/S"), "{screen}");
    let mut stopped = fixture::with_log_figures(fixture::nine());
    stopped.change("hub/proxy", |make| {
        make.instance_state(crate::model::InstanceState::Exited);
    });
    let screen = shown(&stopped.snapshot(), 200);
    assert!(!line(&screen, " proxy ").contains("11.8"), "{screen}");
}

#[test]
fn newer_images_have_a_column_where_they_are_looked_for() {
    let mut snapshot = fixture::nine().snapshot();
    fixture::add_newer_image(&mut snapshot, "hub/proxy");
    let mut ui = fixture::ui(240, 24);
    let shown = |ui: &UiState| fixture::screen(&fixture::frame(&snapshot, ui, false, draw).0);
    assert!(!shown(&ui).contains("NEWER"));
    ui.table.columns = TableState::usual_columns(true);
    let screen = shown(&ui);
    let row = |name: &str| {
        let found = screen.lines().find(|line| line.contains(name));
        found.unwrap_or_default().to_owned()
    };
    assert!(screen.contains("NEWER"), "{screen}");
    assert!(row(" proxy ").contains(" yes "), "{screen}");
    assert!(!row(" db ").contains(" yes "), "{screen}");
    ui.table.sort = Column::Newer;
    assert_eq!(order(&snapshot, &ui)[0], "hub/proxy");
}
