mod shots;
mod zoom;

use proptest::prelude::*;

use super::*;
use crate::model::{ServiceId, StackName};
use crate::tui::action::Direction;
use crate::tui::fixture::{self, Picture};
use crate::tui::rig::{Rig, dressed};
use crate::tui::state::Zoom;

/// Takes a snapshot of the whole screen.
fn shot(name: &str, rig: &mut Rig) {
    insta::assert_snapshot!(
        format!("{name}_{}x{}", rig.ui.size.width, rig.ui.size.height),
        rig.screen()
    );
}

fn rig(picture: &Picture, (width, height): (u16, u16)) -> Rig {
    Rig::new(dressed(picture.snapshot()), width, height)
}

fn map(snapshot: &Snapshot, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(snapshot, ui, ascii, draw).0)
}

fn drawn(snapshot: &Snapshot, mut ui: UiState) -> UiState {
    ui.drawn = fixture::frame(snapshot, &ui, false, draw).1;
    ui
}

fn selected(ui: &UiState) -> &str {
    ui.selected.as_ref().map_or("", ServiceId::as_str)
}

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
    for picture in [fixture::nine(), fixture::twenty_five(), fixture::sixty()] {
        for size in [(60, 20), (160, 47), (300, 77)] {
            let snapshot = picture.snapshot();
            let mut ui = drawn(&snapshot, fixture::ui(size.0, size.1));
            let mut reached = vec![picture.ids()[0].clone()];
            let mut at = 0;
            while let Some(id) = reached.get(at).cloned() {
                for direction in [
                    Direction::Up,
                    Direction::Down,
                    Direction::Left,
                    Direction::Right,
                ] {
                    ui.selected = Some(ServiceId::from(id.as_str()));
                    move_selection(&mut ui, direction, &snapshot);
                    if !reached.iter().any(|each| each == selected(&ui)) {
                        reached.push(selected(&ui).to_owned());
                    }
                }
                at += 1;
            }
            assert_eq!(
                reached.len(),
                picture.ids().len(),
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
        .find(|(id, _)| Some(id) == ui.selected.as_ref())
        .unwrap();
    assert!(bottom.contains(&card.1.y), "{} in the last layer", card.0);
    assert!(ui.drawn.visible.contains(ui.selected.as_ref().unwrap()));
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
    let (x, y) = fixture::find(&buffer, "postgres:16").unwrap();
    assert_eq!(
        hits.at(x, y),
        Some(&Hit::Service(ServiceId::from("hub/db")))
    );
    assert_eq!(hits.at(0, 0), None);
}

#[test]
fn selection_lights_neighbours_and_dims_the_rest() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(
        &snapshot,
        &fixture::ui_on(160, 48, "hub/backend"),
        false,
        draw,
    );
    for (text, role) in [
        ("redis ─", Role::Needs),
        ("frontend ─", Role::NeededBy),
        ("worker ×2", Role::Dim),
        ("backend ━", Role::Title),
        // A problem is never pushed back.
        ("✖ worker", Role::Unhealthy),
    ] {
        let (x, y) =
            fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text} is not on the map"));
        assert_eq!(fixture::role_at(&buffer, x, y), Some(role), "{text}");
    }
}

/// The roles of the cells that hold one of `signs`.
fn roles_of(buffer: &ratatui::buffer::Buffer, signs: &[&str]) -> Vec<Role> {
    let cells = buffer
        .area
        .positions()
        .filter(|at| signs.contains(&buffer[(at.x, at.y)].symbol()));
    let mut roles: Vec<Role> = cells
        .filter_map(|at| fixture::role_at(buffer, at.x, at.y))
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

#[test]
fn lines_are_quiet_lit_or_failing() {
    const HEADS: [&str; 4] = ["▼", "▲", "◀", "▶"];
    let heads = |ui: &UiState, picture: &Picture| {
        let (buffer, _) = fixture::frame(&picture.snapshot(), ui, false, draw);
        (roles_of(&buffer, &HEADS), roles_of(&buffer, &["┃", "━"]))
    };
    let (light, heavy) = heads(&fixture::ui(120, 38), &fixture::nine());
    assert_eq!((light, heavy), (vec![Role::Edge], vec![]));
    let (light, _) = heads(&fixture::ui_on(120, 38, "hub/backend"), &fixture::nine());
    // Frontend needs it, and proxy needs frontend: lit as well, but less.
    assert_eq!(
        light,
        [Role::Needs, Role::NeededBy, Role::Edge, Role::EdgeLit]
    );
    let (light, heavy) = heads(&fixture::ui(120, 38), &fixture::failing());
    assert_eq!(heavy, [Role::EdgeFailing]);
    assert!(
        light.contains(&Role::Degraded),
        "frontend is degraded by backend: {light:?}"
    );
}

#[test]
fn the_failing_way_goes_from_the_root_to_all_it_blocks() {
    let snapshot = fixture::failing().snapshot();
    let mut failing: Vec<String> = Vec::new();
    for edge in snapshot.edges.iter() {
        if lines::trouble(&snapshot, edge) == crate::topology::cause::Trouble::Broken {
            failing.push(format!("{}>{}", edge.from, edge.to).replace("hub/", ""));
        }
    }
    assert_eq!(failing, ["backend>db", "proxy>backend", "worker>db"]);
}

#[test]
fn without_colours_lines_differ_by_shape_and_weight() {
    let mut rig = rig(&fixture::failing(), (120, 40));
    rig.theme = crate::tui::theme::Theme::load("mono", &[]).unwrap();
    shot("mono", rig.select("hub/backend"));
    let buffer = rig.draw();
    let style = |text: &str| {
        let at = fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text}"));
        buffer[at].modifier
    };
    assert!(
        style("✖ /api/").contains(ratatui::style::Modifier::BOLD),
        "failing"
    );
    assert!(fixture::find(&buffer, "┃").is_some() && fixture::find(&buffer, "╌").is_some());
}

#[test]
fn routes_stand_beside_the_ends_of_their_lines() {
    let snapshot = fixture::nine().snapshot();
    for size in [(80, 21), (120, 37), (160, 47)] {
        let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(size.0, size.1), false, draw);
        for label in ["▼ /api/", "▼ / "] {
            assert!(
                fixture::find(&buffer, label).is_some(),
                "{label} at {size:?}"
            );
        }
    }
    let mut rig = rig(&fixture::nine(), (120, 40));
    let screen = rig.select("hub/proxy").screen();
    assert!(
        screen.contains("needs ● backend (/api/ → :8000), ● frontend (/ → :3000)"),
        "{screen}"
    );
}

#[test]
fn the_strip_says_what_goes_down_and_what_stays() {
    let snapshot = fixture::nine().snapshot();
    for (id, expected) in [
        (
            "hub/db",
            "stopping db takes down backend, worker and proxy; frontend and metrics stay",
        ),
        (
            "hub/nats",
            "stopping nats takes nothing down; backend, worker, frontend, metrics and proxy stay",
        ),
        ("hub/proxy", "stopping proxy takes nothing else down"),
        (
            "hub/migrate",
            "stopping migrate takes down backend and proxy; frontend and metrics stay",
        ),
    ] {
        let service = snapshot.service(&ServiceId::from(id)).unwrap();
        assert_eq!(loss_sentence(&snapshot, service), expected);
    }
    let many = fixture::twenty_five().snapshot();
    let nats = many.service(&ServiceId::from("hub/nats")).unwrap();
    assert!(
        loss_sentence(&many, nats).ends_with("and 3 more stay"),
        "{}",
        loss_sentence(&many, nats)
    );
}

/// Where every card stands on the map.
fn places(ui: &UiState) -> Vec<(String, Rect)> {
    let map = ui.drawn.map.as_ref().unwrap();
    map.cards
        .iter()
        .map(|(id, place)| (id.to_string(), *place))
        .collect()
}

#[test]
fn nothing_jumps_when_a_service_restarts() {
    let before = drawn(&fixture::nine().snapshot(), fixture::ui(120, 38));
    for picture in [fixture::failing(), fixture::mixed(), fixture::lost()] {
        let after = drawn(&picture.snapshot(), before.clone());
        let same = (before.drawn.map.as_ref(), after.drawn.map.as_ref());
        assert!(
            Arc::ptr_eq(same.0.unwrap(), same.1.unwrap()),
            "not even laid out again"
        );
    }
}

#[test]
fn a_banner_over_the_map_does_not_turn_it_into_another() {
    let snapshot = fixture::nine().snapshot();
    let rows = |ui: &UiState| {
        places(ui)
            .into_iter()
            .map(|(id, place)| (id, place.y))
            .collect::<Vec<_>>()
    };
    let ui = drawn(&snapshot, fixture::ui(80, 20));
    let with_banner = drawn(
        &snapshot,
        UiState {
            drawn: ui.drawn.clone(),
            ..fixture::ui(80, 18)
        },
    );
    assert_eq!(rows(&with_banner), rows(&ui));
    // Without anything drawn before, so few rows give another picture.
    assert_ne!(rows(&drawn(&snapshot, fixture::ui(80, 16))), rows(&ui));
}

#[test]
fn order_and_rows_stay_when_a_service_comes_or_goes() {
    let all = fixture::twenty_five().snapshot();
    // A level chosen by hand: what fits when something goes is another matter.
    let mut ui = fixture::ui(160, 47);
    ui.map.zoom = Zoom::At(Level::Card(3));
    let ui = drawn(&all, ui);
    let order = |ui: &UiState, without: &str| {
        let mut cards = places(ui);
        cards.retain(|(id, _)| id != without);
        let mut rows: Vec<u16> = cards.iter().map(|(_, place)| place.y).collect();
        rows.sort_unstable();
        rows.dedup();
        cards.sort_by_key(|(_, place)| (place.y, place.x));
        cards
            .into_iter()
            .map(|(id, place)| (id, rows.iter().position(|y| *y == place.y)))
            .collect::<Vec<_>>()
    };
    for gone in fixture::twenty_five().ids() {
        let mut fewer = all.clone();
        fewer.services.retain(|service| service.id.as_str() != gone);
        fewer.edges = all
            .edges
            .iter()
            .filter(|e| e.from.as_str() != gone && e.to.as_str() != gone)
            .cloned()
            .collect();
        let later = drawn(&fewer, ui.clone());
        assert_eq!(order(&later, &gone), order(&ui, &gone), "without {gone}");
        let back = drawn(&all, later);
        assert_eq!(
            order(&back, ""),
            order(&ui, ""),
            "{gone} came back to its place"
        );
    }
}

#[test]
fn a_failing_card_is_red_with_its_reason() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(120, 38), false, draw);
    let (x, y) = fixture::find(&buffer, "✖ db").unwrap();
    assert_eq!(
        fixture::role_at(&buffer, x - 2, y),
        Some(Role::Unhealthy),
        "the border"
    );
    let (x, y) = fixture::find(&buffer, "exited with code 1").unwrap();
    assert_eq!(fixture::role_at(&buffer, x, y), Some(Role::Unhealthy));
    assert!(fixture::find(&buffer, "blocked by db").is_some());
}

#[test]
fn filter_and_stack_choose_what_is_drawn() {
    let snapshot = fixture::sixty().snapshot();
    let mut ui = fixture::ui(120, 38);
    ui.stack = Some(StackName::from("lab"));
    ui.filter = "data".to_owned();
    let (_, hits) = fixture::frame(&snapshot, &ui, false, draw);
    assert_eq!(hits.visible.len(), 6);
    assert!(
        hits.visible
            .iter()
            .all(|id| id.as_str().starts_with("lab/"))
    );
    ui.filter = "nowhere".to_owned();
    let screen = map(&snapshot, &ui, false);
    assert!(
        screen.contains("nothing in stack lab matches \"nowhere\""),
        "{screen}"
    );
}

#[test]
fn no_size_panics() {
    let pictures = [
        fixture::failing(),
        fixture::mixed(),
        fixture::strange(),
        fixture::sixty(),
        fixture::lost(),
    ];
    let snapshots = pictures.map(|picture| picture.snapshot());
    for width in 0..=60 {
        for height in 0..=30 {
            let step = usize::from(width + height);
            let mut ui = fixture::ui_on(width, height, "hub/backend");
            ui.map.top = usize::from(height);
            map(&snapshots[step % snapshots.len()], &ui, step % 2 == 0);
        }
    }
    for snapshot in &snapshots {
        for (width, height) in [(1, 1), (21, 7), (23, 30), (40, 10), (59, 22), (300, 100)] {
            map(snapshot, &fixture::ui(width, height), false);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_name_reason_or_zoom_panics(
        name in "\\PC{1,45}", reason in "\\PC{0,60}", image in "\\PC{0,40}",
        width in 1u16..200, height in 1u16..60, zoom in 0usize..7, top in 0usize..200, left in 0usize..300,
        ascii: bool,
    ) {
        let mut picture = fixture::failing();
        picture.change("hub/db", |make| {
            make.service.name = name.as_str().into();
            make.service.health.reason.clone_from(&reason);
            make.facts(|facts| facts.image.clone_from(&image));
        });
        let mut ui = fixture::ui(width, height);
        ui.map.zoom = Level::LADDER.get(zoom).map_or(Zoom::Auto, |level| Zoom::At(*level));
        (ui.map.top, ui.map.left) = (top, left);
        map(&picture.snapshot(), &ui, ascii);
    }
}
