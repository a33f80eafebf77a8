//! Any size, any snapshot, any keys: what holds always.

use proptest::prelude::*;

use super::*;
use crate::tui::input::key::KeyPress;

fn any_key() -> impl Strategy<Value = KeyPress> {
    let named = prop::sample::select(vec![
        "up",
        "down",
        "left",
        "right",
        "enter",
        "esc",
        "tab",
        "shift-tab",
        "space",
        "pgup",
        "pgdn",
        "home",
        "end",
        "backspace",
        "delete",
        "ctrl-u",
        "ctrl-d",
        "ctrl-r",
        "ctrl-s",
        "ctrl-w",
        "f1",
        "1",
        "2",
        "3",
        "4",
        "0",
        "y",
        "n",
    ]);
    prop_oneof![
        3 => named.prop_map(|name| KeyPress::parse(name).unwrap()),
        2 => prop::char::range('!', '~').prop_map(|c| KeyPress::parse(&c.to_string()).unwrap()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any size, any snapshot, any keys, any clicks, a resize in between: no panic, nothing outside.
    #[test]
    fn no_terminal_and_no_key_panics(
        (width, height) in prop_oneof![(0..12_u16, 0..12_u16), (0..300_u16, 0..100_u16)],
        (later_width, later_height) in (0..120_u16, 0..40_u16),
        which in 0..7_usize,
        keys in prop::collection::vec(any_key(), 0..40),
        clicks in prop::collection::vec((0..120_u16, 0..40_u16), 0..4),
        ascii: bool,
    ) {
        let snapshot = match which {
            0 => fixture::failing().snapshot(),
            1 => fixture::mixed().snapshot(),
            2 => fixture::strange().snapshot(),
            3 => dressed(fixture::lost().snapshot()),
            4 => fixture::sixty().snapshot(),
            5 => no_engine(),
            _ => Snapshot::empty(fixture::now()),
        };
        let mut console = TestConsole::new(snapshot, width, height);
        console.ascii = ascii;
        let half = keys.len() / 2;
        for (index, key) in keys.into_iter().enumerate() {
            if index == half {
                console.ui.terminal.size = Size::new(later_width, later_height);
                console.snapshot = dressed(fixture::failing().snapshot());
                console.settle();
            }
            console.key(key);
        }
        for (x, y) in clicks {
            if let Some(crate::tui::state::Hit::Do(action)) = console.ui.drawn.at(x, y).cloned() {
                console.act(action);
                console.draw();
            }
        }
        for (area, _) in &console.ui.drawn.areas {
            prop_assert!(area.right() <= console.ui.terminal.size.width && area.bottom() <= console.ui.terminal.size.height, "{area}");
        }
    }
}
