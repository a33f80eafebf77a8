//! How trouble is seen: the way of slowness, short reasons, a last known state.

use super::*;

#[test]
fn the_way_of_slowness_is_heavy_and_keeps_its_arrow() {
    let mut builder = fixture::chain("exchange", &["gateway", "quotes", "db"]);
    fixture::slow(&mut builder, "exchange/gateway", "exchange/quotes");
    let (buffer, _) = fixture::frame(&builder.snapshot(), &fixture::ui(80, 20), false, draw);
    assert_eq!(roles_of(&buffer, &["┃", "━"]), [Role::Degraded]);
    assert_eq!(roles_of(&buffer, &["✖"]), []);
    assert!(roles_of(&buffer, &["▼"]).contains(&Role::Degraded));
}

#[test]
fn a_last_known_state_has_no_colour_of_a_state() {
    let mut snapshot = fixture::failing().snapshot();
    snapshot.engine.status = fixture::lost().snapshot().engine.status;
    for size in [(40, 10), (80, 20), (160, 48)] {
        let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(size.0, size.1), false, draw);
        let strip = summary::height(size.1);
        let map = Rect::new(0, 0, size.0, size.1 - strip);
        for at in map.positions() {
            let role = fixture::role_at(&buffer, at.x, at.y);
            let coloured = [
                Role::Unhealthy,
                Role::Degraded,
                Role::Healthy,
                Role::EdgeFailing,
            ];
            let is_coloured = role.is_some_and(|role| coloured.contains(&role));
            assert!(!is_coloured, "{at} of {size:?}: {role:?}");
        }
    }
}

#[test]
fn a_narrow_chip_holds_a_reason_and_that_something_blocks_it() {
    let screen = console(&fixture::failing(), (80, 24)).screen();
    for expected in [
        "[✖ proxy    502 ⊘]",
        "[▲ frontend   502]",
        "[✖ backend  503 ⊘]",
        "[✖ worker refused]",
    ] {
        assert!(screen.contains(expected), "{expected}:\n{screen}");
    }
}

#[test]
fn a_sign_with_a_name_has_its_reason_where_there_is_room() {
    let screen = console(&fixture::failing(), (40, 12)).screen();
    assert!(screen.contains("✖ proxy       HTTP 502"), "{screen}");
}
