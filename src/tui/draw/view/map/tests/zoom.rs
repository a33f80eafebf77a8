//! How much of each service is drawn, by hand and by itself.

use super::*;

#[test]
fn zoom_overrides_what_fits() {
    let snapshot = fixture::twenty_five().snapshot();
    let mut rows = 0;
    for level in ZoomLevel::LADDER {
        let mut ui = fixture::ui(80, 22);
        ui.map.zoom = Zoom::At(level);
        let (_, hits) = fixture::frame(&snapshot, &ui, false, draw);
        assert!(
            hits.viewport.total > rows,
            "{level:?} takes {} rows after {rows}",
            hits.viewport.total
        );
        assert_eq!(hits.map.unwrap().level, level);
        rows = hits.viewport.total;
    }
}

fn level(console: &TestConsole) -> ZoomLevel {
    console.ui.drawn.map.as_ref().unwrap().level
}

#[test]
fn plus_and_minus_go_from_what_is_seen_and_round() {
    let mut console = console(&fixture::twenty_five(), (80, 24));
    assert_eq!(
        (level(&console), console.ui.map.zoom),
        (ZoomLevel::List, Zoom::Auto),
        "too much for lines"
    );
    for (key, expected) in [
        ("+", ZoomLevel::Line),
        ("+", ZoomLevel::Card(3)),
        ("-", ZoomLevel::Line),
        ("-", ZoomLevel::List),
        ("-", ZoomLevel::Glyph),
        ("-", ZoomLevel::List),
    ] {
        assert_eq!(level(console.press(key)), expected, "after {key}");
    }
    assert_eq!(
        console.ui.map.zoom,
        Zoom::Auto,
        "beyond the end the map chooses again"
    );
}

#[test]
fn only_services_whose_figures_have_a_place_are_sampled_more_often() {
    let mut console = console(&fixture::twenty_five(), (80, 24));
    assert_eq!(level(&console), ZoomLevel::List);
    assert_eq!(console.ui.drawn.measured, console.ui.drawn.visible);
    for (key, expected, measured) in [
        ("+", ZoomLevel::Line, false),
        ("+", ZoomLevel::Card(3), true),
    ] {
        console.press(key);
        let drawn = &console.ui.drawn;
        assert_eq!(
            (level(&console), !drawn.measured.is_empty()),
            (expected, measured),
            "after {key}"
        );
        assert!(!drawn.visible.is_empty());
    }
}

#[test]
fn a_zoomed_map_scrolls_both_ways_and_keeps_the_selection_in_sight() {
    let mut console = console(&fixture::twenty_five(), (80, 24));
    console.press("+ + +");
    shot("zoomed", &mut console);
    for id in fixture::twenty_five().ids() {
        console.act(crate::tui::input::action::Action::Select(
            id.as_str().into(),
        ));
        console.draw();
        assert!(
            console
                .ui
                .drawn
                .visible
                .contains(&ServiceId::from(id.as_str())),
            "{id}"
        );
    }
    console.press("g");
    let across = console.ui.drawn.across;
    assert!(across.total > across.rows, "{across:?}");
    console.press("shift-right");
    assert!(console.ui.map.left > 0);
    console.press("} } } } } }");
    assert_eq!(console.ui.map.left, across.total - across.rows);
    shot("zoomed_right", &mut console);
    console.press("{ { { { { { {");
    assert_eq!(console.ui.map.left, 0);
    console.press("pgdn");
    assert!(console.ui.map.top > 10);
}

#[test]
fn the_level_of_detail_is_named_and_whether_the_map_chose_it() {
    let mut console = console(&fixture::twenty_five(), (80, 24));
    assert!(
        console.screen().contains(" list 2/7 (auto)"),
        "{}",
        console.screen()
    );
    let screen = console.press("+").screen();
    assert!(
        screen.contains(" chips 3/7") && !screen.contains("(auto)"),
        "{screen}"
    );
    let screen = console.press("+ + +").screen();
    assert!(screen.contains(" cards 6/7"), "{screen}");
}

#[test]
fn zoom_keeps_the_selected_card_where_it_is() {
    let mut console = console(&fixture::twenty_five(), (80, 24));
    console.press("+ +").select("hub/redis");
    console.press("down up");
    let row = |console: &TestConsole| {
        let id = console.ui.selection.selected.as_ref().unwrap();
        let map = console.ui.drawn.map.as_ref().unwrap();
        let (_, place) = map.cards.iter().find(|(each, _)| each == id).unwrap();
        usize::from(place.y + place.height / 2).checked_sub(console.ui.drawn.viewport.top)
    };
    let before = row(&console).unwrap();
    console.press("+");
    assert!(
        row(&console).unwrap().abs_diff(before) <= 1,
        "{:?} {before}",
        row(&console)
    );
    console.press("+ -");
    assert!(
        row(&console).unwrap().abs_diff(before) <= 1,
        "{:?} {before}",
        row(&console)
    );
}
