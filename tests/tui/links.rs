//! Published ports as links (OSC 8): only where the terminal has them, and the screen is the same.

use crate::support::hubdeck::Home;
use crate::support::pty::Terminal;

/// The raw bytes and the screen of the demo's table in a terminal with that environment.
fn table(environment: &[(&str, &str)], links: &str) -> (String, String) {
    let home = Home::new();
    super::on_demo_stack::write_config(&home, &format!("[ui]\nlinks = \"{links}\"\n"));
    let mut command = home.command(&["demo", "--view", "services"]);
    for (name, value) in environment {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command, 200, 40);
    terminal.wait_for("grafana");
    terminal.send("q");
    terminal.wait_exit();
    terminal.assert_restored();
    let raw = String::from_utf8_lossy(terminal.raw()).into_owned();
    // What was on the screen before it was left.
    let mut parser = vt100::Parser::new(40, 200, 0);
    let end = raw.rfind("\x1b[?1049l").unwrap_or(raw.len());
    parser.process(&raw.as_bytes()[..end]);
    let ports = parser.screen().contents();
    let ports = ports.lines().find(|line| line.contains("grafana"));
    let name = ports.unwrap_or_default().split_whitespace().nth(2);
    (raw, name.unwrap_or_default().to_owned())
}

#[test]
fn ports_are_links_where_the_terminal_has_them() {
    let (plain, shown) = table(&[], "auto");
    assert!(
        !plain.contains("\x1b]8;"),
        "xterm is not known to have them"
    );
    for (environment, links, expected) in [
        (&[("TERM_PROGRAM", "WezTerm")][..], "auto", true),
        (&[("TERM_PROGRAM", "WezTerm")], "never", false),
        (&[], "always", true),
        (
            &[
                ("TMUX", "x"),
                ("TERM_PROGRAM", "tmux"),
                ("TERM_PROGRAM_VERSION", "3.4"),
            ],
            "auto",
            true,
        ),
        (&[("TMUX", "x"), ("VTE_VERSION", "7600")], "auto", false),
    ] {
        let (raw, screen) = table(environment, links);
        assert_eq!(raw.contains("\x1b]8;"), expected, "{environment:?} {links}");
        assert_eq!(screen, shown, "{environment:?} {links}");
        let opened = raw.matches("\x1b]8;;http").count();
        assert_eq!(
            raw.matches("\x1b]8;;\x1b\\").count(),
            opened,
            "each is closed"
        );
        for part in raw.split("\x1b]8;;http").skip(1) {
            let url = part.split("\x1b\\").next().unwrap();
            let port = url.rsplit(':').next().unwrap();
            assert!(
                url.starts_with("://localhost:") || url.starts_with("s://localhost:"),
                "{url}"
            );
            assert!(port.parse::<u16>().is_ok(), "{url}");
        }
    }
}
