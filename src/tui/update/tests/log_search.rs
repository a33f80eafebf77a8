//! The field of search and filter, the nearest hit, the way back from an id, what is said once.

use super::log_view::{reading, shown, ten, type_text};
use super::*;
use crate::model::{InstanceId, LogBatch, LogLine};
use crate::tui::state::logs::LogBegin;
use crate::tui::update::logs::ring::push;

fn at(console: &TestConsole) -> Option<&str> {
    console.ui.logs.chosen().map(|line| line.text.as_str())
}

#[test]
fn the_text_of_before_is_replaced_by_what_is_typed_and_edited_by_other_keys() {
    for key in ["/", "&"] {
        let mut console = ten();
        console.press(key);
        type_text(&mut console, "line");
        console.press("enter").press(key);
        type_text(&mut console, "3");
        assert_eq!(console.ui.field.as_ref().unwrap().text, "3");
        console.press("enter").press(key).press("end");
        type_text(&mut console, "4");
        assert_eq!(console.ui.field.as_ref().unwrap().text, "34");
    }
}

#[test]
fn enter_goes_to_the_nearest_hit_and_a_step_round_the_end_is_said() {
    let mut console = reading(&[
        (None, "hit a"),
        (None, "one"),
        (None, "hit b"),
        (None, "two"),
        (None, "three"),
        (None, "four"),
        (None, "hit c"),
    ]);
    console.press("/");
    type_text(&mut console, "hit");
    console.press("enter");
    assert_eq!(at(&console), Some("hit c"), "the newest one in sight");
    console.press("esc up up up up").press("/");
    assert_eq!(at(&console), Some("two"));
    type_text(&mut console, "hit");
    console.press("enter");
    assert_eq!(
        at(&console),
        Some("hit b"),
        "the nearest to the chosen line"
    );
    console.press("n");
    assert_eq!((at(&console), console.toasts().len()), (Some("hit c"), 0));
    console.press("n");
    assert_eq!(at(&console), Some("hit a"));
    assert_eq!(console.toasts(), ["search wrapped"]);
    console.press("N");
    assert_eq!(at(&console), Some("hit c"));
    assert_eq!(console.toasts(), ["search wrapped"]);
}

#[test]
fn one_esc_leads_from_a_followed_id_to_the_log_of_before_as_it_was_read() {
    let mut console = reading(&[
        (None, r#"{"message":"a","correlation_id":"c-4711"}"#),
        (None, r#"{"message":"b"}"#),
    ]);
    console.press("&");
    type_text(&mut console, "message?");
    console.press("enter up up");
    let before = console.ui.logs.clone();
    console.press("c");
    assert!(console.ui.logs.begin.moment().is_some());
    console.press("esc");
    let after = &console.ui.logs;
    assert_eq!(after.ring, before.ring);
    assert_eq!(after.find.wanted, before.find.wanted);
    assert_eq!(after.in_view, before.in_view);
    assert_eq!(after.begin, LogBegin::Tail);
    assert_eq!((after.cursor, after.follow), (before.cursor, false));
    assert_eq!(shown(&console).len(), 2);
    let Some(Effect::FollowLogs { queries, replace }) = console.effects.last() else {
        panic!("{:?}", console.effects)
    };
    let follow = queries.iter().all(|query| query.follow);
    assert!(*replace && follow, "its streams are opened again");
}

#[test]
fn a_chosen_line_that_is_discarded_is_said_once_and_the_end_is_followed_again() {
    let mut console = ten();
    console.press("g");
    for _ in 0..2 {
        let lines = (0..5).map(|n| LogLine {
            at: Some(console.facts.now),
            instance: InstanceId::from("backend"),
            text: format!("new {n}"),
            ..LogLine::default()
        });
        push(&mut console.ui.logs, LogBatch::of(lines, 0), 10, 1 << 20);
        console.settle();
    }
    let sentence = "the chosen line was discarded to make room for new ones";
    assert_eq!(console.toasts(), [sentence]);
    let logs = &console.ui.logs;
    assert_eq!((logs.cursor, logs.follow, logs.back), (None, true, 0));
}

#[test]
fn a_filter_with_a_mistake_that_is_kept_is_shown_as_refused() {
    let mut console = ten();
    console.press("&");
    type_text(&mut console, "\"x");
    console.press("enter");
    let screen = console.screen();
    assert!(screen.contains("filter refused: \"x"), "{screen}");
    console.press("&");
    type_text(&mut console, "x");
    console.press("enter");
    assert!(!console.screen().contains("refused"));
}

#[test]
fn a_text_that_has_no_room_is_refused_whole() {
    let mut console = ten();
    console.press("&");
    console.act(Action::Edit(Edit::Insert("a".repeat(4_096))));
    console.act(Action::Edit(Edit::Insert("b".to_owned())));
    assert_eq!(console.ui.field.as_ref().unwrap().text.len(), 4_096);
    assert_eq!(
        console.toasts(),
        ["a text has at most 4,096 bytes: nothing was inserted"]
    );
    assert!(console.screen().contains("aaa"));
}
