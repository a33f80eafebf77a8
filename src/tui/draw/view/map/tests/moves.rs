//! Arrows and clicks.

use super::*;

#[test]
fn the_first_move_chooses_the_root_of_trouble() {
    let snapshot = fixture::failing().snapshot();
    let mut ui = drawn(&snapshot, fixture::ui(120, 38));
    move_selection(&mut ui, Direction::Down, &snapshot);
    assert_eq!(selected(&ui), "hub/db");
    let snapshot = fixture::nine().snapshot();
    let mut ui = drawn(&snapshot, fixture::ui(120, 38));
    move_selection(&mut ui, Direction::Up, &snapshot);
    assert_eq!(selected(&ui), "hub/proxy", "without trouble the first card");
}

#[test]
fn arrows_go_to_the_nearest_card_that_way() {
    let snapshot = fixture::nine().snapshot();
    let mut ui = drawn(&snapshot, fixture::ui_on(120, 38, "hub/proxy"));
    for (direction, expected) in [
        (Direction::Up, "hub/proxy"),
        (Direction::Down, "hub/frontend"),
        (Direction::Down, "hub/backend"),
        (Direction::Right, "hub/worker"),
        (Direction::Right, "hub/worker"),
        (Direction::Down, "hub/redis"),
        (Direction::Left, "hub/nats"),
        (Direction::Left, "hub/db"),
        (Direction::Down, "hub/migrate"),
        (Direction::Right, "hub/metrics"),
        (Direction::Up, "hub/redis"),
    ] {
        move_selection(&mut ui, direction, &snapshot);
        assert_eq!(selected(&ui), expected, "after {direction:?}");
    }
}

#[test]
fn every_card_is_reached_by_arrows() {
    for builder in [fixture::nine(), fixture::twenty_five(), fixture::sixty()] {
        for size in [(60, 20), (160, 47), (300, 77)] {
            let snapshot = builder.snapshot();
            let mut ui = drawn(&snapshot, fixture::ui(size.0, size.1));
            let mut reached = vec![builder.ids()[0].clone()];
            let mut at = 0;
            while let Some(id) = reached.get(at).cloned() {
                for direction in [
                    Direction::Up,
                    Direction::Down,
                    Direction::Left,
                    Direction::Right,
                ] {
                    ui.selection.selected = Some(ServiceId::from(id.as_str()));
                    move_selection(&mut ui, direction, &snapshot);
                    if !reached.iter().any(|each| each == selected(&ui)) {
                        reached.push(selected(&ui).to_owned());
                    }
                }
                at += 1;
            }
            assert_eq!(
                reached.len(),
                builder.ids().len(),
                "{size:?}: only {reached:?}"
            );
        }
    }
}

#[test]
fn moving_scrolls_to_cards_out_of_sight() {
    let snapshot = fixture::thousand().snapshot();
    let mut ui = fixture::ui_on(100, 30, "s00/proxy");
    for _ in 0..400 {
        ui = drawn(&snapshot, ui);
        move_selection(&mut ui, Direction::Down, &snapshot);
    }
    ui = drawn(&snapshot, ui);
    let bottom = &ui.drawn.map.as_ref().unwrap().titles.last().unwrap().rows;
    let cards = &ui.drawn.map.as_ref().unwrap().cards;
    let card = cards
        .iter()
        .find(|(id, _)| Some(id) == ui.selection.selected.as_ref())
        .unwrap();
    assert!(bottom.contains(&card.1.y), "{} in the last layer", card.0);
    assert!(
        ui.drawn
            .visible
            .contains(ui.selection.selected.as_ref().unwrap())
    );
    assert!(
        ui.drawn.visible.len() < 400,
        "only what is in sight counts as visible"
    );
    assert_eq!(ui.drawn.map.as_ref().unwrap().cards.len(), 1000);
}

#[test]
fn a_click_finds_the_card_under_it() {
    let snapshot = fixture::nine().snapshot();
    let (buffer, hits) = fixture::frame(&snapshot, &fixture::ui(120, 38), false, draw);
    let (x, y) = fixture::find(&buffer, "● db").unwrap();
    assert_eq!(
        hits.at(x, y),
        Some(&Hit::Service(ServiceId::from("hub/db")))
    );
    assert_eq!(hits.at(0, 0), None);
}
