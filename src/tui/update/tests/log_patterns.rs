//! The patterns of the lines that level and filter let through, and the way back to them.

use super::log_view::{reading, shown};
use super::*;
use crate::model::LineLevel;

fn console() -> TestConsole {
    reading(&[
        (Some(LineLevel::Info), "GET /a 200"),
        (Some(LineLevel::Error), "connection to 10.0.0.1 refused"),
        (Some(LineLevel::Info), "GET /a 200"),
        (Some(LineLevel::Error), "connection to 10.0.0.2 refused"),
        (Some(LineLevel::Error), "disk full"),
    ])
}

fn counts(console: &TestConsole) -> Vec<(String, u64)> {
    let patterns = console.ui.logs.patterns.as_ref().unwrap();
    let rows = patterns.rows.iter();
    rows.map(|row| (row.to_string(), row.count)).collect()
}

#[test]
fn patterns_are_those_of_the_lines_that_level_and_filter_let_through() {
    let mut console = console();
    console.press("P");
    assert_eq!(counts(&console).len(), 3);
    console.press("E");
    let refused = ("connection to <*> refused".to_owned(), 2);
    assert_eq!(
        counts(&console),
        [refused.clone(), ("disk full".to_owned(), 1)]
    );
    console.press("&");
    console.act(Action::Edit(Edit::Insert("refused".to_owned())));
    console.press("enter");
    assert_eq!(counts(&console), [refused]);
    let screen = console.screen();
    assert!(screen.contains(" E "), "the level has a letter: {screen}");
}

#[test]
fn esc_leads_from_the_lines_of_a_pattern_to_the_list_and_keeps_level_and_filter() {
    let mut console = console();
    console.press("E P enter");
    assert_eq!(shown(&console).len(), 2);
    console.press("esc");
    assert!(console.ui.logs.patterns.as_ref().unwrap().is_open);
    assert!(console.screen().contains("disk full"));
    assert_eq!(console.ui.logs.find.wanted.level, Some(LineLevel::Error));
    assert_eq!(shown(&console).len(), 3);
    console.press("esc esc");
    assert_eq!(shown(&console).len(), 5);
}
