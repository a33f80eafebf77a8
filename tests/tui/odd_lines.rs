//! Log lines of every odd kind, from the engine's stream to the screen.

use hubdeck::model::{LogStream, SignedDuration, Timestamp};

use crate::support::pty::Terminal;
use crate::support::secrets::World;

const SCENARIO: &str = r#"
[[stack]]
name = "odd"

[[stack.service]]
name = "plain"
image = "acme/plain:1"

[[stack.service]]
name = "terminal"
image = "acme/terminal:1"
tty = true

[[stack.service]]
name = "hasty"
image = "acme/hasty:1"
"#;

/// Longest message of the engine's log driver: a longer line comes in several frames.
const FRAME: usize = 16 << 10;

/// Lines that try to move the cursor, to set the title, to fill the clipboard, to make a link, to
/// draw, to colour by C1, to turn the direction and to hide.
const ATTACK: &str = "a\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x07\x1b]8;;http://evil\x1b\\b\x1b]8;;\x1b\\\x1bP1q\x1b\\\u{9d}owned\u{9c}c\u{202e}\u{2066}\u{200b}d \u{9b}31mred\x1b[0m end";

/// Lines, each with what stands on the screen of it.
fn lines() -> Vec<(Vec<u8>, String)> {
    let bar: String = (0..=100).map(|it| format!("\rdone {it}%")).collect();
    let pad = "x".repeat(90_000);
    let json = format!(r#"{{"level":"error","pad":"{pad}","message":"no route","n":7}}"#);
    // The second byte of the crab is the first one of the second frame.
    let head = r#"{"level":"warn","pad":""#;
    let middle = r#"","message":"split "#;
    let pad = "y".repeat(FRAME - 1 - head.len() - middle.len());
    let split = format!(r#"{head}{pad}{middle}🦀 here"}}"#);
    assert_eq!(split.as_bytes()[FRAME - 1], "🦀".as_bytes()[0]);
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (text(&bar), "done 100%".to_owned()),
        (text("carriage return\r"), "carriage return".to_owned()),
        (
            b"\xff\xfe no UTF-8 \0".to_vec(),
            // The emulator does not show what stands for broken bytes.
            " no UTF-8".to_owned(),
        ),
        (text(ATTACK), "abcd red end".to_owned()),
        (text(&json), "ERROR no route pad=xxxx".to_owned()),
        (text(&split), "WARN  split 🦀 here pad=yyyy".to_owned()),
        (text(&"z".repeat(90_000)), "z".repeat(40)),
    ]
}

/// Rows of the service `name`, without the name.
fn rows<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let rows = text.lines().filter_map(|row| row.split_once(" │ "));
    let of_it = rows.filter(|(before, _)| before.trim_matches(['▎', ' ']) == name);
    of_it.map(|(_, text)| text).collect()
}

/// Waits until what `lines` promise stands on screen, for every service of `names`, in order.
fn wait_for_lines(terminal: &mut Terminal, names: &[&str], lines: &[(Vec<u8>, String)]) {
    terminal.wait_until("every line", |screen| {
        let text = screen.contents();
        names.iter().all(|name| {
            let rows = rows(&text, name);
            let same = rows.iter().zip(lines);
            rows.len() == lines.len() && same.into_iter().all(|(row, (_, it))| row.starts_with(it))
        })
    });
}

#[test]
fn odd_lines_are_shown_whole_and_harmless_whatever_is_known_of_the_container() {
    for refused in [false, true] {
        let world = World::start(SCENARIO, "");
        if refused {
            // Whether it has a TTY is not known then.
            world.control.forbid("/containers/*/json");
        }
        let lines = lines();
        for name in ["plain", "terminal"] {
            let container = format!("odd-{name}-1");
            for (bytes, _) in &lines {
                let written = world.control.log(&container, LogStream::Stdout, bytes);
                written.unwrap();
            }
        }
        let mut terminal = world.open(&[], 160, 40);
        terminal.wait_for("terminal");
        terminal.send("3");
        wait_for_lines(&mut terminal, &["plain", "terminal"], &lines);
        terminal.send("w");
        terminal.wait_for("[73,616 bytes cut]");
        let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
        assert!(raw.contains("\u{fffd}\u{fffd} no UTF-8"));
        for attack in [
            "owned", "b3duZWQ", "evil", "\u{202e}", "\u{200b}", "\u{9b}", "\x1bP1q",
        ] {
            assert!(!raw.contains(attack), "{attack:?} reached the terminal");
        }
    }
}

#[test]
fn a_clock_that_is_an_hour_off_is_said() {
    let world = World::start(SCENARIO, "");
    let mut terminal = world.open(&[], 160, 40);
    terminal.wait_for("hasty");
    terminal.send("3");
    terminal.wait_for("no lines yet");
    for n in 0..40 {
        let own = Timestamp::now() + SignedDuration::from_hours(1);
        let text = format!("{own:.3} INFO tick {n}");
        let written = world
            .control
            .log("odd-hasty-1", LogStream::Stdout, text.as_bytes());
        written.unwrap();
    }
    terminal.wait_for("hasty: its clock is 1h ahead of the engine's");
    terminal.wait_for("tick 39");
}
