//! The raw inspection as a tree, and what is copied of it and elsewhere.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use super::*;
use crate::model::Hidden;
use crate::model::Inspection;
use crate::tui::state::Dialog;
use crate::tui::test_console::assert_screen;

const TEXT: &str = r#"{
  "Id": "0123456789ab",
  "Config": {
    "Env": [
      "PATH=/bin",
      "TOKEN=***"
    ],
    "Labels": {
      "com.example/x": "a\u001b[31mb"
    }
  },
  "Image": "postgres:16",
  "State": {
    "Status": "running"
  }
}"#;

fn inspecting(text: &str, width: u16, height: u16) -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
    console.press("2").select("hub/db").press("i");
    let answer = Inspection::new(text.to_owned(), Hidden::default());
    crate::tui::update::details::inspected(&mut console.ui, &"hub/db".into(), Ok(answer));
    console.draw();
    console
}

fn copied(console: &TestConsole) -> &str {
    match console.effects.last() {
        Some(Effect::Copy(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_tree_is_drawn_small_and_large() {
    for (width, height) in [(80, 24), (160, 50)] {
        let mut console = inspecting(TEXT, width, height);
        console.press("down down enter down down");
        assert_screen(
            &format!("frame_inspect_{width}x{height}"),
            &console.screen(),
        );
    }
}

#[test]
fn rows_fold_and_unfold_and_the_parent_is_chosen() {
    let mut console = inspecting(TEXT, 80, 24);
    assert!(console.screen().contains("Hostname") || console.screen().contains("PATH=/bin"));
    console.press("down enter");
    let folded = console.screen();
    assert!(
        !folded.contains("PATH=/bin") && folded.contains("Image"),
        "{folded}"
    );
    console.press("right");
    assert!(console.screen().contains("PATH=/bin"));
    console.press("down down");
    let screen = console.screen();
    assert!(screen.contains(".Config.Env[0]"), "{screen}");
    console.press("left");
    assert!(
        console.screen().contains(".Config.Env "),
        "{}",
        console.screen()
    );
    console.press("left left");
    let screen = console.screen();
    assert!(
        screen.contains(".Config ") && !screen.contains("PATH=/bin"),
        "{screen}"
    );
    assert!(!console.screen().contains('\u{1b}'));
    console.press("G");
    assert!(console.screen().contains(".State.Status"));
    console.press("tab");
    assert_eq!(
        console.ui.details.as_ref().map(|it| it.tab),
        Some(DetailsTab::Why)
    );
}

#[test]
fn a_search_unfolds_what_it_finds() {
    let mut console = inspecting(TEXT, 80, 24);
    console.press("down enter / e x a m p l e enter");
    let screen = console.screen();
    assert!(
        screen.contains("com.example/x") && screen.contains("1/1"),
        "{screen}"
    );
    assert!(
        screen.contains(".Config.Labels[\"com.example/x\"]"),
        "{screen}"
    );
    console.press("/ ctrl-u s t a enter n");
    assert!(
        console.screen().contains(".State.Status"),
        "{}",
        console.screen()
    );
}

#[test]
fn value_path_and_json_of_a_row_are_copied() {
    let mut console = inspecting(TEXT, 80, 40);
    console.press("y");
    let screen = console.screen();
    assert!(
        matches!(console.ui.dialog, Some(Dialog::Copy { .. })),
        "{screen}"
    );
    assert!(
        screen.contains("restart  docker restart hub-db-1"),
        "{screen}"
    );
    console.press("y");
    assert_eq!(copied(&console), "0123456789ab");
    console.press("down down y");
    assert!(console.screen().contains("JSON"), "{}", console.screen());
    console.press("enter");
    assert_eq!(copied(&console), "[\n  \"PATH=/bin\",\n  \"TOKEN=***\"\n]");
    console.press("y down enter");
    assert_eq!(copied(&console), ".Config.Env");
    console.press("esc esc");
    console.press("y y");
    assert_eq!(copied(&console), "hub-db-1");
    console.press("y down enter");
    assert!(!copied(&console).is_empty());
    console.effects.clear();
    console.press("y esc");
    assert!(console.effects.is_empty() && console.ui.dialog.is_none());
}

#[test]
fn a_document_of_a_megabyte_is_moved_through_at_once() {
    let mut text = "{\n  \"Labels\": {\n".to_owned();
    for at in 0..20_000 {
        writeln!(text, "    \"key{at}\": \"{}\",", "v".repeat(40)).unwrap();
    }
    text.push_str("    \"last\": 1\n  }\n}");
    assert!(text.len() > 1_000_000);
    let mut console = inspecting(&text, 160, 50);
    let begun = Instant::now();
    console.press("G g pgdn / l a s t enter n N");
    assert!(console.screen().contains(".Labels.last"));
    // Nine keys with a frame each, in a build without optimisation beside other tests.
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}
