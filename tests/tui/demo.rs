//! `hubdeck demo` in a pseudo terminal: the whole program against its embedded stack, keys in and
//! screen out.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::hubdeck::Home;
use crate::support::pty::{Terminal, key};

const MARK: &str = "DEMO";

/// The demo at its map, with its services there.
fn demo(columns: u16, rows: u16) -> (Home, Terminal) {
    let home = Home::new();
    let mut terminal = home.open(&["demo"], columns, rows);
    terminal.wait_for(MARK);
    terminal.wait_for("backend");
    (home, terminal)
}

/// The demo's table, filtered to one service that nothing scripted happens to.
fn demo_with_selected(service: &str) -> (Home, Terminal) {
    let (home, mut terminal) = demo(120, 40);
    terminal.send("2");
    terminal.wait_for("grafana");
    terminal.send("/");
    terminal.send(service);
    terminal.send(key::ENTER);
    terminal.wait_gone("aggregator");
    terminal.wait_for(service);
    (home, terminal)
}

#[test]
fn the_map_shows_every_layer_and_service() {
    let (_home, mut terminal) = demo(160, 50);
    for layer in ["Edge", "Interfaces", "Services", "Data", "Operations"] {
        terminal.wait_for(layer);
    }
    for service in [
        "proxy",
        "frontend",
        "backend",
        "worker",
        "aggregator",
        "mcp",
        "redis",
        "nats",
        "minio",
        "migrate",
    ] {
        terminal.wait_for(service);
    }
}

#[test]
fn services_of_every_protocol_are_probed() {
    let (_home, mut terminal) = demo(200, 50);
    terminal.send("2");
    for service in ["db", "redis", "nats", "backend", "grafana", "registry"] {
        terminal.wait_until(service, |screen| {
            let text = screen.contents();
            let mut rows = text.lines();
            rows.any(|row| row.split([' ', '/']).any(|word| word == service) && row.contains(" ms"))
        });
    }
}

#[test]
fn it_is_usable_at_80_by_24() {
    let (_home, mut terminal) = demo(80, 24);
    terminal.wait_for("── hub ─");
    terminal.wait_for("proxy");
    terminal.send("2");
    terminal.wait_for("redis");
}

#[test]
fn every_view_opens_by_its_key() {
    let (_home, mut terminal) = demo(120, 40);
    let views = [
        ("2", "[2 Services]", "NOTE"),
        ("4", "[4 Timeline]", "WHAT"),
        // The database is killed after a few seconds.
        ("5", "[5 Incidents", "BEGAN"),
        ("3", "[3 Logs]", "following"),
        ("0", "[0 hubdeck log]", "console opened"),
        ("1", "[1 Map]", "Operations"),
    ];
    for (keys, tab, content) in views {
        terminal.send(keys);
        terminal.wait_for(tab);
        terminal.wait_for(content);
    }
}

#[test]
fn details_open_over_tabs_and_close() {
    let (_home, mut terminal) = demo_with_selected("grafana");
    terminal.send(key::ENTER);
    for tab in [
        "Overview",
        "Charts",
        "Logs",
        "Probes",
        "Dependencies",
        "Environment",
        "Inspect",
    ] {
        terminal.wait_for(tab);
    }
    for _ in 0..7 {
        terminal.send(key::TAB);
        terminal.run_for(Duration::from_millis(100));
    }
    terminal.send(key::ESC);
    terminal.wait_gone("Environment");
}

#[test]
fn logs_of_the_selection_run() {
    let (_home, mut terminal) = demo_with_selected("grafana");
    terminal.send("l");
    terminal.wait_for("logger=");
}

#[test]
fn help_lists_the_keys_and_closes() {
    let (_home, mut terminal) = demo(120, 50);
    terminal.send("?");
    terminal.wait_for("Keys · Esc closes");
    terminal.send(key::PAGE_DOWN);
    terminal.wait_for("Restart; shows the plan");
    terminal.send(key::ESC);
    terminal.wait_gone("Keys · Esc closes");
}

#[test]
fn a_filter_accepts_every_letter() {
    let (_home, mut terminal) = demo(120, 40);
    terminal.send("2");
    terminal.wait_for("grafana");
    terminal.send("/");
    // Among these are the keys that quit, restart, stop and switch views.
    let typed = "qrsRSpxeiytwfdjkgGnN?:l0123456789";
    terminal.send(typed);
    terminal.wait_for(typed);
    terminal.wait_gone("grafana");
    terminal.send(key::ESC);
    terminal.wait_for("grafana");
}

#[test]
fn a_confirmation_starts_at_no_and_escape_cancels() {
    let (_home, mut terminal) = demo_with_selected("grafana");
    terminal.send("r");
    terminal.wait_for("Restart ops/grafana?");
    terminal.wait_for("[n] Cancel (default)");
    terminal.send(key::ESC);
    terminal.wait_gone("[n] Cancel (default)");
    // Enter on what the dialog offers first must not act either.
    terminal.send("r");
    terminal.wait_for("[n] Cancel (default)");
    terminal.answer(key::ENTER);
    terminal.wait_gone("[n] Cancel (default)");
    terminal.send("4");
    terminal.wait_for("Timeline");
    terminal.run_for(Duration::from_millis(500));
    // The first lines are the header, which names the filter.
    let done = terminal
        .text()
        .lines()
        .skip(2)
        .any(|line| line.contains("grafana") && line.contains("restart"));
    assert!(!done, "something was done to grafana:\n{}", terminal.text());
}

#[test]
fn a_filter_selects_the_service_of_that_name() {
    for view in ["1", "2"] {
        let (_home, mut terminal) = demo(120, 40);
        terminal.send(view);
        terminal.run_for(Duration::from_millis(300));
        terminal.send("/backend\r");
        terminal.wait_gone("aggregator");
        terminal.send("r");
        terminal.wait_for("Restart hub/backend?");
    }
}

#[test]
fn a_confirmed_restart_runs_and_stands_in_the_timeline() {
    let (_home, mut terminal) = demo_with_selected("grafana");
    terminal.send("r");
    terminal.wait_for("Restart ops/grafana?");
    terminal.answer("y");
    terminal.send(key::ESC);
    terminal.send("4");
    terminal.wait_until("the restart in the timeline", |screen| {
        let text = screen.contents();
        text.lines()
            .any(|line| line.contains("grafana") && line.to_lowercase().contains("restart"))
    });
}

#[test]
fn read_only_refuses_to_restart() {
    let home = Home::new();
    let mut terminal = home.open(&["demo", "--read-only"], 120, 40);
    terminal.wait_for("backend");
    terminal.send(key::DOWN);
    terminal.send("r");
    terminal.wait_until("a refusal", |screen| {
        screen.contents().to_lowercase().contains("read-only")
    });
}

#[test]
fn any_size_is_drawn_and_none_kills() {
    let (_home, mut terminal) = demo(160, 50);
    for (columns, rows) in [
        (1, 1),
        (2, 1),
        (1, 40),
        (9, 3),
        (40, 10),
        (80, 24),
        (300, 100),
        (7, 100),
        (300, 2),
    ] {
        terminal.resize(columns, rows);
        for keys in ["1", "2", "4", "?", key::ESC] {
            terminal.send(keys);
            terminal.run_for(Duration::from_millis(30));
        }
    }
    terminal.resize(120, 40);
    // Escape and a digit read in one go would be Alt and the digit.
    terminal.run_for(Duration::from_secs(1));
    terminal.send("1");
    terminal.wait_for("Operations");
}

#[test]
fn a_key_right_after_a_resize_counts() {
    let (_home, mut terminal) = demo(160, 50);
    for (columns, keys, tab) in [
        (120, "2", "[2 Services]"),
        (130, "4", "[4 Timeline]"),
        (110, "1", "[1 Map]"),
    ] {
        terminal.resize(columns, 40);
        terminal.run_for(Duration::from_millis(200));
        terminal.send(keys);
        terminal.wait_for(tab);
    }
}

#[test]
fn quitting_gives_the_terminal_back() {
    for quit in ["q", key::CTRL_C] {
        let (_home, mut terminal) = demo(100, 30);
        terminal.send(quit);
        let status = terminal.wait_exit();
        assert!(status.success(), "{quit:?}: {status:?}");
        terminal.assert_restored();
    }
}

#[test]
fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP] {
        let (_home, mut terminal) = demo(100, 30);
        terminal.signal(signal);
        terminal.wait_exit();
        terminal.assert_restored();
    }
}

#[test]
fn suspending_gives_the_terminal_back_and_returning_takes_it_again() {
    let home = Home::new();
    let script = format!(
        "set -m; '{}' demo; echo SUSPENDED; read -r _; fg; echo FINISHED",
        crate::support::hubdeck::PROGRAM
    );
    let mut terminal = Terminal::start(home.shell("sh", &["-c", &script]), 100, 30);
    terminal.wait_for("backend");
    terminal.send(key::CTRL_Z);
    terminal.wait_for("SUSPENDED");
    terminal.assert_restored();
    terminal.send(key::ENTER);
    terminal.wait_until("the map again", |screen| {
        screen.alternate_screen() && screen.contents().contains("backend")
    });
    terminal.send("q");
    terminal.wait_for("FINISHED");
    terminal.assert_restored();
}

#[test]
fn the_mouse_selects_and_can_be_released() {
    let (_home, mut terminal) = demo(120, 40);
    let captured =
        |screen: &vt100::Screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    terminal.wait_until("a captured mouse", captured);
    terminal.send("m");
    terminal.wait_until("a released mouse", |screen| !captured(screen));
}

#[test]
fn plain_ascii_is_plain_ascii() {
    let home = Home::new();
    let mut terminal = home.open(&["demo", "--ascii"], 120, 40);
    terminal.wait_for("backend");
    for keys in ["1", "2", "4", "?"] {
        terminal.send(keys);
        terminal.run_for(Duration::from_millis(300));
        let odd: Vec<char> = terminal
            .text()
            .chars()
            .filter(|character| !character.is_ascii())
            .collect();
        assert!(
            odd.is_empty(),
            "after {keys:?}: {odd:?} in\n{}",
            terminal.text()
        );
    }
}

#[test]
fn an_unknown_terminal_type_does_not_kill_it() {
    let home = Home::new();
    let mut command = home.command(&["demo"]);
    command.env("TERM", "no-such-terminal");
    let mut terminal = Terminal::start(command, 100, 30);
    terminal.wait_for("backend");
}

#[test]
fn no_engine_is_a_screen_that_tells_what_was_tried() {
    let home = Home::new();
    let mut terminal = home.open(&["--host", "unix:///nonexistent/engine.sock"], 120, 40);
    terminal.wait_for("/nonexistent/engine.sock");
    terminal.send("r");
    terminal.wait_for("/nonexistent/engine.sock");
    terminal.send("d");
    terminal.wait_for(MARK);
    terminal.wait_for("backend");
    terminal.send("q");
    assert!(terminal.wait_exit().success());
    terminal.assert_restored();
}
