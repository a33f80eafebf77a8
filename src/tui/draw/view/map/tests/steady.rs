//! Cards stay where they stand.

use super::*;

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
    for builder in [fixture::failing(), fixture::mixed(), fixture::lost()] {
        let after = drawn(&builder.snapshot(), before.clone());
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
    // Without anything drawn before, so few rows give another snapshot.
    assert_ne!(rows(&drawn(&snapshot, fixture::ui(80, 16))), rows(&ui));
}

#[test]
fn order_and_rows_stay_when_a_service_comes_or_goes() {
    let all = fixture::twenty_five().snapshot();
    // A level chosen by hand: what fits when something goes is another matter.
    let mut ui = fixture::ui(160, 47);
    ui.map.zoom = Zoom::At(ZoomLevel::Card(3));
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
