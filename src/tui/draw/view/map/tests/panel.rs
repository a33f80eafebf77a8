//! The panel beside a map that leaves room for it.

use super::*;

/// Columns of the panel, and of the drawing on the map, at this size.
fn columns(builder: &SnapshotBuilder, (width, height): (u16, u16)) -> (u16, u32) {
    let console = console(builder, (width, height));
    let map = console.ui.drawn.map.as_ref().unwrap();
    (map.panel, map.drawing.width)
}

#[test]
fn a_panel_stands_where_a_third_of_the_width_is_free() {
    for (size, expected) in [
        ((80, 24), 0),
        ((120, 35), 0),
        ((160, 50), 0),
        ((240, 60), 85),
        ((300, 80), 100),
    ] {
        let (panel, drawing) = columns(&fixture::nine(), size);
        assert_eq!(panel, expected, "{size:?}");
        assert!(u32::from(panel) + drawing <= u32::from(size.0), "{size:?}");
    }
    let (panel, _) = columns(&fixture::sixty(), (300, 80));
    assert_eq!(panel, 0, "sixty services take the whole width");
}

#[test]
fn it_does_not_come_with_an_incident() {
    let (healthy, failing) = (fixture::nine(), fixture::failing());
    assert_eq!(columns(&healthy, (300, 80)), columns(&failing, (300, 80)));
}

#[test]
fn it_shows_open_incidents_and_the_newest_events() {
    let mut console = super::console(&fixture::failing(), (300, 80));
    let screen = console.screen();
    for expected in ["5 Incidents", "#1 hub/db", "Done  ", "4 Newest events"] {
        assert!(screen.contains(expected), "{expected}:\n{screen}");
    }
    let mut healthy = super::console(&fixture::nine(), (300, 80));
    assert!(healthy.screen().contains("no open incident"));
}

#[test]
fn no_height_is_too_small_for_it() {
    let mut snapshot = dressed(fixture::failing().snapshot());
    fixture::lose_engine(&mut snapshot, 42);
    for height in 1..30 {
        let mut console = TestConsole::new(snapshot.clone(), 300, height);
        assert_eq!(console.screen().lines().count(), usize::from(height));
    }
}
