//! The log view as it looks: JSON, stack trace, filter, patterns, histogram, tree, marks.

use crate::model::{InstanceId, LineLevel, LogBatch, LogLine, LogMark, LogStream};
use crate::tui::fixture;
use crate::tui::input::action::{Action, Edit};
use crate::tui::test_console::{TestConsole, assert_screen, dressed};
use crate::tui::update::logs::ring::push;

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (160, 50)];

/// What is typed or pressed in each scene.
const SCENES: [(&str, &[&str]); 8] = [
    ("json", &[]),
    ("stack_trace", &["Z", "t"]),
    ("filter", &["&status>=500", "enter", "X"]),
    ("errors", &["E"]),
    ("search", &["/c-4711", "enter", "n", "n"]),
    ("patterns", &["P", "down"]),
    ("tree", &["&c-4711", "enter", "up", "enter"]),
    ("nothing", &["&no-such-word", "enter"]),
];

/// Log lines of the hub: a proxy, a backend with JSON and a stack trace, a database.
fn lines() -> Vec<LogLine> {
    let line = |seconds: i64, instance: &str, level: Option<LineLevel>, text: &str| LogLine {
        at: Some(fixture::ago(seconds)),
        instance: InstanceId::from(instance),
        stream: LogStream::Stdout,
        text: text.to_owned(),
        level,
        ..LogLine::default()
    };
    let mut lines = Vec::new();
    for n in 0..40 {
        let status = if n % 9 == 8 { 500 } else { 200 };
        let level = if status == 500 {
            LineLevel::Error
        } else {
            LineLevel::Info
        };
        let access = format!(
            "10.0.0.{n} - - [28/Mar/2026:14:0{}:{:02} +0000] \"GET /api/orders/{n} HTTP/1.1\" {status} {} \"-\" \"curl/8.5.0\"",
            n / 10,
            n % 60,
            1_000 + n
        );
        lines.push(line(600 - n * 14, "proxy", Some(level), &access));
        if n % 3 == 0 {
            let text = format!(
                r#"{{"level":"info","message":"order stored","correlation_id":"c-47{n:02}","duration_ms":{n},"customer":{{"id":{n},"tier":"gold"}}}}"#
            );
            lines.push(line(599 - n * 14, "backend", Some(LineLevel::Info), &text));
        }
    }
    let trace = "2026-03-28 14:09:11,123 ERROR orders: cannot store order c-4711\nTraceback (most recent call last):\n  File \"/app/orders.py\", line 42, in store\n    connection.execute(statement)\npsycopg.OperationalError: connection refused";
    lines.push(line(38, "backend", Some(LineLevel::Error), trace));
    let failed = r#"{"level":"error","message":"order lost","correlation_id":"c-4711","status":503,"duration_ms":812.5,"error":{"kind":"OperationalError","causes":["connection refused","no route to host"]}}"#;
    lines.push(line(37, "backend", Some(LineLevel::Error), failed));
    lines.push(line(
        36,
        "db",
        Some(LineLevel::Warning),
        "WARNING:  terminating connection because of crash of another server process",
    ));
    lines.push(LogLine {
        mark: Some(LogMark::NewContainer),
        ..line(20, "db", None, "")
    });
    lines.push(line(
        19,
        "db",
        Some(LineLevel::Info),
        "LOG:  database system is ready to accept connections",
    ));
    lines
}

fn reading((width, height): (u16, u16)) -> TestConsole {
    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), width, height);
    console.press("3");
    let sources = ["proxy", "backend", "db"];
    console.ui.logs.sources = sources
        .map(|name| (InstanceId::from(name), name.to_owned()))
        .into();
    push(
        &mut console.ui.logs,
        LogBatch::of(lines(), 0),
        1_000,
        1 << 20,
    );
    console.draw();
    console
}

/// Presses a key, or types a text after `&` or `/`.
fn enter(console: &mut TestConsole, keys: &str) {
    let Some(text) = keys
        .strip_prefix(['&', '/'])
        .filter(|text| !text.is_empty())
    else {
        console.press(keys);
        return;
    };
    console.press(&keys[..1]);
    console.act(Action::Edit(Edit::Insert(text.to_owned())));
    console.draw();
}

#[test]
fn the_log_view_at_three_sizes() {
    for (name, keys) in SCENES {
        for size in SIZES {
            let mut console = reading(size);
            keys.iter().for_each(|keys| enter(&mut console, keys));
            let (width, height) = size;
            assert_screen(
                &format!("log_view/{name}_{width}x{height}"),
                &console.screen(),
            );
        }
    }
}

#[test]
fn the_log_view_in_ascii_has_no_other_characters() {
    for (name, keys) in SCENES {
        let mut console = reading((80, 24));
        console.ascii = true;
        keys.iter().for_each(|keys| enter(&mut console, keys));
        let screen = console.screen();
        assert!(screen.is_ascii(), "{name}: {screen}");
    }
}
