//! The record as a tree: long values are read in full, and where the line comes from.

use super::log_view::{reading, shown};
use super::*;
use crate::tui::input::action::Direction;
use crate::tui::state::logs::record::RecordView;

fn record(console: &TestConsole) -> &RecordView {
    match &console.ui.dialog {
        Some(Dialog::Record(view)) => view,
        other => panic!("{other:?}"),
    }
}

fn long() -> String {
    let words: Vec<String> = (0..120).map(|n| format!("word{n}")).collect();
    format!(
        r#"{{"message":"{}","stack_trace":"first\n\tat second\nthird"}}"#,
        words.join(" ")
    )
}

#[test]
fn values_wrap_in_their_column_and_show_their_lines() {
    let text = r#"{"message":"WARNING Memory overcommit must be enabled! Without it, a background save or replication may fail under low memory condition. Being disabled","stack_trace":"first\n\tat second\nthird"}"#;
    let mut console = reading(&[(None, text)]);
    console.press("enter");
    let screen = console.screen();
    let column = |word: &str| {
        // The log view behind it has the text too.
        let line = screen.lines().rfind(|line| line.contains(word));
        let line = line.unwrap_or_else(|| panic!("{word}: {screen}"));
        line.find(word).map(|at| line[..at].chars().count())
    };
    assert_eq!(column("WARNING"), column("first"));
    assert_eq!(column("third"), column("first"));
    assert_eq!(column("at second"), column("first").map(|at| at + 1));
    assert!(screen.contains("Being"), "{screen}");
}

#[test]
fn a_value_that_is_higher_than_the_screen_is_scrolled_to_its_end() {
    for (width, height) in [(40, 12), (80, 24), (100, 30)] {
        let mut console = reading(&[(None, &long())]);
        console.ui.terminal.size = ratatui::layout::Size::new(width, height);
        console.press("enter down down");
        assert_eq!(record(&console).row().unwrap().key, "message");
        let mut seen = console.screen();
        while record(&console).row().unwrap().key == "message" {
            console.press("down");
            seen.push_str(&console.screen());
        }
        for n in [0, 60, 119] {
            assert!(
                seen.contains(&format!("word{n}")),
                "{width}x{height}: word{n}"
            );
        }
        assert!(console.screen().contains("third"), "{}", console.screen());
        console.press("up");
        assert!(console.screen().contains("word119"), "read from its end");
        console.press("home");
        assert!(console.screen().contains("container"));
    }
}

#[test]
fn the_container_and_the_stream_are_copied_and_no_filter_asks_for_them() {
    let mut console = reading(&[(None, "one"), (None, "two")]);
    console.press("enter");
    let names = ["container", "stream"];
    let rows = record(&console).rows();
    assert_eq!([&*rows[0].key, &*rows[1].key], names);
    assert_eq!(rows[1].value, "stdout");
    console.press("down y");
    assert_eq!(
        console.effects.last(),
        Some(&Effect::Copy("stdout".to_owned()))
    );
    console.press("enter");
    assert!(console.ui.dialog.is_some(), "nothing to filter by");
    console.act(Action::Move(Direction::Up));
    console.press("esc");
    assert_eq!(shown(&console).len(), 2);
}
