//! Questions that the terminal has no room for: what could not be read is not answered.

use super::*;
use crate::model::{SkipReason, Snapshot};
use crate::tui::update::tests::safe::{MS, cancelled, running};

/// A service whose name is long, and what depends on it.
const LONG: &str =
    "blind-hub-of-a-long-name/service-with-a-name-that-fills-more-than-a-line-of-a-terminal";

fn with_long_name() -> Snapshot {
    let mut snapshot = fixture::nine().snapshot();
    let redis = snapshot
        .services
        .iter_mut()
        .find(|each| each.id.as_str() == "hub/redis")
        .expect("redis");
    let redis = Arc::make_mut(redis);
    (redis.id, redis.name) = (LONG.into(), LONG.rsplit('/').next().expect("a name").into());
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    dressed(snapshot)
}

/// The text of a dialog without its border, its line breaks and what is beside it.
fn inside(screen: &str, width: u16) -> String {
    let own = usize::from(width.min(76));
    let left = (usize::from(width) - own) / 2;
    let lines = screen
        .lines()
        .map(|line| line.chars().skip(left).take(own).collect::<String>());
    let text = lines
        .collect::<Vec<_>>()
        .join(" ")
        .replace(['│', '╭', '╮', '╰', '╯', '─'], " ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn an_answer_counts_only_where_the_plan_could_be_read() {
    let small = [
        (1, 1),
        (2, 2),
        (7, 3),
        (20, 5),
        (20, 24),
        (80, 3),
        (22, 10),
        (40, 4),
    ];
    for ((width, height), id) in small
        .into_iter()
        .flat_map(|size| [(size, "hub/db"), (size, LONG)])
    {
        for keys in ["y", "enter", "tab enter", "left enter"] {
            for question in ["s", "r", "R", "p"] {
                let mut console = TestConsole::new(with_long_name(), width, height);
                console.select(id).press(question);
                assert!(
                    matches!(console.ui.dialog, Some(Dialog::Confirm { .. })),
                    "{question} asks"
                );
                console.press(keys);
                let screen = console.screen();
                assert!(
                    console.effects.is_empty(),
                    "{question} {keys} of {id} at {width}x{height}:\n{screen}"
                );
                assert!(
                    console.ui.drawn.areas.is_empty(),
                    "nothing answers the mouse:\n{screen}"
                );
                if width * height >= 100 {
                    let text = inside(&screen, width);
                    assert!(
                        text.contains("terminal is too small to show the plan"),
                        "{screen}"
                    );
                }
                console.press("esc");
                assert!(console.ui.dialog.is_none(), "to cancel is no danger");
            }
        }
    }
}

#[test]
fn where_an_answer_counts_the_whole_name_and_the_way_to_the_steps_are_on_screen() {
    let mut answered = 0;
    for (width, height) in (1..=90_u16)
        .step_by(3)
        .flat_map(|width| (1..=24).map(move |height| (width, height)))
    {
        for id in ["hub/db", LONG] {
            let mut console = TestConsole::new(with_long_name(), width, height);
            console.select(id).press("s");
            let screen = console.screen();
            let text: String = inside(&screen, width).split(' ').collect();
            console.press("y");
            if submitted(&console).is_empty() {
                continue;
            }
            answered += 1;
            assert!(
                text.contains(&format!("Stop{id}?")),
                "{id} at {width}x{height}:\n{screen}"
            );
            assert!(screen.contains("[n] Cancel"), "{screen}");
            let steps = text.contains(&format!("stop{}", id.rsplit('/').next().expect("a name")));
            assert!(
                steps || screen.contains("more below") && screen.contains('↓'),
                "{screen}"
            );
        }
    }
    assert!(
        answered > 500,
        "a plan is not refused without need: {answered}"
    );
}

#[test]
fn a_terminal_that_shrinks_takes_the_question_away_and_one_that_grows_begins_anew() {
    let mut console = console();
    let large = console.ui.terminal.size;
    console.select("hub/db").press("s");
    console.ui.terminal.size = ratatui::layout::Size::new(1, 1);
    console.draw();
    console.press("y");
    assert!(console.effects.is_empty(), "{:?}", console.effects);
    console.ui.terminal.size = large;
    console.draw();
    console.type_ahead("y", 299 * MS);
    assert!(console.effects.is_empty(), "it was drawn 299 ms ago");
    console.press("y");
    assert_eq!(submitted(&console).len(), 1);
}

#[test]
fn how_to_leave_is_answered_only_where_the_question_could_be_read() {
    for (width, height) in [(1, 1), (20, 5), (40, 6), (80, 4), (7, 24)] {
        for keys in ["q w", "q a", "q up enter", "q tab enter"] {
            let mut console = running(&[1]);
            console.ui.terminal.size = ratatui::layout::Size::new(width, height);
            console.draw();
            console.press(keys);
            let screen = console.screen();
            assert!(
                console.effects.is_empty() && console.ui.operations.leaving.is_none(),
                "{keys} {width}x{height}:\n{screen}"
            );
            if width >= 20 {
                assert!(
                    inside(&screen, width)
                        .contains("The terminal is too small to show the question"),
                    "{screen}"
                );
            }
            console.press("s");
            assert!(console.ui.dialog.is_none(), "to stay is no danger");
        }
    }
    let mut console = running(&[1]);
    console.ui.terminal.size = ratatui::layout::Size::new(40, 10);
    console.draw();
    console.press("q");
    let text = inside(&console.screen(), 40);
    assert!(
        text.contains("Quit while an operation is running?"),
        "{text}"
    );
    assert!(
        text.contains("Abort: finish the current step, skip the rest, quit"),
        "{text}"
    );
    console.press("a");
    assert_eq!(cancelled(&console), [(vec![1], SkipReason::Quit)]);
}

#[test]
fn maintenance_begins_only_where_its_choices_could_be_read() {
    for (size, silences) in [
        ((1, 1), false),
        ((20, 5), false),
        ((60, 20), false),
        ((120, 40), true),
    ] {
        let mut console = TestConsole::new(with_long_name(), size.0, size.1);
        console.select(LONG).press("M enter");
        let screen = console.screen();
        assert_eq!(
            !submitted(&console).is_empty(),
            silences,
            "{size:?}:\n{screen}"
        );
        let is_shown =
            inside(&screen, size.0).contains("The terminal is too small to show the choices");
        assert_eq!(is_shown, !silences && size.0 > 1, "{screen}");
    }
}
