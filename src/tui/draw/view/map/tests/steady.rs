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
    let mut console = console(&fixture::nine(), (80, 24));
    let before = console.ui.drawn.map.clone().unwrap();
    console.snapshot.config_problem = Some("line 3: no such key".to_owned());
    console.draw();
    assert_eq!(console.ui.drawn.banners, 1);
    assert!(Arc::ptr_eq(&before, console.ui.drawn.map.as_ref().unwrap()));
}

#[test]
fn a_service_that_comes_back_finds_its_place() {
    let all = fixture::twenty_five().snapshot();
    let ui = drawn(&all, fixture::ui(160, 47));
    for gone in fixture::twenty_five().ids() {
        let mut fewer = all.clone();
        fewer.services.retain(|service| service.id.as_str() != gone);
        let kept =
            |edge: &&crate::model::Edge| edge.from.as_str() != gone && edge.to.as_str() != gone;
        fewer.edges = all.edges.iter().filter(kept).cloned().collect();
        let later = drawn(&fewer, ui.clone());
        assert_eq!(places(&drawn(&all, later)), places(&ui), "{gone}");
    }
}

/// What an operator does to the map without changing what is on it.
#[derive(Clone, Debug)]
enum View {
    Resize(u16, u16),
    Key(&'static str),
}

fn view_changes() -> impl Strategy<Value = Vec<View>> {
    let change = prop_oneof![
        (1u16..220, 1u16..70).prop_map(|(width, height)| View::Resize(width, height)),
        prop_oneof![Just("+"), Just("-"), Just("L"), Just("esc")].prop_map(View::Key),
    ];
    proptest::collection::vec(change, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_same_size_gives_the_same_drawing(
        changes in view_changes(),
        stacks in 0usize..3,
        size in prop_oneof![Just((80, 24)), Just((120, 35)), Just((160, 50))],
        selects: bool,
    ) {
        let builder = [fixture::nine, fixture::twenty_five, fixture::sixty][stacks]();
        let mut console = console(&builder, size);
        if selects {
            console.select("hub/db");
        }
        let (before, layout) = (console.screen(), console.ui.drawn.map.clone());
        for change in changes {
            match change {
                View::Resize(width, height) => {
                    console.ui.terminal.size = ratatui::layout::Size::new(width, height);
                    console.draw();
                }
                View::Key(key) => {
                    console.press(key);
                }
            }
        }
        console.ui.terminal.size = ratatui::layout::Size::new(size.0, size.1);
        (console.ui.map.zoom, console.ui.dialog) = (Zoom::Auto, None);
        let selected = selects.then(|| ServiceId::from("hub/db"));
        console.ui.selection.selected = selected;
        prop_assert_eq!(console.screen(), before);
        prop_assert_eq!(&console.ui.drawn.map, &layout);
    }
}
