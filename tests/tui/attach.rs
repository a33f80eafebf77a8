//! The console on another hubdeck: `hubdeck --serve` and `hubdeck --attach` on one simulated engine.

use std::time::Duration;

use crate::support::hubdeck::{Home, free_port};
use crate::support::pty::Terminal;
use crate::support::server::{Engine, Server};

const TOKEN: &str = "0123456789012345678901234567890123456789abc";
/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

fn serve(home: &Home, port: u16) -> Server {
    let mut command = home.piped(&["--serve"]);
    command.env("HUBDECK_SERVE_PORT", port.to_string());
    let server = Server::at(command, port);
    server.line("listens on");
    server
}

fn attach(home: &Home, url: &str) -> Terminal {
    home.open(&["--attach", url], 160, 45)
}

fn shows(terminal: &mut Terminal, text: &str) {
    terminal.wait_within(LIMIT, text, |screen| screen.contents().contains(text));
}

/// Where the first lower-case word of each card or row stands: names, without figures that change.
fn names(terminal: &Terminal) -> Vec<(u16, u16, String)> {
    let screen = terminal.screen();
    let (rows, columns) = screen.size();
    let mut found = Vec::new();
    for row in 2..rows.saturating_sub(2) {
        let line: Vec<char> = (0..columns)
            .map(|column| {
                let cell = screen.cell(row, column);
                cell.and_then(|cell| cell.contents().chars().next())
                    .unwrap_or(' ')
            })
            .collect();
        let line: String = line.into_iter().collect();
        for word in ["api", "db", "web", "cache", "worker", "proxy", "queue"] {
            for (at, _) in line.match_indices(word) {
                let column = u16::try_from(line[..at].chars().count()).unwrap();
                found.push((row, column, word.to_owned()));
            }
        }
    }
    found
}

#[test]
fn both_consoles_show_the_same_map_and_table() {
    let engine = Engine::calm("20");
    let home = engine.home();
    let server = serve(&home, free_port());
    let mut here = home.open(&[], 160, 45);
    let mut there = attach(&home, &format!("http://127.0.0.1:{}", server.port));
    for view in ["1", "2"] {
        here.send(view);
        there.send(view);
        for terminal in [&mut here, &mut there] {
            terminal.wait_within(LIMIT, "services", |screen| screen.contents().contains("db"));
        }
        let mut last = (Vec::new(), Vec::new());
        for _ in 0..60 {
            here.run_for(Duration::from_millis(250));
            there.run_for(Duration::from_millis(250));
            last = (names(&here), names(&there));
            if !last.0.is_empty() && last.0 == last.1 {
                break;
            }
        }
        assert!(!last.0.is_empty(), "{}", here.text());
        assert_eq!(last.0, last.1, "{}\n{}", here.text(), there.text());
    }
    there.send("q");
    assert_eq!(there.wait_exit().exit_code(), 0);
}

#[test]
fn a_hubdeck_and_an_engine_that_are_lost_are_told_apart() {
    let mut engine = Engine::calm("10");
    let home = engine.home();
    let port = free_port();
    let server = serve(&home, port);
    let url = format!("http://127.0.0.1:{port}");
    let mut console = attach(&home, &url);
    shows(&mut console, "db");
    server.kill();
    shows(&mut console, &format!("hubdeck at {url} does not answer"));
    // The last snapshot stays.
    shows(&mut console, "db");
    let _server = serve(&home, port);
    console.wait_within(LIMIT, "it is back", |screen| {
        !screen.contents().contains("does not answer")
    });
    shows(&mut console, "db");
    engine.kill();
    shows(&mut console, "engine unreachable");
}

#[test]
fn log_lines_come_and_operations_are_refused_with_the_reason() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let server = serve(&home, free_port());
    let mut console = attach(&home, &format!("http://127.0.0.1:{}", server.port));
    shows(&mut console, "db");
    console.send("j");
    console.send("r");
    shows(&mut console, "not over --attach");
    console.send("l");
    // Every container of the simulated engine writes a line a second.
    console.wait_within(LIMIT, "log lines", |screen| {
        let text = screen.contents();
        text.lines()
            .filter(|line| line.contains("service="))
            .count()
            > 12
    });
}

#[test]
fn what_cannot_be_attached_to_ends_with_one_sentence() {
    let engine = Engine::calm("10");
    let home = engine.home();
    let mut command = home.piped(&["--serve"]);
    let port = free_port();
    command.env("HUBDECK_SERVE_PORT", port.to_string());
    command.env("HUBDECK_SERVE_TOKEN", TOKEN);
    let server = Server::at(command, port);
    server.line("listens on");
    let url = format!("http://127.0.0.1:{port}");
    let nobody = format!("http://127.0.0.1:{}", free_port());
    for (url, token, code, sentence) in [
        ("hub:5003", "", 2, "it has no scheme"),
        (
            nobody.as_str(),
            "",
            1,
            "connection refused; is `hubdeck --serve` running there?",
        ),
        (url.as_str(), "", 1, "demands a token"),
        (
            url.as_str(),
            "wrong-9012345678901234567890123456789012345678",
            1,
            "does not accept the token",
        ),
        (url.as_str(), "short", 2, "HUBDECK_TOKEN holds no token"),
    ] {
        let mut command = home.command(&["--attach", url]);
        command.env("HUBDECK_TOKEN", token);
        let mut terminal = Terminal::start(command, 160, 20);
        let status = terminal.wait_exit();
        let text = terminal.text().replace('\n', " ");
        assert!(text.contains(sentence), "{url}: {text}");
        assert_eq!(status.exit_code(), code, "{text}");
    }
    let mut command = home.command(&["--attach", &url]);
    command.env("HUBDECK_TOKEN", TOKEN);
    let mut console = Terminal::start(command, 160, 45);
    shows(&mut console, "db");
}
