use crate::model::{HealthState, Snapshot};
use crate::tui::fixture;
use crate::tui::state::{Column, UiState};

use super::*;

fn order(snapshot: &Snapshot, ui: &UiState) -> Vec<String> {
    rows(ui, snapshot)
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
    let rest: Vec<_> = order[4..].to_vec();
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
    let ui = fixture::ui(80, 24);
    let mut before = 0;
    for width in 0..=200 {
        let area = Rect::new(0, 0, width, 10);
        let (placed, hidden) = columns::place(&ui.table.columns, &services, area, true);
        assert_eq!(placed.len() + hidden, ui.table.columns.len());
        assert!(
            placed.len() >= before,
            "a wider table shows no fewer columns"
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
        (Column::Replicas, 4, true, "REP"),
        (Column::Restarts, 8, false, "RESTARTS"),
        (Column::Restarts, 8, true, "RSTRT"),
        (Column::Restarts, 5, false, "RSTRT"),
        (Column::Restarts, 5, true, "RST"),
    ] {
        let placed = columns::Placed {
            column,
            x: 0,
            width,
        };
        assert_eq!(placed.title(sorted), expected, "{width} {sorted}");
    }
}

#[test]
fn a_state_is_a_sign_even_where_its_word_does_not_fit() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, hits) = fixture::frame(&snapshot, &fixture::ui(24, 12), false, draw);
    let screen = fixture::screen(&buffer);
    assert!(
        screen.contains(
            crate::tui::draw::glyphs::Glyphs { ascii: false }.state(HealthState::Unhealthy)
        ),
        "{screen}"
    );
    assert_eq!(hits.visible.len(), 9);
}
