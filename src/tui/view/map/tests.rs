use proptest::prelude::*;

use super::*;
use crate::model::{ServiceId, StackName};
use crate::tui::action::Direction;
use crate::tui::fixture;
use crate::tui::state::Zoom;

fn map(snapshot: &Snapshot, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(snapshot, ui, ascii, draw).0)
}

macro_rules! shots {
    ($($name:ident: $picture:expr, $ui:expr, $ascii:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(map(&$picture.snapshot(), &$ui, $ascii));
        })*
    };
}

shots! {
    nine_40x10: fixture::nine(), fixture::ui(40, 10), false;
    nine_80x22: fixture::nine(), fixture::ui(80, 22), false;
    nine_80x22_ascii: fixture::nine(), fixture::ui(80, 22), true;
    nine_120x38: fixture::nine(), fixture::ui(120, 38), false;
    nine_160x48: fixture::nine(), fixture::ui(160, 48), false;
    failing_40x8: fixture::failing(), fixture::ui(40, 8), false;
    failing_80x22: fixture::failing(), fixture::ui_on(80, 22, "hub/db"), false;
    failing_120x38: fixture::failing(), fixture::ui(120, 38), false;
    failing_160x48: fixture::failing(), fixture::ui_on(160, 48, "hub/backend"), false;
    failing_160x48_ascii: fixture::failing(), fixture::ui_on(160, 48, "hub/backend"), true;
    mixed_120x38: fixture::mixed(), fixture::ui(120, 38), false;
    mixed_lines_80x16: fixture::mixed(), fixture::ui_on(80, 16, "hub/nats"), false;
    lost_80x22: fixture::lost(), fixture::ui(80, 22), false;
    strange_80x22: fixture::strange(), fixture::ui(80, 22), false;
    twenty_five_40x10: fixture::twenty_five(), fixture::ui(40, 10), false;
    twenty_five_80x22: fixture::twenty_five(), fixture::ui_on(80, 22, "hub/db"), false;
    twenty_five_120x38: fixture::twenty_five(), fixture::ui(120, 38), false;
    twenty_five_160x48: fixture::twenty_five(), fixture::ui_on(160, 48, "hub/nats"), false;
    sixty_80x22: fixture::sixty(), fixture::ui(80, 22), false;
    sixty_120x38: fixture::sixty(), fixture::ui_on(120, 38, "shop/db"), false;
    sixty_160x48: fixture::sixty(), fixture::ui(160, 48), false;
    one_stack_of_sixty: fixture::sixty(), fixture::ui_of_stack(120, 38, "lab"), false;
    thousand_120x38: fixture::thousand(), fixture::ui(120, 38), false;
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
        (Direction::Left, "hub/proxy"),
        (Direction::Down, "hub/frontend"),
        (Direction::Down, "hub/backend"),
        (Direction::Right, "hub/worker"),
        (Direction::Right, "hub/worker"),
        (Direction::Down, "hub/nats"),
        (Direction::Left, "hub/db"),
        (Direction::Up, "hub/backend"),
    ] {
        move_selection(&mut ui, direction, &snapshot);
        assert_eq!(selected(&ui), expected, "after {direction:?}");
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
    assert!(selected(&ui).ends_with("/migrate") || selected(&ui).ends_with("/metrics"), "{}", selected(&ui));
    assert!(ui.drawn.visible.contains(ui.selected.as_ref().unwrap()));
    assert!(ui.drawn.visible.len() < 400, "only what is in sight counts as visible");
    assert_eq!(ui.drawn.cards.len(), 1000);
}

#[test]
fn a_click_finds_the_card_under_it() {
    let snapshot = fixture::nine().snapshot();
    let (buffer, hits) = fixture::frame(&snapshot, &fixture::ui(120, 38), false, draw);
    let (x, y) = fixture::find(&buffer, "postgres:16").unwrap();
    assert_eq!(hits.at(x, y), Some(&Hit::Service(ServiceId::from("hub/db"))));
    assert_eq!(hits.at(0, 0), None);
}

#[test]
fn selection_lights_neighbours_and_dims_the_rest() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui_on(160, 48, "hub/backend"), false, draw);
    for (text, role) in [
        ("redis ─", Role::Needs),
        ("frontend ─", Role::NeededBy),
        ("worker ×2", Role::Dim),
        ("backend ━", Role::Title),
        // A problem is never pushed back.
        ("✖ worker", Role::Unhealthy),
    ] {
        let (x, y) = fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text} is not on the map"));
        assert_eq!(fixture::role_at(&buffer, x, y), Some(role), "{text}");
    }
}

#[test]
fn a_failing_card_is_red_with_its_reason() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(120, 38), false, draw);
    let (x, y) = fixture::find(&buffer, "✖ db").unwrap();
    assert_eq!(fixture::role_at(&buffer, x - 2, y), Some(Role::Unhealthy), "the border");
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
    assert!(hits.visible.iter().all(|id| id.as_str().starts_with("lab/")));
    ui.filter = "nowhere".to_owned();
    let screen = map(&snapshot, &ui, false);
    assert!(screen.contains("nothing in stack lab matches \"nowhere\""), "{screen}");
}

#[test]
fn zoom_overrides_what_fits() {
    let snapshot = fixture::twenty_five().snapshot();
    for (zoom, total) in [(Zoom::Glyph, 8..12), (Zoom::Line, 15..26), (Zoom::Card, 40..200)] {
        let mut ui = fixture::ui(80, 22);
        ui.map.zoom = zoom;
        let (_, hits) = fixture::frame(&snapshot, &ui, false, draw);
        assert!(total.contains(&hits.viewport.total), "{zoom:?} takes {} rows", hits.viewport.total);
    }
}

#[test]
fn no_size_panics() {
    let pictures =
        [fixture::failing(), fixture::mixed(), fixture::strange(), fixture::sixty(), fixture::lost()];
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
        width in 1u16..200, height in 1u16..60, zoom in 0usize..4, top in 0usize..200, ascii: bool,
    ) {
        let mut picture = fixture::failing();
        picture.change("hub/db", |make| {
            make.service.name = name.as_str().into();
            make.service.health.reason.clone_from(&reason);
            make.facts(|facts| facts.image.clone_from(&image));
        });
        let mut ui = fixture::ui(width, height);
        ui.map.zoom = [Zoom::Auto, Zoom::Card, Zoom::Line, Zoom::Glyph][zoom];
        ui.map.top = top;
        map(&picture.snapshot(), &ui, ascii);
    }
}
