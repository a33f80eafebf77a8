//! Searching in the text of the details.

use super::*;
use crate::model::Inspection;
use crate::model::secrets::Hidden;

fn inspecting() -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 80, 24);
    console.press("2").select("hub/db").press("i");
    let lines = (0..200).map(|at| match at % 50 {
        40 => format!("  \"Needle\": {at},"),
        _ => format!("  \"line\": {at},"),
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let answer = Inspection::new(text, Hidden::default());
    crate::tui::update::details::inspected(&mut console.ui, &"hub/db".into(), Ok(answer));
    console.draw();
    console
}

fn line(console: &mut TestConsole, text: &str) -> bool {
    console.screen().contains(text)
}

#[test]
fn a_search_goes_to_its_hits_and_leaves_the_filter_alone() {
    let mut console = inspecting();
    console.press("/ n e e d");
    assert!(
        line(&mut console, "/need 1/4") && line(&mut console, "Needle: 40"),
        "{}",
        console.screen()
    );
    assert_eq!(console.ui.scope.filter, "");
    console.press("enter n n");
    assert!(
        line(&mut console, "/need 3/4") && line(&mut console, "Needle: 140"),
        "{}",
        console.screen()
    );
    console.press("n n");
    assert!(
        line(&mut console, "/need 1/4"),
        "round the end: {}",
        console.screen()
    );
    console.press("N");
    assert!(line(&mut console, "/need 4/4") && line(&mut console, "Needle: 190"));
    console.press("pgup");
    let top = console.ui.details.as_ref().map(|it| it.top);
    console.draw();
    assert_eq!(
        console.ui.details.as_ref().map(|it| it.top),
        top,
        "scrolling is free"
    );
    console.press("esc");
    assert!(
        console.ui.details.is_some() && !line(&mut console, "/need"),
        "Esc ends the search first"
    );
    console.press("esc");
    assert!(console.ui.details.is_none());
}

#[test]
fn what_is_typed_at_once_is_found_as_well() {
    let mut console = inspecting();
    console.type_ahead("/ n e e d l e enter n", std::time::Duration::from_millis(5));
    console.draw();
    assert!(
        line(&mut console, "/needle 2/4") || line(&mut console, "/needle 1/4"),
        "{}",
        console.screen()
    );
    console.press("/ ctrl-u z z z");
    assert!(line(&mut console, "/zzz not found"), "{}", console.screen());
    console.press("esc");
    assert_eq!(
        console
            .ui
            .details
            .as_ref()
            .map(|it| it.search.text.as_str()),
        Some("")
    );
}

#[test]
fn every_tab_with_text_is_searched_and_charts_say_they_have_none() {
    let mut console = TestConsole::new(dressed(fixture::failing().snapshot()), 120, 35);
    console.press("2").select("hub/db").press("enter");
    for tab in [
        DetailsTab::Why,
        DetailsTab::Overview,
        DetailsTab::Probes,
        DetailsTab::Dependencies,
        DetailsTab::Environment,
    ] {
        console.act(Action::Details(tab));
        console.press("/ ctrl-u e enter");
        console.draw();
        assert!(
            console.ui.drawn.hit.is_some(),
            "{tab:?}\n{}",
            console.screen()
        );
    }
    console.act(Action::Details(DetailsTab::Charts));
    console.press("/");
    assert_eq!(
        console.toasts().last(),
        Some(&"charts have no text to search")
    );
}
